//! `unknown-model`: no node of that name where dbt looks for it (spec §4.2).

use project::resolve::{Missing, Resolution};

use super::RefSite;
use crate::{Diagnostic, Fix, SourceChange};

pub(super) const CODE: &str = "unknown-model";

pub(super) fn check(site: &RefSite<'_>) -> Option<Diagnostic> {
    let Resolution::Missing(missing @ (Missing::Model | Missing::NotReferable(_))) = site.resolution else {
        return None;
    };
    let severity = site.missing_severity()?;
    let mut message = match (missing, site.package) {
        (Missing::NotReferable(kind), _) => {
            let kind = kind.as_str();
            format!("{} is a {kind}, which ref() cannot refer to", site.shown())
        }
        (_, Some(package)) => format!("no model, seed or snapshot '{}' in '{package}'", site.name),
        (_, None) => format!("no model, seed or snapshot '{}'", site.name),
    };
    let near = nearest(site);
    if let Some(near) = &near {
        message.push_str(&format!("; did you mean '{near}'?"));
    }
    let fix = near.map(|near| Fix {
        title: format!("Change to '{near}'"),
        preferred: false,
        change: SourceChange::edit(site.cx.file, site.name_range, near),
    });
    Some(Diagnostic::new(CODE, site.name_range, severity, message).fix(fix))
}

/// The name a person most likely meant, among those this call could see.
fn nearest(site: &RefSite<'_>) -> Option<String> {
    let names = crate::names::visible(site.cx, site.package);
    text::suggest(site.name, names.iter().map(|name| name.as_str())).map(str::to_owned)
}
