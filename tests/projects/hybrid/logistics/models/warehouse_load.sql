select promised_on, count(*) as parcels
from {{ ref('sales', 'fct_wholesale_orders') }}
group by promised_on
