//! `completionItem/resolve`

use super::Answer;
use crate::analysis;
use crate::lsp;
use crate::snapshot::Snapshot;
use crate::to_proto::{completion, markup};

/// The item with its documentation. All that is needed is in its data: it may come from an older state.
pub fn handle(snap: &Snapshot, mut item: lsp::CompletionItem) -> Answer<lsp::CompletionItem> {
    if let Some(key) = item.data.as_ref().and_then(completion::docs_key)
        && let Some(markdown) = analysis::completion_docs(&snap.analysis, &key)?
    {
        let content = markup::content(markdown, snap.caps.completion_markdown);
        item.documentation = Some(lsp::Documentation::MarkupContent(content));
    }
    Ok(item)
}
