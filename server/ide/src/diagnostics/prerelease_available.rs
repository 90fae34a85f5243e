//! `prerelease-available`: unpinned, while a version newer than the latest can be tried (spec §5).

use super::RefSite;
use super::unpinned_ref::unpinned;
use crate::{Diagnostic, Severity};

pub(super) const CODE: &str = "prerelease-available";

pub(super) fn check(site: &RefSite<'_>) -> Option<Diagnostic> {
    let versions = unpinned(site)?;
    let prerelease = &versions.prerelease()?.text;
    let latest = versions.latest.as_deref()?;
    let severity = site.advice(Severity::Hint)?;
    let message = format!(
        "this ref means version {latest} of '{}'; version {prerelease} is a prerelease that v={prerelease} tries",
        site.name,
    );
    let fixes = [
        site.pin(format!("Pin version {latest}, the latest"), latest, false),
        site.pin(format!("Try version {prerelease}, a prerelease"), prerelease, false),
    ];
    Some(Diagnostic::new(CODE, site.name_range, severity, message).fix(fixes.into_iter().flatten()))
}
