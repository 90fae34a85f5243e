select product_id from {{ ref('stg_orders') }}
