select date_day from {{ ref('utils_pkg', 'calendar') }}
