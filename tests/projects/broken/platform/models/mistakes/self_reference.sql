-- expect: self-reference
select * from {{ ref('self_reference') }}
