//! Findings about what a template calls and names besides `ref` and `source`: asks each rule about each place.

use project::facts::Use;
use project::layout::FileKind;
use project::refs::{Lookup, lookup};

use super::callee::{Callee, callee};
use super::failure::{Failure, failure};
use super::{
    FileCx, duplicate_macro, invalid_config, macro_arguments, raised_error, undefined_variable,
    unguarded_query, unknown_config, unknown_dispatch, unknown_macro,
};
use crate::{Cancellable, Diagnostic};

/// One call of something that may be a macro.
pub(super) struct CallSite<'a> {
    pub cx: &'a FileCx<'a>,
    pub used: &'a Use,
    pub callee: &'a Callee,
    /// When dbt fails if this call does.
    pub failure: Failure,
}

/// Rules about one call. All are asked; each says its own.
const RULES: &[fn(&CallSite<'_>) -> Option<Diagnostic>] =
    &[macro_arguments::check, raised_error::check, unknown_dispatch::check, unknown_macro::check];

pub(super) fn check(cx: &FileCx<'_>, out: &mut Vec<Diagnostic>) -> Cancellable<()> {
    // What was read around damage may not be what is meant.
    if !cx.facts.errors.is_empty() {
        return Ok(());
    }
    match cx.entry.kind {
        kind if kind.is_template() => {
            duplicate_macro::check(cx, out);
            invalid_config::check(cx, out);
            unknown_config::check(cx, out);
            unguarded_query::check(cx, out);
            undefined_variable::check(cx, out);
        }
        // For its hooks.
        FileKind::ProjectFile => {}
        _ => return Ok(()),
    }
    for used in cx.facts.uses.iter().filter(|used| lookup(&used.call.name) == Lookup::Macro) {
        cx.analysis.check()?;
        let callee = callee(cx, &used.call.name);
        let site = |failure| CallSite { cx, used, callee: &callee, failure };
        let matters = !matches!(callee, Callee::Other)
            || raised_error::is_about(used)
            || unknown_dispatch::is_about(used);
        let Some(site) =
            matters.then(|| failure(cx, used.by, used.call.reach, used.call.range)).flatten().map(site)
        else {
            continue;
        };
        out.extend(RULES.iter().filter_map(|rule| rule(&site)));
    }
    Ok(())
}
