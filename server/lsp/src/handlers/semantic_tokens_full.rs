//! `textDocument/semanticTokens/full`

use super::Answer;
use crate::snapshot::Snapshot;
use crate::to_proto::tokens::Legend;
use crate::{documents, lsp};

/// All tokens of a document.
pub fn handle(snap: &Snapshot, params: lsp::SemanticTokensParams) -> Answer<Option<lsp::SemanticTokens>> {
    let Some(data) = tokens(snap, &params.text_document.uri, None)? else { return Ok(None) };
    let key = documents::key(&params.text_document.uri);
    let (id, _) = snap.told.replace(&key, &data, None);
    Ok(Some(lsp::SemanticTokens { result_id: Some(id), data }))
}

/// The tokens of a document, or of those that touch a part of it.
pub(super) fn tokens(
    snap: &Snapshot,
    uri: &lsp::Uri,
    part: Option<text::TextRange>,
) -> Answer<Option<Vec<lsp::SemanticToken>>> {
    let Some(file) = snap.file(uri) else { return Ok(None) };
    let Some(text) = snap.text(file) else { return Ok(None) };
    let mut found = ide::tokens(&snap.analysis.ide, file)?;
    found.retain(|token| part.is_none_or(|part| token.range.intersect(part).is_some()));
    let legend = Legend::new(&snap.caps.token_types);
    Ok(Some(legend.encode(&text.text, snap.encoding(), &found)))
}
