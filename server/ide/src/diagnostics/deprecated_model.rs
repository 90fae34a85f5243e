//! `deprecated-model`: the target has a deprecation date (spec §7). Of all referrers dbt tells only models.

use project::access::ReferrerKind;
use project::date::Date;
use project::{NodeKind, Target};

use super::RefSite;
use super::versions::Versions;
use crate::{Diagnostic, Severity, Tag};

pub(super) const CODE: &str = "deprecated-model";

pub(super) fn check(site: &RefSite<'_>) -> Option<Diagnostic> {
    let (target, _) = site.found().filter(|_| site.violation.is_none())?;
    if site.referrer.kind != ReferrerKind::Node(NodeKind::Model) {
        return None;
    }
    let date = date(site, target)?;
    // dbt compares with the midnight that the day starts with.
    let past = date <= site.cx.analysis.today();
    let severity = site.advice(if past { Severity::Warning } else { Severity::Hint })?;
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
        .fix(fix);
    if past {
        found = found.tag(Tag::Deprecated);
    }
    Some(found)
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
    use expect_test::expect;

    use crate::diagnostics::tests::{PLATFORM, check, check_consumer, check_fix, finance};

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
    fn a_date_to_come_is_a_hint() {
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
                hint[deprecated-model]: 'old' will be deprecated on 2030-01-01
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
                nothing
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
