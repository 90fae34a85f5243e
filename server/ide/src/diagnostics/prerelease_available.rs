//! `prerelease-available`: unpinned, while a version newer than the latest can be tried (spec §5).

use super::unpinned_ref::unpinned;
use super::{RefSite, wording};
use crate::{Diagnostic, Severity};

pub(super) const CODE: &str = "prerelease-available";

pub(super) fn check(site: &RefSite<'_>) -> Option<Diagnostic> {
    let versions = unpinned(site)?;
    let prerelease = &versions.prerelease()?.text;
    let latest = versions.latest.as_deref()?;
    let severity = site.advice(Severity::Hint)?;
    let message = format!(
        "this ref means version {latest} of '{}'; version {prerelease} is a prerelease that v={} tries",
        site.name,
        wording::version(prerelease),
    );
    let fixes = [
        site.pin(format!("Pin version {latest}, the latest"), latest, false),
        site.pin(format!("Try version {prerelease}, a prerelease"), prerelease, false),
    ];
    Some(Diagnostic::new(CODE, site.name_range, severity, message).fix(fixes.into_iter().flatten()))
}

#[cfg(test)]
mod tests {
    use expect_test::expect;

    use crate::diagnostics::tests::check_consumer;

    #[test]
    fn an_unpinned_ref_below_a_prerelease() {
        check_consumer(
            "select * from {{ ref('platform', 'products') }}",
            expect![[r#"
            hint[prerelease-available]: this ref means version 2 of 'products'; version 3 is a prerelease that v=3 tries
             --> finance/models/report.sql:1:35
              |
            1 | select * from {{ ref('platform', 'products') }}
              |                                   ^^^^^^^^
              |
              = fix: Pin version 2, the latest
              = fix: Try version 3, a prerelease
        "#]],
        );
    }

    #[test]
    fn a_pinned_ref_knows_what_it_does() {
        check_consumer(
            "select * from {{ ref('platform', 'products', v=2) }}",
            expect![[r#"
            nothing
        "#]],
        );
        check_consumer(
            "select * from {{ ref('platform', 'products', v=var('v')) }}",
            expect![[r#"
            nothing
        "#]],
        );
    }
}
