//! `undeclared-project`: an editor sees more than dbt will (spec §12, upstreams.md §3).

use project::resolve::Via;

use super::{RefSite, dependencies};
use crate::{Diagnostic, Severity};

pub(super) const CODE: &str = "undeclared-project";

pub(super) fn check(site: &RefSite<'_>) -> Option<Diagnostic> {
    let (_, Via::Upstream { name, declared: false }) = site.found().filter(|_| site.violation.is_none())?
    else {
        return None;
    };
    let severity = site.advice(Severity::Warning)?;
    let message = format!(
        "'{name}' is known here, but this project does not declare it: add it to 'projects:' in dependencies.yml"
    );
    Some(
        Diagnostic::new(CODE, site.project_range(), severity, message)
            .related(dependencies::home(site.cx, name), format!("the project '{name}'"))
            .fix(dependencies::declare(site.cx, name, true)),
    )
}
