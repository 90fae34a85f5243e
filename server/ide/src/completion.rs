//! Completion: what can be written at a place, best first.
//!
//! Names are matched before anything else is asked about them: the cost grows with the number of names, and
//! only the few that are sent are looked at closely.

mod dependencies;
mod docs;
mod functions;
mod properties;
mod refs;
mod sources;
mod versions;

use project::layout::FileKind;
use project::refs::{Lookup, lookup};
use syntax::cursor::{CallSite, StrSite, TagSite};
use text::{Fuzzy, TextRange, TextSize};

use crate::at::{At, at};
use crate::diagnostics::FileCx;
use crate::{Analysis, Cancellable, Completion, CompletionKind, Completions, FilePos, MAX_COMPLETIONS};

pub use docs::completion_docs;

/// What the client can do with proposals.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct CompletionOptions {
    /// It expands snippets.
    pub snippets: bool,
    /// It applies edits to other files when a proposal is chosen.
    pub edits_elsewhere: bool,
}

/// What is being completed.
pub(crate) struct Cx<'a> {
    pub file: FileCx<'a>,
    pub text: &'a str,
    pub offset: TextSize,
    pub options: CompletionOptions,
}

/// Proposals at `pos`; empty where nothing of ours can be written.
pub fn completion(
    analysis: &Analysis,
    pos: FilePos,
    options: CompletionOptions,
) -> Cancellable<Completions> {
    analysis.check()?;
    let (Some(file), Some(text)) = (FileCx::new(analysis, pos.file), analysis.text(pos.file)) else {
        return Ok(Completions::default());
    };
    let tree = file.entry.kind.is_yaml().then(|| syntax::yaml::parse(text));
    let cx = Cx { file, text, offset: pos.offset, options };
    match at(cx.file.entry.kind, text, tree.as_ref(), pos.offset) {
        At::Code(site) => in_code(&cx, &site),
        At::Yaml(site) => Ok(match cx.file.entry.kind {
            FileKind::Dependencies | FileKind::Packages => dependencies::complete(&cx, &site),
            FileKind::Properties => properties::complete(&cx, &site),
            _ => Completions::default(),
        }),
        At::Nothing => Ok(Completions::default()),
    }
}

fn in_code(cx: &Cx<'_>, site: &TagSite) -> Cancellable<Completions> {
    if let Some(call) = site.calls.last() {
        match lookup(&call.name) {
            Lookup::Ref => return refs::complete(cx, site, call),
            Lookup::Source => return Ok(sources::complete(cx, call)),
            Lookup::Doc => return Ok(sources::docs(cx, call)),
            _ => {}
        }
    }
    if site.string.is_some() {
        return Ok(Completions::default());
    }
    Ok(functions::complete(cx, site))
}

/// Where a name goes in a call: what is replaced, what is matched, and how the name is written.
#[derive(Debug, Clone)]
pub(crate) struct Slot {
    /// Replaced by the proposal.
    pub range: TextRange,
    /// What is typed of the name, before the cursor.
    pub typed: String,
    /// Written before the name: a quote where none is typed yet.
    pub before: &'static str,
    /// Written after it: a quote where none closes the string.
    pub after: &'static str,
    /// The quote in use.
    pub quote: &'static str,
}

impl Slot {
    /// The argument the cursor is in.
    pub(crate) fn of(cx: &Cx<'_>, call: &CallSite) -> Option<Slot> {
        let arg = call.args.get(call.active)?;
        Some(match &arg.string {
            Some(string) => Slot::in_string(cx, string),
            None => {
                let typed = cx.text.get(arg.range.start().into()..cx.offset.into()).unwrap_or_default();
                // A variable or an expression is no name being typed.
                let is_word = typed.chars().all(|c| c.is_alphanumeric() || c == '_');
                if !is_word {
                    return None;
                }
                Slot { range: arg.range, typed: typed.into(), before: "'", after: "'", quote: "'" }
            }
        })
    }

    fn in_string(cx: &Cx<'_>, string: &StrSite) -> Slot {
        let start = string.content.start();
        let typed = cx.text.get(start.into()..cx.offset.into()).unwrap_or_default();
        let quote = if string.quote == '"' { "\"" } else { "'" };
        Slot {
            range: string.content,
            typed: typed.into(),
            before: "",
            after: if string.terminated { "" } else { quote },
            quote,
        }
    }

    /// The text that writes a name here.
    pub(crate) fn write(&self, name: &str) -> String {
        format!("{}{name}{}", self.before, self.after)
    }
}

/// A proposal with nothing but its name.
pub(crate) fn plain(label: &str, kind: CompletionKind, replace: TextRange, insert: String) -> Completion {
    Completion {
        label: label.to_owned(),
        label_detail: None,
        label_description: None,
        detail: None,
        kind,
        replace,
        insert,
        plain: None,
        filter: None,
        additional: Vec::new(),
        deprecated: false,
        docs: None,
    }
}

/// Names that match what is typed, best first: by tier, then score, then name.
pub(crate) fn rank<T>(
    typed: &str,
    candidates: impl IntoIterator<Item = (u8, T)>,
    name: impl Fn(&T) -> &str,
) -> Vec<T> {
    let mut fuzzy = Fuzzy::new(typed);
    let mut scored: Vec<(u8, std::cmp::Reverse<u32>, T)> = candidates
        .into_iter()
        .filter_map(|(tier, item)| {
            let score = fuzzy.score(name(&item))?;
            Some((tier, std::cmp::Reverse(score), item))
        })
        .collect();
    let order = |a: &(u8, std::cmp::Reverse<u32>, T), b: &(u8, std::cmp::Reverse<u32>, T)| {
        (a.0, a.1).cmp(&(b.0, b.1)).then_with(|| name(&a.2).cmp(name(&b.2)))
    };
    // Some of the best may turn out not to be allowed.
    let keep = MAX_COMPLETIONS * 4;
    if scored.len() > keep {
        scored.select_nth_unstable_by(keep, order);
        scored.truncate(keep);
    }
    scored.sort_by(order);
    scored.into_iter().map(|(_, _, item)| item).collect()
}

/// Simple names without a limit worth minding.
pub(crate) fn list(
    slot: &Slot,
    kind: CompletionKind,
    names: impl IntoIterator<Item = String>,
) -> Completions {
    let ranked = rank(&slot.typed, names.into_iter().map(|name| (0, name)), |name| name.as_str());
    let incomplete = ranked.len() > MAX_COMPLETIONS;
    let items = ranked
        .into_iter()
        .take(MAX_COMPLETIONS)
        .map(|name| plain(&name, kind, slot.range, slot.write(&name)))
        .collect();
    Completions { items, incomplete }
}
