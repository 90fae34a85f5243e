//! A bare word in a tag: dbt's functions, the project's macros, and packages as name spaces.

use project::Package;
use project::facts::DefKind;
use project::names::Space;
use syntax::cursor::{CallSite, TagSite};
use text::TextRange;

use super::{Cx, Slot, list, plain, ranked};
use crate::{Completion, CompletionKind, Completions, MAX_COMPLETIONS};

pub(super) fn complete(cx: &Cx<'_>, site: &TagSite) -> Completions {
    let range = site.word;
    let typed = cx.text.get(range.start().into()..cx.offset.into()).unwrap_or_default();
    // Before the dot of `package.macro` only the package is written.
    let first = site.word_text.split('.').next().unwrap_or_default();
    let behind = text::size(typed.len().max(first.len()));
    let named = site.word_text.contains('.') && !typed.contains('.') && behind < range.len();
    let range = if named { TextRange::at(range.start(), behind) } else { range };
    let mut candidates: Vec<(u8, Completion)> = Vec::new();
    match typed.rsplit_once('.') {
        Some((package, _)) => {
            let packages = cx.file.resolver.packages().filter(|known| known.name() == package);
            for package in packages {
                macros(cx, package, true, range, &mut candidates);
            }
        }
        None => {
            candidates.extend(crate::catalog::words(cx, site, range));
            macros(cx, cx.file.package, false, range, &mut candidates);
            if cx.file.project.id != cx.file.package.id {
                macros(cx, cx.file.project, false, range, &mut candidates);
            }
            for package in
                cx.file.resolver.packages().filter(|package| package.names(Space::Macro).next().is_some())
            {
                let insert = if named { package.name().to_owned() } else { format!("{}.", package.name()) };
                candidates.push((2, plain(package.name(), CompletionKind::Package, range, insert)));
            }
        }
    }
    let mut ranked = ranked(typed, candidates, |(_, item)| item.label.as_str(), |(tier, _)| *tier);
    let mut items: Vec<Completion> = ranked.by_ref().map(|(_, item)| item).take(MAX_COMPLETIONS).collect();
    items.dedup_by(|a, b| a.label == b.label);
    let incomplete = ranked.next().is_some() || typed.len() < crate::catalog::RARE_FROM;
    Completions { items, incomplete }
}

/// What `adapter.dispatch('…')` can ask for: macros with an implementation for all adapters; then their packages.
pub(super) fn dispatched(cx: &Cx<'_>, call: &CallSite, slot: &Slot) -> Completions {
    let packages = cx.file.resolver.packages();
    if call.active > 0 {
        return list(slot, CompletionKind::Package, packages.map(Package::name).chain(["dbt"]));
    }
    let macros = packages.flat_map(|package| package.names(Space::Macro));
    list(slot, CompletionKind::Macro, macros.filter_map(|(name, _)| name.strip_prefix("default__")))
}

/// A package's macros, with its name before them if `qualified`. Generic tests and materializations are not
/// called by name.
fn macros(
    cx: &Cx<'_>,
    package: &Package,
    qualified: bool,
    range: TextRange,
    out: &mut Vec<(u8, Completion)>,
) {
    let mesh = &cx.file.analysis.mesh;
    for (name, sites) in package.names(Space::Macro) {
        let facts = mesh.facts(sites[0].file);
        let Some(def) = facts.and_then(|facts| facts.defs.get(sites[0].item as usize)) else { continue };
        if def.kind != DefKind::Macro {
            continue;
        }
        let label = if qualified { format!("{}.{name}", package.name()) } else { name.to_string() };
        let inside = if def.params.is_empty() { "" } else { "$0" };
        let call = cx.options.snippets.then(|| format!("{label}({inside})"));
        let mut item = item(&label, CompletionKind::Macro, range, call);
        let params: Vec<&str> = def.params.iter().map(|param| param.name.as_str()).collect();
        item.label_detail = Some(format!("({})", params.join(", ")));
        item.docs = cx.docs_key(&format!("macro.{}.{name}", package.name()));
        out.push((1, item));
    }
}

fn item(name: &str, kind: CompletionKind, range: TextRange, snippet: Option<String>) -> Completion {
    let mut out = plain(name, kind, range, name.to_owned());
    if let Some(snippet) = snippet {
        out.plain = Some(std::mem::replace(&mut out.insert, snippet));
    }
    out
}
