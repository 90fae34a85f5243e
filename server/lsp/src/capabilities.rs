//! What the client can do, resolved once: nothing else looks into its capability tree.

use crate::handlers::code_lens_resolve::SHOW_REFERENCES;
use crate::{encoding, lsp};
use text::Encoding;

/// Answers of one client to the questions we have.
#[derive(Debug, Clone)]
#[expect(clippy::struct_excessive_bools, reason = "each is the answer to one question")]
pub struct ClientCaps {
    /// How columns are counted in this session.
    pub encoding: Encoding,
    /// Name of the editor, for hints where its log is.
    pub client_name: String,
    /// Completion items may be snippets.
    pub snippets: bool,
    /// Completion items may have dimmed text behind the label.
    pub label_details: bool,
    /// Completion items may leave out the range that all of a list replace.
    pub shared_edit_range: bool,
    /// Completion items may be struck through.
    pub completion_tags: bool,
    /// The server may say that lines of a completion keep the indentation they are written with.
    pub insert_as_is: bool,
    /// Kinds of completion items beyond the protocol's first 18 may be used.
    pub new_completion_kinds: bool,
    /// Documentation of completion items may be Markdown.
    pub completion_markdown: bool,
    /// Hovers may be Markdown.
    pub hover_markdown: bool,
    /// `LocationLink` is understood.
    pub definition_links: bool,
    /// Outlines may be trees.
    pub symbol_trees: bool,
    /// Symbols of the workspace may come without a range, which is asked for later.
    pub symbol_resolve: bool,
    /// Symbols of the workspace may be struck through.
    pub symbol_tags: bool,
    /// Types of semantic tokens that the client lists.
    pub token_types: Vec<String>,
    /// Links may have a tooltip.
    pub link_tooltips: bool,
    /// The client has a command that shows a list of places.
    pub show_references: bool,
    /// The server may ask for semantic tokens to be drawn again,
    pub refresh_tokens: bool,
    /// for inlay hints,
    pub refresh_hints: bool,
    /// for code lenses.
    pub refresh_lenses: bool,
    /// Only whole lines can be folded.
    pub line_folding_only: bool,
    /// The most folds that the client wants.
    pub folding_limit: Option<usize>,
    /// Code actions may be literals (else only commands).
    pub code_action_literals: bool,
    /// The edit of a code action may follow when it is chosen.
    pub resolve_actions: bool,
    /// One code action may be marked as the one to take.
    pub preferred_actions: bool,
    /// Workspace edits may name document versions.
    pub document_changes: bool,
    /// Workspace edits may make files.
    pub create_files: bool,
    /// Workspace edits may delete files.
    pub delete_files: bool,
    /// The server may ask for edits.
    pub apply_edit: bool,
    /// Diagnostics are pulled, and pulled again when we ask: only then are they not pushed.
    pub pull_diagnostics: bool,
    /// Diagnostics may point to other places.
    pub related_information: bool,
    /// Diagnostics may be faded or struck through.
    pub diagnostic_tags: bool,
    /// Codes of diagnostics may be links.
    pub code_descriptions: bool,
    /// Settings can be asked for.
    pub pull_settings: bool,
    /// Changes of settings are told only to those who register.
    pub register_settings: bool,
    /// Files can be watched for us.
    pub register_watchers: bool,
    /// Progress can be shown.
    pub progress: bool,
    /// Edits may give files other names.
    pub rename_files: bool,
    /// Edits may come with a note that people must agree to.
    pub change_annotations: bool,
    /// The server may change what files that are about to be renamed are called elsewhere.
    pub will_rename: bool,
    /// The server hears of files that are about to be deleted.
    pub will_delete: bool,
    /// The server is told of files that were made,
    pub did_create: bool,
    /// renamed
    pub did_rename: bool,
    /// or deleted in the editor.
    pub did_delete: bool,
    /// Wants to be told how the server is (`experimental.serverStatusNotification`).
    pub server_status: bool,
    /// Names can be asked for before they are changed.
    pub prepare_rename: bool,
    /// Documentation of signatures may be Markdown.
    pub signature_markdown: bool,
    /// Parameters of signatures may be given by their place in the label.
    pub signature_offsets: bool,
    /// We may ask for a document to be opened.
    pub show_document: bool,
    /// Documents of ours can be opened by URI (LSP 3.18).
    pub virtual_documents: bool,
    /// Wants to be told when the mesh changes (`experimental.meshChanged`).
    pub mesh_changed: bool,
}

impl ClientCaps {
    /// Reads the capabilities of `initialize`.
    pub fn new(params: &lsp::InitializeParams) -> ClientCaps {
        let workspace = params.capabilities.workspace.as_ref();
        let document = params.capabilities.text_document.as_ref();
        let window = params.capabilities.window.as_ref();
        let general = params.capabilities.general.as_ref();
        let completion = document.and_then(|d| d.completion.as_ref());
        let item = completion.and_then(|c| c.completion_item.as_ref());
        let kinds =
            completion.and_then(|c| c.completion_item_kind.as_ref()).and_then(|k| k.value_set.as_ref());
        let symbol = workspace.and_then(|w| w.symbol.as_ref());
        let experimental = params.capabilities.experimental.as_ref();
        let commands = experimental.and_then(|e| e.get("commands")?.get("commands")?.as_array());
        let folding = document.and_then(|d| d.folding_range.as_ref());
        let action = document.and_then(|d| d.code_action.as_ref());
        let signature =
            document.and_then(|d| d.signature_help.as_ref()).and_then(|s| s.signature_information.as_ref());
        let edit = workspace.and_then(|w| w.workspace_edit.as_ref());
        let operations = workspace.and_then(|w| w.file_operations.as_ref());
        let published =
            document.and_then(|d| d.publish_diagnostics.as_ref()).map(|p| &p.diagnostics_capabilities);
        let refresh = workspace.and_then(|w| w.diagnostics.as_ref()).and_then(|d| d.refresh_support);
        ClientCaps {
            encoding: encoding::negotiate(general.and_then(|g| g.position_encodings.as_deref())),
            client_name: params.client_info.as_ref().map(|c| c.name.clone()).unwrap_or_default(),
            snippets: yes(item.and_then(|i| i.snippet_support)),
            label_details: yes(item.and_then(|i| i.label_details_support)),
            shared_edit_range: completion
                .and_then(|c| c.completion_list.as_ref()?.item_defaults.as_ref())
                .is_some_and(|defaults| defaults.iter().any(|name| name == "editRange")),
            completion_tags: item.is_some_and(|i| i.tag_support.is_some()),
            insert_as_is: item
                .and_then(|i| i.insert_text_mode_support.as_ref())
                .is_some_and(|modes| modes.value_set.contains(&lsp::InsertTextMode::AsIs)),
            new_completion_kinds: kinds.is_some_and(|k| k.contains(&lsp::CompletionItemKind::Event)),
            completion_markdown: has_markdown(item.and_then(|i| i.documentation_format.as_deref())),
            hover_markdown: has_markdown(
                document.and_then(|d| d.hover.as_ref()).and_then(|h| h.content_format.as_deref()),
            ),
            definition_links: yes(document.and_then(|d| d.definition.as_ref()).and_then(|d| d.link_support)),
            symbol_trees: yes(document
                .and_then(|d| d.document_symbol.as_ref())
                .and_then(|s| s.hierarchical_document_symbol_support)),
            symbol_resolve: symbol.and_then(|s| s.resolve_support.as_ref()).is_some_and(|resolve| {
                resolve.properties.iter().any(|property| property == "location.range")
            }),
            symbol_tags: symbol.is_some_and(|s| s.tag_support.is_some()),
            token_types: document
                .and_then(|d| d.semantic_tokens.as_ref())
                .map(|tokens| tokens.token_types.clone())
                .unwrap_or_default(),
            link_tooltips: yes(document
                .and_then(|d| d.document_link.as_ref())
                .and_then(|l| l.tooltip_support)),
            show_references: commands.is_some_and(|commands| commands.iter().any(|c| c == SHOW_REFERENCES)),
            refresh_tokens: yes(workspace
                .and_then(|w| w.semantic_tokens.as_ref())
                .and_then(|s| s.refresh_support)),
            refresh_hints: yes(workspace.and_then(|w| w.inlay_hint.as_ref()).and_then(|s| s.refresh_support)),
            refresh_lenses: yes(workspace.and_then(|w| w.code_lens.as_ref()).and_then(|s| s.refresh_support)),
            line_folding_only: yes(folding.and_then(|f| f.line_folding_only)),
            folding_limit: folding.and_then(|f| f.range_limit).and_then(|limit| usize::try_from(limit).ok()),
            code_action_literals: action.is_some_and(|a| a.code_action_literal_support.is_some()),
            resolve_actions: action.is_some_and(|a| {
                let resolve = a.resolve_support.as_ref();
                yes(a.data_support) && resolve.is_some_and(|r| r.properties.iter().any(|p| p == "edit"))
            }),
            preferred_actions: yes(action.and_then(|a| a.is_preferred_support)),
            // Operations on files come only among document changes: who can do the one knows the other.
            document_changes: yes(edit.and_then(|e| e.document_changes))
                || edit.is_some_and(|e| e.resource_operations.is_some()),
            create_files: edit
                .and_then(|e| e.resource_operations.as_ref())
                .is_some_and(|o| o.contains(&lsp::ResourceOperationKind::Create)),
            delete_files: edit
                .and_then(|e| e.resource_operations.as_ref())
                .is_some_and(|o| o.contains(&lsp::ResourceOperationKind::Delete)),
            rename_files: edit
                .and_then(|e| e.resource_operations.as_ref())
                .is_some_and(|o| o.contains(&lsp::ResourceOperationKind::Rename)),
            change_annotations: edit.is_some_and(|e| e.change_annotation_support.is_some()),
            will_rename: yes(operations.and_then(|o| o.will_rename)),
            will_delete: yes(operations.and_then(|o| o.will_delete)),
            did_create: yes(operations.and_then(|o| o.did_create)),
            did_rename: yes(operations.and_then(|o| o.did_rename)),
            did_delete: yes(operations.and_then(|o| o.did_delete)),
            server_status: experimental.is_some_and(|e| e["serverStatusNotification"] == true),
            apply_edit: yes(workspace.and_then(|w| w.apply_edit)),
            pull_diagnostics: document.is_some_and(|d| d.diagnostic.is_some()) && yes(refresh),
            related_information: yes(published.and_then(|p| p.related_information)),
            diagnostic_tags: published.is_some_and(|p| p.tag_support.is_some()),
            code_descriptions: yes(published.and_then(|p| p.code_description_support)),
            pull_settings: yes(workspace.and_then(|w| w.configuration)),
            register_settings: yes(workspace
                .and_then(|w| w.did_change_configuration.as_ref())
                .and_then(|c| c.dynamic_registration)),
            register_watchers: yes(workspace
                .and_then(|w| w.did_change_watched_files.as_ref())
                .and_then(|c| c.dynamic_registration)),
            progress: yes(window.and_then(|w| w.work_done_progress)),
            prepare_rename: yes(document.and_then(|d| d.rename.as_ref()).and_then(|r| r.prepare_support)),
            signature_markdown: has_markdown(signature.and_then(|s| s.documentation_format.as_deref())),
            signature_offsets: yes(signature
                .and_then(|s| s.parameter_information.as_ref())
                .and_then(|p| p.label_offset_support)),
            show_document: window.and_then(|w| w.show_document.as_ref()).is_some_and(|s| s.support),
            virtual_documents: workspace.is_some_and(|w| w.text_document_content.is_some()),
            mesh_changed: params
                .capabilities
                .experimental
                .as_ref()
                .is_some_and(|experimental| experimental["meshChanged"] == true),
        }
    }

    /// Where this editor keeps the log that a person should look at after a failure.
    pub fn log_hint(&self) -> &'static str {
        let name = self.client_name.to_lowercase();
        let is = |wanted: &str| name.contains(wanted);
        if is("neovim") || is("nvim") {
            "see the file that :lua print(vim.lsp.log.get_filename()) names"
        } else if is("helix") {
            "see :log-open"
        } else if is("zed") {
            "see \"dev: open language server logs\""
        } else if is("visual studio code") || is("vscod") || is("cursor") {
            "see the output channel \"dbt mesh\""
        } else {
            "see the editor's log of language servers"
        }
    }
}

fn yes(answer: Option<bool>) -> bool {
    answer.unwrap_or(false)
}

fn has_markdown(formats: Option<&[lsp::MarkupKind]>) -> bool {
    formats.is_some_and(|f| f.contains(&lsp::MarkupKind::Markdown))
}

#[cfg(test)]
impl ClientCaps {
    /// The capabilities that a client states as JSON.
    pub fn from_json(capabilities: serde_json::Value) -> ClientCaps {
        let params = serde_json::json!({ "processId": null, "rootUri": null, "capabilities": capabilities });
        ClientCaps::new(&serde_json::from_value(params).unwrap())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_client_that_states_nothing_can_nothing() {
        let caps = ClientCaps::from_json(json!({}));
        assert_eq!(caps.encoding, Encoding::Utf16);
        assert!(!(caps.snippets || caps.pull_diagnostics || caps.hover_markdown || caps.apply_edit));
    }

    #[test]
    fn diagnostics_are_pulled_only_when_we_can_ask_for_a_refresh() {
        let pull = json!({ "textDocument": { "diagnostic": {} } });
        assert!(!ClientCaps::from_json(pull).pull_diagnostics);
        let both = json!({
            "textDocument": { "diagnostic": {} },
            "workspace": { "diagnostics": { "refreshSupport": true } },
        });
        assert!(ClientCaps::from_json(both).pull_diagnostics);
    }
}
