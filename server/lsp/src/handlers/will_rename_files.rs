//! `workspace/willRenameFiles`: what else must change when people rename files or folders in their editor.

use super::Answer;
use crate::analysis;
use crate::lsp;
use crate::snapshot::Snapshot;
use crate::{to_proto, uri};

/// The edits that keep every reference resolving.
pub fn handle(snap: &Snapshot, params: lsp::RenameFilesParams) -> Answer<Option<lsp::WorkspaceEdit>> {
    let path = |uri: &url::Url| uri::to_path(&uri.as_str().parse().ok()?);
    let moves = params.files.iter().filter_map(|file| Some((path(&file.old_uri)?, path(&file.new_uri)?)));
    let moves: Vec<(String, String)> = moves.collect();
    let change = analysis::files_renamed(&snap.analysis, &moves)?;
    // What no edit can carry is said.
    let is_note = !change.edits.is_empty() && snap.caps.change_annotations;
    if let Some(caution) = change.caution.as_ref().filter(|_| !is_note) {
        snap.client.show(lsp::MessageType::Warning, caution.clone());
    }
    if change.edits.is_empty() {
        return Ok(None);
    }
    Ok(to_proto::edit::workspace_edit(snap, &change))
}
