//! A YAML mapping read key by key, with places and complaints.
//!
//! Over `serde_yaml`'s tree; must not know what the keys mean.

use serde_yaml::mapping::DuplicateKey;
use serde_yaml::{Mapping, Value};
use text::TextRange;

use super::env::Expanded;
use super::problem::{Level, Problem};

/// A configuration file being read.
pub(super) struct Reader<'t> {
    /// What is wrong so far.
    pub problems: Vec<Problem>,
    text: &'t Expanded,
    original: &'t str,
}

impl<'t> Reader<'t> {
    /// A reader of `text`, which was made of `original`.
    pub(super) fn new(text: &'t Expanded, original: &'t str) -> Self {
        Reader { problems: Vec::new(), text, original }
    }

    /// A scalar as the file writes it, variables and all, without quotes.
    pub(super) fn written(&self, value: &Value) -> &'t str {
        let range = self.range(value);
        let text = self.original.get(range.start().into()..range.end().into()).unwrap_or_default();
        text.trim_matches(['"', '\''])
    }

    /// The document. `None` when it is no YAML (with an error) or empty (without).
    pub(super) fn document(&mut self) -> Option<Value> {
        let mut repeated = Vec::new();
        let parsed = Value::from_str(&self.text.text, |_, key, _| {
            repeated.push((key.clone(), key.as_str().unwrap_or_default().to_owned()));
            DuplicateKey::Overwrite
        });
        for (key, name) in repeated {
            self.warning(&key, format!("`{name}` is given twice; the last one counts"));
        }
        match parsed.and_then(|mut value| value.apply_merge().map(|()| value)) {
            Ok(Value::Null(..)) => None,
            Ok(value) => Some(value),
            Err(error) => {
                let at = error.location().map_or(self.text.text.len(), |mark| mark.index());
                let range = self.original(self.word_at(at));
                let reason = error.display_no_mark().to_string();
                let reason = reason.split(" at line ").next().unwrap_or_default();
                let message = format!("this is not valid YAML: {reason}");
                self.problems.push(Problem { level: Level::Error, range, message });
                None
            }
        }
    }

    /// Where a value is written: a scalar whole, a mapping or list on its first line.
    pub(super) fn range(&self, value: &Value) -> TextRange {
        let text = &self.text.text;
        if !value.span().is_valid() {
            return self.whole();
        }
        // The parser's spans reach up to the next token.
        let start = floor_char_boundary(text, value.span().start.index());
        let end = floor_char_boundary(text, value.span().end.index());
        let part = text.get(start..end).unwrap_or_default();
        let start = start + (part.len() - part.trim_start().len());
        let part = part.trim();
        let len = match value {
            Value::Mapping(..) | Value::Sequence(..) | Value::Tagged(..) => first_line(part),
            Value::Null(..) if part.is_empty() || part.starts_with(['-', ',', '}', ']']) => 0,
            _ => scalar_len(part, &value.as_scalar_string().unwrap_or_default()),
        };
        let range = if len == 0 { self.word_at(start) } else { text::range(start, start + len) };
        self.original(range)
    }

    /// The whole file.
    pub(super) fn whole(&self) -> TextRange {
        text::range(0, self.original.len())
    }

    pub(super) fn error(&mut self, place: &Value, message: impl Into<String>) {
        let range = self.range(place);
        self.problems.push(Problem { level: Level::Error, range, message: message.into() });
    }

    pub(super) fn warning(&mut self, place: &Value, message: impl Into<String>) {
        let range = self.range(place);
        self.problems.push(Problem { level: Level::Warning, range, message: message.into() });
    }

    /// The value as a mapping, else an error.
    pub(super) fn mapping<'v>(&mut self, value: &'v Value, what: &str) -> Option<&'v Mapping> {
        let found = value.as_mapping();
        if found.is_none() {
            self.error(value, format!("{what} must be a mapping, not {}", kind(value)));
        }
        found
    }

    /// The value as a list, else an error.
    pub(super) fn list<'v>(&mut self, value: &'v Value, what: &str) -> Option<&'v [Value]> {
        let found = value.as_sequence();
        if found.is_none() {
            self.error(value, format!("{what} must be a list, not {}", kind(value)));
        }
        found.map(Vec::as_slice)
    }

    /// The value as a text (a number or yes/no as it is written), else an error.
    pub(super) fn text(&mut self, value: &Value, what: &str) -> Option<String> {
        let found = value.as_scalar_string().filter(|_| !value.is_null());
        if found.is_none() {
            self.error(value, format!("{what} must be a text, not {}", kind(value)));
        }
        found.map(|text| text.into_owned())
    }

    /// The value as texts; one text is a list of one.
    pub(super) fn texts(&mut self, value: &Value, what: &str) -> Vec<String> {
        match value {
            Value::Null(..) => Vec::new(),
            Value::String(text, _) => vec![text.clone()],
            _ => {
                let items = self.list(value, what).unwrap_or_default();
                items.iter().filter_map(|item| self.text(item, &format!("each item of {what}"))).collect()
            }
        }
    }

    /// Warns about keys that mean nothing here, with the one likely meant.
    pub(super) fn unknown_keys(&mut self, map: &Mapping, known: &[&str]) {
        for (key, _) in map {
            let name = key.as_scalar_string().unwrap_or_default();
            if known.contains(&&*name) {
                continue;
            }
            let hint = text::suggest(&name, known.iter().copied()).map_or_else(
                || format!("known are {}", listed(known)),
                |near| format!("did you mean `{near}`?"),
            );
            self.warning(key, format!("`{name}` is not a key here; {hint}"));
        }
    }

    /// The word at an offset, so that an error has something to underline: else the one before.
    fn word_at(&self, at: usize) -> TextRange {
        let text = &self.text.text;
        let (before, after) = text.split_at(floor_char_boundary(text, at));
        let len = after.find(char::is_whitespace).unwrap_or(after.len());
        if len > 0 {
            return text::range(before.len(), before.len() + len);
        }
        let before = before.trim_end();
        let start = before
            .rfind(char::is_whitespace)
            .map_or(0, |space| space + before[space..].chars().next().map_or(1, char::len_utf8));
        text::range(start, before.len())
    }

    /// The place in the file as written.
    fn original(&self, range: TextRange) -> TextRange {
        let range = self.text.original(range);
        let end = usize::from(range.end()).min(self.original.len());
        text::range(usize::from(range.start()).min(end), end)
    }
}

/// The nearest offset at or before `at` that is no middle of a character.
fn floor_char_boundary(text: &str, at: usize) -> usize {
    (0..=at.min(text.len())).rev().find(|at| text.is_char_boundary(*at)).unwrap_or(0)
}

/// Length of a collection's first line; of a bracketed one, up to its last bracket there.
fn first_line(part: &str) -> usize {
    let line = part.lines().next().unwrap_or_default().trim_end();
    let close = if line.starts_with(['{', '[']) { line.rfind(['}', ']']) } else { None };
    close.map_or(line.len(), |close| close + 1)
}

/// Length of the scalar at the start of `part`, whose value is `value`.
fn scalar_len(part: &str, value: &str) -> usize {
    let Some(quote @ (b'"' | b'\'')) = part.bytes().next() else {
        return if part.starts_with(value) && !value.is_empty() { value.len() } else { first_line(part) };
    };
    let mut bytes = part.bytes().enumerate().skip(1).peekable();
    while let Some((at, byte)) = bytes.next() {
        let next = bytes.peek().map(|(_, byte)| *byte);
        let escape = if quote == b'"' { byte == b'\\' } else { byte == b'\'' && next == Some(b'\'') };
        if escape {
            bytes.next();
        } else if byte == quote {
            return at + 1;
        }
    }
    first_line(part)
}

/// `a`, `b` or `c`.
pub(super) fn listed(names: &[&str]) -> String {
    match names {
        [] => "none".to_owned(),
        [one] => format!("`{one}`"),
        [init @ .., last] => {
            let init: Vec<String> = init.iter().map(|name| format!("`{name}`")).collect();
            format!("{} or `{last}`", init.join(", "))
        }
    }
}

/// What a value is, for people.
pub(super) fn kind(value: &Value) -> &'static str {
    match value {
        Value::Null(..) => "nothing",
        Value::Bool(..) => "true or false",
        Value::Number(..) => "a number",
        Value::String(..) => "a text",
        Value::Sequence(..) => "a list",
        Value::Mapping(..) => "a mapping",
        Value::Tagged(..) => "a tagged value",
    }
}

/// The value of a key that is present and not null.
pub(super) fn given<'v>(map: &'v Mapping, key: &str) -> Option<&'v Value> {
    map.get(key).filter(|value| !value.is_null())
}

/// Yes or no in any spelling Python or YAML 1.1 takes.
pub(super) fn truth(value: &Value) -> Option<bool> {
    match value.as_scalar_string()?.to_ascii_lowercase().as_str() {
        "true" | "yes" | "on" | "y" | "t" | "1" => Some(true),
        "false" | "no" | "off" | "n" | "f" | "0" => Some(false),
        _ => None,
    }
}
