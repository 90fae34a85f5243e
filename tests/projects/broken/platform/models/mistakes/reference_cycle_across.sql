-- expect: reference-cycle
select * from {{ ref('finance', 'reference_cycle_across_back') }}
