//! `ignored-argument`

use project::refs::Problem;

use crate::Diagnostic;

pub(super) const CODE: &str = "ignored-argument";

pub(super) fn check(_problems: &[Problem], _out: &mut Vec<Diagnostic>) {}
