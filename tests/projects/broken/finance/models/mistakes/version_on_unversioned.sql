-- expect: version-on-unversioned
select * from {{ ref('platform', 'fct_orders', version=1) }}
