select * from {{ ref('warehouse', 'stock') }}
