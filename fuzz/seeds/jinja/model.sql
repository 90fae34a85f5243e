{{ config(materialized='incremental', tags=["daily", 'x']) }}
-- depends_on: {{ ref('platform', 'orders', v=2) }}
with base as (
    select * from {{ ref('stg_orders') }} o  -- {# a comment #}
    left join {{ source("raw", "payments") }} p on o.id = p.order_id
)
select {% for m in ['a', 'b'] %}sum({{ m }}) as {{ m }}_total{% if not loop.last %},{% endif %}{% endfor %}
from base
{% if is_incremental() %}where ts > (select max(ts) from {{ this }}){% endif %}
