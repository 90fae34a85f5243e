//! What a server knows after a session, compared with what one knows that is started now on the same files and texts.

use crate::client::{Client, Session};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::time::{Duration, Instant};

/// What changed on disk may take a moment to be noticed.
const PATIENCE: Duration = Duration::from_secs(20);

/// Everything that a server says of the mesh: findings of all files, and some answers about the open ones.
fn known(client: &mut Client, open: &[String]) -> BTreeMap<String, Value> {
    let mut out = BTreeMap::new();
    let report = client.request("workspace/diagnostic", json!({ "previousResultIds": [] }));
    for item in report["items"].as_array().unwrap() {
        out.insert(item["uri"].as_str().unwrap().to_owned(), item["items"].clone());
    }
    for path in open {
        let uri = client.uri(path);
        out.insert(format!("{uri} open"), Value::from(client.diagnostics(path)));
        let document = json!({ "textDocument": { "uri": uri } });
        for method in ["documentSymbol", "codeLens", "documentLink", "foldingRange"] {
            let answer = client.request(&format!("textDocument/{method}"), document.clone());
            out.insert(format!("{uri} {method}"), answer);
        }
        out.insert(
            format!("{uri} tokens"),
            client.request("textDocument/semanticTokens/full", document)["data"].clone(),
        );
    }
    for query in ["fct", "platform.", "cust v2"] {
        out.insert(format!("symbols {query}"), client.request("workspace/symbol", json!({ "query": query })));
    }
    out
}

/// Fails where the two differ for long. `session` starts the other one; `open` are the documents that are open.
pub fn compare(client: &mut Client, session: Session, open: &[String], when: &str) {
    let mut fresh = session.start();
    for path in open {
        let text = client.text(path).to_owned();
        fresh.open(path, &text);
    }
    let wanted = known(&mut fresh, open);
    let deadline = Instant::now() + PATIENCE;
    loop {
        let found = known(client, open);
        if found == wanted {
            break;
        }
        if Instant::now() > deadline {
            let keys = wanted.keys().chain(found.keys());
            let differs = keys.filter(|key| wanted.get(*key) != found.get(*key)).collect::<Vec<_>>();
            let first = differs[0];
            panic!(
                "{when} {} answers differ; {first}\nknown: {:#}\nfresh: {:#}",
                differs.len(),
                found.get(first).unwrap_or(&Value::Null),
                wanted.get(first).unwrap_or(&Value::Null)
            );
        }
        client.listen_for(Duration::from_millis(100));
    }
    assert_eq!(client.take_faults(), Vec::<String>::new(), "{when}");
}
