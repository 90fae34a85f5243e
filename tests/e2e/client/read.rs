//! Answers of the server in a form that a test can state in one line.

use super::Client;
use serde_json::{Value, json};
use std::path::PathBuf;

/// A place to go to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Spot {
    /// The URI as the server wrote it.
    pub uri: String,
    /// The target's name, or where it begins: line and character, from 0.
    pub at: (u64, u64),
    /// The text of the target's name on disk; empty for a whole file.
    pub name: String,
}

/// The codes of diagnostics, in order.
pub fn codes(diagnostics: &[Value]) -> Vec<String> {
    diagnostics.iter().map(|d| d["code"].as_str().expect("diagnostics have codes").to_owned()).collect()
}

/// Whether one of the diagnostics has this code.
pub fn has(diagnostics: &[Value], code: &str) -> bool {
    diagnostics.iter().any(|d| d["code"] == code)
}

/// The text of a hover or of a documentation, Markdown or plain.
pub fn markup(value: &Value) -> String {
    let contents = if value["contents"].is_null() { &value["documentation"] } else { &value["contents"] };
    contents["value"].as_str().or(contents.as_str()).unwrap_or_default().to_owned()
}

/// The path of a `file:` URI.
pub fn path_of(uri: &str) -> Option<PathBuf> {
    let path = uri.strip_prefix("file://")?;
    let mut bytes = Vec::new();
    let mut rest = path.bytes();
    while let Some(byte) = rest.next() {
        if byte == b'%' {
            let digits = [rest.next()?, rest.next()?];
            bytes.push(u8::from_str_radix(std::str::from_utf8(&digits).ok()?, 16).ok()?);
        } else {
            bytes.push(byte);
        }
    }
    String::from_utf8(bytes).ok().map(PathBuf::from)
}

impl Client {
    /// Where the name at `$0` leads, `path` or `path:line name` (line from 1), relative to the workspace folder.
    pub fn targets(&mut self, path: &str, context: &str) -> Vec<String> {
        self.spots(path, context).into_iter().map(|spot| self.shown(&spot)).collect()
    }

    fn shown(&self, spot: &Spot) -> String {
        let root = format!("{}/", self.uri(""));
        let place = spot.uri.strip_prefix(root.trim_end_matches('/')).unwrap_or(&spot.uri);
        let place = place.trim_start_matches('/');
        if spot.name.is_empty() {
            place.to_owned()
        } else {
            format!("{place}:{} {}", spot.at.0 + 1, spot.name)
        }
    }

    /// Where the name at `$0` leads.
    pub fn spots(&mut self, path: &str, context: &str) -> Vec<Spot> {
        let answer = self.definition(path, context);
        let list = match answer {
            Value::Null => Vec::new(),
            Value::Array(list) => list,
            one => vec![one],
        };
        list.iter().map(|item| self.spot(item)).collect()
    }

    fn spot(&self, item: &Value) -> Spot {
        let (uri, range) = if item["targetUri"].is_string() {
            (&item["targetUri"], &item["targetSelectionRange"])
        } else {
            (&item["uri"], &item["range"])
        };
        let uri = uri.as_str().expect("a target has a URI").to_owned();
        let number = |end: &str, field: &str| range[end][field].as_u64().expect("a target has a range");
        let at = (number("start", "line"), number("start", "character"));
        let end = (number("end", "line"), number("end", "character"));
        let text = path_of(&uri).and_then(|path| std::fs::read_to_string(path).ok()).unwrap_or_default();
        let line = text.lines().nth(at.0 as usize).unwrap_or_default();
        let until = if end.0 == at.0 { end.1 } else { line.len() as u64 };
        let name = line.chars().skip(at.1 as usize).take((until - at.1.min(until)) as usize).collect();
        Spot { uri, at, name }
    }

    /// The codes of an open document's diagnostics, in order.
    pub fn codes(&mut self, path: &str) -> Vec<String> {
        codes(&self.diagnostics(path))
    }

    /// Waits until an open document has exactly these findings, by code, in order.
    pub fn wait_codes(&mut self, path: &str, wanted: &[&str]) -> Vec<Value> {
        self.wait_diagnostics(path, |items| codes(items) == wanted)
    }

    /// The completion item with that label at `$0`.
    pub fn item(&mut self, path: &str, context: &str, label: &str) -> Value {
        let list = self.completion(path, context);
        let items = list["items"].as_array().cloned().unwrap_or_default();
        let labels: Vec<String> =
            items.iter().map(|i| i["label"].as_str().unwrap_or("?").to_owned()).collect();
        let found = items.into_iter().find(|item| item["label"] == label);
        found.unwrap_or_else(|| panic!("{label} is among {labels:?}"))
    }

    /// The part of an open document that a range covers.
    pub fn covered(&self, path: &str, range: &Value) -> String {
        let text = self.text(path);
        let (start, end) = (self.offset(text, &range["start"]), self.offset(text, &range["end"]));
        text[start..end].to_owned()
    }

    /// The texts that the findings with this code mark in an open document.
    pub fn marked(&mut self, path: &str, code: &str) -> Vec<String> {
        let found = self.diagnostics(path);
        let found = found.iter().filter(|d| d["code"] == code);
        found.map(|d| self.covered(path, &d["range"])).collect()
    }

    /// The byte offset of a position, which the server must have counted in the units agreed upon.
    pub fn offset(&self, text: &str, position: &Value) -> usize {
        let (line, column) = (position["line"].as_u64().expect("a line"), position["character"].as_u64());
        let column = column.expect("a character") as usize;
        let mut start = 0;
        for _ in 0..line {
            let rest = &text[start..];
            let at = rest.find(['\n', '\r']).unwrap_or_else(|| panic!("{position} is in {text:?}"));
            start += at + if rest[at..].starts_with("\r\n") { 2 } else { 1 };
        }
        let content = text[start..].split(['\n', '\r']).next().unwrap_or_default();
        let within = (0..=content.len())
            .filter(|at| content.is_char_boundary(*at))
            .find(|at| self.units(&content[..*at]) == column);
        start + within.unwrap_or_else(|| panic!("{position} is no place in {content:?}"))
    }

    /// Asks the virtual document or reads the file that a URI names.
    pub fn fetch(&mut self, uri: &str) -> String {
        if let Some(path) = path_of(uri) {
            return std::fs::read_to_string(&path).unwrap_or_else(|e| panic!("{}: {e}", path.display()));
        }
        let content = self.request("workspace/textDocumentContent", json!({ "uri": uri }));
        content["text"].as_str().expect("a document has a text").to_owned()
    }
}
