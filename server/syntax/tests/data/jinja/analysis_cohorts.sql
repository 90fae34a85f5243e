{% set months = range(0, 13) %}
{% set start = '2024-01-01' %}

with cohorts as (
    select
        user_id,
        date_trunc('month', min(ordered_at)) as cohort
    from {{ ref('fct_orders') }}
    group by 1
),

activity as (
    select distinct
        cohorts.cohort,
        orders.user_id,
        {{ dbt.datediff('cohorts.cohort', 'orders.ordered_at', 'month') }} as month_number
    from {{ ref('fct_orders') }} as orders
    join cohorts using (user_id)
    where cohorts.cohort >= '{{ start }}'
)

select
    cohort,
    {% for month in months %}
    count(distinct case when month_number = {{ month }} then user_id end) as m{{ month }}
    {%- if not loop.last -%} , {%- endif %}
    {% endfor %}
from activity
join {{ ref('seed_calendar') }} as calendar on calendar.month = activity.cohort
group by cohort
order by cohort
