//! `missing-name`: an entry under `projects:` without a name (spec §12).

use project::deps::DepProblem;

use super::FileCx;
use super::dependencies::shape_severity;
use crate::Diagnostic;

pub(super) const CODE: &str = "missing-name";

pub(super) fn found(cx: &FileCx<'_>, problem: &DepProblem) -> Diagnostic {
    Diagnostic::new(CODE, problem.range, shape_severity(cx, false), problem.message.clone())
}
