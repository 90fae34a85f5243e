//! `raised-error`: a template raises an error whenever dbt parses the project.

use project::facts::Use;

use super::failure::Failure;
use super::templates::CallSite;
use crate::{Diagnostic, Severity};

pub(super) const CODE: &str = "raised-error";

/// Only what surely raises: `raise_not_implemented` and its like do so too.
const RAISES: [&str; 3] = [
    "exceptions.raise_compiler_error",
    "exceptions.raise_database_error",
    "exceptions.raise_not_implemented",
];

pub(super) fn is_about(used: &Use) -> bool {
    RAISES.contains(&used.call.name.as_str())
}

pub(super) fn check(site: &CallSite<'_>) -> Option<Diagnostic> {
    let message = match site.failure {
        _ if !is_about(site.used) => return None,
        Failure::Node => "this stops dbt whenever it parses the project: put it under a condition",
        Failure::Macro => {
            "this stops dbt whenever it parses the project, as a node runs this macro: put it under a condition"
        }
        Failure::Later | Failure::Perhaps => return None,
    };
    Some(Diagnostic::new(CODE, site.used.call.name_range, Severity::Error, message))
}
