//! Asks one mapping for its keys and keeps what is wrong with them.
//!
//! A key without a value is being typed and counts as absent; a value with Jinja in it is unknown and fits.

use smol_str::SmolStr;
use syntax::yaml::{Kind, Node, Style};
use text::TextRange;

use super::{Fault, FaultOf, NameUse, RefusedBy, Resources, Wanted, When};

/// A mapping that is asked.
pub(super) struct Form<'t, 'o> {
    pub of: FaultOf,
    /// With its article: `an exposure`.
    pub what: &'static str,
    pub node: Node<'t>,
    /// Index of the entry; `None` when it has no name.
    pub at: Option<u32>,
    pub out: &'o mut Resources,
}

impl<'t, 'o> Form<'t, 'o> {
    pub fn new(
        of: FaultOf,
        what: &'static str,
        node: Node<'t>,
        at: Option<u32>,
        out: &'o mut Resources,
    ) -> Form<'t, 'o> {
        Form { of, what, node, at, out }
    }

    /// The same for a part of it.
    pub fn part(&mut self, what: &'static str, node: Node<'t>) -> Form<'t, '_> {
        Form { of: self.of, what, node, at: self.at, out: self.out }
    }

    pub fn fault(&mut self, by: RefusedBy, range: TextRange, message: impl Into<Box<str>>) {
        self.push(by, range, message.into(), None, When::Always);
    }

    /// The same about what dbt asks for later, or not at all.
    pub fn fault_when(&mut self, when: When, by: RefusedBy, range: TextRange, message: impl Into<Box<str>>) {
        self.push(by, range, message.into(), None, when);
    }

    fn push(
        &mut self,
        by: RefusedBy,
        range: TextRange,
        message: Box<str>,
        instead: Option<SmolStr>,
        when: When,
    ) {
        let (of, entry) = (self.of, self.at);
        self.out.faults.push(Fault { of, by, range, message, instead, when, entry });
    }

    /// Whether it is a mapping at all; says so if not. What is being typed is none and is left alone.
    pub fn is_mapping(&mut self) -> bool {
        match self.node.kind() {
            Kind::Mapping => true,
            Kind::Null | Kind::UnknownAlias => false,
            _ if is_dynamic(self.node) => false,
            _ => {
                let message = format!("{} is a mapping: write its keys on lines of their own", self.what);
                self.fault(RefusedBy::Both, self.node.range(), message);
                false
            }
        }
    }

    /// Where to mark what is missing: the name, else the first key.
    pub fn anchor(&self) -> TextRange {
        let name = self.node.get("name").and_then(Node::scalar).map(|scalar| scalar.content);
        let first = || self.node.entries().next().map(|entry| entry.key_range);
        name.filter(|name| !name.is_empty()).or_else(first).unwrap_or(self.node.range())
    }

    /// The value of a key that is there.
    pub fn get(&self, key: &str) -> Option<Node<'t>> {
        self.node.get(key).filter(|value| !is_null(*value))
    }

    /// The value of a key that must be there.
    pub fn required(&mut self, key: &str, by: RefusedBy) -> Option<Node<'t>> {
        let value = self.get(key);
        if value.is_none() {
            let at = self.node.entry(key).map_or_else(|| self.anchor(), |entry| entry.key_range);
            let message = format!("{} needs '{key}'", self.what);
            self.fault(by, at, message);
        }
        value
    }

    /// A value that must be one of some words, in whichever case for dbt v1, as of the semantic layer.
    pub fn one_of_any_case(&mut self, key: &str, value: Node<'_>, allowed: &[&str], by: RefusedBy) {
        let lower = value.text().map(|text| text.to_lowercase()).unwrap_or_default();
        let only_case = allowed.contains(&&*lower);
        match (only_case, by) {
            (true, RefusedBy::V1) => {}
            (true, _) => self.one_of(key, value, allowed, RefusedBy::V2),
            (false, _) => self.one_of(key, value, allowed, by),
        }
    }

    /// What the semantic layer asks of every name in it.
    pub fn layer_name(&mut self, name: Node<'_>) {
        let (Some(text), Some(scalar), false) = (name.text(), name.scalar(), is_dynamic(name)) else {
            return;
        };
        let inner = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_';
        let fits = text.len() > 1
            && text.starts_with(|c: char| c.is_ascii_lowercase())
            && text.chars().all(inner)
            && !text.ends_with('_')
            && !text.contains("__");
        let message = if !fits {
            format!(
                "the semantic layer refuses the name '{text}': use two or more of a-z, 0-9 and single '_' between them"
            )
        } else if super::time_spine::GRANULARITIES.contains(&&*text) {
            format!("the semantic layer keeps the name '{text}' for the granularity: use another one")
        } else {
            return;
        };
        self.fault_when(When::Layer, RefusedBy::V1, scalar.content, message);
    }

    /// A value that must be one of some words.
    pub fn one_of(&mut self, key: &str, value: Node<'_>, allowed: &[&str], by: RefusedBy) {
        let (Some(text), false) = (value.text(), is_dynamic(value)) else {
            if value.kind() != Kind::Scalar && value.kind() != Kind::UnknownAlias {
                let message = format!("'{key}' is a word: {}", words(allowed));
                self.fault(by, value.range(), message);
            }
            return;
        };
        if allowed.contains(&&*text) {
            return;
        }
        let range = value.scalar().map_or(value.range(), |scalar| scalar.content);
        let lower = text.to_lowercase();
        let near = allowed.iter().find(|word| **word == lower).copied();
        let near = near.or_else(|| text::suggest(&text, allowed.iter().copied()));
        let message = match near {
            Some(near) => format!("'{key}' cannot be '{text}'; did you mean '{near}'?"),
            None => format!("'{key}' cannot be '{text}': use {}", words(allowed)),
        };
        self.push(by, range, message.into(), near.map(SmolStr::new), When::Always);
    }

    /// The elements of a list; says so when the value is none.
    pub fn list(&mut self, key: &str, by: RefusedBy) -> Vec<Node<'t>> {
        let Some(value) = self.get(key) else { return Vec::new() };
        match value.kind() {
            Kind::Sequence => value.items().collect(),
            Kind::UnknownAlias => Vec::new(),
            _ if is_dynamic(value) => Vec::new(),
            _ => {
                self.fault(
                    by,
                    value.range(),
                    format!("'{key}' must be a list: begin each element with '- '"),
                );
                Vec::new()
            }
        }
    }

    /// Keeps a name that the entry uses.
    pub fn name(&mut self, wanted: Wanted, value: Node<'_>, counts: bool) {
        let (Some(entry), Some(scalar), Some(text)) = (self.at, value.scalar(), value.text()) else { return };
        if text.is_empty() || is_dynamic(value) {
            return;
        }
        let (name, range) = (SmolStr::new(text), scalar.content);
        self.out.names.push(NameUse { wanted, name, range, entry, counts });
    }

    /// A name that stands alone or as the `name` of a mapping.
    pub fn input(&mut self, what: &'static str, wanted: Wanted, value: Node<'t>, counts: bool) {
        match value.kind() {
            Kind::Scalar => self.name(wanted, value, counts),
            Kind::Mapping => {
                let mut part = self.part(what, value);
                if let Some(name) = part.required("name", RefusedBy::V1) {
                    part.name(wanted, name, counts);
                }
            }
            _ => {}
        }
    }
}

/// Whether nothing is said, or `null` is.
pub(super) fn is_null(value: Node<'_>) -> bool {
    let written = || value.scalar().filter(|scalar| scalar.style == Style::Plain).and_then(|_| value.text());
    value.kind() == Kind::Null
        || written().is_some_and(|text| matches!(&*text, "null" | "Null" | "NULL" | "~"))
}

/// Whether dbt has yet to render a value.
pub(super) fn is_dynamic(value: Node<'_>) -> bool {
    value.text().is_some_and(|text| text.contains("{{") || text.contains("{%"))
}

/// `a, b or c`
fn words(of: &[&str]) -> String {
    match of.split_last() {
        Some((last, rest)) if !rest.is_empty() => format!("{} or {last}", rest.join(", ")),
        _ => of.join(""),
    }
}

/// Whether braces are around a call that dbt evaluates without them, and that it does not know inside.
pub(super) fn is_rendered_call(value: Node<'_>) -> bool {
    let Some(text) = value.text() else { return false };
    let inside = text.trim().strip_prefix("{{").map(|rest| rest.trim_start_matches('-').trim_start());
    inside.is_some_and(|inside| ["ref(", "source(", "metric("].iter().any(|call| inside.starts_with(call)))
}
