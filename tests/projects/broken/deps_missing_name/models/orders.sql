select * from {{ ref('platform', 'fct_orders') }}
