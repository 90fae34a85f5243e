-- Revenue by day must be that of the ledger.
{{ config(tags=["finance"], store_failures=true) }}

with shop as (
    select date_trunc('day', ordered_at) as day, sum(revenue) as revenue
    from {{ ref('fct_orders') }}
    group by 1
),
ledger as (
    select day, amount as revenue
    from {{ ref('finance_core', 'fct_ledger', version=3) }}
    where account = '4000'
)
select shop.day, shop.revenue, ledger.revenue as ledger_revenue
from shop
full outer join ledger using (day)
where abs(coalesce(shop.revenue, 0) - coalesce(ledger.revenue, 0)) > {{ var('tolerance', 0.01) }}
