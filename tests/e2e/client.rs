//! A small synchronous language client that talks to the real binary over stdio.
//!
//! It answers the server's requests as an editor would, keeps a copy of each open text, and when dropped shuts
//! the server down and fails if that is not clean.

#![allow(dead_code, reason = "a vocabulary: each suite uses its part")]

mod apply;
mod presets;
mod read;
mod wire;

pub use presets::Preset;
pub use read::{codes, has, markup, path_of};
pub use wire::{Incoming, RpcError, Wire};

use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

/// Long enough for a loaded machine; a test that waits this long has failed.
pub const PATIENCE: Duration = Duration::from_secs(20);

/// How a session starts.
#[derive(Clone)]
pub struct Session {
    preset: Preset,
    folders: Vec<PathBuf>,
    settings: Value,
    initialization_options: Value,
    process_id: Value,
    encodings: Option<Vec<&'static str>>,
    environment: Vec<(String, String)>,
    experimental: Value,
    others: Vec<(&'static str, Value)>,
}

impl Session {
    /// A session with `folder` as its workspace.
    pub fn new(preset: Preset, folder: &Path) -> Session {
        Session {
            preset,
            folders: vec![folder.to_path_buf()],
            settings: Value::Null,
            initialization_options: Value::Null,
            process_id: Value::Null,
            encodings: None,
            environment: Vec::new(),
            experimental: Value::Null,
            others: Vec::new(),
        }
    }

    /// What the client states at a place of its capabilities (`/workspace/…`), in place of the preset's.
    pub fn capability(mut self, place: &'static str, value: Value) -> Session {
        self.others.push((place, value));
        self
    }

    /// What the client states of capabilities beyond the protocol.
    pub fn experimental(mut self, capabilities: Value) -> Session {
        self.experimental = capabilities;
        self
    }

    /// One more workspace folder.
    pub fn folder(mut self, folder: &Path) -> Session {
        self.folders.push(folder.to_path_buf());
        self
    }

    /// No workspace folder at all.
    pub fn without_folders(mut self) -> Session {
        self.folders.clear();
        self
    }

    /// What the client answers to `workspace/configuration` for the section `dbt-mesh`.
    pub fn settings(mut self, settings: Value) -> Session {
        self.settings = settings;
        self
    }

    pub fn initialization_options(mut self, options: Value) -> Session {
        self.initialization_options = options;
        self
    }

    pub fn process_id(mut self, id: u32) -> Session {
        self.process_id = id.into();
        self
    }

    /// The position encodings that the client offers, in place of the preset's.
    pub fn encodings(mut self, encodings: &[&'static str]) -> Session {
        self.encodings = Some(encodings.to_vec());
        self
    }

    pub fn env(mut self, name: &str, value: &str) -> Session {
        self.environment.push((name.to_owned(), value.to_owned()));
        self
    }

    /// Starts the server and goes through the handshake.
    pub fn start(self) -> Client {
        let mut capabilities = self.preset.capabilities();
        if let Some(encodings) = &self.encodings {
            capabilities["general"]["positionEncodings"] = json!(encodings);
        }
        for (place, value) in &self.others {
            *capabilities.pointer_mut(place).expect("a place of the preset") = value.clone();
        }
        if !self.experimental.is_null() {
            capabilities["experimental"] = self.experimental.clone();
        }
        let folders: Vec<Value> = self
            .folders
            .iter()
            .map(|f| json!({ "uri": uri(f), "name": f.file_name().map(|n| n.to_string_lossy()) }))
            .collect();
        let mut params = json!({
            "processId": self.process_id,
            "clientInfo": { "name": self.preset.client_name(), "version": "test" },
            "rootUri": self.folders.first().map(|f| uri(f)),
            "capabilities": capabilities,
            "initializationOptions": self.initialization_options,
        });
        if capabilities["workspace"]["workspaceFolders"] == true {
            params["workspaceFolders"] = json!(folders);
        }
        let mut client = Client {
            wire: Wire::start(&self.environment),
            root: self.folders.first().cloned().unwrap_or_default(),
            settings: self.settings,
            server: Value::Null,
            texts: BTreeMap::new(),
            newest: BTreeMap::new(),
            answers: BTreeMap::new(),
            published: BTreeMap::new(),
            notifications: Vec::new(),
            requests: Vec::new(),
            next_id: 1,
            faults: Vec::new(),
            ended: false,
        };
        let result = client.request("initialize", params);
        client.server = result["capabilities"].clone();
        client.notify("initialized", json!({}));
        client
    }
}

/// The diagnostics that the client shows for one document.
#[derive(Debug, Clone, PartialEq)]
pub struct Published {
    pub version: Option<i64>,
    pub items: Vec<Value>,
}

/// A running session.
pub struct Client {
    pub wire: Wire,
    /// The first workspace folder; relative paths are below it.
    pub root: PathBuf,
    /// The answer to `workspace/configuration`.
    pub settings: Value,
    /// The capabilities that the server stated.
    pub server: Value,
    /// The open documents: version and text by URI.
    texts: BTreeMap<String, (i64, String)>,
    /// The highest version that each closed document ever had.
    newest: BTreeMap<String, i64>,
    answers: BTreeMap<i64, Result<Value, RpcError>>,
    published: BTreeMap<String, Published>,
    /// All notifications other than diagnostics, in order.
    pub notifications: Vec<(String, Value)>,
    /// All requests of the server, in order; each has been answered.
    pub requests: Vec<(String, Value)>,
    next_id: i64,
    faults: Vec<String>,
    ended: bool,
}

/// The `file:` URI of a path, percent-encoded.
pub fn uri(path: &Path) -> String {
    let path = path.to_string_lossy().replace('\\', "/");
    let mut uri = String::from(if path.starts_with('/') { "file://" } else { "file:///" });
    for byte in path.bytes() {
        match byte {
            b'/' | b'-' | b'.' | b'_' | b'~' => uri.push(byte.into()),
            _ if byte.is_ascii_alphanumeric() => uri.push(byte.into()),
            _ => uri.push_str(&format!("%{byte:02X}")),
        }
    }
    uri
}

impl Client {
    /// The URI of a path below the workspace folder; what has a scheme is a URI already.
    pub fn uri(&self, path: &str) -> String {
        let has_scheme =
            path.split_once(':').is_some_and(|(scheme, _)| scheme.len() > 1 && !scheme.contains('/'));
        if has_scheme { path.to_owned() } else { uri(&self.root.join(path)) }
    }

    // -- talking

    pub fn notify(&mut self, method: &str, params: Value) {
        self.wire.send(&json!({ "jsonrpc": "2.0", "method": method, "params": params }));
    }

    /// Sends a request without waiting; [`Client::answer`] waits.
    pub fn send(&mut self, method: &str, params: Value) -> i64 {
        let id = self.next_id;
        self.next_id += 1;
        self.wire.send(&json!({ "jsonrpc": "2.0", "id": id, "method": method, "params": params }));
        id
    }

    /// Waits for the answer to a request.
    pub fn answer(&mut self, id: i64) -> Result<Value, RpcError> {
        let deadline = Instant::now() + PATIENCE;
        while !self.answers.contains_key(&id) {
            assert!(self.pump(deadline), "no answer to request {id}\n{}", self.wire.log());
        }
        self.answers.remove(&id).expect("just seen")
    }

    pub fn try_request(&mut self, method: &str, params: Value) -> Result<Value, RpcError> {
        let id = self.send(method, params);
        self.answer(id)
    }

    /// The result of a request; fails the test on an error.
    pub fn request(&mut self, method: &str, params: Value) -> Value {
        self.try_request(method, params).unwrap_or_else(|e| panic!("{method}: {e:?}\n{}", self.wire.log()))
    }

    /// Takes in messages until `done` holds, which may ask the server; `what` names it in the failure.
    pub fn wait_until(&mut self, what: &str, mut done: impl FnMut(&mut Client) -> bool) {
        let deadline = Instant::now() + PATIENCE;
        while !done(self) {
            let now = Instant::now();
            assert!(now < deadline, "waited in vain for: {what}\n{}", self.wire.log());
            self.pump(deadline.min(now + Duration::from_millis(50)));
        }
    }

    /// Takes in whatever comes within `time`.
    pub fn listen_for(&mut self, time: Duration) {
        let deadline = Instant::now() + time;
        while self.pump(deadline) {}
    }

    /// Takes in one message; `false` when none came before `deadline`.
    fn pump(&mut self, deadline: Instant) -> bool {
        let message = match self.wire.receive(deadline) {
            Incoming::Message(message) => message,
            Incoming::Nothing => return false,
            Incoming::End => panic!("the server ended\n{}", self.wire.log()),
        };
        let id = message.get("id").cloned();
        match (message.get("method").and_then(Value::as_str), id) {
            (Some(method), Some(id)) => self.serve(method, &message["params"], &id),
            (Some("textDocument/publishDiagnostics"), None) => self.publish(&message["params"]),
            (Some(method), None) => {
                if method == "window/showMessage" && message["params"]["type"] == 1 {
                    self.faults.push(format!("the server showed: {}", message["params"]["message"]));
                }
                self.notifications.push((method.to_owned(), message["params"].clone()));
            }
            (None, Some(Value::Number(id))) => {
                let result = match message.get("error") {
                    Some(error) => Err(RpcError::new(error)),
                    None => Ok(message["result"].clone()),
                };
                let known = id.as_i64().filter(|id| *id < self.next_id && !self.answers.contains_key(id));
                match known {
                    Some(id) => _ = self.answers.insert(id, result),
                    None => self.faults.push(format!("an answer to nothing: {message}")),
                }
            }
            (None, _) => self.notifications.push(("error".to_owned(), message)),
        }
        true
    }

    /// Answers a request of the server as an editor would.
    fn serve(&mut self, method: &str, params: &Value, id: &Value) {
        let result = match method {
            "workspace/configuration" => {
                let items = params["items"].as_array().map_or(0, Vec::len);
                json!(vec![self.settings.clone(); items])
            }
            "workspace/applyEdit" => json!({ "applied": true }),
            "client/registerCapability"
            | "window/workDoneProgress/create"
            | "workspace/codeLens/refresh"
            | "workspace/diagnostic/refresh"
            | "workspace/inlayHint/refresh"
            | "workspace/semanticTokens/refresh"
            | "workspace/textDocumentContent/refresh" => Value::Null,
            other => {
                self.faults.push(format!("an unknown request: {other}"));
                Value::Null
            }
        };
        self.wire.send(&json!({ "jsonrpc": "2.0", "id": id, "result": result }));
        self.requests.push((method.to_owned(), params.clone()));
    }

    fn publish(&mut self, params: &Value) {
        let uri = params["uri"].as_str().expect("diagnostics name their document").to_owned();
        let version = params["version"].as_i64();
        if let (Some(version), Some((current, _))) = (version, self.texts.get(&uri))
            && version > *current
        {
            // What was under way when a document was closed may arrive when it is open again.
            if self.newest.get(&uri).is_none_or(|newest| version > *newest) {
                self.faults.push(format!("diagnostics from the future: {version} of {current} of {uri}"));
            }
            return;
        }
        if let (Some(version), Some(Published { version: Some(before), .. })) =
            (version, self.published.get(&uri))
            && version < *before
        {
            self.faults.push(format!("diagnostics from the past: {version} after {before} of {uri}"));
        }
        let items = params["diagnostics"].as_array().cloned().unwrap_or_default();
        self.published.insert(uri, Published { version, items });
    }

    // -- documents

    pub fn open(&mut self, path: &str, text: &str) {
        let uri = self.uri(path);
        let language = match path.rsplit('.').next() {
            Some("yml" | "yaml") => "yaml",
            Some("md") => "markdown",
            Some("py") => "python",
            _ => "sql",
        };
        self.texts.insert(uri.clone(), (1, text.to_owned()));
        self.published.remove(&uri);
        let document = json!({ "uri": uri, "languageId": language, "version": 1, "text": text });
        self.notify("textDocument/didOpen", json!({ "textDocument": document }));
    }

    /// Opens a file with the text it has on disk.
    pub fn open_file(&mut self, path: &str) {
        let file = self.root.join(path);
        let text = std::fs::read_to_string(&file).unwrap_or_else(|e| panic!("{}: {e}", file.display()));
        self.open(path, &text);
    }

    /// Replaces the bytes `range` of an open document, as one incremental edit.
    pub fn edit(&mut self, path: &str, range: std::ops::Range<usize>, new: &str) {
        let (start, end) = (self.position(path, range.start), self.position(path, range.end));
        let uri = self.uri(path);
        let (version, text) = self.texts.get_mut(&uri).expect("an open document");
        *version += 1;
        text.replace_range(range, new);
        let version = *version;
        self.notify(
            "textDocument/didChange",
            json!({
                "textDocument": { "uri": uri, "version": version },
                "contentChanges": [{ "range": { "start": start, "end": end }, "text": new }],
            }),
        );
    }

    /// Several edits in one notification: each refers to the text that the one before left.
    pub fn edit_many(&mut self, path: &str, edits: &[(std::ops::Range<usize>, &str)]) {
        let uri = self.uri(path);
        let mut changes = Vec::new();
        for (range, new) in edits {
            let (start, end) = (self.position(path, range.start), self.position(path, range.end));
            changes.push(json!({ "range": { "start": start, "end": end }, "text": new }));
            self.texts.get_mut(&uri).expect("an open document").1.replace_range(range.clone(), new);
        }
        let (version, _) = self.texts.get_mut(&uri).expect("an open document");
        *version += 1;
        let document = json!({ "uri": uri, "version": *version });
        self.notify("textDocument/didChange", json!({ "textDocument": document, "contentChanges": changes }));
    }

    /// Replaces the one occurrence of `old`.
    pub fn replace(&mut self, path: &str, old: &str, new: &str) {
        let text = self.text(path);
        assert_eq!(text.matches(old).count(), 1, "{old:?} occurs once in {path}: {text}");
        let at = text.find(old).expect("just counted");
        self.edit(path, at..at + old.len(), new);
    }

    /// Replaces the whole text.
    pub fn set_text(&mut self, path: &str, text: &str) {
        let uri = self.uri(path);
        let (version, current) = self.texts.get_mut(&uri).expect("an open document");
        *version += 1;
        text.clone_into(current);
        let document = json!({ "uri": uri, "version": *version });
        let changes = json!([{ "text": text }]);
        self.notify("textDocument/didChange", json!({ "textDocument": document, "contentChanges": changes }));
    }

    pub fn close(&mut self, path: &str) {
        let uri = self.uri(path);
        if let Some((version, _)) = self.texts.remove(&uri) {
            let newest = self.newest.entry(uri.clone()).or_default();
            *newest = version.max(*newest);
        }
        self.notify("textDocument/didClose", json!({ "textDocument": { "uri": uri } }));
    }

    /// Writes an open document to disk and says so.
    pub fn save(&mut self, path: &str) {
        std::fs::write(self.root.join(path), self.text(path)).expect("the workspace is writable");
        let uri = self.uri(path);
        self.notify("textDocument/didSave", json!({ "textDocument": { "uri": uri } }));
    }

    /// The text of an open document as this client has it.
    pub fn text(&self, path: &str) -> &str {
        &self.texts.get(&self.uri(path)).unwrap_or_else(|| panic!("{path} is not open")).1
    }

    /// The text of a document as the server has it.
    pub fn server_text(&mut self, path: &str) -> Value {
        let uri = self.uri(path);
        self.request("dbt-mesh/viewFileText", json!({ "uri": uri }))
    }

    // -- positions

    fn units(&self, text: &str) -> usize {
        match self.server["positionEncoding"].as_str() {
            Some("utf-8") => text.len(),
            Some("utf-32") => text.chars().count(),
            _ => text.encode_utf16().count(),
        }
    }

    /// The position of a byte offset in an open document. Lines end at `\n`, `\r\n` or `\r`.
    pub fn position(&self, path: &str, offset: usize) -> Value {
        let before = &self.text(path)[..offset];
        let unified = before.replace("\r\n", "\n").replace('\r', "\n");
        let line = unified.matches('\n').count();
        let last = unified.rsplit('\n').next().unwrap_or_default();
        json!({ "line": line, "character": self.units(last) })
    }

    /// The position of `$0` in `context`, which occurs once in the document without it.
    pub fn cursor(&self, path: &str, context: &str) -> Value {
        let inside = context.find("$0").expect("the context has a `$0`");
        let needle = context.replacen("$0", "", 1);
        let text = self.text(path);
        assert_eq!(text.matches(&needle).count(), 1, "{needle:?} occurs once in {path}: {text}");
        self.position(path, text.find(&needle).expect("just counted") + inside)
    }

    pub fn at(&self, path: &str, context: &str) -> Value {
        json!({ "textDocument": { "uri": self.uri(path) }, "position": self.cursor(path, context) })
    }

    // -- questions

    /// The completion list at `$0`, `Null` when there is none.
    pub fn completion(&mut self, path: &str, context: &str) -> Value {
        let params = self.at(path, context);
        self.request("textDocument/completion", params)
    }

    /// The labels of the completions at `$0`, in the order an editor shows them.
    pub fn labels(&mut self, path: &str, context: &str) -> Vec<String> {
        let list = self.completion(path, context);
        let mut items = list["items"].as_array().cloned().unwrap_or_default();
        items.sort_by_key(|item| item["sortText"].as_str().map(str::to_owned));
        items.iter().map(|item| item["label"].as_str().expect("items have labels").to_owned()).collect()
    }

    /// A completion item with its documentation.
    pub fn resolve(&mut self, item: &Value) -> Value {
        self.request("completionItem/resolve", item.clone())
    }

    pub fn hover(&mut self, path: &str, context: &str) -> Value {
        let params = self.at(path, context);
        self.request("textDocument/hover", params)
    }

    pub fn definition(&mut self, path: &str, context: &str) -> Value {
        let params = self.at(path, context);
        self.request("textDocument/definition", params)
    }

    /// The quick fixes at `$0`.
    pub fn code_actions(&mut self, path: &str, context: &str) -> Vec<Value> {
        let mut params = self.at(path, context);
        let at = params["position"].take();
        params["range"] = json!({ "start": at, "end": at });
        params["context"] = json!({ "diagnostics": [], "only": ["quickfix"] });
        self.request("textDocument/codeAction", params).as_array().cloned().unwrap_or_default()
    }

    /// The actions of a kind at `$0`.
    pub fn actions(&mut self, path: &str, context: &str, kind: &str) -> Vec<Value> {
        let mut params = self.at(path, context);
        let at = params["position"].take();
        params["range"] = json!({ "start": at, "end": at });
        params["context"] = json!({ "diagnostics": [], "only": [kind], "triggerKind": 1 });
        self.request("textDocument/codeAction", params).as_array().cloned().unwrap_or_default()
    }

    /// The one action of a kind at `$0` with this title, with its edit.
    pub fn action(&mut self, path: &str, context: &str, kind: &str, title: &str) -> Value {
        let actions = self.actions(path, context, kind);
        let titles: Vec<Value> = actions.iter().map(|action| action["title"].clone()).collect();
        let mut fitting = actions.into_iter().filter(|action| action["title"] == title);
        let action = fitting.next().unwrap_or_else(|| panic!("{title:?} in {path} is not among {titles:?}"));
        assert_eq!(fitting.next(), None, "{title:?} is offered once");
        match action["edit"].is_null() && !action["data"].is_null() {
            true => self.request("codeAction/resolve", action),
            false => action,
        }
    }

    /// The diagnostics of the current version of an open document: pulled if the server wants that, else
    /// waited for.
    pub fn diagnostics(&mut self, path: &str) -> Vec<Value> {
        let uri = self.uri(path);
        if self.server["diagnosticProvider"].is_object() {
            let deadline = Instant::now() + PATIENCE;
            loop {
                let params = json!({ "textDocument": { "uri": uri } });
                match self.try_request("textDocument/diagnostic", params) {
                    Ok(report) => return report["items"].as_array().cloned().unwrap_or_default(),
                    Err(error) if error.code == -32802 && Instant::now() < deadline => {}
                    Err(error) => panic!("textDocument/diagnostic: {error:?}"),
                }
            }
        }
        let version = self.texts.get(&uri).map(|(version, _)| *version);
        self.wait_until(&format!("diagnostics of {path}, version {version:?}"), |client| {
            client.published.get(&uri).is_some_and(|p| p.version == version)
        });
        self.published[&uri].items.clone()
    }

    /// Waits until the diagnostics of a document satisfy `wanted`: for what changes elsewhere.
    pub fn wait_diagnostics(&mut self, path: &str, wanted: impl Fn(&[Value]) -> bool) -> Vec<Value> {
        let uri = self.uri(path);
        let deadline = Instant::now() + PATIENCE;
        loop {
            let items = self.diagnostics(path);
            if wanted(&items) {
                return items;
            }
            assert!(Instant::now() < deadline, "diagnostics of {path} stay {items:#?}\n{}", self.wire.log());
            if self.published.contains_key(&uri) {
                self.pump(deadline);
            } else {
                self.listen_for(Duration::from_millis(50));
            }
        }
    }

    /// What was published last for a document, if anything.
    pub fn published(&self, path: &str) -> Option<&Published> {
        self.published.get(&self.uri(path))
    }

    // -- the end

    /// What went wrong on purpose: errors shown to the user so far.
    pub fn take_faults(&mut self) -> Vec<String> {
        std::mem::take(&mut self.faults)
    }

    /// `shutdown` and `exit`; the exit code.
    pub fn shut_down(&mut self) -> Option<i32> {
        self.request("shutdown", Value::Null);
        self.notify("exit", Value::Null);
        self.ended = true;
        self.wire.wait_for_exit(PATIENCE)
    }

    /// Leaves without a word: the caller says how the server is to end.
    pub fn abandon(&mut self) -> &mut Wire {
        self.ended = true;
        &mut self.wire
    }
}

impl Drop for Client {
    fn drop(&mut self) {
        if self.ended || std::thread::panicking() {
            return;
        }
        let code = self.shut_down();
        assert_eq!(code, Some(0), "the server ended cleanly\n{}", self.wire.log());
        assert!(self.faults.is_empty(), "{:#?}\n{}", self.faults, self.wire.log());
        assert!(!self.wire.log().contains("panicked"), "{}", self.wire.log());
    }
}
