//! The process and its pipes: frames out, frames in. Knows JSON-RPC, not the protocol above it.

use crate::binary::server;
use serde_json::Value;
use std::io::{BufRead, BufReader, Write};
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::{Duration, Instant};

/// An error response.
#[derive(Debug, Clone, PartialEq)]
pub struct RpcError {
    pub code: i64,
    pub message: String,
    pub data: Value,
}

impl RpcError {
    pub fn new(error: &Value) -> RpcError {
        RpcError {
            code: error["code"].as_i64().expect("an error has a code"),
            message: error["message"].as_str().unwrap_or_default().to_owned(),
            data: error["data"].clone(),
        }
    }
}

/// What [`Wire::receive`] gives.
#[derive(Debug, Clone, PartialEq)]
pub enum Incoming {
    Message(Value),
    /// Nothing came in time.
    Nothing,
    /// The server closed its side.
    End,
}

/// A running server.
pub struct Wire {
    child: Child,
    stdin: Option<ChildStdin>,
    incoming: Receiver<Value>,
    stderr: Arc<Mutex<String>>,
}

impl Wire {
    pub fn start(environment: &[(String, String)]) -> Wire {
        let mut child = Command::new(server())
            .args(["lsp", "--stdio"])
            .envs(environment.iter().map(|(name, value)| (name, value)))
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("the server can be started");
        let (sender, incoming) = channel();
        let stdout = child.stdout.take().expect("piped");
        thread::spawn(move || {
            let mut stdout = BufReader::new(stdout);
            while let Some(message) = read_frame(&mut stdout) {
                if sender.send(message).is_err() {
                    return;
                }
            }
        });
        let stderr = Arc::new(Mutex::new(String::new()));
        let (log, pipe) = (Arc::clone(&stderr), child.stderr.take().expect("piped"));
        thread::spawn(move || {
            for line in BufReader::new(pipe).lines().map_while(Result::ok) {
                let mut log = log.lock().expect("no writer panics");
                log.push_str(&line);
                log.push('\n');
            }
        });
        Wire { stdin: child.stdin.take(), child, incoming, stderr }
    }

    pub fn send(&mut self, message: &Value) {
        let body = message.to_string();
        self.send_raw(format!("Content-Length: {}\r\n\r\n{body}", body.len()).as_bytes());
    }

    /// Sends bytes as they are. A server that has ended is found out by whoever waits for an answer.
    pub fn send_raw(&mut self, bytes: &[u8]) {
        if let Some(stdin) = &mut self.stdin {
            let _ = stdin.write_all(bytes).and_then(|()| stdin.flush());
        }
    }

    pub fn receive(&mut self, deadline: Instant) -> Incoming {
        match self.incoming.recv_timeout(deadline.saturating_duration_since(Instant::now())) {
            Ok(message) => Incoming::Message(message),
            Err(RecvTimeoutError::Timeout) => Incoming::Nothing,
            Err(RecvTimeoutError::Disconnected) => Incoming::End,
        }
    }

    /// Closes the server's stdin.
    pub fn close_stdin(&mut self) {
        self.stdin = None;
    }

    /// The exit code, `None` when the server has not ended within `patience`.
    pub fn wait_for_exit(&mut self, patience: Duration) -> Option<i32> {
        let deadline = Instant::now() + patience;
        while Instant::now() < deadline {
            if let Some(status) = self.child.try_wait().expect("the child is ours") {
                return status.code();
            }
            thread::sleep(Duration::from_millis(5));
        }
        None
    }

    /// What the server wrote to stderr so far.
    pub fn log(&self) -> String {
        self.stderr.lock().expect("no writer panics").clone()
    }
}

impl Drop for Wire {
    fn drop(&mut self) {
        // Already gone, unless a test has failed.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn read_frame(input: &mut impl BufRead) -> Option<Value> {
    let mut length = None;
    loop {
        let mut line = String::new();
        if input.read_line(&mut line).ok()? == 0 {
            return None;
        }
        let line = line.trim_end();
        if line.is_empty() {
            break;
        }
        if let Some(value) = line.strip_prefix("Content-Length: ") {
            length = value.parse().ok();
        }
    }
    let mut body = vec![0; length.expect("frames tell their length")];
    input.read_exact(&mut body).ok()?;
    Some(serde_json::from_slice(&body).expect("frames are JSON"))
}
