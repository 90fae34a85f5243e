-- expect: reference-cycle
select * from {{ ref('platform', 'reference_cycle_across') }}
