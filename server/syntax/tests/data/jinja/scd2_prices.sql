{{ config(materialized='ephemeral') }}

with changes as (
    select
        product_id, price, valid_from,
        lead(valid_from) over (partition by product_id order by valid_from) as valid_to
    from {{ ref('prices_snapshot') }}
    where dbt_valid_to is null or '{{ env_var("DBT_ENV", "dev") }}' <> 'prod'
)

select changes.*, categories.category
from changes
join {{ ref('platform', 'dim_categories', v=1) }} as categories
  on categories.product_id = changes.product_id
join {{ ref('platform', 'dim_categories', v=2) }} as newer
  on newer.product_id = changes.product_id
