//! `textDocument/codeAction`

use super::Answer;
use crate::commands::{APPLY_EDIT, TRUST_WORKSPACE};
use crate::lsp::{self, CodeActionKind};
use crate::snapshot::Snapshot;
use crate::{analysis, from_proto, to_proto};

/// Fixes for the findings that touch the range.
pub fn handle(
    snap: &Snapshot,
    params: lsp::CodeActionParams,
) -> Answer<Option<Vec<lsp::CodeActionResponse>>> {
    if !wants_quick_fixes(params.context.only.as_deref()) {
        return Ok(None);
    }
    let Some(range) = from_proto::file_range(snap, &params.text_document, params.range) else {
        return Ok(None);
    };
    let Some(text) = snap.text(range.file) else { return Ok(None) };
    let mut actions = Vec::new();
    for (finding, fix) in analysis::fixes(&snap.analysis, range)? {
        let Some(edit) = to_proto::edit::workspace_edit(snap, &fix.change) else { continue };
        if snap.caps.code_action_literals {
            actions.push(lsp::CodeActionResponse::CodeAction(lsp::CodeAction {
                title: fix.title,
                kind: Some(CodeActionKind::QuickFix),
                diagnostics: Some(vec![to_proto::diagnostic::diagnostic(snap, &text, &finding)]),
                is_preferred: (fix.preferred && snap.caps.preferred_actions).then_some(true),
                edit: Some(edit),
                ..Default::default()
            }));
        } else if snap.caps.apply_edit {
            actions.push(lsp::CodeActionResponse::Command(lsp::Command {
                title: fix.title,
                command: APPLY_EDIT.to_owned(),
                arguments: Some(serde_json::to_value(edit).into_iter().collect()),
                ..Default::default()
            }));
        }
    }
    Ok(Some(actions))
}

/// A kind names all kinds below it; no kind at all names everything.
fn wants_quick_fixes(only: Option<&[CodeActionKind]>) -> bool {
    only.is_none_or(|kinds| {
        kinds.is_empty()
            || kinds.iter().any(|k| matches!(k, CodeActionKind::QuickFix | CodeActionKind::Empty))
    })
}
