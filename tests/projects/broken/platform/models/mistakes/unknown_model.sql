-- expect: unknown-model
select * from {{ ref('fct_order') }}
