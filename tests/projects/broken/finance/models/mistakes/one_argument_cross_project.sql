-- expect: one-argument-cross-project
select * from {{ ref('fct_orders') }}
