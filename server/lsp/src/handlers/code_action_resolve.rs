//! `codeAction/resolve`

use super::{Answer, Refusal, code_action};
use crate::lsp;
use crate::snapshot::Snapshot;
use crate::{analysis, from_proto, to_proto};
use ide::Wanted;
use serde::Deserialize;

/// Where the action was offered.
#[derive(Deserialize)]
struct Origin {
    uri: lsp::Uri,
    range: lsp::Range,
    version: Option<i32>,
}

/// The action with its edit, worked out on the texts as they are now. An action that has all it needs comes back as
/// it is; one that is no longer offered there is refused.
pub fn handle(snap: &Snapshot, mut action: lsp::CodeAction) -> Answer<lsp::CodeAction> {
    let origin = action.data.as_ref().and_then(|data| Origin::deserialize(data).ok());
    let Some(origin) = origin.filter(|_| action.edit.is_none()) else { return Ok(action) };
    let document = lsp::TextDocumentIdentifier { uri: origin.uri };
    let gone = || Refusal::Failed(format!("'{}' cannot be done here", action.title));
    // Typed in since, the place may be another one.
    let now = snap.file(&document.uri).and_then(|file| snap.version(file));
    if origin.version.is_some() && origin.version != now {
        return Err(gone());
    }
    let range = from_proto::file_range(snap, &document, origin.range).ok_or_else(gone)?;
    let is_wanted = |kind| action.kind.as_ref().is_none_or(|wanted| *wanted == code_action::kind(kind));
    let found = analysis::assists(&snap.analysis, range, Wanted::One(&action.title), &is_wanted)?;
    let change = found.into_iter().find_map(|assist| assist.change).ok_or_else(gone)?;
    action.edit = Some(to_proto::edit::workspace_edit(snap, &change).ok_or_else(gone)?);
    Ok(action)
}
