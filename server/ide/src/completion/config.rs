//! `config(group=…, access=…)`: values with a meaning for the mesh.

use project::names::Space;
use syntax::cursor::{CallSite, TagSite};

use super::{Cx, Slot, list};
use crate::{CompletionKind, Completions};

/// The access levels, narrowest first.
pub(super) const ACCESS: [&str; 3] = ["private", "protected", "public"];
/// What dbt itself can make of a model.
const MATERIALIZATIONS: [&str; 5] = ["ephemeral", "incremental", "materialized_view", "table", "view"];

/// Proposals for the value of a keyword of `config()`.
pub(super) fn complete(cx: &Cx<'_>, site: &TagSite, call: &CallSite) -> Completions {
    let Some(slot) = Slot::of(cx, call) else { return Completions::default() };
    match site.keyword_arg.as_deref() {
        Some("group") => list(&slot, CompletionKind::Group, groups(cx)),
        Some("access") => list(&slot, CompletionKind::Value, ACCESS),
        Some("materialized") => list(&slot, CompletionKind::Value, MATERIALIZATIONS),
        _ => Completions::default(),
    }
}

/// The groups of the project and its packages (dbt shares them, spec §6).
pub(super) fn groups<'a>(cx: &Cx<'a>) -> impl Iterator<Item = &'a str> {
    let packages: Vec<_> = cx.file.resolver.packages().collect();
    packages.into_iter().flat_map(|package| package.names(Space::Group)).map(|(name, _)| name.as_str())
}
