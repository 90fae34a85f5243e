//! `unpinned-ref`: means the latest of several versions, whichever that will be (spec §5).

use project::resolve::Resolution;

use super::versions::Versions;
use super::{RefSite, versions};
use crate::{Diagnostic, Severity};

pub(super) const CODE: &str = "unpinned-ref";

pub(super) fn check(site: &RefSite<'_>) -> Option<Diagnostic> {
    let versions = unpinned(site)?;
    if versions.known.len() < 2 || versions.prerelease().is_some() {
        return None;
    }
    let latest = versions.latest.as_deref()?;
    let severity = site.advice(Severity::Hint)?;
    let known: Vec<_> = versions.known.iter().map(|version| version.text.clone()).collect();
    let message = format!(
        "'{}' has the versions {}: this ref changes its meaning with the latest; pin it with v={latest}",
        site.name,
        versions::list(&known, Some(latest)),
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
