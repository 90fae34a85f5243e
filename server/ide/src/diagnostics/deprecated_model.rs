//! `deprecated-model`: a model has a deprecation date (spec §7). dbt tells of it with every parse once it is past, in
//! consumers with dbt-loom too, and before in every model that refers to it.

use project::access::ReferrerKind;
use project::date::Date;
use project::layout::FileKind;
use project::node::Tri;
use project::registry::Supply;
use project::upstream;
use project::{NodeKind, NodeRef, PackageId, Target};

use super::definitions::EntrySite;
use super::versions::Versions;
use super::{FileCx, RefSite, wording};
use crate::{Diagnostic, Severity, Tag};

pub(super) const CODE: &str = "deprecated-model";

/// How many models a message lists.
const SHOWN: usize = 6;

pub(super) fn check(site: &RefSite<'_>) -> Option<Diagnostic> {
    let (target, _) = site.found().filter(|_| site.violation.is_none())?;
    if site.referrer.kind != ReferrerKind::Node(NodeKind::Model) {
        return None;
    }
    let date = date(site, target)?;
    // dbt compares with the midnight that the day starts with.
    let past = date <= site.cx.analysis.today();
    let severity = site.advice(Severity::Warning)?;
    let version = version(target);
    let newer = newer(site, version);
    let shown = match version {
        Some(version) => format!("version {version} of '{}'", crate::names::of_target(target)),
        None => format!("'{}'", site.name),
    };
    let when = if past { "was deprecated on" } else { "will be deprecated on" };
    let advice = match &newer {
        Some(newer) => format!(": move to version {newer}"),
        None => String::new(),
    };
    let fix = newer.and_then(|newer| site.pin(format!("Move to version {newer}"), &newer, false));
    let range = site.version_range.unwrap_or(site.name_range);
    let mut found = Diagnostic::new(CODE, range, severity, format!("{shown} {when} {date}{advice}"))
        .related(site.cx.place(target), "the deprecated model")
        .fix(fix)
        .event(if past { "DeprecatedReference" } else { "UpcomingReferenceDeprecation" });
    if past {
        found = found.tag(Tag::Deprecated);
    }
    Some(found)
}

/// The model itself, or a version, once its date is past.
pub(super) fn entry(site: &EntrySite<'_>, nodes: &[NodeRef], out: &mut Vec<Diagnostic>) {
    let mesh = &site.cx.analysis.mesh;
    for node in nodes {
        let Some(date) = mesh.deprecation(node).filter(|date| *date <= site.cx.analysis.today()) else {
            continue;
        };
        let settings = mesh.version_entry(node).map_or(&site.entry.settings, |version| &version.settings);
        let Some(setting) = settings.get("deprecation_date") else { continue };
        let shown = match &node.version {
            Some(version) => format!("version {version} of '{}'", node.name),
            None => format!("'{}'", node.name),
        };
        let message = format!("{shown} was deprecated on {date}: disable or remove it");
        let found = Diagnostic::new(CODE, setting.value_range, Severity::Warning, message);
        out.push(found.event("DeprecatedModel"));
    }
}

/// Models of an upstream that dbt-loom brings along, used or not (spec upstreams §2.7).
pub(super) fn brought(cx: &FileCx<'_>, out: &mut Vec<Diagnostic>) {
    let today = cx.analysis.today();
    for entry in cx.facts.upstreams.iter().flat_map(|facts| &facts.entries) {
        let Some(upstream) = cx.resolver.upstreams().iter().find(|known| known.name == entry.name) else {
            continue;
        };
        let mut past: Vec<String> = match &upstream.supply {
            Some(Supply::Live(id)) => live(cx, *id, today),
            Some(Supply::Manifest { manifest, .. }) => {
                let is_past = |node: &upstream::NodeRef<'_>| {
                    node.deprecation_date().and_then(Date::parse).is_some_and(|date| date <= today)
                };
                manifest.models().filter(is_past).map(|node| shown(node.name(), node.version())).collect()
            }
            None => continue,
        };
        if past.is_empty() {
            continue;
        }
        past.sort();
        let message = format!(
            "'{}' still has models past their deprecation date, of which dbt warns with every parse: {}",
            entry.name,
            wording::list(past.into_iter(), SHOWN)
        );
        let found = Diagnostic::new(CODE, entry.range, Severity::Warning, message);
        out.push(found.event("DeprecatedModel"));
    }
}

fn live(cx: &FileCx<'_>, project: PackageId, today: Date) -> Vec<String> {
    let mesh = &cx.analysis.mesh;
    let Some(package) = mesh.package(project) else { return Vec::new() };
    let mut out = Vec::new();
    for (file, entry) in package.files().filter_map(|file| Some((file, mesh.file(file)?))) {
        if !matches!(entry.kind, FileKind::Model | FileKind::PythonModel) {
            continue;
        }
        let Some(node) = mesh.node_of_file(file) else { continue };
        let is_past = mesh.deprecation(&node).is_some_and(|date| date <= today);
        if is_past && mesh.enabled(&node) == Tri::Yes {
            out.push(shown(&node.name, node.version.as_deref()));
        }
    }
    out
}

fn shown(name: &str, version: Option<&str>) -> String {
    version.map_or(format!("'{name}'"), |version| format!("'{name}' version {version}"))
}

fn date(site: &RefSite<'_>, target: &Target) -> Option<Date> {
    match target {
        Target::Local(node) => site.cx.analysis.mesh.deprecation(node),
        Target::Upstream { manifest, node, .. } => Date::parse(manifest.node_at(*node)?.deprecation_date()?),
    }
}

fn version(target: &Target) -> Option<&str> {
    match target {
        Target::Local(node) => node.version.as_deref(),
        Target::Upstream { manifest, node, .. } => manifest.node_at(*node)?.version(),
    }
}

/// The latest version, when it is another one that may be used.
fn newer(site: &RefSite<'_>, version: Option<&str>) -> Option<String> {
    let versions = Versions::of(site)?;
    let latest = versions.latest.as_ref()?;
    let usable = versions.known.iter().any(|known| known.text == *latest);
    (usable && Some(latest.as_str()) != version).then(|| latest.to_string())
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use expect_test::{Expect, expect};
    use project::registry::{Offer, OfferSource, SupplyKind};

    use crate::diagnostics::tests::{
        PLATFORM, PLATFORM_MANIFEST, check, check_consumer, check_fix, check_with, finance,
    };

    #[test]
    fn a_date_that_is_past_is_a_warning() {
        check_consumer(
            "select * from {{ ref('platform', 'customers', v=1) }}",
            expect![[r#"
            warning[deprecated-model]: version 1 of 'customers' was deprecated on 2026-01-31: move to version 2
             --> finance/models/report.sql:1:49
              |
            1 | select * from {{ ref('platform', 'customers', v=1) }}
              |                                                 ^ deprecated
              |
              = note: the deprecated model: platform/models/_models.yml:9
              = fix: Move to version 2
        "#]],
        );
    }

    #[test]
    fn the_other_version_is_fine() {
        check_consumer(
            "select * from {{ ref('platform', 'customers', v=2) }}",
            expect![[r#"
            nothing
        "#]],
        );
    }

    #[test]
    fn a_date_to_come() {
        check(
            "
//- shop/dbt_project.yml
name: shop
//- shop/models/old.sql
select 1
//- shop/models/_models.yml
models:
  - name: old
    deprecation_date: 2030-01-01
//- shop/models/report.sql
$0select * from {{ ref('old') }}
",
            expect![[r#"
                warning[deprecated-model]: 'old' will be deprecated on 2030-01-01
                 --> shop/models/report.sql:1:23
                  |
                1 | select * from {{ ref('old') }}
                  |                       ^^^
                  |
                  = note: the deprecated model: shop/models/_models.yml:2
            "#]],
        );
    }

    #[test]
    fn the_model_itself_and_what_dbt_loom_brings() {
        check(
            &PLATFORM.replace("name: orders\n", "name: orders\n    deprecation_date: 2030-01-01\n"),
            expect![[r#"
                error[unknown-group]: no group 'books': define it under 'groups:' in a properties file
                 --> platform/models/_models.yml:6:38
                  |
                6 |     config: {access: private, group: books}
                  |                                      ^^^^^
                warning[deprecated-model]: version 1 of 'customers' was deprecated on 2026-01-31: disable or remove it
                  --> platform/models/_models.yml:11:27
                   |
                11 |         deprecation_date: 2026-01-31
                   |                           ^^^^^^^^^^
            "#]],
        );
        brought(
            PLATFORM,
            expect![[r#"
            warning[deprecated-model]: 'platform' still has models past their deprecation date, of which dbt warns with every parse: 'customers' version 1
             --> finance/dbt_loom.config.yml:1:57
              |
            1 | manifests: [{name: platform, type: file, config: {path: p.json}}]
              |                                                         ^^^^^^
        "#]],
        );
        brought(
            PLATFORM_MANIFEST,
            expect![[r#"
            warning[deprecated-model]: 'platform' still has models past their deprecation date, of which dbt warns with every parse: 'customers' version 1
             --> finance/dbt_loom.config.yml:1:57
              |
            1 | manifests: [{name: platform, type: file, config: {path: p.json}}]
              |                                                         ^^^^^^
        "#]],
        );
    }

    fn brought(upstream: &str, expected: Expect) {
        let manifest = OfferSource::Manifest("/artifacts/platform/manifest.json".into());
        let loom = Offer::new(SupplyKind::Loom, Some("platform".into()), manifest);
        let finance = "//- finance/dbt_project.yml\nname: finance\n//- finance/dbt_loom.config.yml\n\
                       $0manifests: [{name: platform, type: file, config: {path: p.json}}]\n";
        let configure = |analysis: &mut crate::Analysis| {
            let project = analysis.mesh.package_at("/w/finance").unwrap().id;
            let registry = Arc::make_mut(&mut analysis.mesh.registry);
            registry.offers.entry(project).or_default().push(loom.clone());
        };
        check_with(&format!("{finance}{upstream}"), configure, expected);
    }

    #[test]
    fn tests_and_dates_at_the_model_of_a_version_say_nothing() {
        check(
            "
//- shop/dbt_project.yml
name: shop
//- shop/models/old_v1.sql
select 1
//- shop/models/older.sql
select 1
//- shop/models/_models.yml
models:
  - name: old
    deprecation_date: 2020-01-01
    versions: [{v: 1}]
  - name: older
    deprecation_date: 2020-01-01
//- shop/tests/older_is_empty.sql
select * from {{ ref('older') }}
//- shop/models/report.sql
select * from {{ ref('old', v=1) }}
",
            expect![[r#"
                warning[deprecated-model]: 'older' was deprecated on 2020-01-01: disable or remove it
                 --> shop/models/_models.yml:6:23
                  |
                6 |     deprecation_date: 2020-01-01
                  |                       ^^^^^^^^^^
            "#]],
        );
    }

    #[test]
    fn the_fix_moves_to_the_latest() {
        let source =
            format!("{}{PLATFORM}", finance("select * from {{ ref('platform', 'customers', version='1') }}"));
        check_fix(
            &source,
            "Move",
            expect![[r#"
                select * from {{ ref('platform', 'customers', version=2) }}
            "#]],
        );
    }
}
