select booking_id, reference as order_id, amount, booked_on
from {{ source('bank', 'statements') }}
