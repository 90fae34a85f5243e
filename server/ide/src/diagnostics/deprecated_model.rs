//! `deprecated-model`

use super::RefSite;
use crate::Diagnostic;

pub(super) const CODE: &str = "deprecated-model";

pub(super) fn check(_site: &RefSite<'_>) -> Option<Diagnostic> {
    None
}
