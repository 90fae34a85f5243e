//! A web server with one file.

use std::io::{BufRead, BufReader, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};

/// The server; it runs until the process ends.
pub struct Web {
    pub address: String,
    state: Arc<Mutex<State>>,
}

struct State {
    body: Vec<u8>,
    fails: bool,
    stalls: bool,
    catalog: Option<Vec<u8>>,
    heads: Vec<String>,
}

impl Web {
    pub fn start(body: Vec<u8>) -> Web {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = format!("http://{}", listener.local_addr().unwrap());
        let state = Arc::new(Mutex::new(State {
            body,
            fails: false,
            stalls: false,
            catalog: None,
            heads: Vec::new(),
        }));
        let shared = Arc::clone(&state);
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let shared = Arc::clone(&shared);
                std::thread::spawn(move || answer(stream, &shared));
            }
        });
        Web { address, state }
    }

    /// Answers everything with 500, or not any more.
    pub fn fail(&self, fails: bool) {
        self.state.lock().unwrap().fails = fails;
    }

    /// Has a catalog beside its file from now on.
    pub fn serve_catalog(&self, catalog: Vec<u8>) {
        self.state.lock().unwrap().catalog = Some(catalog);
    }

    /// Starts to answer and never goes on, or not any more.
    pub fn stall(&self, stalls: bool) {
        self.state.lock().unwrap().stalls = stalls;
    }

    /// Has another file from now on, and does not fail.
    pub fn serve(&self, body: Vec<u8>) {
        let mut state = self.state.lock().unwrap();
        state.body = body;
        state.fails = false;
    }

    /// How many requests there were.
    pub fn requests(&self) -> usize {
        self.state.lock().unwrap().heads.len()
    }

    /// Everything that was asked.
    pub fn heads(&self) -> String {
        self.state.lock().unwrap().heads.concat()
    }
}

fn answer(mut stream: TcpStream, state: &Mutex<State>) {
    let mut head = String::new();
    let mut reader = BufReader::new(stream.try_clone().unwrap());
    while reader.read_line(&mut head).is_ok_and(|count| count > 2) {}
    let mut state = state.lock().unwrap();
    if head.contains("catalog.json") {
        let answer = match &state.catalog {
            Some(catalog) => {
                let length = catalog.len();
                let head =
                    format!("HTTP/1.1 200 OK\r\ncontent-length: {length}\r\nconnection: close\r\n\r\n");
                [head.as_bytes(), catalog].concat()
            }
            None => b"HTTP/1.1 404 Not Found\r\ncontent-length: 0\r\nconnection: close\r\n\r\n".to_vec(),
        };
        let _ = stream.write_all(&answer);
        return;
    }
    state.heads.push(head);
    if state.stalls {
        let _ = stream.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 9000000\r\n\r\n{");
        drop(state);
        std::thread::sleep(std::time::Duration::from_secs(60));
        return;
    }
    let answer = if state.fails {
        b"HTTP/1.1 500 Oops\r\ncontent-length: 0\r\nconnection: close\r\n\r\n".to_vec()
    } else {
        let head =
            format!("HTTP/1.1 200 OK\r\ncontent-length: {}\r\nconnection: close\r\n\r\n", state.body.len());
        [head.as_bytes(), &state.body].concat()
    };
    // The client may be gone.
    let _ = stream.write_all(&answer);
}
