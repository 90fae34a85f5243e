//! A YAML mapping read key by key, with places and complaints.
//!
//! Over `serde_yaml`'s tree; must not know what the keys mean.

use serde_yaml::mapping::DuplicateKey;
use serde_yaml::{Mapping, Span, Value};
use text::TextRange;

use super::env::Expanded;
use super::problem::{Level, Problem};

/// A configuration file being read.
pub(super) struct Reader<'t> {
    /// What is wrong so far.
    pub problems: Vec<Problem>,
    text: &'t Expanded,
    original_len: usize,
    /// Byte offsets of characters, when they differ: YAML counts characters.
    offsets: Option<Vec<u32>>,
}

impl<'t> Reader<'t> {
    pub(super) fn new(text: &'t Expanded, original_len: usize) -> Self {
        let offsets = (!text.text.is_ascii())
            .then(|| text.text.char_indices().map(|(at, _)| u32::try_from(at).unwrap_or(u32::MAX)).collect());
        Reader { problems: Vec::new(), text, original_len, offsets }
    }

    /// The document. `None` when it is no YAML (with an error) or empty (without).
    pub(super) fn document(&mut self) -> Option<Value> {
        let mut repeated = Vec::new();
        let parsed = Value::from_str(&self.text.text, |_, key, _| {
            repeated.push((key.span().clone(), key.as_str().unwrap_or_default().to_owned()));
            DuplicateKey::Overwrite
        });
        for (span, key) in repeated {
            self.warning(&span, format!("`{key}` is given twice; the last one counts"));
        }
        match parsed.and_then(|mut value| value.apply_merge().map(|()| value)) {
            Ok(Value::Null(..)) => None,
            Ok(value) => Some(value),
            Err(error) => {
                let at = error.location().map_or(self.text.text.len(), |mark| self.byte(mark.index()));
                let range = self.word_at(at);
                let message = format!("this is not valid YAML: {}", error.display_no_mark());
                self.problems.push(Problem { level: Level::Error, range, message });
                None
            }
        }
    }

    /// Where a value is written.
    pub(super) fn range(&self, span: &Span) -> TextRange {
        if !span.is_valid() {
            return self.whole();
        }
        let (start, end) = (self.byte(span.start.index()), self.byte(span.end.index()));
        self.trimmed(start, end.max(start))
    }

    /// The whole file.
    pub(super) fn whole(&self) -> TextRange {
        text::range(0, self.original_len)
    }

    pub(super) fn error(&mut self, span: &Span, message: impl Into<String>) {
        let range = self.range(span);
        self.problems.push(Problem { level: Level::Error, range, message: message.into() });
    }

    pub(super) fn warning(&mut self, span: &Span, message: impl Into<String>) {
        let range = self.range(span);
        self.problems.push(Problem { level: Level::Warning, range, message: message.into() });
    }

    /// The value as a mapping, else an error.
    pub(super) fn mapping<'v>(&mut self, value: &'v Value, what: &str) -> Option<&'v Mapping> {
        let found = value.as_mapping();
        if found.is_none() {
            self.error(value.span(), format!("{what} must be a mapping, not {}", kind(value)));
        }
        found
    }

    /// The value as a list, else an error.
    pub(super) fn list<'v>(&mut self, value: &'v Value, what: &str) -> Option<&'v [Value]> {
        let found = value.as_sequence();
        if found.is_none() {
            self.error(value.span(), format!("{what} must be a list, not {}", kind(value)));
        }
        found.map(Vec::as_slice)
    }

    /// The value as a text (a number or yes/no as it is written), else an error.
    pub(super) fn text(&mut self, value: &Value, what: &str) -> Option<String> {
        let found = value.as_scalar_string().filter(|_| !value.is_null());
        if found.is_none() {
            self.error(value.span(), format!("{what} must be a text, not {}", kind(value)));
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
            self.warning(key.span(), format!("`{name}` is not a key here; {hint}"));
        }
    }

    /// Bytes of the expanded text.
    fn byte(&self, index: usize) -> usize {
        match &self.offsets {
            Some(offsets) => offsets.get(index).map_or(self.text.text.len(), |at| *at as usize),
            None => index.min(self.text.text.len()),
        }
    }

    /// Without white space around it, as written in the file.
    fn trimmed(&self, start: usize, end: usize) -> TextRange {
        let part = self.text.text.get(start..end).unwrap_or_default();
        let start = start + (part.len() - part.trim_start().len());
        let range = text::range(start, start + part.trim().len());
        self.clamped(self.text.original(range))
    }

    /// The word at an offset, so that an error has something to underline: else the one before.
    fn word_at(&self, at: usize) -> TextRange {
        let text = &self.text.text;
        let at = (0..=at.min(text.len())).rev().find(|at| text.is_char_boundary(*at)).unwrap_or(0);
        let (before, after) = text.split_at(at);
        let len = after.find(char::is_whitespace).unwrap_or(after.len());
        if len > 0 {
            return self.trimmed(at, at + len);
        }
        let before = before.trim_end();
        let start = before.rfind(char::is_whitespace).map_or(0, |space| space + 1);
        self.trimmed(start.min(before.len()), before.len())
    }

    fn clamped(&self, range: TextRange) -> TextRange {
        let end = usize::from(range.end()).min(self.original_len);
        text::range(usize::from(range.start()).min(end), end)
    }
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
