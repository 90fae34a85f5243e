-- expect: version-spelling
select * from {{ ref('platform', 'dim_products', v='v2') }}
