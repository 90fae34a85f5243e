//! `unknown-version`

use super::RefSite;
use crate::Diagnostic;

pub(super) const CODE: &str = "unknown-version";

pub(super) fn check(_site: &RefSite<'_>) -> Option<Diagnostic> {
    None
}
