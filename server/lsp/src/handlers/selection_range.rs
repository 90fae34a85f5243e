//! `textDocument/selectionRange`

use super::Answer;
use crate::lsp;
use crate::snapshot::Snapshot;
use crate::{from_proto, to_proto};

/// For each position the ranges around it, smallest first.
pub fn handle(
    snap: &Snapshot,
    params: lsp::SelectionRangeParams,
) -> Answer<Option<Vec<lsp::SelectionRange>>> {
    let Some(file) = snap.file(&params.text_document.uri) else { return Ok(None) };
    let Some(text) = snap.text(file) else { return Ok(None) };
    let offset = |position| from_proto::offset(&text, position, snap.encoding());
    let offsets: Vec<_> = params.positions.into_iter().map(offset).collect();
    let Some(found) = ide::selection_ranges(&snap.analysis.ide, file, &offsets)? else { return Ok(None) };
    let link = |ranges: Vec<text::TextRange>| {
        let mut parent = None;
        for range in ranges.into_iter().rev() {
            let range = to_proto::range(&text, range, snap.encoding());
            parent = Some(Box::new(lsp::SelectionRange { range, parent }));
        }
        parent.map(|innermost| *innermost)
    };
    Ok(Some(found.into_iter().filter_map(link).collect()))
}
