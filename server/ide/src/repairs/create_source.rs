//! `unknown-source`: declares the table under its source, or the source with it.

use project::names::Space;
use project::refs::{Lookup, Part, SourceArgs, lookup};

use super::Cx;
use crate::diagnostics::UNKNOWN_SOURCE;
use crate::place;
use crate::yaml_edit::{Doc, scalar};
use crate::{Fix, SourceChange};

pub(super) fn repair(cx: &Cx<'_>) -> Option<Fix> {
    if cx.found.code != UNKNOWN_SOURCE {
        return None;
    }
    let mut calls = cx.file.facts.uses.iter().map(|used| &used.call);
    let call = calls.find(|call| {
        call.complete && lookup(&call.name) == Lookup::Source && call.range.contains_range(cx.found.range)
    })?;
    let args = SourceArgs::read(call);
    let (source, table) =
        (args.source.as_ref().and_then(Part::single)?, args.table.as_ref().and_then(Part::single)?);
    let (title, change) = match cx.file.package.sites(Space::Source, source) {
        [site] => (format!("Declare table '{table}' in source '{source}'"), in_source(cx, *site, table)?),
        [] => (format!("Declare source '{source}' with table '{table}'"), new_source(cx, source, table)?),
        _ => return None,
    };
    Some(Fix { title, preferred: false, change })
}

fn in_source(cx: &Cx<'_>, site: project::names::Site, table: &str) -> Option<SourceChange> {
    let mesh = &cx.file.analysis.mesh;
    // One that is there and disabled must not be written twice.
    let (facts, entry) = mesh.entry(site)?;
    let mut tables = facts.entries.iter().filter(|known| known.parent == Some(site.item));
    if tables.any(|known| known.name == table) {
        return None;
    }
    let doc = Doc::new(site.file, cx.files.text(site.file)?)?;
    let mapping = doc.entry(entry)?;
    let item = format!("- name: {}", scalar(table));
    let edit = match mapping.entry("tables").filter(|entry| !entry.merged) {
        Some(tables) if tables.value.kind() == syntax::yaml::Kind::Null => {
            doc.below_key(tables.key_range, mapping.indent()? as usize, &format!("tables:\n  {item}"))
        }
        Some(tables) => doc.add_item(tables.value, &item)?,
        None => doc.add_key(mapping, None, &format!("tables:\n  {item}"))?,
    };
    let edits = doc.checked(vec![edit])?;
    Some(SourceChange { edits: vec![(site.file, edits)], ..SourceChange::default() })
}

fn new_source(cx: &Cx<'_>, source: &str, table: &str) -> Option<SourceChange> {
    let roots = &cx.file.package.config.paths.models;
    let here = cx.file.entry.path.rsplit_once('/').map_or("", |(folder, _)| folder);
    let inside = |root: &&smol_str::SmolStr| {
        here == root.as_str() || project::layout::relative_to(here, root).is_some()
    };
    let folder = roots.iter().find(inside).map(|_| here).or_else(|| roots.first().map(|root| &**root))?;
    if !source.chars().all(|c| c.is_alphanumeric() || c == '_') {
        return None;
    }
    let item = format!("- name: {}\n  tables:\n    - name: {}", scalar(source), scalar(table));
    let stem = format!("_{source}__sources");
    let entry = place::Entry { folder, list: "sources", item: &item, stem: &stem };
    place::add(cx.file.analysis, cx.files, cx.file.package, &entry)
}
