//! A plain LSP client over stdio that times what it hears: as much protocol as the bench needs, no more.

use anyhow::{Context, Result, bail};
use serde_json::{Value, json};
use std::io::{BufRead, BufReader, Read, Write};
use std::path::Path;
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::time::{Duration, Instant};

/// Longer than any answer may take.
const PATIENCE: Duration = Duration::from_secs(120);

/// A running server and our end of its pipes.
pub struct Client {
    child: Child,
    stdin: ChildStdin,
    incoming: Receiver<(Instant, Value)>,
    next_id: u64,
    next_version: i64,
    /// When the process was started.
    pub started: Instant,
}

impl Client {
    /// Starts the server in a workspace folder and shakes hands.
    pub fn start(server: &Path, root: &Path) -> Result<Client> {
        let started = Instant::now();
        let mut child = Command::new(server)
            .arg("lsp")
            .current_dir(root)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .with_context(|| format!("starting {}", server.display()))?;
        let stdin = child.stdin.take().context("stdin is piped")?;
        let stdout = child.stdout.take().context("stdout is piped")?;
        let (sender, incoming) = channel();
        std::thread::spawn(move || {
            let mut reader = BufReader::new(stdout);
            while let Ok(Some(heard)) = read_message(&mut reader) {
                if sender.send(heard).is_err() {
                    break;
                }
            }
        });
        let mut client = Client { child, stdin, incoming, next_id: 0, next_version: 1, started };
        let uri = uri(root);
        client.request(
            "initialize",
            &json!({
                "processId": std::process::id(),
                "clientInfo": {"name": "bench"},
                "rootUri": uri,
                "workspaceFolders": [{"uri": uri, "name": "bench"}],
                "capabilities": {
                    "general": {"positionEncodings": ["utf-8", "utf-16"]},
                    "window": {"workDoneProgress": true},
                    "workspace": {
                        "configuration": true,
                        "applyEdit": true,
                        "didChangeWatchedFiles": {"dynamicRegistration": true},
                        "workspaceEdit": {"documentChanges": true, "resourceOperations": ["create", "rename", "delete"]},
                        "fileOperations": {"willRename": true},
                    },
                    "textDocument": {
                        "rename": {"prepareSupport": true},
                        "documentSymbol": {"hierarchicalDocumentSymbolSupport": true},
                        "codeAction": {
                            "codeActionLiteralSupport": {"codeActionKind": {"valueSet": ["quickfix", "refactor", "source"]}},
                            "dataSupport": true,
                            "resolveSupport": {"properties": ["edit"]},
                        },
                        "publishDiagnostics": {"versionSupport": true, "relatedInformation": true},
                        "completion": {
                            "completionItem": {"labelDetailsSupport": true},
                            "completionList": {"itemDefaults": ["commitCharacters", "editRange", "insertTextFormat"]},
                        },
                    },
                },
            }),
        )?;
        client.notify("initialized", &json!({}))?;
        Ok(client)
    }

    /// The server's process id.
    pub fn pid(&self) -> u32 {
        self.child.id()
    }

    /// A number for the next state of a document, higher than all before.
    pub fn next_version(&mut self) -> i64 {
        self.next_version += 1;
        self.next_version
    }

    /// Opens a document.
    pub fn open(&mut self, path: &Path, text: &str) -> Result<()> {
        let version = self.next_version();
        let item = json!({"uri": uri(path), "languageId": "sql", "version": version, "text": text});
        self.notify("textDocument/didOpen", &json!({"textDocument": item}))
    }

    /// Sends a notification.
    pub fn notify(&mut self, method: &str, params: &Value) -> Result<()> {
        self.send(&json!({"jsonrpc": "2.0", "method": method, "params": params}))
    }

    /// Sends a request and waits for its answer: the result, and the time from sending to hearing.
    pub fn request(&mut self, method: &str, params: &Value) -> Result<(Value, Duration)> {
        self.next_id += 1;
        let id = self.next_id;
        let sent = Instant::now();
        self.send(&json!({"jsonrpc": "2.0", "id": id, "method": method, "params": params}))?;
        let (heard, mut answer) =
            self.wait(|message| message["id"] == id && message.get("method").is_none())?;
        if let Some(error) = answer.get("error") {
            bail!("{method}: {error}");
        }
        Ok((answer["result"].take(), heard - sent))
    }

    /// Waits for the diagnostics of one version of a document.
    pub fn diagnostics(&mut self, uri: &str, version: i64) -> Result<(Instant, Vec<Value>)> {
        let (heard, mut message) = self.wait(|message| {
            message["method"] == "textDocument/publishDiagnostics"
                && message["params"]["uri"] == uri
                && message["params"]["version"].as_i64().is_none_or(|v| v == version)
        })?;
        match message["params"]["diagnostics"].take() {
            Value::Array(found) => Ok((heard, found)),
            other => bail!("diagnostics are a list, not {other}"),
        }
    }

    /// Shuts down in the orderly way and waits for the process to end.
    pub fn stop(mut self) -> Result<()> {
        self.request("shutdown", &Value::Null)?;
        self.notify("exit", &Value::Null)?;
        let status = self.child.wait()?;
        anyhow::ensure!(status.success(), "the server ended with {status}");
        Ok(())
    }

    fn send(&mut self, message: &Value) -> Result<()> {
        let body = serde_json::to_vec(message)?;
        let mut bytes = format!("Content-Length: {}\r\n\r\n", body.len()).into_bytes();
        bytes.extend(body);
        self.stdin.write_all(&bytes)?;
        Ok(self.stdin.flush()?)
    }

    /// The next message that is wanted; what the server asks meanwhile is answered, the rest is dropped.
    fn wait(&mut self, wanted: impl Fn(&Value) -> bool) -> Result<(Instant, Value)> {
        let deadline = Instant::now() + PATIENCE;
        loop {
            let left = deadline.saturating_duration_since(Instant::now());
            let (heard, message) = match self.incoming.recv_timeout(left) {
                Ok(received) => received,
                Err(RecvTimeoutError::Timeout) => bail!("no answer within {PATIENCE:?}"),
                Err(RecvTimeoutError::Disconnected) => bail!("the server closed its output"),
            };
            if let (Some(method), Some(id)) = (message["method"].as_str(), message.get("id")) {
                let result = match method {
                    "workspace/configuration" => {
                        let asked = message["params"]["items"].as_array().map_or(1, Vec::len);
                        Value::Array(vec![Value::Null; asked])
                    }
                    _ => Value::Null,
                };
                self.send(&json!({"jsonrpc": "2.0", "id": id, "result": result}))?;
            } else if wanted(&message) {
                return Ok((heard, message));
            }
        }
    }
}

impl Drop for Client {
    fn drop(&mut self) {
        // After `stop` the process is gone and this does nothing.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// The `file:` URI of an absolute path made by this tool (letters, digits, `_`, `-`, `.` and `/` only).
pub fn uri(path: &Path) -> String {
    format!("file://{}", path.display())
}

/// One message and when its last byte was there (what is done with it is no time of the server's), or `None` at the
/// end of the stream.
fn read_message(reader: &mut impl BufRead) -> Result<Option<(Instant, Value)>> {
    let mut length = None;
    loop {
        let mut line = String::new();
        if reader.read_line(&mut line)? == 0 {
            return Ok(None);
        }
        let line = line.trim_end();
        if line.is_empty() {
            break;
        }
        if let Some(value) = line.to_ascii_lowercase().strip_prefix("content-length:") {
            length = Some(value.trim().parse::<u64>()?);
        }
    }
    let length = length.context("a message has a Content-Length")?;
    let mut body = Vec::new();
    reader.take(length).read_to_end(&mut body)?;
    let heard = Instant::now();
    Ok(Some((heard, serde_json::from_slice(&body)?)))
}
