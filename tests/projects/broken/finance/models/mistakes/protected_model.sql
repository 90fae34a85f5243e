-- expect: protected-model
select * from {{ ref('platform', 'stg_orders') }}
