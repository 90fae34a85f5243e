select
    c.date_day,
    coalesce(sum(o.amount), 0) as revenue
from {{ ref('utils_pkg', 'calendar') }} as c
left join {{ ref('fct_orders') }} as o on cast(o.ordered_at as date) = c.date_day
group by c.date_day
