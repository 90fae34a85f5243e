//! `textDocument/codeLens`

use super::Answer;
use crate::snapshot::Snapshot;
use crate::{lsp, to_proto};
use ide::LensKey;
use serde_json::{Value, json};

/// Where lenses stand; what they say comes on resolve.
pub fn handle(snap: &Snapshot, params: lsp::CodeLensParams) -> Answer<Option<Vec<lsp::CodeLens>>> {
    let uri = params.text_document.uri;
    let Some(file) = snap.file(&uri) else { return Ok(None) };
    let Some(text) = snap.text(file) else { return Ok(None) };
    let found = ide::lenses(&snap.analysis.ide, file, snap.config.lenses)?;
    let to_proto = |lens: ide::Lens| lsp::CodeLens {
        range: to_proto::range(&text, lens.range, snap.encoding()),
        command: None,
        data: Some(data(&uri, &lens.key)),
    };
    Ok(Some(found.into_iter().map(to_proto).collect()))
}

fn data(uri: &lsp::Uri, key: &LensKey) -> Value {
    json!({
        "uri": uri,
        "kind": key.kind.as_str(),
        "root": key.root,
        "space": key.space.as_str(),
        "name": key.name.as_str(),
        "version": key.version.as_deref(),
    })
}
