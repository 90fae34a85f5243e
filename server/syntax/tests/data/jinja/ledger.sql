{#- One place for the accounts, so that nobody copies numbers around. -#}
{%- set accounts = {'revenue': ['4000', '4100'], 'cost': ['5000']} -%}
{%- macro account_list(kind) -%}
  ({%- for account in accounts[kind] -%}'{{ account }}'{{ ', ' if not loop.last }}{%- endfor -%})
{%- endmacro -%}

select
    booked_on,
    sum(case when account in {{ account_list('revenue') }} then amount end) as revenue,
    sum(case when account in {{ account_list('cost') }} then amount end) as cost
from {{ ref('stg_bookings') }}
join {{ source('erp', 'periods') }} using (period)
where status = 'final' and note not like '%it''s a test%'
group by booked_on
having {{ dbt_utils.safe_divide('sum(amount)', 'count(*)') }} is not null
