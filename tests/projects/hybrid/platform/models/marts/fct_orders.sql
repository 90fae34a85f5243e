select
    cast(o.order_id as integer) as order_id,
    cast(o.customer_id as integer) as customer_id,
    cast(o.status as varchar) as status,
    o.ordered_at,
    cast(t.amount as decimal(18, 2)) as amount
from {{ ref('stg_shop__orders') }} as o
left join {{ ref('int_order_totals') }} as t using (order_id)
