select click_id, campaign, customer_id, clicked_at from {{ source('ads', 'clicks') }}
