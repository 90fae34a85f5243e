//! A bare word in a tag: dbt's functions and the project's macros.

use project::names::Space;
use syntax::cursor::TagSite;

use super::{Cx, plain, rank};
use crate::{Completion, CompletionKind, Completions, MAX_COMPLETIONS};

/// The functions that name things of the mesh; the whole context comes from dbt's catalog.
const FUNCTIONS: &[(&str, &str)] = &[
    ("ref", "a model, seed or snapshot"),
    ("source", "a table of a source"),
    ("config", "settings of this node"),
    ("var", "a variable of the project"),
    ("env_var", "an environment variable"),
    ("doc", "a docs block"),
    ("this", "the relation of this node"),
    ("is_incremental", "true in an incremental run"),
];

pub(super) fn complete(cx: &Cx<'_>, site: &TagSite) -> Completions {
    let range = site.word;
    let typed = cx.text.get(range.start().into()..cx.offset.into()).unwrap_or_default();
    let mut candidates: Vec<(u8, Completion)> = Vec::new();
    let snippet = |name: &str, arguments: &str| {
        cx.options.snippets.then(|| format!("{name}({arguments})"))
    };
    if let Some((package, _)) = typed.rsplit_once('.') {
        let named = cx.file.resolver.packages().filter(|known| known.name() == package);
        for (name, _) in named.flat_map(|known| known.names(Space::Macro)) {
            let full = format!("{package}.{name}");
            candidates.push((0, item(&full, CompletionKind::Macro, range, snippet(&full, "$0"))));
        }
    } else {
        for (name, what) in FUNCTIONS {
            let call = match *name {
                "this" => None,
                "is_incremental" => snippet(name, ""),
                "config" => snippet(name, "$0"),
                _ => snippet(name, "'$0'"),
            };
            let mut known = item(name, CompletionKind::Function, range, call);
            known.detail = Some((*what).to_owned());
            candidates.push((0, known));
        }
        let own = [cx.file.package, cx.file.project];
        for (name, _) in own.into_iter().flat_map(|package| package.names(Space::Macro)) {
            if !name.starts_with("test_") && !name.starts_with("materialization_") {
                candidates.push((1, item(name, CompletionKind::Macro, range, snippet(name, "$0"))));
            }
        }
    }
    let mut items = rank(typed, candidates, |item| item.label.as_str());
    items.dedup_by(|a, b| a.label == b.label);
    let incomplete = items.len() > MAX_COMPLETIONS;
    items.truncate(MAX_COMPLETIONS);
    Completions { items, incomplete }
}

fn item(name: &str, kind: CompletionKind, range: text::TextRange, snippet: Option<String>) -> Completion {
    let mut out = plain(name, kind, range, name.to_owned());
    if let Some(snippet) = snippet {
        out.plain = Some(std::mem::replace(&mut out.insert, snippet));
    }
    out
}
