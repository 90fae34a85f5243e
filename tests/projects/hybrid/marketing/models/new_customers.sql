select
    date_trunc('week', first_order_at) as week,
    country_name,
    count(*) as customers
from {{ ref('platform', 'dim_customers', version=2) }}
group by 1, 2
