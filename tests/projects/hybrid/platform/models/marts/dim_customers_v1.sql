select
    cast(c.customer_id as integer) as customer_id,
    c.email,
    o.first_order_at
from {{ ref('stg_shop__customers') }} as c
left join {{ ref('int_customer_orders') }} as o using (customer_id)
