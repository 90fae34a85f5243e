select * from {{ ref('fct_orders') }}
where status = 'placed' and ordered_at < current_date - interval 7 day
