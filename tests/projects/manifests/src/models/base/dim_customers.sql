select 1 as customer_id, 'a@larkfield.example' as email
