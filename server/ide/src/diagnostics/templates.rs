//! Findings about what a template calls and names besides `ref` and `source`: asks each rule about each place.

use std::cell::OnceCell;

use project::facts::Use;
use project::layout::FileKind;
use project::refs::{Lookup, lookup};

use super::callee::{Callee, callee};
use super::failure::{Failure, failure};
use super::{
    FileCx, config_arguments, duplicate_macro, macro_arguments, raised_error, undefined_variable,
    unguarded_query, unknown_config, unknown_dispatch, unknown_macro,
};
use crate::{Cancellable, Diagnostic};

/// One call of something that may be a macro.
pub(super) struct CallSite<'a> {
    pub cx: &'a FileCx<'a>,
    pub used: &'a Use,
    pub callee: &'a Callee,
    failure: OnceCell<Option<Failure>>,
}

impl CallSite<'_> {
    /// When dbt fails if this call does; `None` where it never comes. Worked out when first asked for: it may look at
    /// other files.
    pub fn failure(&self) -> Option<Failure> {
        let call = &self.used.call;
        *self.failure.get_or_init(|| failure(self.cx, self.used.by, call.reach, call.range))
    }
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
            config_arguments::check(cx, out);
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
        let site = CallSite { cx, used, callee: &callee, failure: OnceCell::new() };
        out.extend(RULES.iter().filter_map(|rule| rule(&site)));
    }
    Ok(())
}
