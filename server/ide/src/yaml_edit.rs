//! Edits of YAML that people wrote: comments, line ends and the way of indenting stay theirs.
//!
//! Knows the tree and the text, not what keys mean. Every edit is `None` where it is not certain that only what is
//! meant changes: broken lines, aliases, forms that it does not know.

mod nest;
mod style;
mod transplant;

use std::sync::Arc;

use project::FileId;
use project::facts::{Entry, VersionEntry};
use syntax::yaml::{self, Kind, Node, Tree};
use text::{TextEdit, TextRange};

pub(crate) use nest::Nest;
pub(crate) use style::{Style, scalar};

/// One document. It may be broken, as long as what is edited is not.
pub(crate) struct Doc {
    pub file: FileId,
    pub text: Arc<str>,
    tree: Tree,
}

impl Doc {
    pub fn new(file: FileId, text: Arc<str>) -> Option<Doc> {
        let tree = yaml::parse(&text);
        (tree.documents() <= 1).then_some(Doc { file, text, tree })
    }

    pub fn root(&self) -> Option<Node<'_>> {
        self.tree.root(&self.text)
    }

    /// The line break that the file uses.
    pub fn line_break(&self) -> &'static str {
        if self.text.contains("\r\n") { "\r\n" } else { "\n" }
    }

    /// Whether nothing in the file stands for something else.
    pub fn is_without_aliases(&self) -> bool {
        self.tree.aliases().next().is_none() && !self.text.contains("<<:")
    }

    /// Whether no line of a range is broken.
    pub fn is_sound(&self, range: TextRange) -> bool {
        let lines = self.lines(range);
        self.tree.errors.iter().all(|error| {
            error
                .range
                .intersect(lines)
                .is_none_or(|shared| shared.is_empty() && error.range.start() >= lines.end())
        })
    }

    /// A range, widened to whole lines with their breaks.
    pub fn lines(&self, range: TextRange) -> TextRange {
        let (start, end) = (usize::from(range.start()), usize::from(range.end()));
        let first = self.text[..start].rfind('\n').map_or(0, |at| at + 1);
        let last = self.text[end..].find('\n').map_or(self.text.len(), |at| end + at + 1);
        text::range(first, last)
    }

    /// The text of a range.
    pub fn at(&self, range: TextRange) -> &str {
        &self.text[usize::from(range.start())..usize::from(range.end())]
    }

    /// The mapping of an entry of one of the file's lists, or of a list in one of those (a source's tables).
    pub fn entry(&self, entry: &Entry) -> Option<Node<'_>> {
        let named = |item: &Node<'_>| {
            item.get("name").is_some_and(|name| name.range().contains_range(entry.name_range))
        };
        let lists = self.root()?.entries().filter(|list| !list.merged).map(|list| list.value);
        let mut found = None;
        'lists: for list in lists {
            for item in blocks(list) {
                found = Some(item).filter(named);
                if found.is_none() && item.range().contains_range(entry.name_range) {
                    found = item.get("tables").into_iter().flat_map(blocks).find(named);
                }
                if found.is_some() {
                    break 'lists;
                }
            }
        }
        found.filter(|item| self.is_sound(item.range()))
    }

    /// The element of a version in the mapping of its entry.
    pub fn version<'t>(&self, mapping: Node<'t>, version: &VersionEntry) -> Option<Node<'t>> {
        mapping.get("versions")?.items().find(|item| item.range().contains_range(version.v_range))
    }

    /// The innermost mapping with a key at exactly this place.
    pub fn mapping_with(&self, key: TextRange) -> Option<Node<'_>> {
        let mut at = self.root()?;
        loop {
            if at.is_alias() {
                return None;
            }
            let entry = at.entries().find(|entry| !entry.merged && entry.key_range.contains_range(key));
            if entry.is_some_and(|entry| entry.key_range.len() <= key.len() + text::size(2)) {
                return Some(at);
            }
            let keys = at.entries().filter(|entry| !entry.merged).map(|entry| entry.value);
            at = keys.chain(at.items()).find(|node| node.range().contains_range(key))?;
        }
    }

    /// How this file is written around a node.
    pub fn style(&self) -> Style {
        self.root().map(Style::of).unwrap_or_default()
    }

    /// Writes lines (indented relative to the mapping's keys) behind the entry `after`, else behind the last one.
    pub fn add_key(&self, mapping: Node<'_>, after: Option<&str>, lines: &str) -> Option<TextEdit> {
        let indent = mapping.indent().filter(|_| !mapping.is_alias() && mapping.kind() == Kind::Mapping)?;
        let entries = || mapping.entries().filter(|entry| !entry.merged);
        let wanted = after.and_then(|after| entries().find(|entry| entry.key == after));
        let place = wanted.or_else(|| entries().max_by_key(|entry| entry.range.end()))?.range;
        Some(self.below(place, indent as usize, lines))
    }

    /// Writes an item of a list behind its last one. A list in brackets takes one that is written in braces.
    pub fn add_item(&self, list: Node<'_>, lines: &str) -> Option<TextEdit> {
        if list.is_alias() || list.kind() != Kind::Sequence {
            return None;
        }
        if let Some(indent) = list.indent() {
            return Some(self.below(list.items().last()?.range(), indent as usize, lines));
        }
        let item =
            lines.strip_prefix("- ").filter(|item| !item.contains(['\n', ',', '#', '[', ']', '{', '}']))?;
        let last = list.items().last().filter(|_| list.is_closed())?;
        let item = if item.contains(": ") { format!("{{{item}}}") } else { item.to_owned() };
        Some(TextEdit::insert(last.range().end(), format!(", {item}")))
    }

    /// Adds an item to the list under a key of the root, which is made when there is none.
    pub fn add_to_list(&self, key: &str, lines: &str) -> Option<TextEdit> {
        let root = self.root().filter(|root| root.kind() != Kind::Null);
        if let Some(root) = root {
            root.indent().filter(|_| root.kind() == Kind::Mapping)?;
            if let Some(entry) = root.entry(key).filter(|entry| !entry.merged) {
                if !self.is_sound(entry.key_range) || !self.is_sound(TextRange::empty(entry.range.end())) {
                    return None;
                }
                return match entry.value.kind() {
                    Kind::Sequence => self.add_item(entry.value, lines),
                    Kind::Null => {
                        Some(self.below_key(entry.key_range, 0, &format!("{key}:\n{}", indented(lines, 2))))
                    }
                    _ => None,
                };
            }
        }
        let gap = match &*self.text {
            "" => "",
            text if text.ends_with('\n') => "",
            _ => self.line_break(),
        };
        let all = self.style().lines(&format!("{key}:\n{}", indented(lines, 2)), 0);
        let text = all.join(self.line_break());
        Some(TextEdit::insert(text::size(self.text.len()), format!("{gap}{text}{}", self.line_break())))
    }

    /// Sets keys of `config`; where one stands at the top already it is changed there.
    pub fn set_config(&self, mapping: Node<'_>, keys: &[(&str, &str)]) -> Option<Vec<TextEdit>> {
        let config = mapping.entry("config").filter(|entry| !entry.merged);
        let known = |key: &str| {
            let in_config = config.as_ref().and_then(|config| config.value.entry(key));
            let here = |entry: &yaml::Entry<'_>| !entry.merged;
            in_config.filter(here).or_else(|| mapping.entry(key).filter(here)).map(|entry| entry.value)
        };
        let (mut edits, mut new) = (Vec::new(), Vec::new());
        for (key, value) in keys {
            match known(key) {
                Some(old) if old.is_alias() || old.range().is_empty() => return None,
                Some(old) if old.is_block() => return None,
                Some(old) => edits.push(TextEdit::replace(old.range(), *value)),
                None => new.push(format!("{key}: {value}")),
            }
        }
        if new.is_empty() {
            return Some(edits);
        }
        edits.push(match config {
            None => self.add_key(mapping, Some("name"), &format!("config:\n  {}", new.join("\n  ")))?,
            Some(config) if config.value.is_alias() => return None,
            Some(config) if config.value.is_block() => self.add_key(config.value, None, &new.join("\n"))?,
            Some(config) if config.value.kind() == Kind::Null => {
                let indent = mapping.indent()? as usize;
                self.below_key(config.key_range, indent, &format!("config:\n  {}", new.join("\n  ")))
            }
            Some(config) if config.value.kind() == Kind::Mapping && config.value.is_closed() => {
                match config.value.entries().filter(|entry| !entry.merged).last() {
                    Some(last) => TextEdit::insert(last.range.end(), format!(", {}", new.join(", "))),
                    None => TextEdit::replace(config.value.range(), format!("{{{}}}", new.join(", "))),
                }
            }
            Some(_) => return None,
        });
        Some(edits)
    }

    /// What stands below a key that has nothing yet; `lines` begin with the key itself, written by twos.
    pub fn below_key(&self, key: TextRange, indent: usize, lines: &str) -> TextEdit {
        self.insert_lines(key, &self.style().lines(lines, indent)[1..])
    }

    fn below(&self, place: TextRange, indent: usize, lines: &str) -> TextEdit {
        self.insert_lines(place, &self.style().lines(lines, indent))
    }

    /// Lines below the one on which a place ends.
    fn insert_lines(&self, place: TextRange, lines: &[String]) -> TextEdit {
        let end = usize::from(place.end());
        let rest = &self.text[end..];
        let line = rest.find(['\r', '\n']).unwrap_or(rest.len());
        let line_break = self.line_break();
        let new: String = lines.iter().map(|line| format!("{line_break}{line}")).collect();
        TextEdit::insert(text::size(end + line), new)
    }

    /// The edits, if the text that they make is no more broken than this one.
    pub fn checked(&self, edits: Vec<TextEdit>) -> Option<Vec<TextEdit>> {
        let new = text::apply_edits(&self.text, &edits)?;
        let tree = yaml::parse(&new);
        let is_no_worse = tree.errors.len() <= self.tree.errors.len()
            && tree.duplicate_keys().len() <= self.tree.duplicate_keys().len()
            && tree.documents() <= 1;
        (!edits.is_empty() && is_no_worse).then_some(edits)
    }
}

/// The items of a list that are written by indentation.
fn blocks<'t>(list: Node<'t>) -> impl Iterator<Item = Node<'t>> {
    list.items().filter(|item| !item.is_alias() && item.is_block())
}

fn indented(lines: &str, by: usize) -> String {
    let margin = " ".repeat(by);
    lines.lines().map(|line| format!("{margin}{line}")).collect::<Vec<_>>().join("\n")
}
