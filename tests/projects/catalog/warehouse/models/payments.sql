{{ config(materialized='table') }}

select
    payments.payment_id,
    payments.amount,
    countries.name as country
from {{ source('landing', 'payments') }} as payments
left join {{ ref('countries') }} as countries on countries.code = payments.country
