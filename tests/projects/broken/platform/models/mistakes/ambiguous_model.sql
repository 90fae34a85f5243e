-- expect: ambiguous-model
select * from {{ ref('days') }}
