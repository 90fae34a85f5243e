select
    campaign,
    sum(amount) as revenue,
    max(cost) as cost
from {{ ref('int_attributed_orders') }}
join (
    select campaign, sum(cost) as cost from {{ ref('stg_ads__costs') }} group by campaign
) as costs using (campaign)
group by campaign
