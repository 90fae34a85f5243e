//! `unknown-group`: defines the group.

use super::Cx;
use crate::diagnostics::UNKNOWN_GROUP;
use crate::{Fix, place};

pub(super) fn repair(cx: &Cx<'_>) -> Option<Fix> {
    if cx.found.code != UNKNOWN_GROUP {
        return None;
    }
    let text = cx.files.text(cx.file.file)?;
    let range = cx.found.range;
    let written = text.get(usize::from(range.start())..usize::from(range.end()))?;
    let name = written.trim_matches(['\'', '"']);
    if name.is_empty() || !name.chars().all(|c| c.is_alphanumeric() || c == '_') {
        return None;
    }
    let roots = &cx.file.package.config.paths.models;
    let here = cx.file.entry.path.rsplit_once('/').map_or("", |(folder, _)| folder);
    let inside = |root: &&smol_str::SmolStr| {
        here == root.as_str() || project::layout::relative_to(here, root).is_some()
    };
    let folder = roots.iter().find(inside).map(|_| here).or_else(|| roots.first().map(|root| &**root))?;
    // dbt wants an owner with a name.
    let item = format!("- name: {name}\n  owner:\n    name: {name}");
    let entry = place::Entry { folder, list: "groups", item: &item, stem: "_groups" };
    let change = place::add(cx.file.analysis, cx.files, cx.file.package, &entry)?;
    Some(Fix { title: format!("Create group '{name}'"), preferred: false, change })
}
