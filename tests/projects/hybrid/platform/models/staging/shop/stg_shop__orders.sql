select
    id as order_id,
    customer_id,
    status,
    cast(ordered_at as timestamp) as ordered_at
from {{ source('shop', 'orders') }}
where not is_test
  and ordered_at >= '{{ var("first_order_date") }}'
