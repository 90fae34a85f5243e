select cast(range as date) as date_day
from range(date '{{ var("calendar_start", "2020-01-01") }}', date '2031-01-01', interval 1 day)
