//! `one-argument-cross-project`: works by search, but dbt asks for two arguments (spec §12, upstreams.md §3).

use project::resolve::Via;

use super::RefSite;
use crate::{Diagnostic, Severity};

pub(super) const CODE: &str = "one-argument-cross-project";

pub(super) fn check(site: &RefSite<'_>) -> Option<Diagnostic> {
    let (target, Via::Upstream { name, .. }) = site.found().filter(|_| site.violation.is_none())? else {
        return None;
    };
    if site.package.is_some() {
        return None;
    }
    let severity = site.advice(Severity::Warning)?;
    let message =
        format!("'{}' is a model of the project '{name}': name the project as the first argument", site.name);
    let edits = site.edits();
    let fix = edits.fix(format!("Name the project '{name}'"), true, [edits.add_package(name)]);
    Some(
        Diagnostic::new(CODE, site.name_range, severity, message)
            .related(site.cx.place(target), format!("'{}' of '{name}'", site.name))
            .fix(fix),
    )
}
