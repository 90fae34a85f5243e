//! `unknown-measure`: a metric's measure that no semantic model has, or only a disabled one (spec §10).

use project::names::Space;
use project::resolve::Resolution;

use super::resources::NameSite;
use super::{disabled_model, wording};
use crate::Diagnostic;

pub(super) const CODE: &str = "unknown-measure";

pub(super) fn check(site: &NameSite<'_>) -> Option<Diagnostic> {
    let (cx, name) = (site.cx, site.used.name.as_str());
    match cx.resolver.measure(name) {
        Resolution::Disabled(target) => {
            let model = crate::names::of_target(&target);
            let message =
                format!("the semantic model '{model}' of the measure '{name}' is disabled: enable it");
            let place = disabled_model::switch(cx, &target);
            Some(site.finding(CODE, message, None).related(place, "disabled here"))
        }
        Resolution::Missing(_) => {
            let names = cx.resolver.packages().flat_map(|package| package.names(Space::Measure));
            let names = names.map(|(name, _)| name.as_str());
            let near = if cx.may_guess() { text::suggest(name, names) } else { None };
            let message = match near {
                Some(near) => format!("no measure '{name}'{}", wording::did_you_mean(Some(near))),
                None => format!("no measure '{name}': declare it under 'measures:' of a semantic model"),
            };
            Some(site.finding(CODE, message, near))
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use expect_test::expect;

    use crate::diagnostics::tests::check;

    #[test]
    fn of_metrics_that_use_it() {
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
    defaults: {agg_time_dimension: ordered_at}
    entities: [{name: order_id, type: primary}]
    dimensions: [{name: ordered_at, type: time, type_params: {time_granularity: day}}]
    measures: [{name: revenue, agg: sum, create_metric: true}, {name: cost, agg: sum}]
  - name: closed
    model: ref('orders')
    config: {enabled: false}
    measures: [{name: hidden, agg: sum, create_metric: true}]
//- shop/models/_metrics.yml
$0metrics:
  - {name: near, label: A, type: simple, type_params: {measure: revenu}}
  - {name: far, label: B, type: simple, type_params: {measure: {name: margin}}}
  - {name: off, label: C, type: simple, type_params: {measure: nope}, config: {enabled: false}}
  - {name: of_closed, label: D, type: simple, type_params: {measure: hidden}}
  - {name: ignored, label: E, type: ratio, type_params: {measure: nope, numerator: revenue, denominator: revenue}}
  - name: rate
    label: F
    type: conversion
    type_params: {conversion_type_params: {base_measure: revenue, conversion_measure: costs, entity: order_id}}
  - {name: dynamic, label: G, type: simple, type_params: {measure: \"{{ var('m') }}\"}}
",
            expect![[r#"
                error[unknown-measure]: no measure 'revenu'; did you mean 'revenue'?
                 --> shop/models/_metrics.yml:2:65
                  |
                2 |   - {name: near, label: A, type: simple, type_params: {measure: revenu}}
                  |                                                                 ^^^^^^
                  |
                  = fix: Change to 'revenue'
                error[unknown-measure]: no measure 'margin': declare it under 'measures:' of a semantic model
                 --> shop/models/_metrics.yml:3:71
                  |
                3 |   - {name: far, label: B, type: simple, type_params: {measure: {name: margin}}}
                  |                                                                       ^^^^^^
                error[unknown-measure]: the semantic model 'closed' of the measure 'hidden' is disabled: enable it
                 --> shop/models/_metrics.yml:5:70
                  |
                5 |   - {name: of_closed, label: D, type: simple, type_params: {measure: hidden}}
                  |                                                                      ^^^^^^
                  |
                  = note: disabled here: shop/models/_semantic.yml:10
                error[unknown-measure]: no measure 'costs'; did you mean 'cost'?
                  --> shop/models/_metrics.yml:10:87
                   |
                10 |     type_params: {conversion_type_params: {base_measure: revenue, conversion_measure: costs, entity: order_id}}
                   |                                                                                       ^^^^^
                   |
                   = fix: Change to 'cost'
            "#]],
        );
    }
}
