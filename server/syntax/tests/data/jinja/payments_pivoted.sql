{% set methods = ['card', 'voucher', 'bank_transfer', 'gift_card'] %}

with payments as (
    select * from {{ ref('stg_payments') }}
)

select
    order_id,
    {% for method in methods -%}
    sum(case when payment_method = '{{ method }}' then amount else 0 end) as {{ method }}_amount
    {%- if not loop.last %},{% endif %}
    {% endfor -%}
    , sum(amount) as total_amount
from payments
left join {{ ref('seed_countries') }} as countries on countries.code = payments.country
where payments.created_at >= '{{ var("start_date", "2020-01-01") }}'
group by order_id
