select
    i.order_id,
    sum(i.quantity * (i.unit_price - p.unit_cost)) as margin
from {{ ref('fct_order_items') }} as i
join {{ ref('dim_products', v=2) }} as p using (product_id)
group by i.order_id
