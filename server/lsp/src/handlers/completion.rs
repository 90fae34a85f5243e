//! `textDocument/completion`

use super::Answer;
use crate::analysis;
use crate::lsp;
use crate::snapshot::Snapshot;
use crate::{from_proto, to_proto};
use ide::CompletionOptions;

/// Proposals at the cursor; their documentation comes on resolve.
pub fn handle(snap: &Snapshot, params: lsp::CompletionParams) -> Answer<Option<lsp::CompletionResponse>> {
    let Some(at) = from_proto::file_pos(snap, &params.text_document_position_params) else {
        return Ok(None);
    };
    let trigger = params.context.and_then(|context| context.trigger_character);
    let options = CompletionOptions {
        snippets: snap.caps.snippets,
        edits_elsewhere: snap.caps.apply_edit,
        by_blank: trigger.as_deref() == Some(" "),
    };
    let completions = analysis::completion(&snap.analysis, at, options)?;
    Ok(to_proto::completion::list(snap, at.file, completions).map(Into::into))
}
