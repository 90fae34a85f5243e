//! `textDocument/codeAction`

use super::Answer;
use crate::commands::{APPLY_EDIT, TRUST_WORKSPACE};
use crate::lsp::{self, CodeActionKind};
use crate::snapshot::Snapshot;
use crate::{analysis, from_proto, to_proto};
use ide::Wanted;
use serde_json::json;

/// Fixes for the findings that touch the range, then what else it offers.
pub fn handle(
    snap: &Snapshot,
    params: lsp::CodeActionParams,
) -> Answer<Option<Vec<lsp::CodeActionResponse>>> {
    let only = params.context.only.as_deref();
    let (fixes, rewrites) =
        (wants(only, &CodeActionKind::QuickFix), wants(only, &CodeActionKind::RefactorRewrite));
    if !fixes && !rewrites {
        return Ok(None);
    }
    let Some(range) = from_proto::file_range(snap, &params.text_document, params.range) else {
        return Ok(None);
    };
    let Some(text) = snap.text(range.file) else { return Ok(None) };
    let mut actions = Vec::new();
    let found = if fixes { analysis::fixes(&snap.analysis, range)? } else { Vec::new() };
    let titles: Vec<String> = found.iter().map(|(_, fix)| fix.title.clone()).collect();
    for (finding, fix) in found {
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
    if let Some(trust) = trust(snap, &params).filter(|_| fixes) {
        actions.push(trust);
    }
    if rewrites && snap.caps.code_action_literals {
        let lazy = snap.caps.resolve_actions;
        let wanted = if lazy { Wanted::Titles } else { Wanted::All };
        let offered = analysis::assists(&snap.analysis, range, wanted)?;
        // What a fix does already is not offered twice.
        for assist in offered.into_iter().filter(|assist| !titles.contains(&assist.title)) {
            let edit = assist.change.as_ref().and_then(|change| to_proto::edit::workspace_edit(snap, change));
            if edit.is_none() && (assist.change.is_some() || !lazy) {
                continue;
            }
            let data = json!({ "uri": &params.text_document.uri, "range": &params.range });
            actions.push(lsp::CodeActionResponse::CodeAction(lsp::CodeAction {
                title: assist.title,
                kind: Some(CodeActionKind::RefactorRewrite),
                data: lazy.then_some(data),
                edit: edit.filter(|_| !lazy),
                ..Default::default()
            }));
        }
    }
    Ok(Some(actions))
}

/// The codes of what is said because a manifest is not fetched.
const UNFETCHED: [&str; 2] = ["upstream-not-loaded", "stale-upstream"];

/// Trusting the workspace, where that is what is missing. No edit: only the user can do it.
fn trust(snap: &Snapshot, params: &lsp::CodeActionParams) -> Option<lsp::CodeActionResponse> {
    let is_meant = |found: &&lsp::Diagnostic| matches!(&found.code, Some(lsp::Code::String(code)) if UNFETCHED.contains(&code.as_str()));
    let found = params.context.diagnostics.iter().find(is_meant)?;
    let mesh = snap.analysis.mesh();
    let file = mesh.file(snap.file(&params.text_document.uri)?)?;
    let project = mesh.project_of(file.package)?;
    let waits = mesh
        .registry
        .upstreams(project.id)
        .iter()
        .any(|upstream| upstream.remote.as_ref().is_some_and(|remote| remote.untrusted));
    let title = "Trust this workspace: fetch the manifests that its configuration names".to_owned();
    let command =
        lsp::Command { title: title.clone(), command: TRUST_WORKSPACE.to_owned(), ..Default::default() };
    waits.then(|| {
        if !snap.caps.code_action_literals {
            return lsp::CodeActionResponse::Command(command);
        }
        lsp::CodeActionResponse::CodeAction(lsp::CodeAction {
            title,
            kind: Some(CodeActionKind::QuickFix),
            diagnostics: Some(vec![found.clone()]),
            command: Some(command),
            ..Default::default()
        })
    })
}

/// A kind names all kinds below it; no kind at all names everything.
fn wants(only: Option<&[CodeActionKind]>, kind: &CodeActionKind) -> bool {
    only.is_none_or(|kinds| {
        kinds.is_empty()
            || kinds.iter().any(|wanted| match wanted {
                CodeActionKind::Empty => true,
                CodeActionKind::Refactor => *kind == CodeActionKind::RefactorRewrite,
                wanted => wanted == kind,
            })
    })
}
