//! `config(group=…, access=…)`: values with a meaning for the mesh.

use project::names::Space;
use syntax::cursor::{CallSite, TagSite};

use super::{Cx, Slot, list};
use crate::hover::owner_line;
use crate::named::columns;
use crate::named::proposed;
use crate::{CompletionKind, Completions};

/// The access levels, narrowest first.
pub(crate) const ACCESS: [&str; 3] = ["private", "protected", "public"];

/// Proposals for the value of a keyword of `config()`.
pub(super) fn complete(cx: &Cx<'_>, site: &TagSite, call: &CallSite) -> Completions {
    // In a list of names the cursor is in one of its strings.
    let in_string = || site.string.as_ref().and_then(|string| Slot::in_string(cx, string));
    let Some(slot) = Slot::of(cx, call).or_else(in_string) else { return Completions::default() };
    match site.keyword_arg.as_deref() {
        Some(key) if columns::CONFIGS.contains(&key) => {
            let of = columns::of_code(&cx.file, call.name_range);
            let all = of.iter().flat_map(|of| columns::known(&cx.file, of));
            let mut out = proposed(&slot, all);
            out.items.extend(crate::catalog::config_values(cx, site, call).items);
            out
        }
        Some("group") => groups(cx, &slot),
        Some("access") => list(&slot, CompletionKind::Value, ACCESS),
        _ => crate::catalog::config_values(cx, site, call),
    }
}

/// The groups of the project and its packages (dbt shares them, spec §6), with their owners.
pub(crate) fn groups(cx: &Cx<'_>, slot: &Slot) -> Completions {
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
