//! `invalid-ref-arguments`: a call of `ref` or `source` that dbt refuses (spec §4.1, §10).

use project::refs::Problem;
use syntax::calls::Lit;

use super::edits::Edits;
use crate::{Diagnostic, Fix, Severity};

pub(super) const CODE: &str = "invalid-ref-arguments";

pub(super) fn check(problems: &[Problem], edits: &Edits<'_>, severity: Severity, out: &mut Vec<Diagnostic>) {
    out.extend(problems.iter().filter_map(|problem| match problem {
        Problem::Invalid { range, message } => {
            Some(Diagnostic::new(CODE, *range, severity, message.clone()).fix(version(edits)))
        }
        Problem::Ignored { .. } => None,
    }));
}

/// A number in the last place is a version without its keyword.
fn version(edits: &Edits<'_>) -> Option<Fix> {
    let call = edits.call;
    let is_ref = call.name == "ref" || call.name == "builtins.ref";
    let last = call
        .args
        .last()
        .filter(|arg| is_ref && (2..=3).contains(&call.args.len()) && arg.keyword.is_none())?;
    let number = matches!(last.value.single(), Some(Lit::Int(_)));
    number
        .then(|| edits.fix("Write it as the version".into(), true, [edits.name_argument(last.range, "v")]))?
}
