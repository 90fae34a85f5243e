select deal_id, account_id, order_id, promised_on
from {{ source('crm', 'deals') }}
join {{ ref('platform', 'fct_orders') }} using (order_id)
