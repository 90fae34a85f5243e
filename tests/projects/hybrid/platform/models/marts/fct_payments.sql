select charge_id, order_id, amount, charged_at
from {{ ref('stg_payments__charges') }}
