-- expect: version-spelling
select * from {{ ref('platform', 'dim_products_v2') }}
