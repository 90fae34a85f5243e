//! `config(group=…, access=…)`: values with a meaning for the mesh.

use project::names::Space;
use syntax::cursor::{CallSite, TagSite};

use super::{Cx, Slot, list};
use crate::hover::owner_line;
use crate::{CompletionKind, Completions};

/// The access levels, narrowest first.
pub(super) const ACCESS: [&str; 3] = ["private", "protected", "public"];

/// Proposals for the value of a keyword of `config()`.
pub(super) fn complete(cx: &Cx<'_>, site: &TagSite, call: &CallSite) -> Completions {
    let Some(slot) = Slot::of(cx, call) else { return Completions::default() };
    match site.keyword_arg.as_deref() {
        Some("group") => groups(cx, &slot),
        Some("access") => list(&slot, CompletionKind::Value, ACCESS),
        _ => crate::catalog::config_values(cx, site, call),
    }
}

/// The groups of the project and its packages (dbt shares them, spec §6), with their owners.
pub(super) fn groups(cx: &Cx<'_>, slot: &Slot) -> Completions {
    let packages = cx.file.resolver.packages();
    let groups: Vec<_> = packages
        .flat_map(|package| package.names(Space::Group).map(move |(name, sites)| (package, name, sites[0])))
        .collect();
    let mut out = list(slot, CompletionKind::Group, groups.iter().map(|(_, name, _)| name));
    for item in &mut out.items {
        let Some((package, _, site)) = groups.iter().find(|(_, name, _)| **name == item.label) else {
            continue;
        };
        item.detail = cx.file.analysis.mesh.entry(*site).and_then(|(_, entry)| owner_line(entry));
        item.docs = cx.docs_key(&format!("group.{}.{}", package.name(), item.label));
    }
    out
}
