select
    order_id,
    sum(quantity) as items,
    sum(quantity * unit_price) as amount
from {{ ref('stg_shop__order_items') }}
group by order_id
