select order_id, amount - cost as margin from {{ ref('stg_orders') }}
