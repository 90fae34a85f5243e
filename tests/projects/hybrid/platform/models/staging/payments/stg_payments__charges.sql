select
    id as charge_id,
    order_id,
    {{ utils_pkg.cents_to_euros('amount_cents') }} as amount,
    charged_at
from {{ source('payments', 'charges') }}
where state = 'succeeded'
