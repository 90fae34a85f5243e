//! Edits of YAML written by indentation. Knows the tree and the text, not what keys mean.
//!
//! Every edit is `None` where it is not certain that only what is meant changes: broken text, `{…}`, aliases.

use std::sync::Arc;

use project::FileId;
use project::facts::Entry;
use syntax::yaml::{self, Kind, Node, Tree};
use text::{TextEdit, TextRange};

/// A file without a syntax error.
pub(super) struct Doc {
    pub file: FileId,
    text: Arc<str>,
    tree: Tree,
}

impl Doc {
    pub fn new(file: FileId, text: Arc<str>) -> Option<Doc> {
        let tree = yaml::parse(&text);
        (tree.errors.is_empty() && tree.documents() <= 1).then_some(Doc { file, text, tree })
    }

    pub fn root(&self) -> Option<Node<'_>> {
        self.tree.root(&self.text)
    }

    /// The mapping of an entry of one of the file's lists.
    pub fn entry(&self, entry: &Entry) -> Option<Node<'_>> {
        let lists = self.root()?.entries().map(|list| list.value);
        let mut items = lists.flat_map(Node::items).filter(|item| !item.is_alias() && item.is_block());
        items.find(|item| item.get("name").is_some_and(|name| name.range().contains_range(entry.name_range)))
    }

    /// Writes lines (indented relative to the mapping's keys) behind the entry `after`, else behind the last one.
    pub fn add_key(&self, mapping: Node<'_>, after: Option<&str>, lines: &str) -> Option<TextEdit> {
        let indent = mapping.indent().filter(|_| !mapping.is_alias() && mapping.kind() == Kind::Mapping)?;
        let entries = || mapping.entries().filter(|entry| !entry.merged);
        let wanted = after.and_then(|after| entries().find(|entry| entry.key == after));
        let place = wanted.or_else(|| entries().last())?.range;
        Some(self.below(place, indent as usize, lines))
    }

    /// Writes an item of a list behind its last one.
    pub fn add_item(&self, list: Node<'_>, lines: &str) -> Option<TextEdit> {
        let indent = list.indent().filter(|_| !list.is_alias() && list.kind() == Kind::Sequence)?;
        Some(self.below(list.items().last()?.range(), indent as usize, lines))
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
            Some(config) if config.value.kind() == Kind::Mapping && config.value.is_closed() => {
                let last = config.value.entries().filter(|entry| !entry.merged).last()?;
                TextEdit::insert(last.range.end(), format!(", {}", new.join(", ")))
            }
            Some(_) => return None,
        });
        Some(edits)
    }

    fn below(&self, place: TextRange, indent: usize, lines: &str) -> TextEdit {
        let end = usize::from(place.end());
        let rest = &self.text[end..];
        let line = rest.find(['\r', '\n']).unwrap_or(rest.len());
        let line_break = if self.text.contains("\r\n") { "\r\n" } else { "\n" };
        let margin = " ".repeat(indent);
        let new: String = lines.lines().map(|line| format!("{line_break}{margin}{line}")).collect();
        TextEdit::insert(text::size(end + line), new)
    }
}
