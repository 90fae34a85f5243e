//! `private-model`

use super::RefSite;
use crate::Diagnostic;

pub(super) const CODE: &str = "private-model";

pub(super) fn check(_site: &RefSite<'_>) -> Option<Diagnostic> {
    None
}
