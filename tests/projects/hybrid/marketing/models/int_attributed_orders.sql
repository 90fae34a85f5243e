select c.campaign, o.order_id, o.amount
from {{ ref('stg_ads__clicks') }} as c
join {{ ref('platform', 'fct_orders') }} as o
  on o.customer_id = c.customer_id
 and o.ordered_at between c.clicked_at and c.clicked_at + interval {{ var('attribution_days') }} day
