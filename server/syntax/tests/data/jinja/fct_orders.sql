{{ config(
    materialized = 'incremental',
    unique_key = 'order_id',
    on_schema_change = 'append_new_columns',
    post_hook = [
        "grant select on {{ this }} to role reporting",
        "analyze {{ this }}"
    ]
) }}

with orders as (
    select * from {{ ref('stg_orders') }}
    {% if is_incremental() %}
    where ordered_at > (select max(ordered_at) from {{ this }})
    {% endif %}
),

items as (
    select * from {{ ref('stg_order_items') }}
),

products as (
    select * from {{ ref('platform', 'dim_products', v=2) }}
),

customers as (
    select * from {{ ref('platform', 'dim_customers') }}
),

joined as (
    select
        orders.order_id,
        orders.ordered_at,
        customers.customer_id,
        sum(items.quantity * products.price) as revenue,
        count(distinct products.product_id) as products
    from orders
    left join items on items.order_id = orders.order_id
    left join products on products.product_id = items.product_id
    inner join customers using (customer_id)
    group by 1, 2, 3
)

select
    {{ dbt_utils.generate_surrogate_key(['order_id', 'customer_id']) }} as order_key,
    joined.*
from joined
