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
            let names = packages().flat_map(|package| package.names(Space::Source)).map(|(name, _)| name);
            list(&slot, CompletionKind::Source, names)
        }
        1 => {
            let Some(source) = call.args[0].value.as_str() else { return Completions::default() };
            let prefix = format!("{source}.");
            let names = packages()
                .flat_map(|package| package.names(Space::Table))
                .filter_map(|(name, _)| name.strip_prefix(&prefix));
            let mut out = list(&slot, CompletionKind::Table, names);
            for item in &mut out.items {
                let key = format!("{prefix}{}", item.label);
                let entry = packages().find_map(|package| Some((package, package.site(Space::Table, &key)?)));
                let Some((package, site)) = entry else { continue };
                let description =
                    cx.file.analysis.mesh.entry(site).and_then(|(_, entry)| entry.description.as_deref());
                item.detail = description.and_then(|text| text.lines().next()).map(str::to_owned);
                item.docs = cx.docs_key(&format!("source.{}.{key}", package.name()));
            }
            out
        }
        _ => Completions::default(),
    }
}

/// Names of a space: `metric(`, `function(`; with two arguments those of the named package.
pub(super) fn named(cx: &Cx<'_>, call: &CallSite, space: Space, kind: CompletionKind) -> Completions {
    let Some(slot) = Slot::of(cx, call) else { return Completions::default() };
    let package = match call.active {
        0 => None,
        1 => call.args[0].value.as_str(),
        _ => return Completions::default(),
    };
    resources(cx, &slot, package, space, kind)
}

/// Names of a space with the first line of their descriptions.
pub(super) fn resources(
    cx: &Cx<'_>,
    slot: &Slot,
    package: Option<&str>,
    space: Space,
    kind: CompletionKind,
) -> Completions {
    let packages =
        || cx.file.resolver.packages().filter(|known| package.is_none_or(|name| known.name() == name));
    let names = packages().flat_map(|package| package.names(space)).map(|(name, _)| name);
    let mut out = list(slot, kind, names);
    for item in &mut out.items {
        let site = packages().find_map(|package| package.site(space, &item.label));
        let entry = site.and_then(|site| cx.file.analysis.mesh.entry(site)).map(|(_, entry)| entry);
        let description = entry.and_then(|entry| entry.description.as_deref());
        item.detail = description.and_then(|text| text.lines().next()).map(str::to_owned);
    }
    out
}

/// Docs blocks; with two arguments those of the named package.
pub(super) fn docs(cx: &Cx<'_>, call: &CallSite) -> Completions {
    let Some(slot) = Slot::of(cx, call) else { return Completions::default() };
    let package = match call.active {
        0 => None,
        _ => call.args[0].value.as_str(),
    };
    let packages =
        cx.file.resolver.packages().filter(|known| package.is_none_or(|name| known.name() == name));
    let names = packages.flat_map(|package| package.names(Space::Doc)).map(|(name, _)| name);
    let mut out = list(&slot, CompletionKind::Doc, names);
    for item in &mut out.items {
        let (mesh, asker) = (&cx.file.analysis.mesh, cx.file.package.id);
        let block = crate::docs::named(mesh, asker, package, &item.label).map(|(_, def)| def);
        item.detail = block.and_then(|def| def.body.as_deref()?.lines().next()).map(str::to_owned);
        item.docs = cx.docs_key(&format!("doc.{}.{}", package.unwrap_or_default(), item.label));
    }
    out
}
