//! `unknown-dimension`: the time dimension that a semantic model or measure names is none of its own. A fact of the
//! file, see `project::facts::resources`; dbt v1 asks once there are metrics.

pub(super) const CODE: &str = "unknown-dimension";

#[cfg(test)]
mod tests {
    use expect_test::expect;

    use crate::diagnostics::tests::check;

    #[test]
    fn of_the_semantic_model_alone() {
        check(
            "
//- shop/dbt_project.yml
name: shop
//- shop/models/orders.sql
select 1
//- shop/models/metricflow_time_spine.sql
select 1
//- shop/models/_semantic.yml
semantic_models:
  - name: orders
    model: ref('orders')
    defaults: {agg_time_dimension: orderd_at}
    entities: [{name: order_id, type: primary}]
    dimensions:
      - {name: ordered_at, type: time, type_params: {time_granularity: day}}
      - {name: status, type: categorical}
    measures:
      - {name: revenue, agg: sum, create_metric: true}
      - {name: cost, agg: sum, agg_time_dimension: status}
  - name: other
    model: ref('orders')
    defaults: {agg_time_dimension: ordered_at}
",
            expect![[r#"
                error[unknown-dimension]: no time dimension 'orderd_at'; did you mean 'ordered_at'?
                 --> shop/models/_semantic.yml:4:36
                  |
                4 |     defaults: {agg_time_dimension: orderd_at}
                  |                                    ^^^^^^^^^
                  |
                  = fix: Change to 'ordered_at'
                error[unknown-dimension]: no time dimension 'status': the semantic model has 'ordered_at'
                  --> shop/models/_semantic.yml:11:52
                   |
                11 |       - {name: cost, agg: sum, agg_time_dimension: status}
                   |                                                    ^^^^^^
                error[unknown-dimension]: no time dimension 'ordered_at': declare it under 'dimensions' with 'type: time'
                  --> shop/models/_semantic.yml:14:36
                   |
                14 |     defaults: {agg_time_dimension: ordered_at}
                   |                                    ^^^^^^^^^^
            "#]],
        );
    }
}
