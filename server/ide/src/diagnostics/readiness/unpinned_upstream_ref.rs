//! `unpinned-upstream-ref`: a model of another project is read in whichever version that project calls its latest.
//!
//! Said instead of `unpinned-ref`, and even of a model that has one version only so far.

use project::resolve::Via;

use crate::diagnostics::unpinned_ref::unpinned;
use crate::diagnostics::{RefSite, wording};
use crate::{Diagnostic, Severity};

pub(in crate::diagnostics) const CODE: &str = "unpinned-upstream-ref";

/// Whether this rule, when it is on, has the word about a call.
pub(in crate::diagnostics) fn says(site: &RefSite<'_>) -> bool {
    matches!(site.found(), Some((_, Via::Upstream { .. }))) && site.cx.wants(CODE, Severity::Warning)
}

pub(in crate::diagnostics) fn check(site: &RefSite<'_>) -> Option<Diagnostic> {
    if !says(site) {
        return None;
    }
    let latest = unpinned(site)?.latest?;
    let severity = site.advice(Severity::Warning)?;
    let message = format!(
        "'{}' of another project is read without a version: pin it with v={}",
        site.name,
        wording::version(&latest)
    );
    let fix = site.pin(format!("Pin version {latest}"), &latest, true);
    Some(Diagnostic::new(CODE, site.name_range, severity, message).fix(fix))
}
