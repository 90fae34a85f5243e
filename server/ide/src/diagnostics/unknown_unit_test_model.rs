//! `unknown-unit-test-model`: a unit test of a model, or of versions of one, that its package has not (spec §10).

use project::NodeKind;
use project::facts::resources::{NameUse, Wanted};
use project::names::Space;
use project::resolve::{Missing, Resolution};

use super::resources::{EntrySite, NameSite, local};
use super::{FileCx, wording};
use crate::Diagnostic;

pub(super) const CODE: &str = "unknown-unit-test-model";

/// How many versions a message lists.
const SHOWN: usize = 6;

pub(super) fn check(site: &NameSite<'_>) -> Option<Diagnostic> {
    let (cx, name) = (site.cx, site.used.name.as_str());
    let found = cx.analysis.mesh.tested_model(&cx.resolver, cx.package, name);
    let (message, near) = match &found {
        Resolution::Found { target, .. } => {
            let node = local(target).filter(|node| node.kind != NodeKind::Model)?;
            (format!("'{name}' is {}: unit tests are about models", wording::a(node.kind)), None)
        }
        Resolution::Missing(Missing::Version { known, .. }) => {
            let shown = wording::list(known.iter().map(|version| format!("'{version}'")), SHOWN);
            (format!("no model '{name}': the versions are {shown}"), None)
        }
        Resolution::Missing(_) => {
            let names = cx.package.names(Space::Model).map(|(name, _)| name.as_str());
            let near = if cx.may_guess() { text::suggest(name, names) } else { None };
            let place = cx.package.name();
            let message = match near {
                Some(near) => format!("no model '{name}' in '{place}'{}", wording::did_you_mean(Some(near))),
                None if name.contains('(') => {
                    "the model of a unit test is its name alone, without ref()".to_owned()
                }
                None => {
                    format!("no model '{name}' in '{place}': a unit test stands in the project of its model")
                }
            };
            (message, near)
        }
        _ => return None,
    };
    Some(site.finding(CODE, message, near))
}

/// `versions: {include: […]}`
pub(super) fn versions(cx: &FileCx<'_>, out: &mut Vec<Diagnostic>) {
    let names = &cx.facts.resources().names;
    let of = |entry: u32, wanted: Wanted| {
        names.iter().filter(move |used| used.entry == entry && used.wanted == wanted)
    };
    let listed = names.iter().filter(|used| used.wanted == Wanted::TestedVersion);
    let mut last = None;
    for first in listed {
        if last.replace(first.entry) == Some(first.entry) {
            continue;
        }
        let (Some(model), Some(entry)) =
            (of(first.entry, Wanted::TestedModel).next(), cx.facts.entries.get(first.entry as usize))
        else {
            continue;
        };
        let site = EntrySite { cx, at: first.entry, entry };
        if site.is_enabled() {
            let listed: Vec<&NameUse> = of(first.entry, Wanted::TestedVersion).collect();
            out.extend(refused(cx, model, &listed, entry));
        }
    }
}

/// dbt refuses versions of a model that has none, and a test that is left without a version.
fn refused(
    cx: &FileCx<'_>,
    model: &NameUse,
    listed: &[&NameUse],
    entry: &project::facts::Entry,
) -> Option<Diagnostic> {
    let mesh = &cx.analysis.mesh;
    let Resolution::Found { target, .. } = mesh.tested_model(&cx.resolver, cx.package, &model.name) else {
        return None;
    };
    let node = local(&target)?;
    let family = mesh.family(cx.package, &node.name)?;
    let first = *listed.first()?;
    let site = NameSite { cx, used: first, entry };
    if !family.is_versioned() {
        let message = format!("'{}' has no versions: remove 'versions'", node.name);
        return Some(site.finding(CODE, message, None));
    }
    let has = |used: &&&NameUse| family.member(&used.name).is_some_and(|member| member.file.is_some());
    let known: Vec<String> =
        family.versions.iter().map(|member| wording::version(&member.version.text)).collect();
    let left = match first.counts {
        true => listed.iter().filter(has).count(),
        false => known.len().saturating_sub(listed.iter().filter(has).count()),
    };
    let shown = wording::list(known.into_iter(), SHOWN);
    let message = match first.counts {
        true => format!("'{}' has no such version: its versions are {shown}", node.name),
        false => format!("no version of '{}' is left to test: its versions are {shown}", node.name),
    };
    (left == 0).then(|| site.finding(CODE, message, None))
}

#[cfg(test)]
mod tests {
    use expect_test::expect;

    use crate::diagnostics::tests::check;

    #[test]
    fn models_and_their_versions() {
        check(
            "
//- shop/dbt_project.yml
name: shop
//- shop/models/orders.sql
select 1
//- shop/models/closed.sql
{{ config(enabled=false) }} select 1
//- shop/models/m_v1.sql
select 1
//- shop/models/m_v2.sql
select 1
//- shop/seeds/codes.csv
id
//- shop/tests/fixtures/deep/order_rows.csv
id
//- shop/models/_models.yml
models: [{name: m, versions: [{v: 1}, {v: 2}]}]
//- shop/models/_tests.yml
$0unit_tests:
  - {name: fine, model: orders, given: [], expect: {rows: []}}
  - {name: near, model: ordrs, given: [], expect: {rows: []}}
  - {name: far, model: nothing, given: [], expect: {rows: []}}
  - {name: call, model: ref('orders'), given: [], expect: {rows: []}}
  - {name: a_seed, model: codes, given: [], expect: {rows: []}}
  - {name: of_closed, model: closed, given: [], expect: {rows: []}}
  - {name: off, model: nothing, given: [], expect: {rows: []}, config: {enabled: false}}
  - {name: both, model: m, given: [], expect: {rows: []}}
  - {name: second, model: m, versions: {include: [2, 3]}, given: [], expect: {rows: []}}
  - {name: third, model: m, versions: {include: [3]}, given: [], expect: {rows: []}}
  - {name: neither, model: m, versions: {exclude: [1, 2]}, given: [], expect: {rows: []}}
  - {name: unversioned, model: orders, versions: {include: [1]}, given: [], expect: {rows: []}}
",
            expect![[r#"
                error[unknown-unit-test-model]: no model 'ordrs' in 'shop'; did you mean 'orders'?
                 --> shop/models/_tests.yml:3:25
                  |
                3 |   - {name: near, model: ordrs, given: [], expect: {rows: []}}
                  |                         ^^^^^
                  |
                  = fix: Change to 'orders'
                error[unknown-unit-test-model]: no model 'nothing' in 'shop': a unit test stands in the project of its model
                 --> shop/models/_tests.yml:4:24
                  |
                4 |   - {name: far, model: nothing, given: [], expect: {rows: []}}
                  |                        ^^^^^^^
                error[unknown-unit-test-model]: no model 'ref('orders')' in 'shop'; did you mean 'orders'?
                 --> shop/models/_tests.yml:5:25
                  |
                5 |   - {name: call, model: ref('orders'), given: [], expect: {rows: []}}
                  |                         ^^^^^^^^^^^^^
                  |
                  = fix: Change to 'orders'
                error[unknown-unit-test-model]: 'codes' is a seed: unit tests are about models
                 --> shop/models/_tests.yml:6:27
                  |
                6 |   - {name: a_seed, model: codes, given: [], expect: {rows: []}}
                  |                           ^^^^^
                error[unknown-unit-test-model]: 'm' has no such version: its versions are 1 and 2
                  --> shop/models/_tests.yml:11:50
                   |
                11 |   - {name: third, model: m, versions: {include: [3]}, given: [], expect: {rows: []}}
                   |                                                  ^
                error[unknown-unit-test-model]: no version of 'm' is left to test: its versions are 1 and 2
                  --> shop/models/_tests.yml:12:52
                   |
                12 |   - {name: neither, model: m, versions: {exclude: [1, 2]}, given: [], expect: {rows: []}}
                   |                                                    ^
                error[unknown-unit-test-model]: 'orders' has no versions: remove 'versions'
                  --> shop/models/_tests.yml:13:61
                   |
                13 |   - {name: unversioned, model: orders, versions: {include: [1]}, given: [], expect: {rows: []}}
                   |                                                             ^
            "#]],
        );
    }
}
