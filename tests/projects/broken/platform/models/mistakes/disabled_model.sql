-- expect: disabled-model
select * from {{ ref('orders_wide') }}
