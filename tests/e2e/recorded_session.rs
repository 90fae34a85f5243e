//! A session that was recorded from Neovim, replayed: a model typed from nothing and renamed, undone, branches switched,
//! `dbt deps` and `dbt clean`. What the server knows at the end, and after each step, is what a fresh one knows.
//!
//! tests/scripts/record_session.py says how it was recorded.

use crate::binary::repo;
use crate::client::{Client, Preset, Session};
use crate::fresh;
use crate::sample::Sample;
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};

/// After these steps nothing is under way: the two servers are compared.
const COMPARED: &[&str] =
    &["describe it in YAML", "rename a model everywhere", "switch the branch", "dbt deps", "end"];

struct Replay {
    sample: Sample,
    client: Client,
    open: BTreeSet<String>,
    /// Our number for each question of the record that has not been answered.
    asked: BTreeMap<i64, Asked>,
}

struct Asked {
    id: i64,
    method: String,
}

impl Replay {
    fn start() -> Replay {
        let sample = Sample::hybrid();
        let client = Session::new(Preset::Neovim, sample.root()).start();
        Replay { sample, client, open: BTreeSet::new(), asked: BTreeMap::new() }
    }

    fn path(&self, params: &Value) -> Option<String> {
        let uri = params["textDocument"]["uri"].as_str()?;
        let root = self.client.uri("");
        Some(uri.strip_prefix(root.trim_end_matches('/'))?.trim_start_matches('/').to_owned())
    }

    fn send(&mut self, method: &str, params: &Value) {
        let path = self.path(params);
        match (method, path) {
            // The handshake is ours.
            ("initialize" | "initialized" | "shutdown" | "exit", _) => {}
            ("textDocument/didOpen", Some(path)) => {
                let text = params["textDocument"]["text"].as_str().unwrap();
                self.client.open(&path, text);
                self.open.insert(path);
            }
            ("textDocument/didClose", Some(path)) => {
                self.client.close(&path);
                self.open.remove(&path);
            }
            ("textDocument/didChange", Some(path)) => self.client.replay_change(&path, params),
            ("$/cancelRequest", _) => {
                if let Some(asked) = params["id"].as_i64().and_then(|id| self.asked.get(&id)) {
                    self.client.notify("$/cancelRequest", json!({ "id": asked.id }));
                }
            }
            _ => self.client.notify(method, params.clone()),
        }
    }

    fn ask(&mut self, number: i64, method: &str, params: &Value) {
        if !matches!(method, "initialize" | "shutdown") {
            let id = self.client.send(method, params.clone());
            self.asked.insert(number, Asked { id, method: method.to_owned() });
        }
    }

    /// Every question is answered, by an answer or with a reason.
    fn answers(&mut self) {
        for Asked { id, method } in std::mem::take(&mut self.asked).into_values() {
            // Who pulls everything is answered when something changes.
            if method == "workspace/diagnostic" {
                self.client.notify("$/cancelRequest", json!({ "id": id }));
            }
            if let Err(error) = self.client.answer(id) {
                assert!([-32800, -32801, -32802, -32803].contains(&error.code), "{error:?}");
            }
        }
    }

    fn compare(&mut self, step: &str) {
        let open: Vec<String> = self.open.iter().cloned().collect();
        let fresh = Session::new(Preset::Neovim, self.sample.root());
        fresh::compare(&mut self.client, fresh, &open, &format!("at the end of \"{step}\""));
    }
}

#[test]
fn a_recorded_session_ends_where_a_fresh_server_begins() {
    let mut replay = Replay::start();
    let record = std::fs::read_to_string(repo().join("tests/data/session.jsonl")).unwrap();
    // The folder as it stands in addresses; texts on disk do not name it.
    let root = replay.client.uri("").trim_end_matches('/').trim_start_matches("file://").to_owned();
    let record = record.replace("$ROOT", &root);
    let (mut step, mut messages) = (String::new(), 0);
    for line in record.lines() {
        let line: Value = serde_json::from_str(line).unwrap();
        if let Some(next) = line["step"].as_str() {
            replay.answers();
            if COMPARED.contains(&step.as_str()) {
                replay.compare(&step);
            }
            step = next.to_owned();
        } else if let Some(path) = line["write"].as_str() {
            replay.sample.write(path, line["text"].as_str().unwrap());
        } else if let Some(path) = line["remove"].as_str() {
            replay.sample.remove(path);
        } else {
            messages += 1;
            let (method, params) = (line["send"]["method"].as_str().unwrap(), &line["send"]["params"]);
            if let Some(number) = line["send"]["id"].as_i64() {
                replay.ask(number, method, params);
            } else {
                replay.send(method, params);
            }
        }
    }
    assert_eq!(step, "end");
    assert!(messages > 200, "{messages} messages: the record is cut short");
    replay.compare("end");
}
