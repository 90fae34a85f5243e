select campaign, day, cost from {{ source('ads', 'costs') }}
