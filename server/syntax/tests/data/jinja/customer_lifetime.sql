with customers as (select * from {{ ref('stg_customers') }}),

orders as (select * from {{ ref('fct_orders') }}),

refunds as (
    select order_id, sum(amount) as refunded
    from {{ ref('payments', 'fct_refunds', v=1) }}
    group by order_id
),

{# Only customers of the last years:
   older ones were migrated without their orders #}

summed as (
    select
        customers.customer_id,
        min(orders.ordered_at) as first_order,
        max(orders.ordered_at) as last_order,
        count(*) as orders,
        sum(orders.revenue) - coalesce(sum(refunds.refunded), 0) as lifetime_value
    from customers
    join orders using (customer_id)
    left join refunds on refunds.order_id = orders.order_id
    where customers.created_at >= {{ dbt.dateadd('year', -5, dbt.current_timestamp()) }}
    group by 1
)

select
    summed.*,
    case
        {% for name, floor in [('gold', 1000), ('silver', 250), ('bronze', 0)] -%}
        when lifetime_value >= {{ floor }} then '{{ name }}'
        {% endfor -%}
    end as tier
from summed
