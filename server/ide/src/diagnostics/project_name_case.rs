//! `project-name-case`

use super::RefSite;
use crate::Diagnostic;

pub(super) const CODE: &str = "project-name-case";

pub(super) fn check(_site: &RefSite<'_>) -> Option<Diagnostic> {
    None
}
