select w.deal_id, w.account_id, w.promised_on, s.delivered_on
from {{ ref('fct_wholesale_orders') }} as w
left join {{ ref('logistics', 'fct_shipments') }} as s using (order_id)
