//! Completion: what can be written at a place, best first.
//!
//! Names are matched before anything else is asked about them: the cost grows with the number of names, and
//! only the few that are sent are looked at closely.

pub(crate) mod config;
mod dependencies;
mod docs;
mod functions;
mod properties;
pub(crate) mod rank;
mod refs;
mod resources;
pub(crate) mod slot;
mod sources;
#[cfg(test)]
mod tests;
pub(crate) mod variables;
mod versions;

use project::layout::FileKind;
use project::names::Space;
use project::refs::{Lookup, lookup};
use syntax::cursor::TagSite;
use syntax::yaml::{Step, YamlSite};
use text::{TextRange, TextSize};

use self::rank::ranked;
use self::slot::Slot;
use crate::at::{At, Host, at};
use crate::diagnostics::FileCx;
use crate::named::semantic;
use crate::{
    Analysis, Cancellable, Completion, CompletionKind, Completions, DocsKey, FilePos, MAX_COMPLETIONS,
    SourceChange,
};

pub use docs::completion_docs;

/// What the client can do with proposals.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct CompletionOptions {
    /// It expands snippets.
    pub snippets: bool,
    /// It applies edits to other files when a proposal is chosen.
    pub edits_elsewhere: bool,
    /// It asks because a blank was typed: in SQL that is no beginning of a column.
    pub by_blank: bool,
}

/// What is being completed.
pub(crate) struct Cx<'a> {
    pub file: FileCx<'a>,
    pub text: &'a str,
    pub offset: TextSize,
    pub options: CompletionOptions,
    /// What the code at the offset is written in.
    pub host: Host,
}

/// Proposals at `pos`; empty where nothing of ours can be written.
pub fn completion(analysis: &Analysis, pos: FilePos, options: CompletionOptions) -> Cancellable<Completions> {
    analysis.check()?;
    let (Some(file), Some(text)) = (FileCx::new(analysis, pos.file), analysis.text(pos.file)) else {
        return Ok(Completions::default());
    };
    let tree = file.entry.kind.is_yaml().then(|| syntax::yaml::parse(text));
    let kind = file.entry.kind;
    let cx = |host| Cx { file, text, offset: pos.offset, options, host };
    let mut found = match at(kind, text, tree.as_ref(), pos.offset) {
        At::Code(site, host) => in_code(&cx(host), &site)?,
        At::Yaml(site) => {
            let cx = cx(Host::Plain);
            let mut names = match kind {
                FileKind::Dependencies | FileKind::Packages => dependencies::complete(&cx, &site),
                FileKind::Properties => properties::complete(&cx, &site),
                FileKind::Selectors => variables::selectors(&cx, &site),
                _ => Completions::default(),
            };
            if names.items.is_empty() {
                names = crate::named::complete(&cx, &site);
            }
            crate::yaml_keys::completed(&cx, &site, names)
        }
        At::Nothing if kind.is_template() && !options.by_blank => {
            crate::named::sql::complete(&cx(Host::Plain))
        }
        At::Nothing => Completions::default(),
    };
    // Beside the word (before the quote that opens it, behind the one that closes it) nothing is written; and
    // the protocol asks for a range on one line around the cursor.
    found.items.retain(|item| {
        let replaced = text.get(usize::from(item.replace.start())..usize::from(item.replace.end()));
        item.replace.contains_inclusive(pos.offset)
            && replaced.is_some_and(|replaced| !replaced.contains(['\n', '\r']))
    });
    Ok(found)
}

fn in_code(cx: &Cx<'_>, site: &TagSite) -> Cancellable<Completions> {
    if let Some(call) = site.calls.last() {
        match lookup(&call.name) {
            Lookup::Ref => return refs::complete(cx, site, call),
            Lookup::Source => return Ok(sources::complete(cx, call)),
            Lookup::Doc => return Ok(sources::docs(cx, call)),
            Lookup::Var => return Ok(variables::complete(cx, call)),
            Lookup::EnvVar if call.active == 0 => {
                let slot = Slot::of(cx, call);
                return Ok(slot.map(|slot| variables::environment(cx, &slot)).unwrap_or_default());
            }
            Lookup::Macro if semantic::is_call(&call.name) && cx.file.entry.kind == FileKind::Properties => {
                let slot = Slot::of(cx, call).filter(|_| call.active == 0);
                let names =
                    |slot: Slot| list(&slot, CompletionKind::Column, semantic::names(&cx.file, &call.name));
                return Ok(slot.map(names).unwrap_or_default());
            }
            Lookup::Macro if call.name == "adapter.dispatch" => {
                if let Some(slot) = Slot::of(cx, call).filter(Slot::is_quoted) {
                    return Ok(functions::dispatched(cx, call, &slot));
                }
            }
            Lookup::Metric => return Ok(sources::named(cx, call, Space::Metric, CompletionKind::Metric)),
            Lookup::Function => {
                return Ok(sources::named(cx, call, Space::Function, CompletionKind::Function));
            }
            Lookup::Config if site.keyword_arg.is_some() => return Ok(config::complete(cx, site, call)),
            _ => {}
        }
    }
    if let Some(found) = crate::catalog::complete(cx, site) {
        return Ok(found);
    }
    if site.string.is_some() || cx.file.entry.kind == FileKind::PythonModel {
        return Ok(Completions::default());
    }
    Ok(functions::complete(cx, site))
}

impl Cx<'_> {
    /// Today as `YYYY-MM-DD`.
    fn today(&self) -> String {
        self.file.analysis.today().to_string()
    }

    /// A key for [`completion_docs`].
    fn docs_key(&self, unique_id: &str) -> Option<DocsKey> {
        Some(DocsKey { from: self.file.package.root.to_string(), unique_id: unique_id.into() })
    }
}

/// A proposal with nothing but its name.
fn plain(label: &str, kind: CompletionKind, replace: TextRange, insert: String) -> Completion {
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
        additional: SourceChange::default(),
        deprecated: false,
        docs: None,
    }
}

/// Plain names in a slot, the best [`MAX_COMPLETIONS`] of them.
pub(crate) fn list<N: AsRef<str> + Clone>(
    slot: &Slot,
    kind: CompletionKind,
    names: impl IntoIterator<Item = N>,
) -> Completions {
    let mut names: Vec<N> = names.into_iter().collect();
    names.sort_by(|a, b| a.as_ref().cmp(b.as_ref()));
    names.dedup_by(|a, b| a.as_ref() == b.as_ref());
    let mut ranked = ranked(&slot.typed, names, N::as_ref, |_| 0);
    let items: Vec<Completion> = ranked
        .by_ref()
        .take(MAX_COMPLETIONS)
        .map(|name| plain(name.as_ref(), kind, slot.range, slot.write(name.as_ref())))
        .collect();
    Completions { items, incomplete: ranked.next().is_some() }
}

/// The keys that lead to a place in YAML, without the indexes of lists.
fn keys<'s>(site: &'s YamlSite<'_>) -> Vec<&'s str> {
    let key = |step: &'s Step<'_>| match step {
        Step::Key(key, _) => Some(key.as_ref()),
        Step::Index(..) => None,
    };
    site.path.iter().filter_map(key).collect()
}
