//! Edits that the server proposes, applied as an editor does: to open documents by didChange, to others on disk.

use super::read::path_of;
use super::{Client, uri};
use serde_json::{Value, json};

impl Client {
    /// Applies a workspace edit. Edits of one document refer to its text before all of them.
    pub fn apply(&mut self, edit: &Value) {
        if let Some(steps) = edit["documentChanges"].as_array() {
            for step in steps {
                if step["kind"] == "create" {
                    let path = path_of(step["uri"].as_str().expect("a file")).expect("a file");
                    assert!(!path.exists(), "{} is new", path.display());
                    std::fs::write(path, "").expect("writable");
                } else if step["kind"] == "rename" {
                    self.move_file(
                        step["oldUri"].as_str().expect("from"),
                        step["newUri"].as_str().expect("to"),
                    );
                } else if step["kind"] == "delete" {
                    let uri = step["uri"].as_str().expect("a file").to_owned();
                    let path = path_of(&uri).expect("a file");
                    std::fs::remove_file(path).expect("it is there");
                    if self.texts.contains_key(&uri) {
                        self.close(&uri);
                    }
                    let changes = json!({ "changes": [{ "uri": uri, "type": 3 }] });
                    self.notify("workspace/didChangeWatchedFiles", changes);
                } else {
                    let document = &step["textDocument"];
                    let uri = document["uri"].as_str().expect("an edit names its document");
                    if let (Some(version), Some((current, _))) =
                        (document["version"].as_i64(), self.texts.get(uri))
                    {
                        assert_eq!(version, *current, "the edit is for the current version");
                    }
                    self.apply_to(uri, &step["edits"]);
                }
            }
        }
        for (uri, edits) in edit["changes"].as_object().into_iter().flatten() {
            self.apply_to(uri, edits);
        }
    }

    /// Gives a file another path, as an editor does that has it open or not.
    fn move_file(&mut self, from: &str, to: &str) {
        let (old, new) = (path_of(from).expect("a file"), path_of(to).expect("a file"));
        assert!(!new.exists(), "{} is free", new.display());
        let open = self.texts.get(from).map(|(_, text)| text.clone());
        std::fs::rename(&old, &new).expect("the file can be moved");
        if let Some(text) = open {
            self.close(from);
            self.open(to, &text);
        }
        let change = |path: &std::path::Path, kind: u32| json!({ "uri": uri(path), "type": kind });
        let changes = json!({ "changes": [change(&old, 3), change(&new, 1)] });
        self.notify("workspace/didChangeWatchedFiles", changes);
    }

    /// Applies text edits to one document.
    pub fn apply_to(&mut self, uri: &str, edits: &Value) {
        let path = path_of(uri);
        let is_open = self.texts.contains_key(uri);
        let text = match self.texts.get(uri) {
            Some((_, text)) => text.clone(),
            None => std::fs::read_to_string(path.as_ref().expect("a file")).expect("readable"),
        };
        let mut ranges: Vec<(usize, usize, &str)> = Vec::new();
        for edit in edits.as_array().expect("edits") {
            let offset = |end: &str| self.offset(&text, &edit["range"][end]);
            ranges.push((offset("start"), offset("end"), edit["newText"].as_str().expect("a text")));
        }
        // Stable: insertions at one place keep their order.
        ranges.sort_by_key(|(start, end, _)| (*start, *end));
        assert!(ranges.windows(2).all(|pair| pair[0].1 <= pair[1].0), "edits do not overlap: {edits}");
        let mut result = String::new();
        let mut done = 0;
        for (start, end, new) in ranges {
            result.push_str(&text[done..start]);
            result.push_str(new);
            done = end;
        }
        result.push_str(&text[done..]);
        if is_open {
            self.set_text(uri, &result);
        } else {
            let path = path.expect("a file");
            std::fs::write(&path, result).expect("writable");
            self.notify(
                "workspace/didChangeWatchedFiles",
                json!({ "changes": [{ "uri": super::uri(&path), "type": 2 }] }),
            );
        }
    }

    /// A change as another client made it: each of its edits refers to the text that the one before left.
    pub fn replay_change(&mut self, path: &str, params: &Value) {
        let uri = self.uri(path);
        let changes = params["contentChanges"].as_array().expect("changes").clone();
        for change in &changes {
            let mut text = self.text(path).to_owned();
            let new = change["text"].as_str().expect("a text");
            if change["range"].is_object() {
                let offset = |end: &str| self.offset(&text, &change["range"][end]);
                let range = offset("start")..offset("end");
                text.replace_range(range, new);
            } else {
                new.clone_into(&mut text);
            }
            self.texts.get_mut(&uri).expect("an open document").1 = text;
        }
        let (version, _) = self.texts.get_mut(&uri).expect("an open document");
        *version += 1;
        let document = json!({ "uri": uri, "version": *version });
        self.notify("textDocument/didChange", json!({ "textDocument": document, "contentChanges": changes }));
    }

    /// Applies a completion item at its place, with what it edits elsewhere, and its command.
    pub fn accept(&mut self, path: &str, item: &Value) {
        let mut edits = vec![item["textEdit"].clone()];
        if let Some(snippet) = item["textEdit"]["newText"].as_str().filter(|_| item["insertTextFormat"] == 2)
        {
            edits[0]["newText"] = without_stops(snippet).into();
        }
        edits.extend(item["additionalTextEdits"].as_array().cloned().unwrap_or_default());
        let uri = self.uri(path);
        self.apply_to(&uri, &Value::from(edits));
        self.execute(&item["command"]);
    }

    /// Takes a code action, whether it is a literal or a command.
    pub fn take(&mut self, action: &Value) {
        self.apply(&action["edit"]);
        let command = if action["command"].is_string() { action } else { &action["command"] };
        self.execute(&command.clone());
    }

    /// Runs a command of the server and applies the edit that it asks for.
    fn execute(&mut self, command: &Value) {
        if command.is_null() {
            return;
        }
        let asked =
            |client: &Client| client.requests.iter().filter(|(m, _)| m == "workspace/applyEdit").count();
        let before = asked(self);
        let params = json!({ "command": command["command"], "arguments": command["arguments"] });
        self.request("workspace/executeCommand", params);
        self.wait_until("the edit of the command", |client| asked(client) > before);
        let edits = self.requests.iter().rev().find(|(m, _)| m == "workspace/applyEdit");
        let edit = edits.expect("just counted").1["edit"].clone();
        self.apply(&edit);
    }

    /// The one quick fix at `$0` whose title contains `title`; suppressing is none.
    pub fn fix(&mut self, path: &str, context: &str, title: &str) -> Value {
        let mut actions = self.code_actions(path, context);
        actions.retain(|action| !action["title"].as_str().is_some_and(|t| t.starts_with("Suppress ")));
        let fitting: Vec<&Value> =
            actions.iter().filter(|a| a["title"].as_str().is_some_and(|t| t.contains(title))).collect();
        let titles: Vec<&Value> = actions.iter().map(|a| &a["title"]).collect();
        assert_eq!(fitting.len(), 1, "one fix for {title:?} in {path} among {titles:?}");
        fitting[0].clone()
    }

    /// Tells the server that files on disk changed, as editors do that watch for it.
    pub fn files_changed(&mut self, paths: &[&str]) {
        let change = |path: &&str| {
            let path = self.root.join(path);
            json!({ "uri": uri(&path), "type": if path.exists() { 2 } else { 3 } })
        };
        let changes: Vec<Value> = paths.iter().map(change).collect();
        self.notify("workspace/didChangeWatchedFiles", json!({ "changes": changes }));
    }
}

/// The text of a snippet once it is inserted: placeholders by their default.
fn without_stops(snippet: &str) -> String {
    let mut out = String::new();
    let mut rest = snippet;
    while let Some(at) = rest.find(['$', '\\', '}']) {
        out.push_str(&rest[..at]);
        let tail = &rest[at..];
        if let Some(escaped) = tail.strip_prefix('\\') {
            out.extend(escaped.chars().next());
            rest = &escaped[escaped.chars().next().map_or(0, char::len_utf8)..];
        } else if let Some(stop) = tail.strip_prefix("${") {
            let digits = stop.len() - stop.trim_start_matches(|c: char| c.is_ascii_digit()).len();
            rest = stop[digits..].strip_prefix(':').unwrap_or(&stop[digits..]);
        } else if let Some(stop) = tail.strip_prefix('$') {
            rest = stop.trim_start_matches(|c: char| c.is_ascii_digit());
        } else {
            rest = &tail[1..];
        }
    }
    out.push_str(rest);
    out
}
