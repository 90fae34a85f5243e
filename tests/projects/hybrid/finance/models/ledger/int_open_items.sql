select o.order_id, o.customer_id, o.amount
from {{ ref('platform', 'fct_orders') }} as o
left join {{ ref('platform', 'fct_payments') }} as p using (order_id)
left join {{ ref('stg_bank__statements') }} as b using (order_id)
where p.order_id is null and b.order_id is null
