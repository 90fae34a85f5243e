//! `self-reference`

use super::RefSite;
use crate::Diagnostic;

pub(super) const CODE: &str = "self-reference";

pub(super) fn check(_site: &RefSite<'_>) -> Option<Diagnostic> {
    None
}
