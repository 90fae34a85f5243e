//! `textDocument/semanticTokens/range`

use super::Answer;
use super::semantic_tokens_full::tokens;
use crate::snapshot::Snapshot;
use crate::{from_proto, lsp};

/// The tokens of the part that an editor shows.
pub fn handle(
    snap: &Snapshot,
    params: lsp::SemanticTokensRangeParams,
) -> Answer<Option<lsp::SemanticTokens>> {
    let Some(part) = from_proto::file_range(snap, &params.text_document, params.range) else {
        return Ok(None);
    };
    let data = tokens(snap, &params.text_document.uri, Some(part.range))?;
    Ok(data.map(|data| lsp::SemanticTokens { result_id: None, data }))
}
