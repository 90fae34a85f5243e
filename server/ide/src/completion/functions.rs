//! A bare word in a tag: dbt's functions, the project's macros, and packages as name spaces.

use project::Package;
use project::facts::DefKind;
use project::names::Space;
use syntax::cursor::TagSite;
use syntax::jinja::TagKind;
use text::TextRange;

use super::{Cx, plain, ranked};
use crate::{Completion, CompletionKind, Completions, MAX_COMPLETIONS};

/// What follows a function's name when it is chosen.
#[derive(Clone, Copy)]
enum Form {
    /// Nothing.
    Word,
    /// `()`
    Call,
    /// `(…)` with the cursor inside.
    Arguments,
    /// `('…')` with the cursor inside.
    Name,
}

/// The functions that name things of the mesh; the whole context comes from dbt's catalog.
const FUNCTIONS: &[(&str, Form, &str)] = &[
    ("ref", Form::Name, "a model, seed or snapshot"),
    ("source", Form::Name, "a table of a source"),
    ("config", Form::Arguments, "settings of this node"),
    ("var", Form::Name, "a variable of the project"),
    ("env_var", Form::Name, "an environment variable"),
    ("doc", Form::Name, "a docs block"),
    ("this", Form::Word, "the relation of this node"),
    ("is_incremental", Form::Call, "true in an incremental run"),
];

/// Statements that start with a name of their own, or end something.
const NAMING: [&str; 7] = ["macro", "test", "snapshot", "docs", "materialization", "block", "raw"];

pub(super) fn complete(cx: &Cx<'_>, site: &TagSite) -> Completions {
    if site.tag == TagKind::Statement && !takes_expression(cx, site) {
        return Completions::default();
    }
    let range = site.word;
    let typed = cx.text.get(range.start().into()..cx.offset.into()).unwrap_or_default();
    let mut candidates: Vec<(u8, Completion)> = Vec::new();
    match typed.rsplit_once('.') {
        Some((package, _)) => {
            let packages = cx.file.resolver.packages().filter(|known| known.name() == package);
            for package in packages {
                macros(cx, package, true, range, &mut candidates);
            }
        }
        None => {
            candidates.extend(functions(cx, range, None).map(|item| (0, item)));
            macros(cx, cx.file.package, false, range, &mut candidates);
            if cx.file.project.id != cx.file.package.id {
                macros(cx, cx.file.project, false, range, &mut candidates);
            }
            for package in
                cx.file.resolver.packages().filter(|package| package.names(Space::Macro).next().is_some())
            {
                let insert = format!("{}.", package.name());
                candidates.push((2, plain(package.name(), CompletionKind::Package, range, insert)));
            }
        }
    }
    let mut ranked = ranked(typed, candidates, |(_, item)| item.label.as_str(), |(tier, _)| *tier);
    let mut items: Vec<Completion> = ranked.by_ref().map(|(_, item)| item).take(MAX_COMPLETIONS).collect();
    items.dedup_by(|a, b| a.label == b.label);
    Completions { items, incomplete: ranked.next().is_some() }
}

/// Whether the cursor is behind the statement's keyword, where a value is written.
fn takes_expression(cx: &Cx<'_>, site: &TagSite) -> bool {
    let Some(keyword) = site.keyword.as_deref() else { return false };
    if NAMING.contains(&keyword) || keyword.starts_with("end") || keyword == "else" {
        return false;
    }
    let before = cx.text.get(site.tag_range.start().into()..site.word.start().into()).unwrap_or_default();
    // `{% set na` names something too.
    before.contains(keyword) && (keyword != "set" || before.contains('='))
}

/// dbt's functions of those names (all when `None`), as proposals that replace `range`.
pub(super) fn functions(
    cx: &Cx<'_>,
    range: TextRange,
    only: Option<&'static [&'static str]>,
) -> impl Iterator<Item = Completion> {
    let snippets = cx.options.snippets;
    let quote = cx.host.quote();
    let host = cx.host;
    FUNCTIONS.iter().filter(move |(name, ..)| only.is_none_or(|only| only.contains(name))).map(
        move |(name, form, what)| {
            let call = match form {
                Form::Word => None,
                Form::Call => Some(format!("{name}()")),
                Form::Arguments => Some(format!("{name}($0)")),
                Form::Name => Some(host.encode(format!("{name}({quote}$0{quote})"))),
            };
            let mut item = item(name, CompletionKind::Function, range, call.filter(|_| snippets));
            item.detail = Some((*what).to_owned());
            item
        },
    )
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
