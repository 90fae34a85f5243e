{{ config(materialized='ephemeral') }}

select
    customer_id,
    count(*) as orders,
    min(ordered_at) as first_order_at,
    max(ordered_at) as last_order_at
from {{ ref('stg_shop__orders') }}
group by customer_id
