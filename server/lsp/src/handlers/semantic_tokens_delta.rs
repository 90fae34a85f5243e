//! `textDocument/semanticTokens/full/delta`

use super::Answer;
use super::semantic_tokens_full::tokens;
use crate::snapshot::Snapshot;
use crate::to_proto::tokens::delta;
use crate::{documents, lsp};

/// What changed since the answer that the client has; everything when that is not known any more.
pub fn handle(
    snap: &Snapshot,
    params: lsp::SemanticTokensDeltaParams,
) -> Answer<Option<lsp::SemanticTokensDeltaResponse>> {
    let uri = &params.text_document.uri;
    let Some(data) = tokens(snap, uri, None)? else { return Ok(None) };
    let (id, before) = snap.told.replace(&documents::key(uri), &data, Some(&params.previous_result_id));
    let result_id = Some(id);
    Ok(Some(match before {
        Some(before) => {
            let edits = delta(&before, &data);
            lsp::SemanticTokensDeltaResponse::SemanticTokensDelta(lsp::SemanticTokensDelta {
                result_id,
                edits,
            })
        }
        None => lsp::SemanticTokensDeltaResponse::SemanticTokens(lsp::SemanticTokens { result_id, data }),
    }))
}
