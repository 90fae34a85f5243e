select p.parcel_id, p.order_id, p.carrier, p.delivered_on, o.customer_id
from {{ ref('stg_wms__parcels') }} as p
join {{ ref('platform', 'fct_orders') }} as o using (order_id)
