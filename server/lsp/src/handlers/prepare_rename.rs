//! `textDocument/prepareRename`

use super::{Answer, Refusal};
use crate::analysis;
use crate::lsp;
use crate::snapshot::Snapshot;
use crate::{from_proto, to_proto};

/// The name under the cursor, if it can be changed.
pub fn handle(snap: &Snapshot, params: lsp::PrepareRenameParams) -> Answer<Option<lsp::PrepareRenameResult>> {
    let Some(at) = from_proto::file_pos(snap, &params.text_document_position_params) else {
        return Ok(None);
    };
    let found = analysis::prepare_rename(&snap.analysis, at)?.map_err(Refusal::Failed)?;
    let (Some(found), Some(text)) = (found, snap.text(at.file)) else { return Ok(None) };
    let range = to_proto::range(&text, found.range, snap.encoding());
    Ok(Some(lsp::PrepareRenamePlaceholder { range, placeholder: found.name }.into()))
}
