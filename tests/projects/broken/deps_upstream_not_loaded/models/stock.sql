-- expect: upstream-not-loaded
select * from {{ ref('warehouse', 'stock') }}
