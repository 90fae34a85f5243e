def model(dbt, session):
    dbt.config(materialized="table", packages=["numpy"])
    a = dbt.ref("orders", v=1)  # comment "
    b = dbt.source(r'raw', f"pay{1}")
    """ dbt.ref("not") """
    return a.join(b)
