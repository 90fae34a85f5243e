//! `unpinned-ref`

use super::RefSite;
use crate::Diagnostic;

pub(super) const CODE: &str = "unpinned-ref";

pub(super) fn check(_site: &RefSite<'_>) -> Option<Diagnostic> {
    None
}
