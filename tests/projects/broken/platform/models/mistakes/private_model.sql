-- expect: private-model
select * from {{ ref('order_margins') }}
