{{
  config(
    materialized='incremental',
    incremental_strategy='microbatch',
    event_time='created_at',
    begin='2024-01-01',
    batch_size='day',
    lookback=2,
    meta={
      'owner': 'growth',
      'alerts': {'channel': '#growth', 'level': 1}
    }
  )
}}

select
    l.lead_id,
    l.created_at,
    c.campaign_name,
    s.score
from {{ ref('stg_leads') }} as l
left join {{ ref('stg_campaigns') }} as c
    on c.campaign_id = l.campaign_id
left join {{ ref('scoring', 'fct_lead_scores') }} as s
    on s.lead_id = l.lead_id

{{ audit.log_rows(this, "growth") }}
