select
    product_id,
    product_name,
    {{ tidy_category('category') }} as category,
    unit_cost
from {{ ref('stg_shop__products') }}
