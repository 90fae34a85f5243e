{{ config(tags=['close']) }}

select
    date_trunc('month', ordered_at) as month,
    sum(amount) as revenue
from {{ ref('platform', 'fct_orders') }}
group by 1
