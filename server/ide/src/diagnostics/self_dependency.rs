//! `self-dependency`: a project that declares itself as its upstream (spec §12).

use super::dependencies::DepSite;
use crate::{Diagnostic, Severity};

pub(super) const CODE: &str = "self-dependency";

pub(super) fn check(site: &DepSite<'_>) -> Option<Diagnostic> {
    let name = &site.dep.name;
    if name != site.cx.project.name() {
        return None;
    }
    let message = format!("'{name}' is this project itself: remove the entry");
    Some(Diagnostic::new(CODE, site.dep.name_range, Severity::Warning, message).fix(site.remove()))
}
