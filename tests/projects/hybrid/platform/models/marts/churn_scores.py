def model(dbt, session):
    dbt.config(materialized="table")

    customers = dbt.ref("dim_customers", v=2).df()
    orders = dbt.ref("fct_orders").df()

    last_order = orders.groupby("customer_id")["ordered_at"].max().rename("last_order_at")
    scored = customers.join(last_order, on="customer_id")
    idle = (orders["ordered_at"].max() - scored["last_order_at"]).dt.days
    scored["churn_score"] = (idle / 365).clip(0, 1)
    return scored[["customer_id", "churn_score"]]
