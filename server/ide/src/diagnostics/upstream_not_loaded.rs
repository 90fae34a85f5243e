//! `upstream-not-loaded`

use super::RefSite;
use crate::Diagnostic;

pub(super) const CODE: &str = "upstream-not-loaded";

pub(super) fn check(_site: &RefSite<'_>) -> Option<Diagnostic> {
    None
}
