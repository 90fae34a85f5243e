//! `unknown-metric`: a metric that no properties file declares, or that is disabled (spec §10).

use project::access::Referrer;
use project::facts::Use;
use project::flavor::Flavor;
use project::graph;
use project::names::Space;
use project::resolve::Resolution;

use super::resources::NameSite;
use super::site::missing_severity;
use super::{FileCx, disabled_model, wording};
use crate::{Diagnostic, Severity};

pub(super) const CODE: &str = "unknown-metric";

/// `metric('name')`
pub(super) fn call(cx: &FileCx<'_>, used: &Use, referrer: &Referrer) -> Option<Diagnostic> {
    let (package, name) = graph::named(used).filter(|_| used.call.complete)?;
    let resolution = cx.resolver.metric(package, name);
    let severity = missing_severity(cx, referrer, used)?;
    // dbt v2 does not look metrics up.
    let severity = if cx.flavor() == Flavor::V2 { severity.min(Severity::Warning) } else { severity };
    let (message, near) = message(cx, &resolution, name, package)?;
    let range = used.call.args.last()?.inner_range();
    let edits = cx.edits(&used.call);
    let fix = near
        .and_then(|near| edits.fix(format!("Change to '{near}'"), false, [edits.rename(range, name, near)]));
    Some(
        Diagnostic::new(CODE, range, severity, message)
            .fix(fix)
            .related(switch(cx, &resolution), "disabled here"),
    )
}

/// A metric's name in YAML.
pub(super) fn named(site: &NameSite<'_>) -> Option<Diagnostic> {
    let resolution = site.cx.resolver.metric(None, &site.used.name);
    let (message, near) = message(site.cx, &resolution, &site.used.name, None)?;
    Some(site.finding(CODE, message, near).related(switch(site.cx, &resolution), "disabled here"))
}

fn message<'a>(
    cx: &FileCx<'a>,
    resolution: &Resolution,
    name: &str,
    package: Option<&str>,
) -> Option<(String, Option<&'a str>)> {
    let place = package.map(|package| format!(" in '{package}'")).unwrap_or_default();
    match resolution {
        Resolution::Disabled(_) => {
            Some((format!("the metric '{name}' is disabled: enable it, or use another one"), None))
        }
        Resolution::Missing(_) => {
            let names = cx.resolver.packages().flat_map(|package| package.names(Space::Metric));
            let names = names.map(|(name, _)| name.as_str());
            let near = if cx.may_guess() { text::suggest(name, names) } else { None };
            let message = match near {
                Some(near) => format!("no metric '{name}'{place}{}", wording::did_you_mean(Some(near))),
                None => {
                    format!("no metric '{name}'{place}: declare it under 'metrics:' in a properties file")
                }
            };
            Some((message, near))
        }
        _ => None,
    }
}

fn switch(cx: &FileCx<'_>, resolution: &Resolution) -> Option<crate::Place> {
    match resolution {
        Resolution::Disabled(target) => disabled_model::switch(cx, target),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use expect_test::expect;

    use crate::diagnostics::tests::{check, check_v2};

    const SHOP: &str = "
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
";

    const USES: &str = "//- shop/models/_uses.yml
$0metrics:
  - {name: share, label: S, type: ratio, type_params: {numerator: revenu, denominator: {name: nope}}}
  - {name: total, label: D, type: derived, type_params: {expr: revenue + hidden, metrics: [revenue, hidden]}}
saved_queries:
  - {name: daily, query_params: {metrics: [revenue, costs, total]}}
exposures:
  - {name: weekly, type: ml, owner: {name: Bea}, depends_on: [metric('revenue'), metric('nope'), \"metric('shop', 'revenu')\"]}
";

    #[test]
    fn in_yaml() {
        check(
            &format!("{SHOP}{USES}"),
            expect![[r#"
            error[unknown-metric]: no metric 'revenu'; did you mean 'revenue'?
             --> shop/models/_uses.yml:2:67
              |
            2 |   - {name: share, label: S, type: ratio, type_params: {numerator: revenu, denominator: {name: nope}}}
              |                                                                   ^^^^^^
              |
              = fix: Change to 'revenue'
            error[unknown-metric]: no metric 'nope': declare it under 'metrics:' in a properties file
             --> shop/models/_uses.yml:2:95
              |
            2 |   - {name: share, label: S, type: ratio, type_params: {numerator: revenu, denominator: {name: nope}}}
              |                                                                                               ^^^^
            error[unknown-metric]: the metric 'hidden' is disabled: enable it, or use another one
             --> shop/models/_uses.yml:3:101
              |
            3 |   - {name: total, label: D, type: derived, type_params: {expr: revenue + hidden, metrics: [revenue, hidden]}}
              |                                                                                                     ^^^^^^
              |
              = note: disabled here: shop/models/_semantic.yml:10
            error[unknown-metric]: no metric 'costs': declare it under 'metrics:' in a properties file
             --> shop/models/_uses.yml:5:53
              |
            5 |   - {name: daily, query_params: {metrics: [revenue, costs, total]}}
              |                                                     ^^^^^
            error[unknown-metric]: no metric 'nope': declare it under 'metrics:' in a properties file
             --> shop/models/_uses.yml:7:90
              |
            7 |   - {name: weekly, type: ml, owner: {name: Bea}, depends_on: [metric('revenue'), metric('nope'), "metric('shop', 'revenu')"]}
              |                                                                                          ^^^^
            error[unknown-metric]: no metric 'revenu' in 'shop'; did you mean 'revenue'?
             --> shop/models/_uses.yml:7:115
              |
            7 |   - {name: weekly, type: ml, owner: {name: Bea}, depends_on: [metric('revenue'), metric('nope'), "metric('shop', 'revenu')"]}
              |                                                                                                                   ^^^^^^
              |
              = fix: Change to 'revenue'
        "#]],
        );
    }

    #[test]
    fn v2_does_not_look() {
        check_v2(
            &format!("{SHOP}{USES}"),
            expect![[r#"
            warning[unknown-metric]: no metric 'revenu'; did you mean 'revenue'?
             --> shop/models/_uses.yml:2:67
              |
            2 |   - {name: share, label: S, type: ratio, type_params: {numerator: revenu, denominator: {name: nope}}}
              |                                                                   ^^^^^^
              |
              = fix: Change to 'revenue'
            warning[unknown-metric]: no metric 'nope': declare it under 'metrics:' in a properties file
             --> shop/models/_uses.yml:2:95
              |
            2 |   - {name: share, label: S, type: ratio, type_params: {numerator: revenu, denominator: {name: nope}}}
              |                                                                                               ^^^^
            warning[unknown-metric]: the metric 'hidden' is disabled: enable it, or use another one
             --> shop/models/_uses.yml:3:101
              |
            3 |   - {name: total, label: D, type: derived, type_params: {expr: revenue + hidden, metrics: [revenue, hidden]}}
              |                                                                                                     ^^^^^^
              |
              = note: disabled here: shop/models/_semantic.yml:10
            warning[unknown-metric]: no metric 'costs': declare it under 'metrics:' in a properties file
             --> shop/models/_uses.yml:5:53
              |
            5 |   - {name: daily, query_params: {metrics: [revenue, costs, total]}}
              |                                                     ^^^^^
            warning[unknown-metric]: no metric 'nope': declare it under 'metrics:' in a properties file
             --> shop/models/_uses.yml:7:90
              |
            7 |   - {name: weekly, type: ml, owner: {name: Bea}, depends_on: [metric('revenue'), metric('nope'), "metric('shop', 'revenu')"]}
              |                                                                                          ^^^^
            warning[unknown-metric]: no metric 'revenu' in 'shop'; did you mean 'revenue'?
             --> shop/models/_uses.yml:7:115
              |
            7 |   - {name: weekly, type: ml, owner: {name: Bea}, depends_on: [metric('revenue'), metric('nope'), "metric('shop', 'revenu')"]}
              |                                                                                                                   ^^^^^^
              |
              = fix: Change to 'revenue'
        "#]],
        );
    }

    #[test]
    fn in_calls() {
        let model = "//- shop/models/report.sql
$0{{ metric('revenu') }} {{ metric('revenue') }} {{ metric(var('m')) }}
{{ metric() }} {{ metric('a', 'b', 'c') }}
{% if var('x') %}{{ metric('nope') }}{% endif %}
";
        check(
            &format!("{SHOP}{model}"),
            expect![[r#"
            error[unknown-metric]: no metric 'revenu'; did you mean 'revenue'?
             --> shop/models/report.sql:1:12
              |
            1 | {{ metric('revenu') }} {{ metric('revenue') }} {{ metric(var('m')) }}
              |            ^^^^^^
              |
              = fix: Change to 'revenue'
            error[invalid-ref-arguments]: metric() takes one or two arguments, 0 given
             --> shop/models/report.sql:2:4
              |
            2 | {{ metric() }} {{ metric('a', 'b', 'c') }}
              |    ^^^^^^^^
            error[invalid-ref-arguments]: metric() takes one or two arguments, 3 given
             --> shop/models/report.sql:2:19
              |
            2 | {{ metric() }} {{ metric('a', 'b', 'c') }}
              |                   ^^^^^^^^^^^^^^^^^^^^^
            hint[unknown-metric]: no metric 'nope': declare it under 'metrics:' in a properties file
             --> shop/models/report.sql:3:29
              |
            3 | {% if var('x') %}{{ metric('nope') }}{% endif %}
              |                             ^^^^
        "#]],
        );
        check(
            &format!("{SHOP}//- shop/tests/t.sql\n$0{{{{ metric('revenu') }}}}\n"),
            expect![[r#"
            warning[unknown-metric]: no metric 'revenu'; did you mean 'revenue'?
             --> shop/tests/t.sql:1:12
              |
            1 | {{ metric('revenu') }}
              |            ^^^^^^
              |
              = fix: Change to 'revenue'
        "#]],
        );
    }
}
