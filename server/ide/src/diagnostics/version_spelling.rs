//! `version-spelling`

use super::RefSite;
use crate::Diagnostic;

pub(super) const CODE: &str = "version-spelling";

pub(super) fn check(_site: &RefSite<'_>) -> Option<Diagnostic> {
    None
}
