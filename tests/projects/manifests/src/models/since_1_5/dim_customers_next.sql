select customer_id, email, 'new' as segment from {{ ref('dim_customers', v=2) }}
