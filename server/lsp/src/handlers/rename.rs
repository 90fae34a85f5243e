//! `textDocument/rename`

use super::{Answer, Refusal};
use crate::analysis;
use crate::lsp;
use crate::snapshot::Snapshot;
use crate::{from_proto, to_proto};

/// The edits that give the thing under the cursor another name.
pub fn handle(snap: &Snapshot, params: lsp::RenameParams) -> Answer<Option<lsp::WorkspaceEdit>> {
    let Some(at) = from_proto::file_pos(snap, &params.text_document_position_params) else {
        return Ok(None);
    };
    let change = analysis::rename(&snap.analysis, at, &params.new_name)?.map_err(Refusal::Failed)?;
    let edit = to_proto::edit::workspace_edit(snap, &change);
    if edit.is_none() && !change.moves.is_empty() {
        let why = "its files get other names, which this editor cannot do for a language server";
        return Err(Refusal::Failed(why.to_owned()));
    }
    Ok(edit)
}
