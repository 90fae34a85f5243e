//! `codeLens/resolve`

use super::Answer;
use crate::lsp;
use crate::snapshot::Snapshot;
use crate::to_proto;
use ide::{LensKey, LensKind};
use serde_json::{Value, json};

/// A command of the client that shows places: its arguments are a URI, a position and locations. Only for clients
/// that list it in `experimental.commands.commands`.
pub const SHOW_REFERENCES: &str = "dbt-mesh.showReferences";

/// The lens with its text. All that is needed is in its data: it may come from an older state.
pub fn handle(snap: &Snapshot, mut lens: lsp::CodeLens) -> Answer<lsp::CodeLens> {
    let said = match lens.data.as_ref().and_then(key) {
        Some(key) => ide::resolve_lens(&snap.analysis.ide, &key)?,
        None => None,
    };
    let said = said.unwrap_or_default();
    let mut command = lsp::Command { title: said.title, ..Default::default() };
    if snap.caps.show_references && !said.references.is_empty() {
        let mut places = Vec::new();
        for reference in &said.references {
            let (Some(uri), Some(text)) = (snap.uri(reference.file), snap.text(reference.file)) else {
                continue;
            };
            places
                .push(lsp::Location { uri, range: to_proto::range(&text, reference.range, snap.encoding()) });
        }
        let uri = lens.data.as_ref().map(|data| data["uri"].clone()).unwrap_or_default();
        command.command = SHOW_REFERENCES.to_owned();
        command.arguments = Some(vec![uri, json!(lens.range.start), json!(places)]);
    }
    lens.command = Some(command);
    Ok(lens)
}

fn key(data: &Value) -> Option<LensKey> {
    let word = |key: &str| data.get(key).and_then(Value::as_str);
    Some(LensKey {
        kind: LensKind::of(word("kind")?)?,
        root: word("root")?.to_owned(),
        space: word("space")?.into(),
        name: word("name")?.into(),
        version: word("version").map(Into::into),
    })
}
