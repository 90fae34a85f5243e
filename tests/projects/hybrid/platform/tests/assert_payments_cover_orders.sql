select o.order_id
from {{ ref('fct_orders') }} as o
left join {{ ref('fct_payments') }} as p using (order_id)
where p.order_id is null and o.status = 'delivered'
