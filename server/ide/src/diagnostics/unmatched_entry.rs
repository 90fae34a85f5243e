//! `unmatched-entry`: an entry of a properties file that belongs to nothing, so that dbt ignores it (spec §2).

use project::Package;
use project::facts::Section;
use project::flavor::Flavor;
use project::names::Space;

use super::definitions::EntrySite;
use super::wording;
use crate::{Diagnostic, Severity};

pub(crate) const CODE: &str = "unmatched-entry";

/// What a section describes: where it is declared, and its words.
fn described(section: Section) -> Option<(Space, &'static str, &'static str)> {
    Some(match section {
        Section::Models => (Space::Model, "model", "models"),
        Section::Seeds => (Space::Seed, "seed", "seeds"),
        Section::Snapshots => (Space::Snapshot, "snapshot", "snapshots"),
        Section::Analyses => (Space::Analysis, "analysis", "analyses"),
        Section::Macros => (Space::Macro, "macro", "macros"),
        Section::DataTests => (Space::SingularTest, "test", "data_tests"),
        Section::Functions => (Space::Function, "function", "functions"),
        _ => return None,
    })
}

/// Whether the entry belongs to something of its own package.
pub(super) fn is_used(site: &EntrySite<'_>) -> bool {
    let Some((space, ..)) = described(site.entry.section) else { return true };
    exists(site, site.cx.package, space)
}

fn exists(site: &EntrySite<'_>, package: &Package, space: Space) -> bool {
    match space {
        Space::Model => site.cx.analysis.mesh.family(package, &site.entry.name).is_some_and(|family| {
            family.plain.is_some() || family.versions.iter().any(|member| member.file.is_some())
        }),
        space => package.site(space, &site.entry.name).is_some(),
    }
}

pub(super) fn check(site: &EntrySite<'_>, out: &mut Vec<Diagnostic>) {
    let (cx, entry) = (site.cx, site.entry);
    let Some((space, what, key)) = described(entry.section) else { return };
    if exists(site, cx.package, space) {
        return missing_versions(site, out);
    }
    let v1 = cx.flavor() == Flavor::V1;
    // dbt v1 lets a project describe nodes of its packages; v2 does not look for tests.
    let foreign = v1 && matches!(entry.section, Section::Models | Section::Seeds | Section::Snapshots);
    if foreign
        && (cx.resolver.has_uninstalled()
            || cx.resolver.packages().any(|package| exists(site, package, space)))
        || !v1 && entry.section == Section::DataTests
        || entry.name.contains("{{")
        || entry.section == Section::Models && cx.package.site(Space::VersionFile, &entry.name).is_some()
    {
        return;
    }
    let name = &entry.name;
    let others = [Section::Models, Section::Seeds, Section::Snapshots, Section::Analyses, Section::Functions];
    let other = others
        .into_iter()
        .filter_map(described)
        .find(|(other, ..)| *other != space && exists(site, cx.package, *other));
    let event = if other.is_some() { "WrongResourceSchemaFile" } else { "NoNodeForYamlKey" };
    let message = match other {
        Some((_, kind, key)) => {
            format!("'{name}' is a {kind}: describe it under '{key}:', it is ignored here")
        }
        None => {
            let near = cx.may_guess().then(|| {
                let names = cx.package.names(space).map(|(name, _)| name.as_str());
                text::suggest(name, names)
            });
            let near = wording::did_you_mean(near.flatten());
            format!("no {what} '{name}' in this package, so its entry under '{key}' is ignored{near}")
        }
    };
    out.push(Diagnostic::new(CODE, entry.name_range, Severity::Warning, message).event(event));
}

/// Versions that have no file.
fn missing_versions(site: &EntrySite<'_>, out: &mut Vec<Diagnostic>) {
    let (cx, entry) = (site.cx, site.entry);
    if entry.section != Section::Models || !entry.is_versioned() {
        return;
    }
    let Some(family) = cx.analysis.mesh.family(cx.package, &entry.name) else { return };
    if family.entry.is_none_or(|known| known.file != cx.file || known.item != site.at) {
        return;
    }
    for member in family.versions.iter().filter(|member| member.file.is_none()) {
        let Some(element) = entry.versions.iter().flatten().nth(member.index) else { continue };
        let stem = element.stem(&entry.name).unwrap_or_default();
        let message = match &element.defined_in {
            Some((written, _)) if written.ends_with(".sql") || written.ends_with(".py") => {
                let plain = written.rsplit_once('.').map_or(written.as_str(), |(stem, _)| stem);
                format!("no model file has the stem '{written}': write '{plain}', without the extension")
            }
            _ => format!(
                "version {} of '{}' has no file: dbt looks for {stem}.sql",
                member.version.text, entry.name
            ),
        };
        let range = element.defined_in.as_ref().map_or(element.v_range, |(_, range)| *range);
        out.push(Diagnostic::new(CODE, range, Severity::Warning, message).event("NoNodeForYamlKey"));
    }
}
