//! Completion of what dbt brings: members, filters, tests, statements, configuration.

use project::layout::FileKind;
use syntax::cursor::{CallSite, TagSite};
use text::TextRange;

use super::receiver::Scope;
use super::statements::before;
use super::want::{Want, part, scope, want};
use super::{Item, Kind, all, keys, members, members_of, params};
use crate::completion::Cx;
use crate::completion::rank::ranked;
use crate::{Completion, CompletionKind, Completions, DocsKey, MAX_COMPLETIONS, SourceChange};

/// A proposal in the making.
pub(super) struct Proposal(pub Completion);

impl Proposal {
    pub(super) fn new(label: &str, kind: CompletionKind, replace: TextRange, insert: String) -> Proposal {
        Proposal(Completion {
            label: label.to_owned(),
            label_detail: None,
            label_description: None,
            detail: None,
            kind,
            replace,
            insert,
            plain: None,
            filter: None,
            additional: SourceChange::default(),
            deprecated: false,
            docs: None,
        })
    }
}

/// The proposals at a place that only dbt's own names fit; `None` where a value starts, which is shared with
/// the project's names ([`words`](super::words)).
pub(crate) fn complete(cx: &Cx<'_>, site: &TagSite) -> Option<Completions> {
    if let Some(found) = site.calls.last().and_then(|call| keys::complete(cx, site, call)) {
        return Some(found);
    }
    let scope = scope(&cx.file, cx.text, cx.offset);
    let range = part(cx.text, cx.offset, site);
    let want = want(cx.text, cx.offset, site);
    if cx.file.entry.kind == FileKind::Docs && want != Want::Statement {
        // dbt takes the blocks of Markdown and renders nothing.
        return Some(Completions::default());
    }
    match want {
        Want::Statement if !scope.python => Some(statements(cx, range)),
        Want::Filter if !scope.python => Some(items(cx, range, all(Kind::Filter))),
        Want::Test if !scope.python => Some(items(cx, range, all(Kind::Test))),
        Want::Member(object) => {
            let found = of_object(&scope, site, object);
            (!found.is_empty()).then(|| items(cx, range, found.into_iter()))
        }
        Want::Nothing if site.string.is_none() && !scope.python => Some(Completions::default()),
        _ => None,
    }
}

/// Proposals for the value of a keyword of `config()`.
pub(crate) fn config_values(cx: &Cx<'_>, site: &TagSite, call: &CallSite) -> Completions {
    keys::values(cx, site, call)
}

fn of_object(scope: &Scope<'_>, site: &TagSite, object: &str) -> Vec<&'static Item> {
    let of = if object.is_empty() {
        scope.type_before(site.word.start().into())
    } else if scope.is_local(object.split('.').next().unwrap_or_default()) || scope.python {
        scope.type_of(object)
    } else {
        return members(object);
    };
    of.map(|of| members_of(of).collect()).unwrap_or_default()
}

fn items(cx: &Cx<'_>, range: TextRange, found: impl Iterator<Item = &'static Item>) -> Completions {
    let candidates = found.map(|item| {
        let tier = match (item.deprecated, item.adapters.is_some(), item.common) {
            (true, ..) => 3,
            (_, true, _) => 2,
            (.., common) => u8::from(!common),
        };
        (tier, of_item(cx, item, item.name, range))
    });
    ranked_list(cx, range, candidates)
}

fn statements(cx: &Cx<'_>, range: TextRange) -> Completions {
    let open = before(cx.text.get(..range.start().into()).unwrap_or_default()).open;
    let innermost = open.last().copied().unwrap_or_default();
    let candidates = all(Kind::Statement).filter_map(|item| {
        let tier = match item.name.strip_prefix("end") {
            Some(block) if block == innermost => 0,
            Some(block) if open.contains(&block) => 3,
            Some(_) => 5,
            None if item.name == "elif" && innermost != "if" => 5,
            None if item.name == "else" && !matches!(innermost, "if" | "for") => 5,
            None => 1 + u8::from(!item.common),
        };
        let fits = match cx.file.entry.kind {
            FileKind::Docs => matches!(item.name, "docs" | "enddocs"),
            _ => innermost != "raw" || item.name == "endraw",
        };
        fits.then(|| (tier, of_item(cx, item, item.name, range)))
    });
    ranked_list(cx, range, candidates)
}

/// The best of some proposals.
pub(super) fn ranked_list(
    cx: &Cx<'_>,
    range: TextRange,
    candidates: impl IntoIterator<Item = (u8, Completion)>,
) -> Completions {
    let typed = cx.text.get(range.start().into()..cx.offset.into()).unwrap_or_default();
    let candidates: Vec<(u8, Completion)> = candidates.into_iter().collect();
    let mut ranked = ranked(typed, candidates, |(_, item)| item.label.as_str(), |(tier, _)| *tier);
    let items: Vec<Completion> = ranked.by_ref().map(|(_, item)| item).take(MAX_COMPLETIONS).collect();
    Completions { items, incomplete: ranked.next().is_some() }
}

/// One item as a proposal.
pub(super) fn of_item(cx: &Cx<'_>, item: &'static Item, label: &str, range: TextRange) -> Completion {
    let kind = match item.kind {
        Kind::Object => CompletionKind::Variable,
        Kind::Member(_) if item.signatures.is_empty() => CompletionKind::Variable,
        Kind::Test | Kind::GenericTest => CompletionKind::Test,
        Kind::Statement => CompletionKind::Keyword,
        Kind::Macro => CompletionKind::Macro,
        Kind::Function | Kind::Member(_) | Kind::Filter => CompletionKind::Function,
    };
    let mut out = Proposal::new(label, kind, range, label.to_owned()).0;
    out.label_detail = item.signatures.first().map(|inside| format!("({inside})"));
    out.label_description = item.adapters.map(|adapters| adapters.replace(',', ", "));
    out.detail = Some(item.about.to_owned());
    out.deprecated = item.deprecated;
    out.docs = docs_key(cx, item);
    let called = cx.text.get(range.end().into()..).unwrap_or_default().starts_with('(');
    if let Some(snippet) = call(cx, item, label).filter(|_| cx.options.snippets && !called) {
        out.plain = Some(std::mem::replace(&mut out.insert, snippet));
    }
    out
}

/// Functions whose first argument is a text that is written out.
const NAMED: [&str; 12] = [
    "ref",
    "source",
    "function",
    "metric",
    "var",
    "has_var",
    "env_var",
    "doc",
    "dispatch",
    "load_result",
    "get",
    "require",
];

/// The call with a place for the cursor; filters and tests get parentheses only where they need arguments.
fn call(cx: &Cx<'_>, item: &Item, label: &str) -> Option<String> {
    let first = params(item.signatures.first()?);
    let needs = first.first().is_some_and(|param| param.default.is_none());
    let quote = cx.host.quote();
    match item.kind {
        Kind::Filter | Kind::Test if !needs => None,
        _ if first.is_empty() => Some(format!("{label}()")),
        _ if NAMED.contains(&item.name) => Some(cx.host.encode(format!("{label}({quote}$0{quote})"))),
        _ => Some(format!("{label}($0)")),
    }
}

fn docs_key(cx: &Cx<'_>, item: &Item) -> Option<DocsKey> {
    let kind = match item.kind {
        Kind::Member(of) => format!("member.{of}"),
        Kind::Filter => "filter".to_owned(),
        Kind::Test => "test".to_owned(),
        Kind::Statement => "statement".to_owned(),
        Kind::GenericTest => "generic_test".to_owned(),
        Kind::Function | Kind::Object | Kind::Macro => "name".to_owned(),
    };
    key(cx, &format!("jinja.{kind}.{}", item.name))
}

/// A key that [`markdown_of`](super::markdown_of) understands behind its first word.
pub(super) fn key(cx: &Cx<'_>, unique_id: &str) -> Option<DocsKey> {
    Some(DocsKey { from: cx.file.package.root.to_string(), unique_id: unique_id.into() })
}
