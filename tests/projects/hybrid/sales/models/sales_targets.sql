select account_id, target from {{ source('crm', 'targets') }}
