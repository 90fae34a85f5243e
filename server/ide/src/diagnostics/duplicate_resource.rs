//! `duplicate-resource`: one package declares an exposure, metric, semantic model, saved query, unit test or
//! function twice (spec §8).

use project::facts::Section;
use project::layout::stem;
use project::names::{FILE, Site, Space};
use project::node::{NodeKind, Tri};
use text::TextRange;

use super::FileCx;
use super::definitions::v1_error;
use super::resources::EntrySite;
use crate::{Diagnostic, Place, Severity};

pub(super) const CODE: &str = "duplicate-resource";

/// Entries of this file.
pub(super) fn entries(cx: &FileCx<'_>, out: &mut Vec<Diagnostic>) {
    for (at, entry) in cx.facts.entries.iter().enumerate() {
        let site = EntrySite { cx, at: at as u32, entry };
        let (space, kind, what) = match entry.section {
            Section::Exposures => (Space::Exposure, NodeKind::Exposure, "exposures"),
            Section::Metrics => (Space::Metric, NodeKind::Metric, "metrics"),
            // dbt makes a metric of it.
            Section::Measures if entry.makes_metric() => (Space::Metric, NodeKind::Metric, "metrics"),
            Section::SemanticModels => (Space::SemanticModel, NodeKind::SemanticModel, "semantic models"),
            Section::SavedQueries => (Space::SavedQuery, NodeKind::SavedQuery, "saved queries"),
            Section::UnitTests => (Space::UnitTest, NodeKind::UnitTest, "unit tests"),
            Section::Functions => {
                out.extend(function_entries(&site));
                continue;
            }
            _ => continue,
        };
        out.extend(second(&site, space, kind, what));
    }
}

fn second(site: &EntrySite<'_>, space: Space, kind: NodeKind, what: &str) -> Option<Diagnostic> {
    let (cx, entry) = (site.cx, site.entry);
    let mesh = &cx.analysis.mesh;
    let name = entry.index_name(cx.facts);
    let sites = cx.package.sites(space, &name);
    let enabled = |at: &Site| mesh.enabled(&mesh.resource(cx.package, kind, &name, *at)) == Tri::Yes;
    if sites.len() < 2 || !enabled(&site.site()) {
        return None;
    }
    let other = sites.iter().find(|other| **other != site.site() && enabled(other))?;
    let message = format!("two {what} are named '{}': rename one of them", entry.name);
    let found = Diagnostic::new(CODE, entry.name_range, v1_error(cx), message);
    Some(found.related(place(cx, *other), "the other one"))
}

fn function_entries(site: &EntrySite<'_>) -> Option<Diagnostic> {
    let (cx, entry) = (site.cx, site.entry);
    // dbt looks at entries of functions that there are.
    cx.package.site(Space::Function, &entry.name)?;
    let mut others = cx.package.sites(Space::FunctionPatch, &entry.name).iter();
    let other = others.find(|other| **other != site.site())?;
    let message = format!("the function '{}' has two entries: bring them together", entry.name);
    let found = Diagnostic::new(CODE, entry.name_range, Severity::Error, message);
    Some(found.related(place(cx, *other), "the other one"))
}

/// Two files of one function.
pub(super) fn function_files(cx: &FileCx<'_>, out: &mut Vec<Diagnostic>) {
    let name = stem(&cx.entry.path);
    let mesh = &cx.analysis.mesh;
    let sites = cx.package.sites(Space::Function, name);
    let enabled =
        |site: &Site| mesh.node_of_file(site.file).is_some_and(|node| mesh.enabled(&node) == Tri::Yes);
    if sites.len() < 2 || !enabled(&Site { file: cx.file, item: FILE }) {
        return;
    }
    let Some(other) = sites.iter().find(|site| site.file != cx.file && enabled(site)) else { return };
    let path = mesh.file(other.file).map_or("", |entry| &*entry.path);
    let message = format!("two functions are named '{name}': this one and {path}; rename one of them");
    let start = TextRange::empty(0.into());
    let place = Place::File { file: other.file, full: start, focus: start };
    out.push(Diagnostic::new(CODE, start, v1_error(cx), message).related(Some(place), "the other one"));
}

/// Measures whose names are taken: dbt asks once there are metrics.
pub(super) fn measures(cx: &FileCx<'_>, out: &mut Vec<Diagnostic>) {
    let mesh = &cx.analysis.mesh;
    for (at, entry) in cx.facts.entries.iter().enumerate() {
        let here = Site { file: cx.file, item: at as u32 };
        let sites = cx.package.sites(Space::Measure, &entry.name);
        if entry.section != Section::Measures || sites.len() < 2 {
            continue;
        }
        let enabled = |at: &Site| {
            mesh.semantic_model_of(cx.package, *at).is_some_and(|model| mesh.enabled(&model) == Tri::Yes)
        };
        let Some(other) = sites.iter().find(|other| **other != here && enabled(other)) else { continue };
        // Within one semantic model the parts tell.
        let within = other.file == here.file
            && cx.facts.entries.get(other.item as usize).is_some_and(|other| other.parent == entry.parent);
        if within || !enabled(&here) || !cx.resolver.checks_semantic_layer() {
            continue;
        }
        let message = format!("two measures are named '{}': rename one of them", entry.name);
        let found = Diagnostic::new(CODE, entry.name_range, v1_error(cx), message);
        out.push(found.related(place(cx, *other), "the other one"));
    }
}

fn place(cx: &FileCx<'_>, site: Site) -> Option<Place> {
    let (_, entry) = cx.analysis.mesh.entry(site)?;
    Some(Place::File { file: site.file, full: entry.range, focus: entry.name_range })
}

#[cfg(test)]
mod tests {
    use expect_test::expect;

    use crate::diagnostics::tests::{check, check_v2};

    const SHOP: &str = "
//- shop/dbt_project.yml
name: shop
//- shop/dbt_packages/tools/dbt_project.yml
name: tools
//- shop/dbt_packages/tools/models/_exposures.yml
exposures: [{name: once, type: ml, owner: {name: Bea}}]
//- shop/functions/a/is_big.sql
x
//- shop/functions/b/is_big.sql
x
//- shop/functions/small.sql
x
//- shop/functions/_functions.yml
functions:
  - {name: small, returns: {data_type: int}}
  - {name: small, returns: {data_type: int}}
//- shop/models/orders.sql
select 1
//- shop/models/items.sql
select 1
//- shop/models/_a.yml
exposures:
  - {name: once, type: ml, owner: {name: Bea}}
  - {name: weekly, type: ml, owner: {name: Bea}}
  - {name: old, type: ml, owner: {name: Bea}, config: {enabled: false}}
  - {name: old, type: ml, owner: {name: Bea}}
unit_tests:
  - {name: adds_up, model: orders, given: [], expect: {rows: []}}
  - {name: adds_up, model: items, given: [], expect: {rows: []}}
//- shop/models/_b.yml
exposures:
  - {name: weekly, type: notebook, owner: {name: Bob}}
unit_tests:
  - {name: adds_up, model: items, given: [], expect: {rows: []}}
";

    #[test]
    fn in_one_package() {
        check(
            SHOP,
            expect![[r#"
            error[duplicate-resource]: two functions are named 'is_big': this one and functions/b/is_big.sql; rename one of them
             --> shop/functions/a/is_big.sql:1:1
              |
            1 | x
              | ^
              |
              = note: the other one: shop/functions/b/is_big.sql:1
            error[duplicate-resource]: two functions are named 'is_big': this one and functions/a/is_big.sql; rename one of them
             --> shop/functions/b/is_big.sql:1:1
              |
            1 | x
              | ^
              |
              = note: the other one: shop/functions/a/is_big.sql:1
            error[duplicate-resource]: the function 'small' has two entries: bring them together
             --> shop/functions/_functions.yml:2:12
              |
            2 |   - {name: small, returns: {data_type: int}}
              |            ^^^^^
            3 |   - {name: small, returns: {data_type: int}}
              |            ----- the other one
            error[duplicate-resource]: the function 'small' has two entries: bring them together
             --> shop/functions/_functions.yml:3:12
              |
            2 |   - {name: small, returns: {data_type: int}}
              |            ----- the other one
            3 |   - {name: small, returns: {data_type: int}}
              |            ^^^^^
            error[duplicate-resource]: two exposures are named 'weekly': rename one of them
             --> shop/models/_a.yml:3:12
              |
            3 |   - {name: weekly, type: ml, owner: {name: Bea}}
              |            ^^^^^^
              |
              = note: the other one: shop/models/_b.yml:2
            error[duplicate-resource]: two unit tests are named 'adds_up': rename one of them
             --> shop/models/_a.yml:8:12
              |
            8 |   - {name: adds_up, model: items, given: [], expect: {rows: []}}
              |            ^^^^^^^
              |
              = note: the other one: shop/models/_b.yml:4
            error[duplicate-resource]: two exposures are named 'weekly': rename one of them
             --> shop/models/_b.yml:2:12
              |
            2 |   - {name: weekly, type: notebook, owner: {name: Bob}}
              |            ^^^^^^
              |
              = note: the other one: shop/models/_a.yml:3
            error[duplicate-resource]: two unit tests are named 'adds_up': rename one of them
             --> shop/models/_b.yml:4:12
              |
            4 |   - {name: adds_up, model: items, given: [], expect: {rows: []}}
              |            ^^^^^^^
              |
              = note: the other one: shop/models/_a.yml:8
        "#]],
        );
    }

    #[test]
    fn v2_is_silent_about_most() {
        check_v2(
            SHOP,
            expect![[r#"
            warning[duplicate-resource]: two functions are named 'is_big': this one and functions/b/is_big.sql; rename one of them
             --> shop/functions/a/is_big.sql:1:1
              |
            1 | x
              | ^
              |
              = note: the other one: shop/functions/b/is_big.sql:1
            warning[duplicate-resource]: two functions are named 'is_big': this one and functions/a/is_big.sql; rename one of them
             --> shop/functions/b/is_big.sql:1:1
              |
            1 | x
              | ^
              |
              = note: the other one: shop/functions/a/is_big.sql:1
            error[duplicate-resource]: the function 'small' has two entries: bring them together
             --> shop/functions/_functions.yml:2:12
              |
            2 |   - {name: small, returns: {data_type: int}}
              |            ^^^^^
            3 |   - {name: small, returns: {data_type: int}}
              |            ----- the other one
            error[duplicate-resource]: the function 'small' has two entries: bring them together
             --> shop/functions/_functions.yml:3:12
              |
            2 |   - {name: small, returns: {data_type: int}}
              |            ----- the other one
            3 |   - {name: small, returns: {data_type: int}}
              |            ^^^^^
            warning[duplicate-resource]: two exposures are named 'weekly': rename one of them
             --> shop/models/_a.yml:3:12
              |
            3 |   - {name: weekly, type: ml, owner: {name: Bea}}
              |            ^^^^^^
              |
              = note: the other one: shop/models/_b.yml:2
            warning[duplicate-resource]: two unit tests are named 'adds_up': rename one of them
             --> shop/models/_a.yml:8:12
              |
            8 |   - {name: adds_up, model: items, given: [], expect: {rows: []}}
              |            ^^^^^^^
              |
              = note: the other one: shop/models/_b.yml:4
            warning[duplicate-resource]: two exposures are named 'weekly': rename one of them
             --> shop/models/_b.yml:2:12
              |
            2 |   - {name: weekly, type: notebook, owner: {name: Bob}}
              |            ^^^^^^
              |
              = note: the other one: shop/models/_a.yml:3
            warning[duplicate-resource]: two unit tests are named 'adds_up': rename one of them
             --> shop/models/_b.yml:4:12
              |
            4 |   - {name: adds_up, model: items, given: [], expect: {rows: []}}
              |            ^^^^^^^
              |
              = note: the other one: shop/models/_a.yml:8
        "#]],
        );
    }

    #[test]
    fn metrics_and_measures() {
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
  - name: items
    model: ref('orders')
    defaults: {agg_time_dimension: sold_at}
    entities: [{name: item_id, type: primary}]
    dimensions: [{name: sold_at, type: time, type_params: {time_granularity: day}}]
    measures: [{name: cost, agg: sum}]
metrics:
  - {name: revenue, label: R, type: simple, type_params: {measure: revenue}}
",
            expect![[r#"
                error[duplicate-resource]: two metrics are named 'revenue': rename one of them
                  --> shop/models/_semantic.yml:7:23
                   |
                 7 |     measures: [{name: revenue, agg: sum, create_metric: true}, {name: cost, agg: sum}]
                   |                       ^^^^^^^
                ...
                15 |   - {name: revenue, label: R, type: simple, type_params: {measure: revenue}}
                   |            ------- the other one
                error[duplicate-resource]: two measures are named 'cost': rename one of them
                  --> shop/models/_semantic.yml:7:71
                   |
                 7 |     measures: [{name: revenue, agg: sum, create_metric: true}, {name: cost, agg: sum}]
                   |                                                                       ^^^^
                ...
                13 |     measures: [{name: cost, agg: sum}]
                   |                       ---- the other one
                error[duplicate-resource]: two measures are named 'cost': rename one of them
                  --> shop/models/_semantic.yml:13:23
                   |
                 7 |     measures: [{name: revenue, agg: sum, create_metric: true}, {name: cost, agg: sum}]
                   |                                                                       ---- the other one
                ...
                13 |     measures: [{name: cost, agg: sum}]
                   |                       ^^^^
                error[duplicate-resource]: two metrics are named 'revenue': rename one of them
                  --> shop/models/_semantic.yml:15:12
                   |
                 7 |     measures: [{name: revenue, agg: sum, create_metric: true}, {name: cost, agg: sum}]
                   |                       ------- the other one
                ...
                15 |   - {name: revenue, label: R, type: simple, type_params: {measure: revenue}}
                   |            ^^^^^^^
            "#]],
        );
    }
}
