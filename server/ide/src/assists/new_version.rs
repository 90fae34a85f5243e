//! Adds a version of a model: a copy of the latest one's file, which stays the latest until somebody says otherwise.

use project::NodeRef;
use syntax::yaml::Node;

use super::{Cx, model};
use crate::yaml_edit::{Doc, Style};
use crate::{Cancellable, SourceChange};

pub(super) fn assist(cx: &mut Cx<'_>) -> Cancellable<()> {
    let Some(node) = model::model(cx) else { return Ok(()) };
    let mesh = &cx.file.analysis.mesh;
    let family = model::package(cx, &node).and_then(|package| mesh.family(package, &node.name));
    let Some(family) = family else { return Ok(()) };
    let numbers = family.versions.iter().map(|member| member.version.text.parse::<u32>().ok());
    // Only numbers have a next one.
    let Some(numbers) = numbers.collect::<Option<Vec<_>>>() else { return Ok(()) };
    let Some(next) = numbers.iter().max().unwrap_or(&1).checked_add(1) else { return Ok(()) };
    let change = change(cx, &node, next);
    cx.add(format!("Add version {next} of '{}'", node.name), change);
    Ok(())
}

fn change(cx: &Cx<'_>, node: &NodeRef, next: u32) -> Option<SourceChange> {
    let mesh = &cx.file.analysis.mesh;
    let family = mesh.family(model::package(cx, node)?, &node.name)?;
    let now = mesh.unpinned_node(model::package(cx, node)?, &family)?;
    let path = mesh.path(now.file)?;
    let (folder, file) = path.rsplit_once('/')?;
    let new = format!("{folder}/{}_v{next}.{}", node.name, file.rsplit_once('.')?.1);
    if mesh.file_at(&new).is_some() {
        return None;
    }
    // Two versions of one alias would be one relation.
    let has_alias = mesh.facts(now.file)?.settings.get("alias").is_some();
    let in_entry = now.entry.and_then(|site| mesh.entry(site));
    if has_alias || in_entry.is_some_and(|(_, entry)| entry.settings.get("alias").is_some()) {
        return None;
    }
    let copy = (new, cx.files.text(now.file)?.to_string());
    let mut out = match (&family.latest, node.entry) {
        (Some(latest), _) => {
            let (_, entry) = mesh.entry(node.entry?)?;
            let element = mesh.version_entry(&now);
            let says_latest = entry.settings.get("latest_version").is_some();
            model::edit(cx, node, |doc, mapping| {
                let copied = element.and_then(|element| copied(doc, doc.version(mapping, element)?, next));
                let copied = copied.unwrap_or(format!("- v: {next}"));
                let item = doc.add_item(mapping.get("versions")?, &copied)?;
                let line = format!("latest_version: {latest}");
                let keep = (!says_latest).then(|| doc.add_key(mapping, Some("name"), &line));
                Some(keep.map_or(Some(None), |edit| edit.map(Some))?.into_iter().chain([item]).collect())
            })?
        }
        (None, Some(_)) => {
            let lines = format!("latest_version: 1\nversions:\n  - v: 1\n  - v: {next}");
            model::edit(cx, node, |doc, mapping| Some(vec![doc.add_key(mapping, Some("name"), &lines)?]))?
        }
        (None, None) => {
            let rest = format!("  latest_version: 1\n  versions:\n    - v: 1\n    - v: {next}");
            model::new_entry(cx.file.analysis, cx.files, node, &rest)?
        }
    };
    if family.latest.is_none() {
        out.caution = Some(format!(
            "What '{0}' is called in the warehouse becomes {0}_v1, unless it has an alias: who reads it there by name must follow.",
            node.name
        ));
    }
    out.create.push(copy);
    Some(out)
}

/// What a version says of its own and its copy says, too: the copied SQL makes the same columns.
const COPIED: [&str; 5] = ["description", "columns", "constraints", "data_tests", "tests"];

/// The element of a copied version; `None` where nothing is to be copied, or it is written in a way that is not known.
fn copied(doc: &Doc, item: Node<'_>, next: u32) -> Option<String> {
    let mut entries = item.entries().filter(|entry| COPIED.contains(&&*entry.key)).peekable();
    if entries.peek().is_none() || !item.is_block() || doc.style() != Style::default() {
        return None;
    }
    let indent = item.indent()? as usize;
    let mut out = format!("- v: {next}");
    for entry in entries {
        for line in doc.at(doc.lines(entry.range)).lines() {
            let own = line.get(indent..).filter(|_| line[..indent].trim().is_empty());
            let own = if line.trim().is_empty() { Some("") } else { own };
            out.push_str(&format!("\n  {}", own?));
        }
    }
    Some(out)
}
