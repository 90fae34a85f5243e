//! `unknown-project`

use super::RefSite;
use crate::Diagnostic;

pub(super) const CODE: &str = "unknown-project";

pub(super) fn check(_site: &RefSite<'_>) -> Option<Diagnostic> {
    None
}
