-- expect: unknown-model
select * from {{ ref('platform', 'fct_ordres') }}
union all
-- expect: unknown-model
select * from {{ ref('revenues') }}
