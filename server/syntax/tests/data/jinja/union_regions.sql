-- depends_on: {{ ref('stg_region_emea') }}
-- depends_on: {{ ref('stg_region_apac') }}
-- depends_on: {{ ref('stg_region_amer') }}

{%- set regions = ['emea', 'apac', 'amer'] -%}

{% for region in regions %}
select
    '{{ region }}' as region,
    account_id,
    opened_on,
    balance
from {{ ref('stg_region_' ~ region) }}
{% if not loop.last %}union all{% endif %}
{% endfor %}
