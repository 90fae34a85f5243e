-- expect: project-name-case
select * from {{ ref('Platform', 'fct_orders') }}
