-- expect: unknown-version
select * from {{ ref('platform', 'dim_customers', v=4) }}
