//! `textDocument/hover`

use super::Answer;
use crate::analysis;
use crate::lsp;
use crate::snapshot::Snapshot;
use crate::to_proto::markup;
use crate::{from_proto, to_proto};

/// What is known of the name under the cursor.
pub fn handle(snap: &Snapshot, params: lsp::HoverParams) -> Answer<Option<lsp::Hover>> {
    let Some(at) = from_proto::file_pos(snap, &params.text_document_position_params) else {
        return Ok(None);
    };
    let Some(hover) = analysis::hover(&snap.analysis, at)? else { return Ok(None) };
    let range = snap.text(at.file).map(|text| to_proto::range(&text, hover.range, snap.encoding()));
    let contents = lsp::Contents::MarkupContent(markup::content(hover.markdown, snap.caps.hover_markdown));
    Ok(Some(lsp::Hover { contents, range }))
}
