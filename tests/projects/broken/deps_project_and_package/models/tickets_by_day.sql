select * from {{ ref('support', 'tickets') }}
