//! Adds a model to one of its package's groups.

use project::names::Space;

use super::{Cx, model};
use crate::Cancellable;

/// More would bury what else is offered.
const SHOWN: usize = 8;

pub(super) fn assist(cx: &mut Cx<'_>) -> Cancellable<()> {
    let Some(node) = model::model(cx) else { return Ok(()) };
    let Some(package) = model::package(cx, &node) else { return Ok(()) };
    let Ok(now) = cx.file.analysis.mesh.group(&node) else { return Ok(()) };
    let mut groups: Vec<_> = package.names(Space::Group).map(|(name, _)| name.clone()).collect();
    groups.sort();
    let is_word = |name: &str| name.chars().all(|c| c.is_alphanumeric() || c == '_');
    for group in groups.iter().filter(|group| now.as_ref() != Some(*group) && is_word(group)).take(SHOWN) {
        let change = model::set_config(cx.file.analysis, cx.files, &node, &[("group", group)]);
        cx.add(format!("Add '{}' to group '{group}'", node.name), change);
    }
    Ok(())
}
