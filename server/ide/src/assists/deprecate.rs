//! Gives a model, or a version that is not the latest, the day on which it is to go.

use project::NodeRef;
use project::date::Date;
use project::facts::{Entry, VersionEntry};
use text::TextEdit;

use super::{Cx, model};
use crate::Cancellable;

/// What consumers get to move on.
const DAYS: i32 = 90;

pub(super) fn assist(cx: &mut Cx<'_>) -> Cancellable<()> {
    let Some(node) = model::model(cx) else { return Ok(()) };
    let mesh = &cx.file.analysis.mesh;
    let Some((_, entry)) = node.entry.and_then(|site| mesh.entry(site)) else { return Ok(()) };
    if entry.settings.get("deprecation_date").is_some() || cx.file.analysis.today.is_none() {
        return Ok(());
    }
    let date = Date(cx.file.analysis.today().0 + DAYS);
    let line = format!("deprecation_date: {date}");
    if !entry.is_versioned() {
        let change =
            model::edit(cx, &node, |doc, mapping| Some(vec![doc.add_key(mapping, Some("name"), &line)?]));
        cx.add(format!("Deprecate '{}'", node.name), change);
        return Ok(());
    }
    let Some((at, version)) = version(cx, &node, entry) else { return Ok(()) };
    let Some(known) = version.version.as_ref() else { return Ok(()) };
    let change = model::edit(cx, &node, |doc, mapping| {
        let element = mapping.get("versions")?.items().nth(at)?;
        let edit: Option<TextEdit> = doc.add_key(element, Some("v"), &line);
        Some(vec![edit?])
    });
    cx.add(format!("Deprecate version {} of '{}'", known.text, node.name), change);
    Ok(())
}

/// The version whose element or file the cursor is in, unless it is what unpinned refs mean.
fn version<'e>(cx: &Cx<'_>, node: &NodeRef, entry: &'e Entry) -> Option<(usize, &'e VersionEntry)> {
    let mesh = &cx.file.analysis.mesh;
    let latest = mesh.family(model::package(cx, node)?, &node.name)?.latest?;
    let in_yaml = node.entry.is_some_and(|site| site.file == cx.file.file);
    let is_it = |version: &VersionEntry| match in_yaml {
        true => version.range.contains_inclusive(cx.range.start()),
        false => version.version.as_ref().map(|version| &version.text) == node.version.as_ref(),
    };
    let (at, found) = entry.versions.iter().flatten().enumerate().find(|(_, version)| is_it(version))?;
    let is_old = found.version.as_ref().is_some_and(|version| version.text != latest);
    (is_old && found.settings.get("deprecation_date").is_none()).then_some((at, found))
}
