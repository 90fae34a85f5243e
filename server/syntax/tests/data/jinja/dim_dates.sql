{{ config(materialized="table") }}

with spine as (
    {{ dbt_utils.date_spine(
        datepart="day",
        start_date="cast('2015-01-01' as date)",
        end_date="cast('2030-12-31' as date)"
    ) }}
),

holidays as (
    select * from {{ ref('seed_holidays') }}
)

select
    cast(spine.date_day as date) as date_day,
    extract(year from date_day) as year,
    extract(month from date_day) as month,
    holidays.name as holiday_name,
    case
        when extract(isodow from date_day) in (6, 7) then true
        when holidays.name is not null then true
        else false
    end as is_day_off
from spine
left join holidays on holidays.day = spine.date_day
