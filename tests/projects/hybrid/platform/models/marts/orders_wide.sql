select *
from {{ ref('fct_orders') }}
left join {{ ref('dim_customers', v=2) }} using (customer_id)
