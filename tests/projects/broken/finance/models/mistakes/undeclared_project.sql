-- expect: undeclared-project
select * from {{ ref('support', 'tickets') }}
