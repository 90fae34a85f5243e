select customer_id, avg(items) from {{ ref('basket_size_draft') }} group by 1
