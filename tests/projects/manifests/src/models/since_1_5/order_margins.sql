{{ config(group='core') }}
select o.order_id, o.amount
from {{ ref('fct_orders') }} as o
join {{ ref('dim_customers', v=2) }} as c using (customer_id)
