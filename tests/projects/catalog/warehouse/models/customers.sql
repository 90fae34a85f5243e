{{ config(materialized='view') }}

select 1::bigint as customer_id, 'Ada' as "Full Name", 'DE' as COUNTRY_CODE, true as is_active
