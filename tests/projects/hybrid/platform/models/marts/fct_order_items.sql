{{ config(materialized='incremental', unique_key='order_item_id') }}

select
    i.*,
    o.ordered_at
from {{ ref('stg_shop__order_items') }} as i
join {{ ref('stg_shop__orders') }} as o using (order_id)
{% if is_incremental() %}
where o.ordered_at > (select max(ordered_at) from {{ this }})
{% endif %}
