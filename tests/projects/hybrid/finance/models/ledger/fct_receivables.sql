select
    i.customer_id,
    c.country_name,
    sum(i.amount) as owed
from {{ ref('int_open_items') }} as i
join {{ ref('platform', 'dim_customers', v=2) }} as c using (customer_id)
group by 1, 2
