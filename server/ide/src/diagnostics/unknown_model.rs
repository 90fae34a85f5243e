//! `unknown-model`: no node of that name where dbt looks for it (spec §4.2).

use project::registry::Supply;
use project::resolve::{Missing, Resolution};
use project::upstream::manifest::ManifestKind;

use super::{RefSite, nearest, wording};
use crate::Diagnostic;

pub(super) const CODE: &str = "unknown-model";

pub(super) fn check(site: &RefSite<'_>) -> Option<Diagnostic> {
    let Resolution::Missing(missing @ (Missing::Model | Missing::NotReferable(_))) = site.resolution else {
        return None;
    };
    let severity = site.missing_severity()?;
    let mut message = match (missing, site.package) {
        (Missing::NotReferable(kind), _) => {
            format!("{} is {}, which ref() cannot refer to", site.shown(), wording::a(*kind))
        }
        (_, Some(package)) if only_public(site, package) => {
            format!("'{package}' publishes no model '{}'", site.name)
        }
        (_, Some(package)) => format!("no model, seed or snapshot '{}' in '{package}'", site.name),
        (_, None) => format!("no model, seed or snapshot '{}'", site.name),
    };
    let near = nearest::node(site.cx, site.package, site.name);
    message.push_str(&wording::did_you_mean(near.as_deref()));
    let fix = near.and_then(|near| site.rename(&near));
    Some(Diagnostic::new(CODE, site.name_range, severity, message).fix(fix))
}

/// Whether all that is known of an upstream is what it publishes.
fn only_public(site: &RefSite<'_>, project: &str) -> bool {
    site.cx.resolver.upstreams().iter().any(|upstream| {
        let publication = matches!(
            &upstream.supply,
            Some(Supply::Manifest { manifest, .. }) if manifest.kind == ManifestKind::Publication
        );
        upstream.name == project && publication
    })
}
