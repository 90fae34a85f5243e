//! `unknown-project`: with two arguments dbt looks in that one package and nowhere else (spec §4.2).

use project::resolve::{Missing, Resolution};

use super::{RefSite, dependencies, nearest, wording};
use crate::Diagnostic;

pub(super) const CODE: &str = "unknown-project";

pub(super) fn check(site: &RefSite<'_>) -> Option<Diagnostic> {
    let Resolution::Missing(Missing::Project) = site.resolution else { return None };
    let severity = site.missing_severity()?;
    let name = site.package?;
    let near = nearest::project(site.cx, name);
    let mut message = format!("no project or package '{name}' is known here");
    message.push_str(&match &near {
        Some(near) => wording::did_you_mean(Some(near)),
        None => ": declare it in dependencies.yml, or install the package".to_owned(),
    });
    let rename = near.as_deref().and_then(|near| site.rename_project(near, false));
    let declare = near.is_none().then(|| dependencies::declare(site.cx, name, false)).flatten();
    Some(
        Diagnostic::new(CODE, site.project_range(), severity, message).fix(rename.into_iter().chain(declare)),
    )
}
