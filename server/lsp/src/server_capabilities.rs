//! What we tell the client we can do: at once in the answer to `initialize`, the rest by registration.

use crate::capabilities::ClientCaps;
use crate::commands;
use crate::config::SECTION;
use crate::handlers::code_action;
use crate::to_proto::tokens::Legend;
use crate::{encoding, lsp, uri};
use serde_json::json;

/// Files that matter, for clients that watch files for us.
const WATCHED: &[&str] = &["**/*.{sql,py,md,yml,yaml,csv}", "**/target/manifest.json"];

/// What makes an editor ask for completions by itself: the start of a string or of an argument.
const TRIGGERS: &[&str] = &["'", "\"", "(", ",", "=", " ", ".", "|"];

/// The answer to `initialize`.
pub fn initialize_result(client: &ClientCaps) -> lsp::InitializeResult {
    lsp::InitializeResult {
        capabilities: server_capabilities(client),
        server_info: Some(lsp::ServerInfo {
            name: env!("CARGO_PKG_NAME").to_owned(),
            version: Some(env!("CARGO_PKG_VERSION").to_owned()),
        }),
    }
}

fn server_capabilities(client: &ClientCaps) -> lsp::ServerCapabilities {
    lsp::ServerCapabilities {
        position_encoding: Some(encoding::to_proto(client.encoding)),
        text_document_sync: Some(lsp::TextDocumentSync::Options(lsp::TextDocumentSyncOptions {
            open_close: Some(true),
            change: Some(lsp::TextDocumentSyncKind::Incremental),
            save: Some(lsp::Save::Bool(true)),
            ..Default::default()
        })),
        completion_provider: Some(lsp::CompletionOptions {
            trigger_characters: Some(TRIGGERS.iter().map(|t| (*t).to_owned()).collect()),
            resolve_provider: Some(true),
            ..Default::default()
        }),
        hover_provider: Some(true.into()),
        definition_provider: Some(true.into()),
        signature_help_provider: Some(lsp::SignatureHelpOptions {
            trigger_characters: Some(vec!["(".to_owned(), ",".to_owned()]),
            ..Default::default()
        }),
        references_provider: Some(lsp::ReferenceOptions { work_done_progress_options: shows_work() }.into()),
        document_highlight_provider: Some(true.into()),
        rename_provider: Some(if client.prepare_rename {
            lsp::RenameOptions { prepare_provider: Some(true), ..Default::default() }.into()
        } else {
            true.into()
        }),
        code_action_provider: Some(lsp::CodeActionProvider::CodeActionOptions(lsp::CodeActionOptions {
            code_action_kinds: Some(code_action::kinds()),
            resolve_provider: client.resolve_actions.then_some(true),
            ..Default::default()
        })),
        document_symbol_provider: Some(true.into()),
        folding_range_provider: Some(true.into()),
        selection_range_provider: Some(true.into()),
        linked_editing_range_provider: Some(true.into()),
        call_hierarchy_provider: Some(true.into()),
        type_hierarchy_provider: Some(true.into()),
        document_link_provider: Some(lsp::DocumentLinkOptions::default()),
        inlay_hint_provider: Some(true.into()),
        code_lens_provider: Some(lsp::CodeLensOptions { resolve_provider: Some(true), ..Default::default() }),
        workspace_symbol_provider: Some(
            lsp::WorkspaceSymbolOptions {
                resolve_provider: Some(true),
                work_done_progress_options: shows_work(),
            }
            .into(),
        ),
        document_on_type_formatting_provider: Some(lsp::DocumentOnTypeFormattingOptions {
            first_trigger_character: ide::ON_TYPE[0].to_owned(),
            more_trigger_character: Some(ide::ON_TYPE[1..].iter().map(|key| (*key).to_owned()).collect()),
        }),
        semantic_tokens_provider: Some(lsp::SemanticTokensProvider::SemanticTokensOptions(
            lsp::SemanticTokensOptions {
                legend: Legend::new(&client.token_types).to_proto(),
                range: Some(lsp::SemanticTokensOptionsRange::Bool(true)),
                full: Some(lsp::Full::SemanticTokensFullDelta(lsp::SemanticTokensFullDelta {
                    delta: Some(true),
                })),
                work_done_progress_options: lsp::WorkDoneProgressOptions::default(),
            },
        )),
        diagnostic_provider: client.pull_diagnostics.then(|| {
            lsp::DiagnosticProvider::DiagnosticOptions(lsp::DiagnosticOptions {
                identifier: Some(SECTION.to_owned()),
                inter_file_dependencies: true,
                workspace_diagnostics: true,
                work_done_progress_options: shows_work(),
            })
        }),
        execute_command_provider: Some(lsp::ExecuteCommandOptions {
            commands: commands::ALL.map(str::to_owned).to_vec(),
            ..Default::default()
        }),
        workspace: Some(lsp::WorkspaceOptions {
            workspace_folders: Some(lsp::WorkspaceFoldersServerCapabilities {
                supported: Some(true),
                change_notifications: Some(lsp::ChangeNotifications::Bool(true)),
            }),
            file_operations: file_operations(client),
            text_document_content: client.virtual_documents.then(|| {
                lsp::TextDocumentContent::Options(lsp::TextDocumentContentOptions {
                    schemes: vec![uri::SCHEME.to_owned()],
                })
            }),
        }),
        ..Default::default()
    }
}

/// A client may send a token: progress is shown with it.
fn shows_work() -> lsp::WorkDoneProgressOptions {
    lsp::WorkDoneProgressOptions { work_done_progress: Some(true) }
}

/// Files and folders that carry names.
fn file_operations(client: &ClientCaps) -> Option<lsp::FileOperationOptions> {
    let filter = |glob: &str, of: lsp::FileOperationPatternKind| lsp::FileOperationFilter {
        scheme: Some("file".to_owned()),
        pattern: lsp::FileOperationPattern { glob: glob.to_owned(), matches: Some(of), options: None },
    };
    let files = || filter("**/*.{sql,py,csv}", lsp::FileOperationPatternKind::File);
    let folders = || filter("**", lsp::FileOperationPatternKind::Folder);
    let options = |filters| lsp::FileOperationRegistrationOptions { filters };
    let any = || options(vec![filter("**", lsp::FileOperationPatternKind::File), folders()]);
    let wanted = lsp::FileOperationOptions {
        will_rename: client.will_rename.then(|| options(vec![files(), folders()])),
        will_delete: client.will_delete.then(|| options(vec![files(), folders()])),
        did_create: client.did_create.then(any),
        did_rename: client.did_rename.then(any),
        did_delete: client.did_delete.then(any),
        ..Default::default()
    };
    (wanted != lsp::FileOperationOptions::default()).then_some(wanted)
}

/// What is registered once the handshake is over.
pub fn registrations(client: &ClientCaps) -> Vec<lsp::Registration> {
    let mut registrations = Vec::new();
    if client.register_watchers {
        let watchers: Vec<_> = WATCHED.iter().map(|glob| json!({ "globPattern": glob })).collect();
        registrations.push(lsp::Registration {
            id: "dbt-mesh/files".to_owned(),
            method: "workspace/didChangeWatchedFiles".to_owned(),
            register_options: Some(json!({ "watchers": watchers })),
        });
    }
    if client.register_settings {
        registrations.push(lsp::Registration {
            id: "dbt-mesh/settings".to_owned(),
            method: "workspace/didChangeConfiguration".to_owned(),
            register_options: Some(json!({ "section": SECTION })),
        });
    }
    registrations
}
