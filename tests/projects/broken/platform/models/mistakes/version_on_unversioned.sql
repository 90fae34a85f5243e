-- expect: version-on-unversioned
select * from {{ ref('stg_orders', v=1) }}
