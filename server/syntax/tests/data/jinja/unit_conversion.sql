select
    reading_id,
    {%- for unit, factor in {'km': 1000, 'cm': 0.01, 'mi': 1609.344}.items() %}
    case when unit = '{{ unit }}' then value * {{ factor }} end as from_{{ unit }},
    {%- endfor %}
    '🌡 ' || value || '°C' as shown
from {{ source('iot', 'readings') }}
where reading_id not in (select reading_id from {{ ref('int_faulty_readings') }})
  and site in (select site from {{ ref('seed_sites') }})
  and {{ dbt.length("serial") }} = 12
