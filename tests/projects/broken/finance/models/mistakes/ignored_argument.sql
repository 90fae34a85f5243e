-- expect: ignored-argument
select * from {{ ref('platform', 'fct_orders', alias='orders') }}
