-- expect: prerelease-available
select * from {{ ref('platform', 'dim_customers') }}
