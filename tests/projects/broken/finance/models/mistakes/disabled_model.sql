-- expect: disabled-model
select * from {{ ref('platform', 'orders_wide') }}
