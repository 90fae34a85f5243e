{{ config(materialized='table') }}

select 1::bigint as order_id, 10.5::decimal(18, 2) as amount, date '2026-01-15' as ordered_on
