-- expect: unpinned-ref
select * from {{ ref('platform', 'dim_products') }}
