//! `unguarded-query`: the result of `run_query()` is used while there is none (jinja-context §2).

use project::facts::NameTrouble;

use super::FileCx;
use super::definitions::v1_error;
use super::failure::{Failure, by, failure};
use crate::Diagnostic;

pub(super) const CODE: &str = "unguarded-query";

pub(super) fn check(cx: &FileCx<'_>, out: &mut Vec<Diagnostic>) {
    for name in cx.facts.names.iter().filter(|name| name.trouble == NameTrouble::Unguarded) {
        let severity = match failure(cx, by(cx, name.range), name.reach, name.range) {
            Some(Failure::Node | Failure::Macro) => v1_error(cx),
            // Operations run with `execute`: a macro that no node runs may be fine.
            _ => continue,
        };
        let message = "run_query() gives nothing while dbt parses: use its result under {% if execute %}";
        out.push(Diagnostic::new(CODE, name.range, severity, message));
    }
}
