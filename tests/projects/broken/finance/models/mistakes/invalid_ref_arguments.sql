-- expect: invalid-ref-arguments
select * from {{ ref('platform', 'dim_customers', 2) }}
union all
-- expect: invalid-ref-arguments
select * from {{ ref() }}
