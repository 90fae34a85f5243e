//! `textDocument/documentHighlight`

use super::Answer;
use crate::analysis;
use crate::lsp::{self, DocumentHighlightKind};
use crate::snapshot::Snapshot;
use crate::{from_proto, to_proto};

/// The other places of a name in its document, or the other tags of a block.
pub fn handle(
    snap: &Snapshot,
    params: lsp::DocumentHighlightParams,
) -> Answer<Option<Vec<lsp::DocumentHighlight>>> {
    let Some(at) = from_proto::file_pos(snap, &params.text_document_position_params) else {
        return Ok(None);
    };
    let Some(text) = snap.text(at.file) else { return Ok(None) };
    let highlight = |found: ide::Highlight| lsp::DocumentHighlight {
        range: to_proto::range(&text, found.range, snap.encoding()),
        kind: Some(match found.write {
            Some(true) => DocumentHighlightKind::Write,
            Some(false) => DocumentHighlightKind::Read,
            None => DocumentHighlightKind::Text,
        }),
    };
    let found = analysis::highlights(&snap.analysis, at)?;
    Ok((!found.is_empty()).then(|| found.into_iter().map(highlight).collect()))
}
