select
    id as customer_id,
    lower(email) as email,
    coalesce(name, 'unknown') as customer_name,
    {{ house.mask('phone') }} as phone
from {{ source('crm', 'customers') }}
where not is_test {# test accounts are marked by the crm itself #}
qualify row_number() over (partition by id order by _loaded_at desc) = 1
