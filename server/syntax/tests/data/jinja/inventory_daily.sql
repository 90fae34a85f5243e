{% set columns = dbt_utils.get_filtered_columns_in_relation(
    from=ref('stg_inventory'),
    except=["_loaded_at", "_file"]
) %}

with stock as (
    select
        {% for column in columns %}
        {{ column }},
        {% endfor %}
        warehouse_id as warehouse
    from {{ ref('stg_inventory') }}
    {{ limit_in_dev('snapshot_date', days=7) }}
),

warehouses as (
    select * from {{ ref('seed_warehouses') }}
),

movements as (
    select sku, warehouse, day, sum(delta) as delta
    from {{ source('wms', 'movements') }}
    where day > (select max(day) from {{ source('wms', 'closings') }})
    group by 1, 2, 3
)

select
    stock.*,
    warehouses.city,
    coalesce(movements.delta, 0) as moved
from stock
join warehouses on warehouses.id = stock.warehouse
left join movements
    on movements.sku = stock.sku
    and movements.warehouse = stock.warehouse
    and movements.day = stock.snapshot_date
