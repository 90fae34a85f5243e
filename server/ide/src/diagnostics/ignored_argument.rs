//! `ignored-argument`: dbt accepts the call and does not do what it says (spec §4.1).

use project::refs::Problem;
use syntax::calls::Lit;
use text::TextRange;

use super::edits::Edits;
use crate::{Diagnostic, Fix, Severity, Tag};

pub(super) const CODE: &str = "ignored-argument";

pub(super) fn check(problems: &[Problem], edits: &Edits<'_>, severity: Severity, out: &mut Vec<Diagnostic>) {
    out.extend(problems.iter().filter_map(|problem| {
        match problem {
            Problem::Ignored { range, message } => Some(
                Diagnostic::new(CODE, *range, severity.min(Severity::Warning), message.clone())
                    .tag(Tag::Unused)
                    .fix(package(edits, *range))
                    .fix(remove(edits, *range)),
            ),
            Problem::Invalid { .. } => None,
        }
    }));
}

fn remove(edits: &Edits<'_>, range: TextRange) -> Option<Fix> {
    let arg = edits.call.args.iter().find(|arg| range.contains_range(arg.range))?;
    edits.fix("Remove the argument".into(), false, [edits.remove(arg.range)])
}

/// `package=` is meant as the first argument.
fn package(edits: &Edits<'_>, range: TextRange) -> Option<Fix> {
    let args = &edits.call.args;
    let arg = args.iter().find(|arg| range.contains_range(arg.range))?;
    arg.keyword.as_ref().filter(|(name, _)| name == "package" || name == "project")?;
    let positional = args.iter().filter(|arg| arg.keyword.is_none()).count();
    let Some(Lit::Str(name)) = arg.value.single().filter(|_| positional == 1) else { return None };
    let change = [edits.add_package(name), edits.remove(arg.range)];
    edits.fix(format!("Write '{name}' as the first argument"), false, change)
}
