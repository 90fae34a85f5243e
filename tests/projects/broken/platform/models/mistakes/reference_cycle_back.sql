-- expect: reference-cycle
select * from {{ ref('reference_cycle') }}
