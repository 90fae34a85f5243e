//! `invalid-metric`: a metric that lacks what its type needs, or says it in a form that dbt does not take. Its cases
//! are facts of the file, see `project::facts::resources`.

pub(super) const CODE: &str = "invalid-metric";

#[cfg(test)]
mod tests {
    use expect_test::expect;

    use crate::diagnostics::tests::{check, check_v2};

    const METRICS: &str = "
//- shop/dbt_project.yml
name: shop
//- shop/models/_metrics.yml
metrics:
  - {name: Fine, label: F, type: Derived, type_params: {expr: '1'}}
  - {name: with space, label: N, type: derived, type_params: {expr: '1'}}
  - {name: 1st, label: N, type: derived, type_params: {expr: '1'}}
  - {name: a-b, label: N, type: derived, type_params: {expr: '1'}}
  - {name: kind, label: N, type: ratioo, type_params: {numerator: Fine, denominator: Fine}}
  - {name: simple, label: N, type: simple, type_params: {expr: x}}
  - {name: ratio, label: N, type: ratio, type_params: {numerator: Fine}}
  - {name: conversion, label: N, type: conversion, type_params: {}}
  - {name: entity, label: N, type: conversion, type_params: {conversion_type_params: {calculation: rate}}}
  - {name: window, label: N, type: derived, type_params: {window: 7days, cumulative_type_params: {period_agg: mean}}}
  - {name: newer, type: simple}
  - {name: newer_top, type: simple, agg: sum}
  - {name: off, label: N, type: simple, type_params: {}, config: {enabled: false}}
";

    #[test]
    fn what_each_needs() {
        check(
            METRICS,
            expect![[r#"
            error[invalid-metric]: the name of a metric cannot contain spaces: use '_', and 'label' for people
             --> shop/models/_metrics.yml:3:12
              |
            3 |   - {name: with space, label: N, type: derived, type_params: {expr: '1'}}
              |            ^^^^^^^^^^
            error[invalid-metric]: the name of a metric must begin with a letter
             --> shop/models/_metrics.yml:4:12
              |
            4 |   - {name: 1st, label: N, type: derived, type_params: {expr: '1'}}
              |            ^^^
            error[invalid-metric]: the name of a metric holds letters, digits and '_' only
             --> shop/models/_metrics.yml:5:12
              |
            5 |   - {name: a-b, label: N, type: derived, type_params: {expr: '1'}}
              |            ^^^
            error[invalid-metric]: 'type' cannot be 'ratioo'; did you mean 'ratio'?
             --> shop/models/_metrics.yml:6:34
              |
            6 |   - {name: kind, label: N, type: ratioo, type_params: {numerator: Fine, denominator: Fine}}
              |                                  ^^^^^^
              |
              = fix: Change to 'ratio'
            error[invalid-metric]: this metric needs a 'measure'
             --> shop/models/_metrics.yml:7:44
              |
            7 |   - {name: simple, label: N, type: simple, type_params: {expr: x}}
              |                                            ^^^^^^^^^^^
            error[invalid-metric]: a ratio needs a 'numerator' and a 'denominator'
             --> shop/models/_metrics.yml:8:42
              |
            8 |   - {name: ratio, label: N, type: ratio, type_params: {numerator: Fine}}
              |                                          ^^^^^^^^^^^
            error[invalid-metric]: a conversion needs 'conversion_type_params' with its two measures
             --> shop/models/_metrics.yml:9:52
              |
            9 |   - {name: conversion, label: N, type: conversion, type_params: {}}
              |                                                    ^^^^^^^^^^^
            error[invalid-metric]: 'conversion_type_params' needs 'base_measure'
              --> shop/models/_metrics.yml:10:87
               |
            10 |   - {name: entity, label: N, type: conversion, type_params: {conversion_type_params: {calculation: rate}}}
               |                                                                                       ^^^^^^^^^^^
            error[invalid-metric]: 'conversion_type_params' needs 'conversion_measure'
              --> shop/models/_metrics.yml:10:87
               |
            10 |   - {name: entity, label: N, type: conversion, type_params: {conversion_type_params: {calculation: rate}}}
               |                                                                                       ^^^^^^^^^^^
            error[invalid-metric]: 'conversion_type_params' needs 'entity'
              --> shop/models/_metrics.yml:10:87
               |
            10 |   - {name: entity, label: N, type: conversion, type_params: {conversion_type_params: {calculation: rate}}}
               |                                                                                       ^^^^^^^^^^^
            error[invalid-metric]: 'calculation' cannot be 'rate'; did you mean 'conversion_rate'?
              --> shop/models/_metrics.yml:10:100
               |
            10 |   - {name: entity, label: N, type: conversion, type_params: {conversion_type_params: {calculation: rate}}}
               |                                                                                                    ^^^^
               |
               = fix: Change to 'conversion_rate'
            error[invalid-metric]: a window is a count and a granularity, such as '7 days'
              --> shop/models/_metrics.yml:11:67
               |
            11 |   - {name: window, label: N, type: derived, type_params: {window: 7days, cumulative_type_params: {period_agg: mean}}}
               |                                                                   ^^^^^
            error[invalid-metric]: 'period_agg' cannot be 'mean': use first, last or average
              --> shop/models/_metrics.yml:11:111
               |
            11 |   - {name: window, label: N, type: derived, type_params: {window: 7days, cumulative_type_params: {period_agg: mean}}}
               |                                                                                                               ^^^^
            error[invalid-metric]: a simple metric needs 'type_params' with a 'measure', or (in a model with 'semantic_model') an 'agg'
              --> shop/models/_metrics.yml:12:12
               |
            12 |   - {name: newer, type: simple}
               |            ^^^^^
            error[invalid-metric]: a simple metric with an 'agg' stands under 'metrics' of a model with 'semantic_model'
              --> shop/models/_metrics.yml:13:12
               |
            13 |   - {name: newer_top, type: simple, agg: sum}
               |            ^^^^^^^^^
        "#]],
        );
    }

    #[test]
    fn v2_looks_at_names_and_types_only() {
        check_v2(
            METRICS,
            expect![[r#"
            error[invalid-metric]: 'type' cannot be 'Derived'; did you mean 'derived'?
             --> shop/models/_metrics.yml:2:34
              |
            2 |   - {name: Fine, label: F, type: Derived, type_params: {expr: '1'}}
              |                                  ^^^^^^^
              |
              = fix: Change to 'derived'
            error[invalid-metric]: the name of a metric cannot contain spaces: use '_', and 'label' for people
             --> shop/models/_metrics.yml:3:12
              |
            3 |   - {name: with space, label: N, type: derived, type_params: {expr: '1'}}
              |            ^^^^^^^^^^
            error[invalid-metric]: the name of a metric must begin with a letter
             --> shop/models/_metrics.yml:4:12
              |
            4 |   - {name: 1st, label: N, type: derived, type_params: {expr: '1'}}
              |            ^^^
            error[invalid-metric]: the name of a metric holds letters, digits and '_' only
             --> shop/models/_metrics.yml:5:12
              |
            5 |   - {name: a-b, label: N, type: derived, type_params: {expr: '1'}}
              |            ^^^
            error[invalid-metric]: 'type' cannot be 'ratioo'; did you mean 'ratio'?
             --> shop/models/_metrics.yml:6:34
              |
            6 |   - {name: kind, label: N, type: ratioo, type_params: {numerator: Fine, denominator: Fine}}
              |                                  ^^^^^^
              |
              = fix: Change to 'ratio'
        "#]],
        );
    }

    const LAYER: &str = "
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
    defaults: {agg_time_dimension: ordered_at}
    entities: [{name: order_id, type: primary}]
    dimensions: [{name: ordered_at, type: time, type_params: {time_granularity: day}}]
    measures: [{name: revenue, agg: sum}]
//- shop/models/_metrics.yml
$0metrics:
  - {name: Revenue, label: R, type: simple, type_params: {measure: revenue}}
  - {name: month, label: M, type: simple, type_params: {measure: revenue}}
  - {name: none, label: N, type: derived, type_params: {expr: '1'}}
  - {name: running, label: C, type: cumulative, type_params: {measure: revenue, window: 7 days}}
";

    #[test]
    fn what_the_semantic_layer_asks_as_a_whole() {
        check(
            LAYER,
            expect![[r#"
            error[invalid-metric]: the semantic layer refuses the name 'Revenue': use two or more of a-z, 0-9 and single '_' between them
             --> shop/models/_metrics.yml:2:12
              |
            2 |   - {name: Revenue, label: R, type: simple, type_params: {measure: revenue}}
              |            ^^^^^^^
            error[invalid-metric]: the semantic layer keeps the name 'month' for the granularity: use another one
             --> shop/models/_metrics.yml:3:12
              |
            3 |   - {name: month, label: M, type: simple, type_params: {measure: revenue}}
              |            ^^^^^
            error[invalid-metric]: a derived metric needs 'metrics' that its 'expr' is made of
             --> shop/models/_metrics.yml:4:43
              |
            4 |   - {name: none, label: N, type: derived, type_params: {expr: '1'}}
              |                                           ^^^^^^^^^^^
            error[invalid-metric]: 'window' belongs under 'cumulative_type_params'
             --> shop/models/_metrics.yml:5:81
              |
            5 |   - {name: running, label: C, type: cumulative, type_params: {measure: revenue, window: 7 days}}
              |                                                                                 ^^^^^^
        "#]],
        );
        let flat = "name: shop\nflags: {require_nested_cumulative_type_params: false}";
        check(
            &LAYER.replace("name: shop", flat).replace("Revenue", "total").replace("month", "monthly"),
            expect![[r#"
                error[invalid-metric]: a derived metric needs 'metrics' that its 'expr' is made of
                 --> shop/models/_metrics.yml:4:43
                  |
                4 |   - {name: none, label: N, type: derived, type_params: {expr: '1'}}
                  |                                           ^^^^^^^^^^^
            "#]],
        );
    }
}
