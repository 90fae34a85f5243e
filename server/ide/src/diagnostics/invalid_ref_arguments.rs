//! `invalid-ref-arguments`

use project::refs::Problem;

use crate::{Diagnostic, Severity};

pub(super) const CODE: &str = "invalid-ref-arguments";

pub(super) fn check(_problems: &[Problem], _severity: Severity, _out: &mut Vec<Diagnostic>) {}
