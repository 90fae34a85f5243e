select * from {{ ref('dates_a', 'days') }}
