{{ config(materialized='table') }}
select * from {{ ref('platform', 'stg_orders') }}
