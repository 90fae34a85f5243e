select
    c.*,
    s.segment
from {{ ref('dim_customers', version=2) }} as c
left join {{ ref('customer_segments') }} as s using (customer_id)
