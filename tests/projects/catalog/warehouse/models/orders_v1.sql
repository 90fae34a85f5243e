{{ config(materialized='table') }}

select 1 as order_id, 10.5::decimal(18, 2) as amount
