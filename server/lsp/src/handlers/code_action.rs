//! `textDocument/codeAction`

use super::Answer;
use crate::commands::{APPLY_EDIT, TRUST_WORKSPACE};
use crate::lsp::{self, CodeActionKind, CodeActionTriggerKind};
use crate::snapshot::Snapshot;
use crate::{analysis, from_proto, to_proto};
use ide::{AssistKind, SourceChange, Wanted};
use serde_json::json;

/// Every kind that is offered.
pub fn kinds() -> Vec<CodeActionKind> {
    let assists = [AssistKind::Rewrite, AssistKind::Move, AssistKind::FixAll, AssistKind::Source];
    std::iter::once(CodeActionKind::QuickFix).chain(assists.map(kind)).collect()
}

/// The protocol's word for a sort of assist. Those of whole files end in our name, so that people can ask for ours
/// alone when they save.
pub fn kind(of: AssistKind) -> CodeActionKind {
    match of {
        AssistKind::Rewrite => CodeActionKind::RefactorRewrite,
        AssistKind::Move => CodeActionKind::RefactorMove,
        AssistKind::FixAll => CodeActionKind::Custom("source.fixAll.dbt-mesh".into()),
        AssistKind::Source => CodeActionKind::Custom("source.dbt-mesh".into()),
    }
}

/// Fixes for the findings that touch the range, then what else it offers.
pub fn handle(
    snap: &Snapshot,
    params: lsp::CodeActionParams,
) -> Answer<Option<Vec<lsp::CodeActionResponse>>> {
    let only = params.context.only.as_deref();
    let is_asked = |kind: AssistKind| wants(only, &self::kind(kind));
    // A light bulb, which asks at each move of the cursor, says nothing about the file as a whole.
    let asks_itself = params.context.trigger_kind == Some(CodeActionTriggerKind::Automatic);
    let is_whole = |kind: AssistKind| kind != AssistKind::Rewrite;
    let is_wanted = |kind: AssistKind| is_asked(kind) && !(asks_itself && only.is_none() && is_whole(kind));
    let Some(range) = from_proto::file_range(snap, &params.text_document, params.range) else {
        return Ok(None);
    };
    let Some(text) = snap.text(range.file) else { return Ok(None) };
    let mut actions = Vec::new();
    let mut titles = Vec::new();
    if wants(only, &CodeActionKind::QuickFix) {
        for (finding, fix) in analysis::fixes(&snap.analysis, range)? {
            let action = lsp::CodeAction {
                title: fix.title.clone(),
                kind: Some(CodeActionKind::QuickFix),
                diagnostics: Some(vec![to_proto::diagnostic::diagnostic(snap, &text, &finding)]),
                is_preferred: (fix.preferred && snap.caps.preferred_actions).then_some(true),
                ..Default::default()
            };
            actions.extend(response(snap, action, &fix.change));
            titles.push(fix.title);
        }
        actions.extend(trust(snap, &params));
    }
    // What comes later needs its place.
    let lazy = snap.caps.code_action_literals && snap.caps.resolve_actions;
    let version = snap.version(range.file);
    let data = json!({ "uri": &params.text_document.uri, "range": &params.range, "version": version });
    let wanted = if lazy { Wanted::Titles } else { Wanted::All };
    let offered = analysis::assists(&snap.analysis, range, wanted, &is_wanted)?;
    // What a fix does already is not offered twice.
    for assist in offered.into_iter().filter(|assist| !titles.contains(&assist.title)) {
        let action = lsp::CodeAction {
            title: assist.title,
            kind: Some(kind(assist.kind)),
            data: lazy.then(|| data.clone()),
            ..Default::default()
        };
        match &assist.change {
            // The client could not make what it asks for later.
            Some(change) if to_proto::edit::workspace_edit(snap, change).is_none() => {}
            _ if lazy => actions.push(lsp::CodeActionResponse::CodeAction(action)),
            Some(change) => actions.extend(response(snap, action, change)),
            None => {}
        }
    }
    Ok(Some(actions))
}

/// The action with its edit, in the form that the client takes: a literal, or a command that asks for the edit.
fn response(
    snap: &Snapshot,
    action: lsp::CodeAction,
    change: &SourceChange,
) -> Option<lsp::CodeActionResponse> {
    let edit = to_proto::edit::workspace_edit(snap, change)?;
    if snap.caps.code_action_literals {
        return Some(lsp::CodeActionResponse::CodeAction(lsp::CodeAction { edit: Some(edit), ..action }));
    }
    snap.caps.apply_edit.then(|| {
        lsp::CodeActionResponse::Command(lsp::Command {
            title: action.title,
            command: APPLY_EDIT.to_owned(),
            arguments: Some(serde_json::to_value(edit).into_iter().collect()),
            ..Default::default()
        })
    })
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
        .any(|upstream| upstream.remote.as_ref().is_some_and(|remote| remote.untrusted))
        || mesh.registry.unread(project.id).any(|unread| unread.remote.untrusted);
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
    let kind = String::from(kind.clone());
    only.is_none_or(|kinds| {
        let is_below = |wanted: &CodeActionKind| {
            let wanted = String::from(wanted.clone());
            let rest = kind.strip_prefix(wanted.as_str());
            wanted.is_empty() || rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
        };
        kinds.is_empty() || kinds.iter().any(is_below)
    })
}
