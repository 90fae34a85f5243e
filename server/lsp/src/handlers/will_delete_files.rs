//! `workspace/willDeleteFiles`: says who still uses what is about to go. Nothing is edited for it.

use super::Answer;
use crate::analysis;
use crate::lsp;
use crate::snapshot::Snapshot;
use crate::uri;

/// Warns, and leaves the decision to people.
pub fn handle(snap: &Snapshot, params: lsp::DeleteFilesParams) -> Answer<Option<lsp::WorkspaceEdit>> {
    let paths = params.files.iter().filter_map(|file| uri::to_path(&file.uri.as_str().parse().ok()?));
    let paths: Vec<String> = paths.collect();
    let said = analysis::files_deleted(&snap.analysis, &paths)?;
    if !said.is_empty() {
        snap.client.show(lsp::MessageType::Warning, said.join("\n"));
    }
    Ok(None)
}
