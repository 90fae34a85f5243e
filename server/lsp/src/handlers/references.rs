//! `textDocument/references`

use super::Answer;
use crate::analysis;
use crate::lsp;
use crate::snapshot::Snapshot;
use crate::{from_proto, to_proto};

/// Every place where the thing under the cursor is named.
pub fn handle(snap: &Snapshot, params: lsp::ReferenceParams) -> Answer<Option<Vec<lsp::Location>>> {
    let Some(at) = from_proto::file_pos(snap, &params.text_document_position_params) else {
        return Ok(None);
    };
    let declaration = params.context.include_declaration;
    let Some(places) = analysis::references(&snap.analysis, at, declaration)? else { return Ok(None) };
    let location = |place: &ide::FileRange| {
        let range = to_proto::range(&*snap.text(place.file)?, place.range, snap.encoding());
        Some(lsp::Location { uri: snap.uri(place.file)?, range })
    };
    Ok(Some(places.iter().filter_map(location).collect()))
}
