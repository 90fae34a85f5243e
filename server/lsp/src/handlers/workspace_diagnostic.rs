//! `workspace/diagnostic`: the findings of every file, open or not, as far as they are news to the client.

use super::Answer;
use super::diagnostic::{fingerprint, of_document};
use crate::documents;
use crate::lsp;
use crate::queries;
use crate::snapshot::Snapshot;
use crate::work::Work;
use ide::Depth;
use rustc_hash::FxHashMap;
use serde_json::json;

/// So many files are sent at a time to clients that take an answer in parts.
const PART: usize = 50;

/// The files whose findings changed since the client last heard of them. Open documents are pulled on their own.
pub fn handle(
    snap: &Snapshot,
    params: lsp::WorkspaceDiagnosticParams,
) -> Answer<lsp::WorkspaceDiagnosticReport> {
    let known = params.previous_result_ids.iter();
    let mut known: FxHashMap<String, (lsp::Uri, &str)> = known
        .map(|previous| {
            (documents::key(&previous.uri).to_string(), (previous.uri.clone(), previous.value.as_str()))
        })
        .collect();
    let token = params.partial_result_params.partial_result_token;
    let _work =
        Work::begin(&snap.client, params.work_done_progress_params.work_done_token, "Checking the workspace");
    let mut items: Vec<lsp::WorkspaceDocumentDiagnosticReport> = Vec::new();
    for (file, _) in queries::files(&snap.analysis) {
        let Some(path) = snap.analysis.path(file) else { continue };
        let previous = known.remove(&*path);
        if snap.documents.get(&path).is_some() {
            continue;
        }
        let found = of_document(snap, &path, Depth::Full)?;
        let id = fingerprint(&found);
        let is_news = match &previous {
            Some((_, value)) => *value != id,
            None => !found.is_empty(),
        };
        if let Some(uri) = previous.map(|(uri, _)| uri).or_else(|| snap.uri(file)).filter(|_| is_news) {
            items.push(report(uri, id, found));
        }
        if let Some(token) = token.as_ref().filter(|_| items.len() >= PART) {
            snap.client.partial(token.clone(), json!({ "items": std::mem::take(&mut items) }));
        }
    }
    // Files that are gone have no findings any more.
    let gone = known.into_values().map(|(uri, _)| report(uri, fingerprint(&[]), Vec::new()));
    items.extend(gone);
    if let Some(token) = token {
        // Once parts were sent, the answer itself is empty.
        snap.client.partial(token, json!({ "items": std::mem::take(&mut items) }));
    }
    Ok(lsp::WorkspaceDiagnosticReport { items })
}

fn report(uri: lsp::Uri, id: String, items: Vec<lsp::Diagnostic>) -> lsp::WorkspaceDocumentDiagnosticReport {
    lsp::WorkspaceFullDocumentDiagnosticReport {
        uri,
        version: None,
        full_document_diagnostic_report: lsp::FullDocumentDiagnosticReport { result_id: Some(id), items },
    }
    .into()
}
