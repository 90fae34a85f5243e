select year(ordered_on) as year, sum(revenue) as revenue from {{ ref('revenue') }} group by 1
