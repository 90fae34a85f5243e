//! `one-argument-cross-project`

use super::RefSite;
use crate::Diagnostic;

pub(super) const CODE: &str = "one-argument-cross-project";

pub(super) fn check(_site: &RefSite<'_>) -> Option<Diagnostic> {
    None
}
