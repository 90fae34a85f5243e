select * from {{ ref('campaign_returns') }} where cost is null
