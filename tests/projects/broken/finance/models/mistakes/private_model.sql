-- expect: private-model
select * from {{ ref('platform', 'order_margins') }}
