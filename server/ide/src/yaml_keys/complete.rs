//! Completion of keys and values.

use project::layout::FileKind;
use project::schema::{self, KeyInfo, Shape, Step, Types};
use syntax::yaml::{YamlPlace, YamlSite};
use text::{Fuzzy, TextRange};

use super::insert::Style;
use super::{meaning, path, types};
use crate::completion::Cx;
use crate::diagnostics::CODES;
use crate::named::levels::{Level, names};
use crate::{Completion, CompletionKind, Completions, SourceChange};

/// A candidate: the lower the tier the earlier.
struct Candidate {
    tier: u8,
    item: Completion,
}

/// The tier behind every other, however well a name matches.
const DEPRECATED: u8 = 9;

/// Keys are read through to learn what there is: all that dbt and one adapter know, with the names below a folder.
const MAX_KEYS: usize = 200;

/// `names`, the project's own names that fit at `site`, and behind them the keys and values of the schema.
pub(crate) fn completed(cx: &Cx<'_>, site: &YamlSite<'_>, mut names: Completions) -> Completions {
    let kind = cx.file.entry.kind;
    let of_its_own = matches!(kind, FileKind::Dependencies | FileKind::Packages);
    if of_its_own && !names.items.is_empty() {
        return names;
    }
    let mut at =
        Site { cx, site, out: Vec::new(), range: TextRange::empty(cx.offset), typed: "", quoted: false };
    at.collect();
    if cx.text.get(usize::from(at.range.start())..usize::from(at.range.end())).is_none_or(is_broken) {
        return names;
    }
    let (more, incomplete) = at.ranked();
    let known: Vec<String> = names.items.iter().map(|item| item.label.clone()).collect();
    names.items.extend(more.into_iter().filter(|item| !known.contains(&item.label)));
    names.incomplete |= incomplete || names.items.len() > MAX_KEYS;
    names.items.truncate(MAX_KEYS);
    names
}

/// A word over several lines is none that is being typed.
fn is_broken(word: &str) -> bool {
    word.contains(['\n', '\r'])
}

struct Site<'a, 't> {
    cx: &'a Cx<'a>,
    site: &'a YamlSite<'t>,
    out: Vec<Candidate>,
    /// What is replaced.
    range: TextRange,
    typed: &'a str,
    quoted: bool,
}

impl<'a> Site<'a, '_> {
    fn collect(&mut self) {
        let Some(root) = schema::shape_of(self.cx.file.entry.kind) else { return };
        let path = path(self.site);
        let Some(shape) = schema::walk(root, &path) else { return };
        match &self.site.place {
            YamlPlace::Key { range, prefix, may_be_value, has_colon, quote } => {
                (self.range, self.typed, self.quoted) = (*range, prefix, quote.is_some());
                let in_list = shape.item().filter(|_| *may_be_value && !has_colon && shape.keys().len() == 0);
                match in_list {
                    Some(item) => self.item(item, &path),
                    None => {
                        self.keys(shape, &path, false);
                        if *may_be_value {
                            self.values(shape, "");
                        }
                    }
                }
            }
            YamlPlace::Blank { .. } => match shape.item().filter(|_| shape.types().contains(Types::LIST)) {
                Some(item) => self.item(item, &path),
                None => self.keys(shape, &path, false),
            },
            YamlPlace::Value { range, prefix, quote, .. } => {
                (self.range, self.typed, self.quoted) = (*range, prefix, quote.is_some());
                // Right behind the colon a blank is missing.
                let tight = self.cx.text[..usize::from(range.start())].ends_with(':');
                self.values(shape, if tight { " " } else { "" });
                if self.site.path.last().is_some_and(|step| step.key().is_none()) && !self.quoted {
                    self.keys(shape, &path, false);
                }
            }
            YamlPlace::Comment => {}
        }
    }

    /// A new item of a list: with its dash.
    fn item(&mut self, item: Shape, path: &[Step<'_>]) {
        let style = Style::new(self.cx.text, self.site, self.cx.offset, true);
        for word in item.allowed() {
            let insert = style.word(&self.written(word));
            self.value(word, insert);
        }
        let mut path = path.to_vec();
        path.push(Step::Item);
        self.keys(item, &path, true);
    }

    fn keys(&mut self, shape: Shape, path: &[Step<'_>], dash: bool) {
        let style = Style::new(self.cx.text, self.site, self.cx.offset, dash);
        let present = if dash { Vec::new() } else { self.present() };
        let is_present = |name: &str| {
            let plain = |name: &str| name.strip_prefix('+').unwrap_or(name).replace('-', "_");
            present.iter().any(|key| key == name || (shape.is_tree() && plain(key) == plain(name)))
        };
        let kind = self.cx.file.entry.kind;
        for key in shape.keys().filter(|key| !key.quiet && !is_present(key.name)) {
            let candidate = candidate(kind, path, &key, style.key(&key), self.range);
            self.out.push(candidate);
        }
        if shape.is_tree() {
            let keys: Vec<&str> = path
                .iter()
                .filter_map(|step| match step {
                    Step::Key(key) => Some(*key),
                    Step::Item => None,
                })
                .collect();
            for (name, level) in names(&self.cx.file, &keys) {
                if !is_present(&name) {
                    let (what, tier) = match level {
                        Level::Package => ("package", 0),
                        Level::Folder(_) => ("folder", 0),
                        Level::Source => ("source", 3),
                        Level::Node(_) => ("node", 3),
                    };
                    let kind = if tier == 0 { CompletionKind::Package } else { CompletionKind::Model };
                    let mut item = plain(&name, kind, self.range, style.name(&name, shape));
                    item.label_description = Some(what.to_owned());
                    self.out.push(Candidate { tier, item });
                }
            }
        }
        if kind == FileKind::MeshConfig && path == [Step::Key("rules")] {
            let rest = shape.rest().unwrap_or(shape);
            for code in CODES.iter().filter(|code| !is_present(code)) {
                let item = plain(code, CompletionKind::Key, self.range, style.name(code, rest));
                self.out.push(Candidate { tier: 0, item });
            }
        }
    }

    /// The keys of the mapping but the one that is being typed.
    fn present(&self) -> Vec<String> {
        let Some(container) = self.site.container else { return Vec::new() };
        let here = |range: TextRange| range.contains_inclusive(self.cx.offset) && !range.is_empty();
        container
            .entries()
            .filter(|entry| !here(entry.key_range))
            .map(|entry| entry.key.into_owned())
            .collect()
    }

    fn values(&mut self, shape: Shape, before: &str) {
        for word in shape.allowed() {
            let insert = format!("{before}{}", self.written(word));
            self.value(word, insert);
        }
        let words = shape.types().contains(Types::BOOLEAN) && !shape.is_any() && !self.quoted;
        for word in if words { &["true", "false"][..] } else { &[] } {
            self.value(word, format!("{before}{word}"));
        }
    }

    fn value(&mut self, word: &str, insert: String) {
        let item = plain(word, CompletionKind::Value, self.range, insert);
        self.out.push(Candidate { tier: 0, item });
    }

    /// A word as YAML 1.1 reads it back: `off` is a boolean and `*` an alias unless they are quoted.
    fn written(&self, word: &str) -> String {
        let boolean =
            matches!(word, "on" | "off" | "yes" | "no") && self.cx.file.entry.kind != FileKind::MeshConfig;
        if !self.quoted && (boolean || word == "*") { format!("'{word}'") } else { word.to_owned() }
    }

    /// The best of the candidates, and whether there were more.
    fn ranked(self) -> (Vec<Completion>, bool) {
        let mut fuzzy = Fuzzy::new(self.typed);
        let typed = self.typed.strip_prefix('+').unwrap_or(self.typed);
        let mut all: Vec<_> = self
            .out
            .into_iter()
            .filter_map(|Candidate { tier, item }| {
                let score = fuzzy.score(&item.label)?;
                let label = item.label.strip_prefix('+').unwrap_or(&item.label);
                let starts = label.get(..typed.len()).is_some_and(|start| start.eq_ignore_ascii_case(typed));
                Some(((tier == DEPRECATED, !starts, tier, u32::MAX - score), item))
            })
            .collect();
        all.sort_by(|(a, one), (b, other)| a.cmp(b).then_with(|| order(one, other)));
        let incomplete = all.len() > MAX_KEYS;
        (all.into_iter().take(MAX_KEYS).map(|(_, item)| item).collect(), incomplete)
    }
}

/// Values stay in the schema's order, all else goes by name.
fn order(one: &Completion, other: &Completion) -> std::cmp::Ordering {
    match (one.kind, other.kind) {
        (CompletionKind::Value, CompletionKind::Value) => std::cmp::Ordering::Equal,
        _ => one.label.cmp(&other.label),
    }
}

fn candidate(
    kind: FileKind,
    path: &[Step<'_>],
    key: &KeyInfo,
    insert: String,
    range: TextRange,
) -> Candidate {
    let known = meaning(kind, path, key);
    let tier = match (key.deprecated, key.required, &known) {
        (true, ..) => DEPRECATED,
        (_, true, _) => 0,
        // What has a page of its own is asked for more often than what one warehouse knows.
        (_, _, Some(known)) if known.url.is_some() => 1,
        (_, _, Some(known)) if known.adapters.is_none() => 2,
        _ => 3,
    };
    let mut item = plain(key.name, CompletionKind::Key, range, insert);
    item.label_description = Some(types(key.shape));
    item.detail = known.map(|known| known.text.to_owned());
    item.deprecated = key.deprecated;
    Candidate { tier, item }
}

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
