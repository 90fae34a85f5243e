//! `syntax-error`: what the text's own language refuses, and so does every dbt.

use syntax::SyntaxError;

use super::FileCx;
use crate::{Diagnostic, Severity};

pub(super) const CODE: &str = "syntax-error";

pub(super) fn check(cx: &FileCx<'_>, out: &mut Vec<Diagnostic>) {
    // Of dependencies.yml and packages.yml `malformed-dependencies` tells.
    if cx.facts.dependencies.is_none() {
        out.extend(cx.facts.errors.iter().map(|error| of(cx, CODE, error)));
    }
}

/// A finding for an error, with the place that explains it.
pub(super) fn of(cx: &FileCx<'_>, code: &'static str, error: &SyntaxError) -> Diagnostic {
    let found = Diagnostic::new(code, error.range, Severity::Error, error.message.clone());
    match &error.related {
        Some((range, what)) => found.related(Some(cx.here(*range)), what.clone()),
        None => found,
    }
}
