//! `source(` and `doc(`.

use project::names::Space;
use syntax::cursor::CallSite;

use super::{Cx, Slot, list};
use crate::{CompletionKind, Completions};

/// Sources, then the tables of the one that is named.
pub(super) fn complete(cx: &Cx<'_>, call: &CallSite) -> Completions {
    let Some(slot) = Slot::of(cx, call) else { return Completions::default() };
    let packages = || cx.file.resolver.packages();
    match call.active {
        0 => {
            let mut names: Vec<String> =
                packages().flat_map(|package| package.names(Space::Source)).map(|(name, _)| name.to_string()).collect();
            names.sort();
            names.dedup();
            list(&slot, CompletionKind::Source, names)
        }
        1 => {
            let Some(source) = call.args[0].value.as_str() else { return Completions::default() };
            let prefix = format!("{source}.");
            let names = packages()
                .flat_map(|package| package.names(Space::Table))
                .filter_map(|(name, _)| name.strip_prefix(&prefix).map(str::to_owned));
            let mut out = list(&slot, CompletionKind::Table, names);
            for item in &mut out.items {
                let key = format!("{prefix}{}", item.label);
                let entry = packages().find_map(|package| package.site(Space::Table, &key));
                let entry = entry.and_then(|site| cx.file.analysis.mesh.entry(site));
                item.detail = entry
                    .and_then(|(_, entry)| entry.description.as_deref())
                    .and_then(|text| text.lines().next())
                    .map(str::to_owned);
            }
            out
        }
        _ => Completions::default(),
    }
}

/// Docs blocks.
pub(super) fn docs(cx: &Cx<'_>, call: &CallSite) -> Completions {
    let Some(slot) = Slot::of(cx, call) else { return Completions::default() };
    let package = (call.active == 1).then(|| call.args[0].value.as_str()).flatten();
    let packages = cx.file.resolver.packages().filter(|known| package.is_none_or(|name| known.name() == name));
    let mut names: Vec<String> =
        packages.flat_map(|package| package.names(Space::Doc)).map(|(name, _)| name.to_string()).collect();
    names.sort();
    names.dedup();
    list(&slot, CompletionKind::Doc, names)
}
