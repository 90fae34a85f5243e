select date_day
from {{ ref('calendar') }}
where month(date_day) = 12 and day(date_day) in (25, 26)
