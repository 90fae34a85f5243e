//! `jinja-in-dependencies`: dbt v1 takes the braces literally, and nobody renders project names (spec §12).

use project::deps::DepProblem;

use crate::{Diagnostic, Severity};

pub(super) const CODE: &str = "jinja-in-dependencies";

pub(super) fn found(problem: &DepProblem) -> Diagnostic {
    Diagnostic::new(CODE, problem.range, Severity::Warning, problem.message.clone())
}
