-- expect: unknown-source
select * from {{ source('shop', 'order') }}
union all
-- expect: unknown-source
select * from {{ source('shopp', 'orders') }}
