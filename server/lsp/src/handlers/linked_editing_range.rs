//! `textDocument/linkedEditingRange`

use super::Answer;
use crate::lsp;
use crate::snapshot::Snapshot;
use crate::{from_proto, to_proto};

/// The words of a block's two tags that change together.
pub fn handle(
    snap: &Snapshot,
    params: lsp::LinkedEditingRangeParams,
) -> Answer<Option<lsp::LinkedEditingRanges>> {
    let Some(at) = from_proto::file_pos(snap, &params.text_document_position_params) else {
        return Ok(None);
    };
    let Some(pair) = ide::linked_ranges(&snap.analysis.ide, at)? else { return Ok(None) };
    let Some(text) = snap.text(at.file) else { return Ok(None) };
    Ok(Some(lsp::LinkedEditingRanges {
        ranges: pair.iter().map(|range| to_proto::range(&text, *range, snap.encoding())).collect(),
        word_pattern: Some("[A-Za-z_][A-Za-z0-9_]*".to_owned()),
    }))
}
