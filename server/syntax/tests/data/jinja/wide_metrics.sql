{%- set base = ref('fct_orders') -%}
{%- set metrics = {
    'orders': 'count(distinct order_id)',
    'revenue': 'sum(revenue)',
    'basket': 'avg(revenue)'
} -%}
{%- set dims = ['country', 'channel'] if target.name == 'prod' else ['country'] -%}

select
    {{ dims | join(', ') }},
    {%- for name, expression in metrics.items() %}
    {{ expression }} as {{ name }}{{ "," if not loop.last }}
    {%- endfor %}
from {{ base }}
join {{ ref('dim_dates') }} as d on d.date_day = ordered_at::date
join {{ ref('marketing', 'dim_channels') }} as channels using (channel_id)
group by {% for _ in dims %}{{ loop.index }}{% if not loop.last %}, {% endif %}{% endfor %}
