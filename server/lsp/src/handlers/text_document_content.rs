//! `workspace/textDocumentContent`: documents that exist only in this server.

use super::{Answer, Refusal};
use crate::snapshot::Snapshot;
use crate::{analysis, lsp, uri};

/// The read-only document of an upstream's node.
pub fn handle(
    snap: &Snapshot,
    params: lsp::TextDocumentContentParams,
) -> Answer<lsp::TextDocumentContentResult> {
    let Some((project, unique_id)) = uri::as_upstream(&params.uri) else {
        return Err(Refusal::Invalid(format!("no document of ours: {}", params.uri)));
    };
    let text = analysis::upstream_document(&snap.analysis, &project, &unique_id)?
        // The upstream may have changed since the link was made.
        .unwrap_or_else(|| format!("# {unique_id}\n\nProject `{project}` has no such node any more.\n"));
    Ok(lsp::TextDocumentContentResult { text })
}
