//! `syntax-error`

use super::FileCx;
use crate::Diagnostic;

pub(super) const CODE: &str = "syntax-error";

pub(super) fn check(_cx: &FileCx<'_>, _out: &mut Vec<Diagnostic>) {}
