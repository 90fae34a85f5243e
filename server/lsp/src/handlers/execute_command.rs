//! `workspace/executeCommand`

use super::{Answer, Refusal, debug_info};
use crate::commands::{APPLY_EDIT, DEBUG_INFO, SHOW_UPSTREAM};
use crate::snapshot::Snapshot;
use crate::{analysis, lsp, uri};

/// Starts the command; its effect comes as a request to the client.
pub fn handle(snap: &Snapshot, params: lsp::ExecuteCommandParams) -> Answer<Option<lsp::LspAny>> {
    let argument = params.arguments.unwrap_or_default().into_iter().next().unwrap_or_default();
    match params.command.as_str() {
        APPLY_EDIT => {}
        SHOW_UPSTREAM => return show_upstream(snap, &argument),
        DEBUG_INFO => {
            let page = debug_info::page(snap);
            show(snap, "debug-info", "server", &page);
            return Ok(Some(page.into()));
        }
        unknown => return Err(Refusal::Invalid(format!("no such command: {unknown}"))),
    }
    match serde_json::from_value(argument) {
        Ok(edit) => snap.client.apply_edit(edit),
        Err(error) => return Err(Refusal::Invalid(format!("{APPLY_EDIT} takes a workspace edit: {error}"))),
    }
    Ok(None)
}

/// The page as Markdown; a client that can is asked to open it.
fn show_upstream(snap: &Snapshot, argument: &lsp::LspAny) -> Answer<Option<lsp::LspAny>> {
    let Some(name) = argument.as_str() else {
        return Err(Refusal::Invalid(format!("{SHOW_UPSTREAM} takes the name of an upstream")));
    };
    let Some(page) = analysis::upstream_page(&snap.analysis, name)? else {
        return Err(Refusal::Invalid(format!("no project here has an upstream '{name}'")));
    };
    show(snap, name, "upstream", &page);
    Ok(Some(page.into()))
}

/// Asks a client that can to open a page.
fn show(snap: &Snapshot, folder: &str, name: &str, page: &str) {
    if snap.caps.show_document
        && let Some(uri) = analysis::materialize(folder, name, page).as_deref().and_then(uri::from_path)
    {
        snap.client.open(uri);
    }
}
