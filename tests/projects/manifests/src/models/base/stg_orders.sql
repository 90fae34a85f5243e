select id as order_id, status, ordered_at, {{ cents_to_euros('amount_cents') }} as amount
from {{ source('shop', 'orders') }}
