select c.carrier, count(*) filter (where d.delivered_on > d.promised_on) as late
from {{ ref('dim_carriers', v=1) }} as c
join {{ ref('fct_shipments') }} as s using (carrier)
join {{ ref('sales', 'fct_wholesale_orders') }} as w using (order_id)
join {{ ref('sales', 'delivery_promises') }} as d using (deal_id)
group by c.carrier
