//! `unpinned-ref`: means the latest of several versions, whichever that will be (spec §5).

use project::resolve::Resolution;

use super::readiness::unpinned_upstream_ref;
use super::versions::Versions;
use super::{RefSite, versions, wording};
use crate::{Diagnostic, Severity};

pub(super) const CODE: &str = "unpinned-ref";

pub(super) fn check(site: &RefSite<'_>) -> Option<Diagnostic> {
    let versions = unpinned(site)?;
    if unpinned_upstream_ref::says(site) || versions.known.len() < 2 || versions.prerelease().is_some() {
        return None;
    }
    let latest = versions.latest.as_deref()?;
    let severity = site.advice(Severity::Hint)?;
    let known: Vec<_> = versions.known.iter().map(|version| version.text.clone()).collect();
    let message = format!(
        "'{}' has the versions {}: this ref changes its meaning with the latest; pin it with v={}",
        site.name,
        versions::list(&known, Some(latest)),
        wording::version(latest),
    );
    let fix = site.pin(format!("Pin version {latest}"), latest, true);
    Some(Diagnostic::new(CODE, site.name_range, severity, message).fix(fix))
}

/// The versions of what was found, when the call does not say which one it means.
pub(super) fn unpinned(site: &RefSite<'_>) -> Option<Versions> {
    let Resolution::Found { dotted: false, .. } = site.resolution else { return None };
    if site.version.is_some() || site.violation.is_some() || !site.args.problems.is_empty() {
        return None;
    }
    Versions::of(site)
}

#[cfg(test)]
mod tests {
    use expect_test::expect;

    use crate::diagnostics::tests::check_consumer;

    #[test]
    fn several_versions_and_none_is_named() {
        check_consumer(
            "select * from {{ ref('platform', 'customers') }}",
            expect![[r#"
            hint[unpinned-ref]: 'customers' has the versions 2 (latest) and 1: this ref changes its meaning with the latest; pin it with v=2
             --> finance/models/report.sql:1:35
              |
            1 | select * from {{ ref('platform', 'customers') }}
              |                                   ^^^^^^^^^
              |
              = fix: Pin version 2 (preferred)
        "#]],
        );
    }

    #[test]
    fn unversioned_pinned_and_dynamic_refs_are_fine() {
        let model = "{{ ref('platform', 'orders') }} {{ ref('platform', 'customers', version='2') }} {{ ref(var('p'), 'customers') }}";
        check_consumer(
            model,
            expect![[r#"
            nothing
        "#]],
        );
    }

    #[test]
    fn in_a_branch_not_taken_nothing_is_said() {
        check_consumer(
            "{% if false %}{{ ref('platform', 'customers') }}{% endif %}",
            expect![[r#"
            nothing
        "#]],
        );
    }
}
