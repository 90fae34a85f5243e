//! `textDocument/inlayHint`

use super::Answer;
use crate::lsp;
use crate::snapshot::Snapshot;
use crate::{from_proto, to_proto};

/// The hints in the part that an editor shows, of the kinds that the settings want.
pub fn handle(snap: &Snapshot, params: lsp::InlayHintParams) -> Answer<Option<Vec<lsp::InlayHint>>> {
    let Some(part) = from_proto::file_range(snap, &params.text_document, params.range) else {
        return Ok(None);
    };
    let Some(text) = snap.text(part.file) else { return Ok(None) };
    let found = ide::hints(&snap.analysis.ide, part, snap.config.hints)?;
    let to_proto = |hint: ide::Hint| lsp::InlayHint {
        position: to_proto::position(&text, hint.at, snap.encoding()),
        label: lsp::Label::String(hint.label),
        kind: (!hint.apart).then_some(lsp::InlayHintKind::Parameter),
        text_edits: hint.edit.map(|edit| {
            let range = to_proto::range(&text, edit.range(), snap.encoding());
            vec![lsp::TextEdit { range, new_text: edit.new_text }]
        }),
        tooltip: Some(lsp::Tooltip::String(hint.tooltip)),
        padding_left: hint.apart.then_some(true),
        padding_right: None,
        data: None,
    };
    Ok(Some(found.into_iter().map(to_proto).collect()))
}
