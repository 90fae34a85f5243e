-- expect: unknown-version
select * from {{ ref('dim_products', v=3) }}
