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
    heads: Vec<String>,
}

impl Web {
    pub fn start(body: Vec<u8>) -> Web {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = format!("http://{}", listener.local_addr().unwrap());
        let state = Arc::new(Mutex::new(State { body, fails: false, heads: Vec::new() }));
        let shared = Arc::clone(&state);
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                answer(stream, &shared);
            }
        });
        Web { address, state }
    }

    /// Answers everything with 500, or not any more.
    pub fn fail(&self, fails: bool) {
        self.state.lock().unwrap().fails = fails;
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
    state.heads.push(head);
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
