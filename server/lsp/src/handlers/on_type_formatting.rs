//! `textDocument/onTypeFormatting`

use super::Answer;
use crate::lsp;
use crate::snapshot::Snapshot;
use crate::{from_proto, to_proto};

/// What completes or pads the tag that is typed.
pub fn handle(
    snap: &Snapshot,
    params: lsp::DocumentOnTypeFormattingParams,
) -> Answer<Option<Vec<lsp::TextEdit>>> {
    let place =
        lsp::TextDocumentPositionParams { text_document: params.text_document, position: params.position };
    let Some(at) = from_proto::file_pos(snap, &place) else { return Ok(None) };
    let Some(text) = snap.text(at.file) else { return Ok(None) };
    let edits = ide::on_type(&snap.analysis.ide, at, &params.ch)?;
    let to_proto = |edit: text::TextEdit| lsp::TextEdit {
        range: to_proto::range(&text, edit.range(), snap.encoding()),
        new_text: edit.new_text,
    };
    Ok(edits.map(|edits| edits.into_iter().map(to_proto).collect()))
}
