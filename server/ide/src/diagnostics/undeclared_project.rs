//! `undeclared-project`

use super::RefSite;
use crate::Diagnostic;

pub(super) const CODE: &str = "undeclared-project";

pub(super) fn check(_site: &RefSite<'_>) -> Option<Diagnostic> {
    None
}
