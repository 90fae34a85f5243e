//! `version-spelling`: the version exists, but is not written as dbt reads it (spec §4.2).

use project::Target;
use project::resolve::{Missing, Resolution};
use smol_str::SmolStr;

use super::RefSite;
use crate::{Diagnostic, Fix, Severity};

pub(super) const CODE: &str = "version-spelling";

pub(super) fn check(site: &RefSite<'_>) -> Option<Diagnostic> {
    let name = site.name;
    match site.resolution {
        Resolution::Missing(Missing::Version { known, .. }) => {
            let meant = meant(site, known)?;
            let severity = site.missing_severity()?;
            let wanted = site.version?;
            let message = if site.args.float_version {
                format!(
                    "dbt v1 looks for version \"{wanted}\" of '{name}', which is not \"{meant}\": write v={meant}"
                )
            } else {
                format!("'{name}' has no version '{wanted}': version {meant} is written v={meant}")
            };
            let fix = site.pin(format!("Write v={meant}"), meant, true);
            Some(Diagnostic::new(CODE, site.version_range?, severity, message).fix(fix))
        }
        Resolution::Missing(Missing::Stem { name: model, version }) => {
            let severity = site.missing_severity()?;
            let message = format!(
                "'{name}' is the file of version {version} of '{model}': write the model's name, and v={version}"
            );
            Some(Diagnostic::new(CODE, site.name_range, severity, message).fix(split(site, model, version)))
        }
        Resolution::Found { target, dotted: true, .. } if site.violation.is_none() => {
            let severity = site.advice(Severity::Hint)?;
            let (model, version) = parts(target)?;
            let message =
                format!("'{name}' is found by its key in dbt's index: write '{model}' and v={version}");
            Some(Diagnostic::new(CODE, site.name_range, severity, message).fix(split(site, &model, &version)))
        }
        _ => None,
    }
}

/// The known version that a spelling such as `v1` or `1.0` means.
pub(super) fn meant<'k>(site: &RefSite<'_>, known: &'k [SmolStr]) -> Option<&'k SmolStr> {
    let wanted = site.version?.trim();
    let find = |text: &str| known.iter().find(|known| *known == text);
    let digits = wanted.strip_prefix(['v', 'V']).unwrap_or(wanted);
    let whole = digits.strip_suffix(".0").unwrap_or(digits);
    find(digits).or_else(|| find(whole)).filter(|known| Some(known.as_str()) != site.version)
}

/// Writes name and version apart.
fn split(site: &RefSite<'_>, model: &str, version: &str) -> Option<Fix> {
    let edits = site.edits();
    let rename = edits.rename(site.name_range, site.name, model);
    edits.fix(format!("Write '{model}' and v={version}"), true, [rename, edits.pin(version)])
}

fn parts(target: &Target) -> Option<(SmolStr, SmolStr)> {
    match target {
        Target::Local(node) => Some((node.name.clone(), node.version.clone()?)),
        Target::Upstream { manifest, node, .. } => {
            let node = manifest.node_at(*node)?;
            Some((node.name().into(), node.version()?.into()))
        }
    }
}
