def model(dbt, session):
    orders = dbt.ref("platform", "fct_orders")
    # expect: unknown-model
    years = dbt.ref("platform", "dim_years")
    return orders.join(years)
