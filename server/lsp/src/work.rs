//! Work that the client shows because it asked for it: progress and answers in parts, by the tokens of a request.

use crate::client::Client;
use crate::lsp::ProgressToken;
use serde_json::{Value, json};

/// So many elements of a list are sent at a time to clients that take an answer in parts.
const PART: usize = 200;

/// One request's progress bar. Dropping it ends the bar.
#[derive(Debug)]
pub struct Work<'c> {
    client: &'c Client,
    token: Option<ProgressToken>,
}

impl<'c> Work<'c> {
    /// Begins the bar that the client made for this request; without a token nothing is shown.
    pub fn begin(client: &'c Client, token: Option<ProgressToken>, title: &str) -> Work<'c> {
        let work = Work { client, token };
        // A request can be cancelled itself: the bar needs no button of its own.
        work.tell(json!({ "kind": "begin", "title": title, "cancellable": false }));
        work
    }

    /// A short text: how far it is.
    pub fn report(&self, message: &str) {
        self.tell(json!({ "kind": "report", "message": message }));
    }

    fn tell(&self, value: Value) {
        if let Some(token) = &self.token {
            self.client.partial(token.clone(), value);
        }
    }
}

impl Drop for Work<'_> {
    fn drop(&mut self) {
        self.tell(json!({ "kind": "end" }));
    }
}

/// The whole list, or nothing once it was sent in parts.
pub fn in_parts<T: serde::Serialize>(
    client: &Client,
    token: Option<ProgressToken>,
    mut list: Vec<T>,
) -> Vec<T> {
    if let Some(token) = token {
        for part in list.chunks(PART) {
            client.partial(token.clone(), json!(part));
        }
        list.clear();
    }
    list
}
