//! What is inserted for a key: the key, its colon, and the start of its value on lines of their own.

use project::schema::{KeyInfo, Shape, Types};
use syntax::yaml::{YamlPlace, YamlSite};
use text::TextSize;

/// How keys are written at a place.
pub(super) struct Style {
    /// Column of the key, in bytes.
    column: usize,
    line_break: &'static str,
    /// Written before the key: `- ` in a list without a dash yet, a blank behind a tight dash or colon.
    before: &'static str,
    /// Only the name: the rest is there.
    bare: bool,
    /// Between brackets nothing goes onto a line of its own.
    flow: bool,
}

impl Style {
    /// The style at `site`; `dash` when the key starts an item.
    pub(super) fn new(text: &str, site: &YamlSite<'_>, offset: TextSize, dash: bool) -> Style {
        let (start, bare) = match &site.place {
            YamlPlace::Key { range, has_colon, quote, .. } => (range.start(), *has_colon || quote.is_some()),
            _ => (offset, false),
        };
        let before = &text[..usize::from(start)];
        let line = before.rfind(['\n', '\r']).map_or(before, |at| &before[at + 1..]);
        Style {
            column: line.len() + if dash { 2 } else { 0 },
            line_break: if text.contains("\r\n") { "\r\n" } else { "\n" },
            before: if dash { "- " } else { "" },
            bare,
            flow: site.container.is_some_and(|container| !container.is_block()),
        }
    }

    /// The text for `key`.
    pub(super) fn key(&self, key: &KeyInfo) -> String {
        if self.bare {
            return key.name.to_owned();
        }
        format!("{}{}:{}", self.before, key.name, self.value(key.shape))
    }

    /// The text for a key that is a name, such as a folder's.
    pub(super) fn name(&self, name: &str, shape: Shape) -> String {
        if self.bare { name.to_owned() } else { format!("{}{name}:{}", self.before, self.value(shape)) }
    }

    /// The text for an item that is a word.
    pub(super) fn word(&self, word: &str) -> String {
        format!("{}{word}", self.before)
    }

    fn value(&self, shape: Shape) -> String {
        let line = |indent: usize| format!("{}{}", self.line_break, " ".repeat(self.column + indent));
        if self.flow {
            return " ".to_owned();
        }
        if shape.types().is(Types::LIST) {
            let first = shape.item().and_then(first_key).map_or(String::new(), |name| format!("{name}: "));
            return format!("{}- {first}", line(2));
        }
        if shape.types().is(Types::MAPPING) { line(2) } else { " ".to_owned() }
    }
}

/// The key that an item starts with: its name if it must have one.
fn first_key(item: Shape) -> Option<&'static str> {
    if !item.types().is(Types::MAPPING) {
        return None;
    }
    let required = || item.keys().filter(|key| key.required);
    let name = required().find(|key| key.name == "name");
    name.or_else(|| required().next()).map(|key| key.name)
}
