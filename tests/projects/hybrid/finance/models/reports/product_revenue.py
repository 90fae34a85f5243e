def model(dbt, session):
    dbt.config(materialized="table")
    items = dbt.ref("platform", "fct_order_items").df()
    products = dbt.ref("platform", "dim_products", version=2).df()
    return items.merge(products, on="product_id")
