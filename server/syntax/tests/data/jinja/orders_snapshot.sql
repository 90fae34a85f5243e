{% snapshot orders_snapshot %}

{{
    config(
      target_schema='snapshots',
      unique_key='order_id',
      strategy='timestamp',
      updated_at='updated_at',
      invalidate_hard_deletes=True,
    )
}}

select
    order_id,
    status,
    updated_at
from {{ source('shop', 'raw_orders') }}
where order_id in (select order_id from {{ ref('stg_order_items') }})

{% endsnapshot %}


{% snapshot customers_snapshot %}
    {{ config(unique_key='customer_id', strategy='check', check_cols=['email', 'tier']) }}
    select * from {{ ref('stg_customers') }}
{% endsnapshot %}
