select
    id as product_id,
    name as product_name,
    category,
    {{ utils_pkg.cents_to_euros('cost_cents') }} as unit_cost
from {{ source('shop', 'products') }}
