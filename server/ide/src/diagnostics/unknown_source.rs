//! `unknown-source`: no properties file declares the source or its table, or it is disabled (spec §10).

use project::names::Space;
use project::registry::Supply;
use project::resolve::{Missing, Resolution};
use smol_str::SmolStr;

use super::{SourceSite, disabled_model, wording};
use crate::{Diagnostic, Place};

pub(super) const CODE: &str = "unknown-source";

/// How many tables a message lists.
const SHOWN: usize = 6;

pub(super) fn check(site: &SourceSite<'_>) -> Option<Diagnostic> {
    match site.resolution {
        Resolution::Disabled(target) => {
            let severity = site.missing_severity()?;
            let message = format!(
                "the source '{}.{}' is disabled: enable it, or read another one",
                site.source, site.table
            );
            let place = disabled_model::switch(site.cx, target);
            Some(Diagnostic::new(CODE, site.table_range, severity, message).related(place, "disabled here"))
        }
        Resolution::Missing(Missing::Model) => {
            let severity = site.missing_severity()?;
            let (tables, place) = tables(site);
            Some(match place {
                Some(place) => unknown_table(site, severity, &tables, place),
                None => unknown_source(site, severity),
            })
        }
        _ => None,
    }
}

fn unknown_table(
    site: &SourceSite<'_>,
    severity: crate::Severity,
    tables: &[SmolStr],
    place: Place,
) -> Diagnostic {
    let (source, table) = (site.source, site.table);
    let near = text::suggest(table, tables.iter().map(SmolStr::as_str));
    let message = match near {
        Some(near) => {
            format!("the source '{source}' has no table '{table}'{}", wording::did_you_mean(Some(near)))
        }
        None if tables.is_empty() => {
            format!("the source '{source}' has no tables: declare '{table}' under it")
        }
        None => {
            let shown = wording::list(tables.iter().map(|table| format!("'{table}'")), SHOWN);
            format!("the source '{source}' has no table '{table}'; it has {shown}")
        }
    };
    let edits = site.edits();
    let fix = near.and_then(|near| {
        edits.fix(format!("Change to '{near}'"), false, [edits.rename(site.table_range, table, near)])
    });
    Diagnostic::new(CODE, site.table_range, severity, message)
        .related(Some(place), format!("the source '{source}'"))
        .fix(fix)
}

fn unknown_source(site: &SourceSite<'_>, severity: crate::Severity) -> Diagnostic {
    let source = site.source;
    let packages: Vec<_> = site.cx.resolver.packages().collect();
    let names =
        packages.iter().flat_map(|package| package.names(Space::Source)).map(|(name, _)| name.as_str());
    let near = text::suggest(source, names);
    let message = match (near, upstream_with(site)) {
        (Some(near), _) => format!("no source '{source}'{}", wording::did_you_mean(Some(near))),
        (None, Some(owner)) => format!(
            "'{source}' is a source of the project '{owner}', and sources are not shared: refer to a public model of it"
        ),
        (None, None) => format!("no source '{source}': declare it under 'sources:' in a properties file"),
    };
    let edits = site.edits();
    let fix = near.and_then(|near| {
        edits.fix(format!("Change to '{near}'"), false, [edits.rename(site.source_range, source, near)])
    });
    Diagnostic::new(CODE, site.source_range, severity, message).fix(fix)
}

/// The tables of the source in every package that declares it, sorted, and where it is declared first.
fn tables(site: &SourceSite<'_>) -> (Vec<SmolStr>, Option<Place>) {
    let mesh = &site.cx.analysis.mesh;
    let mut tables = Vec::new();
    let mut place = None;
    for package in site.cx.resolver.packages() {
        for declared in package.sites(Space::Source, site.source) {
            let Some((facts, entry)) = mesh.entry(*declared) else { continue };
            place.get_or_insert(Place::File {
                file: declared.file,
                full: entry.range,
                focus: entry.name_range,
            });
            let below = facts.entries.iter().filter(|table| table.parent == Some(declared.item));
            tables.extend(below.map(|table| table.name.clone()));
        }
    }
    tables.sort();
    tables.dedup();
    (tables, place)
}

/// A live upstream that has a source of this name.
fn upstream_with(site: &SourceSite<'_>) -> Option<SmolStr> {
    let upstreams = site.cx.resolver.upstreams().iter();
    let mut owners = upstreams.filter(|upstream| match &upstream.supply {
        Some(Supply::Live(id)) => {
            let package = site.cx.analysis.mesh.package(*id);
            package.is_some_and(|package| package.site(Space::Source, site.source).is_some())
        }
        Some(Supply::Manifest { manifest, .. }) => {
            manifest.sources().any(|node| node.source_name() == Some(site.source) && !node.external())
        }
        None => false,
    });
    owners.next().map(|upstream| upstream.name.clone())
}
