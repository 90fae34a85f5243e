select
    id as order_item_id,
    order_id,
    product_id,
    quantity,
    {{ utils_pkg.cents_to_euros('unit_price_cents') }} as unit_price
from {{ source('shop', 'order_items') }}
