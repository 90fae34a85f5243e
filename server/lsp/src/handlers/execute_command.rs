//! `workspace/executeCommand`

use super::{Answer, Refusal};
use crate::lsp;
use crate::snapshot::Snapshot;

/// Applies the workspace edit that is its argument: for clients without code action literals, and for
/// completions that change a second file.
pub const APPLY_EDIT: &str = "dbt-mesh.applyEdit";

/// Starts the command; its effect comes as a request to the client.
pub fn handle(snap: &Snapshot, params: lsp::ExecuteCommandParams) -> Answer<Option<lsp::LspAny>> {
    if params.command != APPLY_EDIT {
        return Err(Refusal::Invalid(format!("no such command: {}", params.command)));
    }
    let argument = params.arguments.unwrap_or_default().into_iter().next().unwrap_or_default();
    match serde_json::from_value(argument) {
        Ok(edit) => snap.client.apply_edit(edit),
        Err(error) => return Err(Refusal::Invalid(format!("{APPLY_EDIT} takes a workspace edit: {error}"))),
    }
    Ok(None)
}
