//! Creates a group that is named like a model's folder, and adds the model to it.

use project::names::Space;

use super::{Cx, model};
use crate::fixes::Together;
use crate::{Cancellable, place};

pub(super) fn assist(cx: &mut Cx<'_>) -> Cancellable<()> {
    let Some(node) = model::model(cx) else { return Ok(()) };
    let analysis = cx.file.analysis;
    let mesh = &analysis.mesh;
    let (Some(package), Ok(None)) = (model::package(cx, &node), mesh.group(&node)) else { return Ok(()) };
    let Some(folder) = mesh.file(node.file).and_then(|file| Some(file.path.rsplit_once('/')?.0)) else {
        return Ok(());
    };
    let name = folder.rsplit('/').next().unwrap_or_default();
    let is_root = package.config.paths.models.iter().any(|root| root == folder);
    let is_word = !name.is_empty() && name.chars().all(|c| c.is_alphanumeric() || c == '_');
    if is_root || !is_word || package.site(Space::Group, name).is_some() {
        return Ok(());
    }
    // dbt wants an owner with a name.
    let item = format!("- name: {name}\n  owner:\n    name: {name}");
    let entry = place::Entry { folder, list: "groups", item: &item, stem: "_groups" };
    let made = place::add(analysis, cx.files, package, &entry);
    let joined = model::set_config(analysis, cx.files, &node, &[("group", name)]);
    let mut together = Together::default();
    let both = made.zip(joined).is_some_and(|(made, joined)| together.add(&made) && together.add(&joined));
    let change = both.then(|| together.finish());
    cx.add(format!("Create group '{name}' for '{}'", node.name), change);
    Ok(())
}
