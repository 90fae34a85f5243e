{%- set limits = {'loyal': 10, 'regular': 2} -%}

select
    customer_id,
    case
        {% for segment, orders in limits.items() -%}
        when orders >= {{ orders }} then '{{ segment }}'
        {% endfor -%}
        else 'new'
    end as segment
from {{ ref('customer_orders_snapshot') }}
where dbt_valid_to is null
