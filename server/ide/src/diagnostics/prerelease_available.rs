//! `prerelease-available`

use super::RefSite;
use crate::Diagnostic;

pub(super) const CODE: &str = "prerelease-available";

pub(super) fn check(_site: &RefSite<'_>) -> Option<Diagnostic> {
    None
}
