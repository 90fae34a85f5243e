//! `reference-cycle`

use super::FileCx;
use crate::Diagnostic;

pub(super) const CODE: &str = "reference-cycle";

pub(super) fn check(_cx: &FileCx<'_>, _out: &mut Vec<Diagnostic>) {}
