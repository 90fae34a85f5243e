//! `unknown-key`: a key of `dependencies.yml` or `packages.yml` that means nothing to dbt (spec §12).

use project::deps::DepProblem;

use super::dependencies::{instead, shape_severity};
use super::{FileCx, wording};
use crate::Diagnostic;

pub(super) const CODE: &str = "unknown-key";

pub(super) fn found(cx: &FileCx<'_>, problem: &DepProblem, fatal: bool) -> Diagnostic {
    let message = format!("{}{}", problem.message, wording::did_you_mean(problem.instead.as_deref()));
    Diagnostic::new(CODE, problem.range, shape_severity(cx, fatal), message).fix(instead(
        cx,
        problem,
        problem.range,
    ))
}
