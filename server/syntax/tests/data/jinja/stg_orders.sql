{{
    config(
        materialized='view',
        tags=['staging', 'shop']
    )
}}

with source as (

    select * from {{ source('shop', 'raw_orders') }}

),

renamed as (

    select
        id as order_id,
        customer as customer_id,
        ordered_at::timestamp as ordered_at,
        {{ cents_to_euros('subtotal') }} as subtotal,
        {{ cents_to_euros('tax_paid') }} as tax_paid,
        -- the total is what the till says
        {{ cents_to_euros('order_total') }} as order_total

    from source
    where id is not null

)

select * from renamed
