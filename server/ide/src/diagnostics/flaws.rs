//! What a YAML file says wrong by itself: gives each flaw of the facts its code, severity and fix.

use project::checks::{Flaw, FlawOf, Gravity};

use super::{
    FileCx, duplicate_key, invalid_catalog, invalid_project, invalid_project_name, invalid_selector,
    missing_plus, unknown_key, unsupported_dbt_version,
};
use crate::{Diagnostic, Fix, Severity, SourceChange};

pub(super) fn check(cx: &FileCx<'_>, out: &mut Vec<Diagnostic>) {
    out.extend(cx.facts.flaws.iter().filter_map(|flaw| found(cx, flaw)));
}

fn found(cx: &FileCx<'_>, flaw: &Flaw) -> Option<Diagnostic> {
    let severity = match flaw.gravity(cx.flavor()) {
        Gravity::Fine => return None,
        Gravity::Hint => Severity::Hint,
        Gravity::Warning => Severity::Warning,
        Gravity::Error => Severity::Error,
    };
    let code = match flaw.of {
        FlawOf::Project => invalid_project::CODE,
        FlawOf::Name => invalid_project_name::CODE,
        FlawOf::Version => unsupported_dbt_version::CODE,
        FlawOf::Key => unknown_key::CODE,
        FlawOf::Plus => missing_plus::CODE,
        FlawOf::Selector => invalid_selector::CODE,
        FlawOf::Catalog => invalid_catalog::CODE,
        FlawOf::Duplicate => duplicate_key::CODE,
    };
    let fix = flaw.instead.as_ref().map(|instead| Fix {
        title: format!("Change to '{instead}'"),
        preferred: true,
        change: SourceChange::edit(cx.file, flaw.range, instead.as_str()),
    });
    Some(Diagnostic::new(code, flaw.range, severity, &*flaw.message).fix(fix))
}
