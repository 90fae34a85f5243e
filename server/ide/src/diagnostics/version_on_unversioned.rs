//! `version-on-unversioned`

use super::RefSite;
use crate::Diagnostic;

pub(super) const CODE: &str = "version-on-unversioned";

pub(super) fn check(_site: &RefSite<'_>) -> Option<Diagnostic> {
    None
}
