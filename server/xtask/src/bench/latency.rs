//! Time between a key and what the editor shows: many samples, their median and worst hundredth.

use super::Document;
use super::client::Client;
use anyhow::Result;
use serde_json::{Value, json};
use std::fmt;
use std::time::{Duration, Instant};

/// The median and the 99th percentile.
pub struct Spread {
    /// The median.
    pub p50: Duration,
    /// The 99th percentile.
    pub p99: Duration,
}

impl Spread {
    /// Of any number of samples but none.
    pub fn of(mut samples: Vec<Duration>) -> Spread {
        samples.sort();
        let at = |percent: usize| samples[(samples.len() * percent / 100).min(samples.len() - 1)];
        Spread { p50: at(50), p99: at(99) }
    }
}

impl fmt::Display for Spread {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:.1} / {:.1} ms", self.p50.as_secs_f64() * 1e3, self.p99.as_secs_f64() * 1e3)
    }
}

/// Breaks and mends the first ref's name by one letter in turn, and times each didChange to the
/// diagnostics of that version: one finding, then none.
pub fn diagnostics(client: &mut Client, document: &Document, edits: usize) -> Result<Spread> {
    let mut samples = Vec::with_capacity(edits);
    let place = document.first_ref;
    for edit in 0..edits {
        let version = 2 + i64::try_from(edit)?;
        let breaks = edit % 2 == 0;
        let (end, text) = if breaks { (place, "x") } else { ((place.0, place.1 + 1), "") };
        let sent = Instant::now();
        change(client, &document.uri, version, place, end, text)?;
        let (heard, found) = client.diagnostics(&document.uri, version)?;
        samples.push(heard - sent);
        let unknown = found.iter().filter(|d| d["code"] == "unknown-model").count();
        anyhow::ensure!(unknown == usize::from(breaks), "edit {edit}: {unknown} unknown models in {found:?}");
    }
    Ok(Spread::of(samples))
}

/// Types `model_0…` letter by letter into a new `ref('`, and times the completion asked for after each
/// letter, without waiting for anything else. Gives also the number of items in the largest answer.
pub fn completion(client: &mut Client, document: &Document, times: usize) -> Result<(Spread, usize)> {
    const TYPED: &str = "model_00";
    let before = "\n-- {{ ref('";
    let end = (document.text.matches('\n').count(), document.text.rsplit('\n').next().map_or(0, str::len));
    let mut version = 1_000_000;
    change(client, &document.uri, version, end, end, before)?;
    let line = end.0 + 1;
    let start = before.len() - 1;
    let mut samples = Vec::with_capacity(times);
    let mut largest = 0;
    let mut typed = 0;
    while samples.len() < times {
        let cursor = (line, start + typed);
        let params = json!({
            "textDocument": {"uri": document.uri},
            "position": {"line": cursor.0, "character": cursor.1},
            "context": {"triggerKind": 1},
        });
        let (answer, time) = client.request("textDocument/completion", &params)?;
        samples.push(time);
        let items = answer.as_array().or_else(|| answer["items"].as_array()).map_or(0, Vec::len);
        anyhow::ensure!(items > 0, "nothing offered after {:?}: {answer}", &TYPED[..typed]);
        largest = largest.max(items);
        version += 1;
        if let Some(letter) = TYPED.get(typed..=typed) {
            change(client, &document.uri, version, cursor, cursor, letter)?;
            typed += 1;
        } else {
            change(client, &document.uri, version, (line, start), cursor, "")?;
            typed = 0;
        }
    }
    Ok((Spread::of(samples), largest))
}

/// Sends one edit: the text between two places is replaced.
pub fn change(
    client: &mut Client,
    uri: &str,
    version: i64,
    start: (usize, usize),
    end: (usize, usize),
    text: &str,
) -> Result<()> {
    let position = |(line, character): (usize, usize)| json!({"line": line, "character": character});
    let edit: Value = json!({"range": {"start": position(start), "end": position(end)}, "text": text});
    client.notify(
        "textDocument/didChange",
        &json!({"textDocument": {"uri": uri, "version": version}, "contentChanges": [edit]}),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn percentiles_of_a_hundred() {
        let spread = Spread::of((0..100).rev().map(Duration::from_millis).collect());
        assert_eq!(spread.to_string(), "50.0 / 99.0 ms");
    }
}
