//! Changes from everywhere, felt at once: unsaved edits of other projects, files and manifests on disk, folders,
//! settings. Nothing is ever restarted.

mod catalogs;
mod disk;
mod manifests;
mod places;
mod unsaved;

use crate::client::Client;
use serde_json::Value;

/// A model of `finance` that reads two models of `platform`.
const OPEN_ITEMS: &str = "models/ledger/int_open_items.sql";

/// What the server has shown to the user so far.
fn shown(client: &Client) -> Vec<String> {
    let shown = client.notifications.iter().filter(|(method, _)| method == "window/showMessage");
    shown.map(|(_, params)| params["message"].as_str().unwrap_or_default().to_owned()).collect()
}

/// Whether a finding with this code has these words in its message.
fn says(items: &[Value], code: &str, words: &str) -> bool {
    items
        .iter()
        .any(|item| item["code"] == code && item["message"].as_str().is_some_and(|m| m.contains(words)))
}
