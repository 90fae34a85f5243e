-- expect: unknown-project
select * from {{ ref('platfrom', 'fct_orders') }}
