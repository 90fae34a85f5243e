{{ config(materialized='view', alias='v_orders', schema='legacy', bind=False) }}
{#
    Kept for the spreadsheets of the finance team.
    Ask before you change a column.
#}
select o.order_id as "Order",
       o.ordered_at as "Date",
       c.email as "E-mail",
       '{' || o.order_id || '}' as "Key"
from {{ ref('fct_orders') }} o
join {{ ref('stg_customers') }} c on c.customer_id = o.customer_id
/* the old source, until the migration is over:
   {{ source('legacy', 'orders_archive') }} */
where o.ordered_at < '{{ run_started_at.strftime("%Y-%m-%d") }}'
