select distinct date_trunc('month', date_day) as month_start
from {{ ref('calendar') }}
