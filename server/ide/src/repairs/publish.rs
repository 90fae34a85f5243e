//! `protected-model`, `private-model`: makes the model public, where its project is in the workspace.

use project::Target;
use project::refs::{Lookup, Part, RefArgs, lookup};
use project::resolve::Resolution;

use super::Cx;
use crate::Fix;
use crate::assists::{is_ours, set_config};
use crate::diagnostics::{PRIVATE_MODEL, PROTECTED_MODEL};

pub(super) fn repair(cx: &Cx<'_>) -> Option<Fix> {
    if ![PRIVATE_MODEL, PROTECTED_MODEL].contains(&cx.found.code) {
        return None;
    }
    let mut calls = cx.file.facts.uses.iter().map(|used| &used.call);
    let call = calls.find(|call| {
        call.complete && lookup(&call.name) == Lookup::Ref && call.range.contains_range(cx.found.range)
    })?;
    let args = RefArgs::read(call, cx.file.flavor());
    let single = |part: &Option<Part>| match part {
        None => Some(None),
        Some(part) => part.single().map(|name| Some(name.to_owned())),
    };
    let (package, version) = (single(&args.package)?, single(&args.version)?);
    let name = args.name.as_ref()?.single()?;
    let found = cx.file.resolver.reference(package.as_deref(), name, version.as_deref());
    let Resolution::Found { target: Target::Local(node), .. } = found else { return None };
    let mesh = &cx.file.analysis.mesh;
    if !is_ours(mesh, &node) {
        return None;
    }
    let mut change = set_config(cx.file.analysis, cx.files, &node, &[("access", "public")])?;
    let owner = mesh.package(node.package)?.name();
    if owner != cx.file.package.name() {
        change.caution = Some(format!("This changes the project '{owner}': its people should agree."));
    }
    Some(Fix { title: format!("Make '{name}' public in '{owner}'"), preferred: false, change })
}
