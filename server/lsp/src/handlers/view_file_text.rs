//! `dbt-mesh/viewFileText`: a document as the server sees it.
//!
//! For finding synchronisation bugs: an editor extension can compare it with its own buffer.

use super::Answer;
use crate::snapshot::Snapshot;
use crate::{documents, lsp};

/// The text the analysis sees; `null` when the document is neither open nor of the mesh.
pub fn handle(snap: &Snapshot, document: lsp::TextDocumentIdentifier) -> Answer<Option<String>> {
    if let Some(open) = snap.documents.get(&documents::key(&document.uri)) {
        let analysed = snap.file(&document.uri).and_then(|file| snap.analysis.text(file));
        return Ok(Some(analysed.unwrap_or_else(|| open.text().text.clone()).to_string()));
    }
    Ok(snap.file(&document.uri).and_then(|file| snap.analysis.text(file)).map(|text| text.to_string()))
}
