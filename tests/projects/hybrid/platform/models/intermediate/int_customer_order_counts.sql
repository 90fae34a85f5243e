select customer_id, count(*) as orders
from {{ ref('stg_shop__orders') }}
group by customer_id
