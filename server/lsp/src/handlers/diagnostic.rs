//! `textDocument/diagnostic`, and the same findings for pushing.

use super::Answer;
use crate::analysis;
use crate::lsp;
use crate::snapshot::Snapshot;
use crate::to_proto;
use ide::Depth;
use rustc_hash::FxHasher;
use std::hash::{Hash, Hasher};

/// The findings in a document; "unchanged" when the client has them already.
pub fn handle(
    snap: &Snapshot,
    params: lsp::DocumentDiagnosticParams,
) -> Answer<lsp::DocumentDiagnosticReport> {
    let items = of_document(snap, &crate::documents::key(&params.text_document.uri), Depth::Full)?;
    let result_id = fingerprint(&items);
    if params.previous_result_id.as_ref() == Some(&result_id) {
        return Ok(lsp::RelatedUnchangedDocumentDiagnosticReport {
            related_documents: None,
            unchanged_document_diagnostic_report: lsp::UnchangedDocumentDiagnosticReport { result_id },
        }
        .into());
    }
    Ok(lsp::RelatedFullDocumentDiagnosticReport {
        related_documents: None,
        full_document_diagnostic_report: lsp::FullDocumentDiagnosticReport {
            result_id: Some(result_id),
            items,
        },
    }
    .into())
}

/// The findings in the document of that key; none in what is no file of the mesh.
pub fn of_document(snap: &Snapshot, key: &str, depth: Depth) -> Answer<Vec<lsp::Diagnostic>> {
    let Some(file) = snap.analysis.file(key) else { return Ok(Vec::new()) };
    let Some(text) = snap.text(file) else { return Ok(Vec::new()) };
    let found = analysis::diagnostics(&snap.analysis, file, depth)?;
    Ok(found.iter().map(|finding| to_proto::diagnostic::diagnostic(snap, &text, finding)).collect())
}

/// Equal for equal findings, and only within one process.
pub fn fingerprint(items: &[lsp::Diagnostic]) -> String {
    let mut hasher = FxHasher::default();
    serde_json::to_string(items).unwrap_or_default().hash(&mut hasher);
    format!("{:016x}", hasher.finish())
}
