{{ config(
    materialized='incremental',
    incremental_strategy='insert_overwrite',
    partition_by={'field': 'event_date', 'data_type': 'date', 'granularity': 'day'},
    cluster_by=['user_id', 'event_name']
) }}

{% set lookback = var('lookback_days', 3) %}
{% set gap = "interval '30 minutes'" %}

with events as (

    select
        event_id,
        user_id,
        event_name,
        event_time,
        date(event_time) as event_date,
        json_extract_scalar(payload, '$.page') as page
    from {{ source('tracking', 'events') }}
    where event_name not in ('heartbeat', 'ping')
    {% if is_incremental() %}
      and event_time >= date_sub(current_date(), interval {{ lookback }} day)
    {% endif %}

),

flagged as (

    select
        *,
        case
            when lag(event_time) over (partition by user_id order by event_time) is null then 1
            when event_time - lag(event_time) over (partition by user_id order by event_time) > {{ gap }} then 1
            else 0
        end as is_new_session
    from events

),

users as (
    select user_id, signup_date from {{ ref('identity', 'dim_users') }}
),

numbered as (

    select
        flagged.*,
        users.signup_date,
        sum(is_new_session) over (partition by flagged.user_id order by event_time) as session_number
    from flagged
    left join users on users.user_id = flagged.user_id

)

select
    {{ dbt_utils.generate_surrogate_key(['user_id', 'session_number']) }} as session_id,
    numbered.*
from numbered
