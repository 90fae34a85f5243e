//! `unknown-source`

use super::SourceSite;
use crate::Diagnostic;

pub(super) const CODE: &str = "unknown-source";

pub(super) fn check(_site: &SourceSite<'_>) -> Option<Diagnostic> {
    None
}
