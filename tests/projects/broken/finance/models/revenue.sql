select o.ordered_on, sum(o.amount) as revenue
from {{ ref('platform', 'fct_orders') }} as o
join {{ ref('platform', 'dim_customers', v=2) }} using (customer_id)
group by 1
