select p.account_id, avg(p.delivered_on - p.promised_on) as days_late, max(t.target) as target
from {{ ref('delivery_promises') }} as p
join {{ ref('sales_targets') }} as t using (account_id)
group by p.account_id
