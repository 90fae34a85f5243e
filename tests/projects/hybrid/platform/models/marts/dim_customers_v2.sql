select
    cast(c.customer_id as integer) as customer_id,
    c.email,
    o.first_order_at,
    n.country_name
from {{ ref('stg_shop__customers') }} as c
left join {{ ref('int_customer_orders') }} as o using (customer_id)
left join {{ ref('country_codes') }} as n using (country_code)
