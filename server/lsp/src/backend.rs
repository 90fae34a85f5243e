//! The wire: each method puts one event into the queue of the main loop, and a request waits for its answer.
//!
//! tower-lsp first polls its handlers in the order of arrival, so what happens before their first `.await` is
//! ordered and nothing after it is. Therefore: no state here, and no `.await` before the send.

use crate::event::{Event, Notification, Reply, Request};
use crate::handlers::{columns, consumers, lineage, mesh, models};
use crate::{lsp, main_loop, transport};
use crossbeam_channel::Sender;
use serde_json::Value;
use std::process::ExitCode;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;
use tokio::io::BufReader;
use tower_lsp::jsonrpc::{Error, Result};
use tower_lsp::{LanguageServer, LspService, LspServiceBuilder, Server};

/// Handlers only wait, so the number of them in flight must never be what limits us.
const CONCURRENCY: usize = 1024;
/// How long answers may still be written after the client has closed its side.
const LAST_WORDS: Duration = Duration::from_secs(1);

/// Serves one client over stdin and stdout until it leaves. 0 after `shutdown`, else 1.
pub fn serve() -> ExitCode {
    let runtime = match tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => {
            tracing::error!(%error, "cannot start the runtime");
            return ExitCode::from(2);
        }
    };
    let shut_down = Arc::new(AtomicBool::new(false));
    runtime.block_on(run(Arc::clone(&shut_down)));
    // A read of stdin may still block a thread of the runtime: leave it to the operating system.
    runtime.shutdown_background();
    ExitCode::from(u8::from(!shut_down.load(Ordering::Acquire)))
}

async fn run(shut_down: Arc<AtomicBool>) {
    let (ours, theirs) = tokio::io::duplex(256 << 10);
    let input =
        tokio::spawn(transport::guard(BufReader::with_capacity(64 << 10, tokio::io::stdin()), theirs));
    let (service, socket) = register(LspService::build_with_lifecycle_methods(|client| {
        let events = main_loop::start(client, tokio::runtime::Handle::current());
        Backend { events, shut_down }
    }))
    .finish();
    let server = Server::new(ours, tokio::io::stdout(), socket).concurrency_level(CONCURRENCY);
    let client_left = async {
        _ = input.await;
        tokio::time::sleep(LAST_WORDS).await;
    };
    tokio::select! {
        () = server.serve(service) => {}
        () = client_left => {}
    }
}

/// Forwards; owns nothing.
#[derive(Debug)]
struct Backend {
    events: Sender<Event>,
    shut_down: Arc<AtomicBool>,
}

/// Methods that are not here are answered with "method not found" by tower-lsp.
fn register(service: LspServiceBuilder<Backend>) -> LspServiceBuilder<Backend> {
    service
        .custom_method("textDocument/didOpen", Backend::did_open)
        .custom_method("textDocument/didChange", Backend::did_change)
        .custom_method("textDocument/didClose", Backend::did_close)
        .custom_method("textDocument/didSave", Backend::did_save)
        .custom_method("workspace/didChangeWatchedFiles", Backend::did_change_watched_files)
        .custom_method("workspace/didCreateFiles", Backend::did_create_files)
        .custom_method("workspace/didRenameFiles", Backend::did_rename_files)
        .custom_method("workspace/didDeleteFiles", Backend::did_delete_files)
        .custom_method("workspace/didChangeWorkspaceFolders", Backend::did_change_workspace_folders)
        .custom_method("workspace/didChangeConfiguration", Backend::did_change_configuration)
        .custom_method("$/setTrace", Backend::set_trace)
        .custom_method("window/workDoneProgress/cancel", Backend::progress_cancelled)
        .custom_method("textDocument/completion", Backend::completion)
        .custom_method("completionItem/resolve", Backend::completion_resolve)
        .custom_method("textDocument/hover", Backend::hover)
        .custom_method("textDocument/definition", Backend::definition)
        .custom_method("textDocument/signatureHelp", Backend::signature_help)
        .custom_method("textDocument/references", Backend::references)
        .custom_method("textDocument/documentHighlight", Backend::document_highlight)
        .custom_method("textDocument/prepareRename", Backend::prepare_rename)
        .custom_method("textDocument/rename", Backend::rename)
        .custom_method("textDocument/codeAction", Backend::code_action)
        .custom_method("codeAction/resolve", Backend::code_action_resolve)
        .custom_method("textDocument/prepareCallHierarchy", Backend::prepare_call_hierarchy)
        .custom_method("callHierarchy/incomingCalls", Backend::incoming_calls)
        .custom_method("callHierarchy/outgoingCalls", Backend::outgoing_calls)
        .custom_method("textDocument/prepareTypeHierarchy", Backend::prepare_type_hierarchy)
        .custom_method("typeHierarchy/supertypes", Backend::supertypes)
        .custom_method("typeHierarchy/subtypes", Backend::subtypes)
        .custom_method("workspace/willRenameFiles", Backend::will_rename_files)
        .custom_method("workspace/willDeleteFiles", Backend::will_delete_files)
        .custom_method("textDocument/diagnostic", Backend::diagnostic)
        .custom_method("textDocument/documentSymbol", Backend::document_symbol)
        .custom_method("textDocument/foldingRange", Backend::folding_range)
        .custom_method("textDocument/selectionRange", Backend::selection_range)
        .custom_method("textDocument/linkedEditingRange", Backend::linked_editing_range)
        .custom_method("textDocument/semanticTokens/full", Backend::semantic_tokens_full)
        .custom_method("textDocument/semanticTokens/full/delta", Backend::semantic_tokens_delta)
        .custom_method("textDocument/semanticTokens/range", Backend::semantic_tokens_range)
        .custom_method("textDocument/documentLink", Backend::document_link)
        .custom_method("textDocument/inlayHint", Backend::inlay_hint)
        .custom_method("textDocument/codeLens", Backend::code_lens)
        .custom_method("codeLens/resolve", Backend::code_lens_resolve)
        .custom_method("textDocument/onTypeFormatting", Backend::on_type_formatting)
        .custom_method("workspace/symbol", Backend::workspace_symbol)
        .custom_method("workspaceSymbol/resolve", Backend::workspace_symbol_resolve)
        .custom_method("workspace/diagnostic", Backend::workspace_diagnostic)
        .custom_method("workspace/executeCommand", Backend::execute_command)
        .custom_method("workspace/textDocumentContent", Backend::text_document_content)
        .custom_method("dbt-mesh/mesh", Backend::mesh)
        .custom_method("dbt-mesh/models", Backend::models)
        .custom_method("dbt-mesh/columns", Backend::columns)
        .custom_method("dbt-mesh/consumers", Backend::consumers)
        .custom_method("dbt-mesh/lineage", Backend::lineage)
        .custom_method("dbt-mesh/viewFileText", Backend::view_file_text)
        .custom_method(transport::MALFORMED, Backend::malformed)
}

impl LanguageServer for Backend {
    async fn initialize(&self, params: lsp::InitializeParams) -> Result<lsp::InitializeResult> {
        let (reply, pending) = Reply::new("initialize");
        self.send(Event::Initialize(Box::new(params), reply));
        pending.wait().await
    }

    async fn initialized(&self, _: lsp::InitializedParams) {
        self.notify(Notification::Initialized);
    }

    async fn shutdown(&self) -> Result<()> {
        self.shut_down.store(true, Ordering::Release);
        Ok(())
    }
}

impl Backend {
    fn send(&self, event: Event) {
        if self.events.send(event).is_err() {
            tracing::error!("the main loop has ended");
        }
    }

    fn notify(&self, notification: Notification) {
        self.send(Event::Notification(notification));
    }

    /// Not `async`: the request is in the queue when this returns.
    fn request<P, T, F>(
        &self,
        method: &'static str,
        request: F,
        params: P,
    ) -> impl Future<Output = Result<T>> + use<P, T, F>
    where
        F: FnOnce(P, Reply<T>) -> Request,
    {
        let (reply, pending) = Reply::new(method);
        self.send(Event::Request(request(params, reply)));
        pending.wait()
    }

    async fn did_open(&self, params: lsp::DidOpenTextDocumentParams) {
        self.notify(Notification::Opened(params.text_document));
    }

    async fn did_change(&self, params: lsp::DidChangeTextDocumentParams) {
        self.notify(Notification::Changed(params));
    }

    async fn did_close(&self, params: lsp::DidCloseTextDocumentParams) {
        self.notify(Notification::Closed(params.text_document));
    }

    async fn did_save(&self, params: lsp::DidSaveTextDocumentParams) {
        self.notify(Notification::Saved(params.text_document));
    }

    async fn did_change_watched_files(&self, params: lsp::DidChangeWatchedFilesParams) {
        self.notify(Notification::FilesChanged(params.changes));
    }

    async fn did_create_files(&self, params: lsp::CreateFilesParams) {
        self.notify(Notification::FilesMoved(params.files.into_iter().map(|file| file.uri).collect()));
    }

    async fn did_rename_files(&self, params: lsp::RenameFilesParams) {
        let both = params.files.into_iter().flat_map(|file| [file.old_uri, file.new_uri]);
        self.notify(Notification::FilesMoved(both.collect()));
    }

    async fn did_delete_files(&self, params: lsp::DeleteFilesParams) {
        self.notify(Notification::FilesMoved(params.files.into_iter().map(|file| file.uri).collect()));
    }

    async fn did_change_workspace_folders(&self, params: lsp::DidChangeWorkspaceFoldersParams) {
        self.notify(Notification::FoldersChanged(params.event));
    }

    async fn did_change_configuration(&self, params: lsp::DidChangeConfigurationParams) {
        self.notify(Notification::ConfigurationChanged(params.settings));
    }

    async fn set_trace(&self, params: lsp::SetTraceParams) {
        self.notify(Notification::SetTrace(params.value));
    }

    async fn progress_cancelled(&self, params: lsp::WorkDoneProgressCancelParams) {
        self.notify(Notification::ProgressCancelled(params.token));
    }

    async fn completion(&self, params: lsp::CompletionParams) -> Result<Option<lsp::CompletionResponse>> {
        self.request("textDocument/completion", Request::Completion, params).await
    }

    async fn completion_resolve(&self, params: lsp::CompletionItem) -> Result<lsp::CompletionItem> {
        self.request("completionItem/resolve", Request::CompletionResolve, Box::new(params)).await
    }

    async fn hover(&self, params: lsp::HoverParams) -> Result<Option<lsp::Hover>> {
        self.request("textDocument/hover", Request::Hover, params).await
    }

    async fn definition(&self, params: lsp::DefinitionParams) -> Result<Option<lsp::DefinitionResponse>> {
        self.request("textDocument/definition", Request::Definition, params).await
    }

    async fn signature_help(&self, params: lsp::SignatureHelpParams) -> Result<Option<lsp::SignatureHelp>> {
        self.request("textDocument/signatureHelp", Request::SignatureHelp, params).await
    }

    async fn references(&self, params: lsp::ReferenceParams) -> Result<Option<Vec<lsp::Location>>> {
        self.request("textDocument/references", Request::References, params).await
    }

    async fn document_highlight(
        &self,
        params: lsp::DocumentHighlightParams,
    ) -> Result<Option<Vec<lsp::DocumentHighlight>>> {
        self.request("textDocument/documentHighlight", Request::DocumentHighlight, params).await
    }

    async fn prepare_rename(
        &self,
        params: lsp::PrepareRenameParams,
    ) -> Result<Option<lsp::PrepareRenameResult>> {
        self.request("textDocument/prepareRename", Request::PrepareRename, params).await
    }

    async fn rename(&self, params: lsp::RenameParams) -> Result<Option<lsp::WorkspaceEdit>> {
        self.request("textDocument/rename", Request::Rename, params).await
    }

    async fn code_action(
        &self,
        params: lsp::CodeActionParams,
    ) -> Result<Option<Vec<lsp::CodeActionResponse>>> {
        self.request("textDocument/codeAction", Request::CodeAction, Box::new(params)).await
    }

    async fn prepare_call_hierarchy(
        &self,
        params: lsp::CallHierarchyPrepareParams,
    ) -> Result<Option<Vec<lsp::CallHierarchyItem>>> {
        self.request("textDocument/prepareCallHierarchy", Request::PrepareCallHierarchy, params).await
    }

    async fn incoming_calls(
        &self,
        params: lsp::CallHierarchyIncomingCallsParams,
    ) -> Result<Option<Vec<lsp::CallHierarchyIncomingCall>>> {
        self.request("callHierarchy/incomingCalls", Request::IncomingCalls, Box::new(params)).await
    }

    async fn outgoing_calls(
        &self,
        params: lsp::CallHierarchyOutgoingCallsParams,
    ) -> Result<Option<Vec<lsp::CallHierarchyOutgoingCall>>> {
        self.request("callHierarchy/outgoingCalls", Request::OutgoingCalls, Box::new(params)).await
    }

    async fn prepare_type_hierarchy(
        &self,
        params: lsp::TypeHierarchyPrepareParams,
    ) -> Result<Option<Vec<lsp::TypeHierarchyItem>>> {
        self.request("textDocument/prepareTypeHierarchy", Request::PrepareTypeHierarchy, params).await
    }

    async fn supertypes(
        &self,
        params: lsp::TypeHierarchySupertypesParams,
    ) -> Result<Option<Vec<lsp::TypeHierarchyItem>>> {
        self.request("typeHierarchy/supertypes", Request::Supertypes, Box::new(params)).await
    }

    async fn subtypes(
        &self,
        params: lsp::TypeHierarchySubtypesParams,
    ) -> Result<Option<Vec<lsp::TypeHierarchyItem>>> {
        self.request("typeHierarchy/subtypes", Request::Subtypes, Box::new(params)).await
    }

    async fn will_rename_files(&self, params: lsp::RenameFilesParams) -> Result<Option<lsp::WorkspaceEdit>> {
        self.request("workspace/willRenameFiles", Request::WillRenameFiles, params).await
    }

    async fn will_delete_files(&self, params: lsp::DeleteFilesParams) -> Result<Option<lsp::WorkspaceEdit>> {
        self.request("workspace/willDeleteFiles", Request::WillDeleteFiles, params).await
    }

    async fn diagnostic(
        &self,
        params: lsp::DocumentDiagnosticParams,
    ) -> Result<lsp::DocumentDiagnosticReport> {
        self.request("textDocument/diagnostic", Request::Diagnostic, params).await
    }

    async fn document_symbol(
        &self,
        params: lsp::DocumentSymbolParams,
    ) -> Result<Option<lsp::DocumentSymbolResponse>> {
        self.request("textDocument/documentSymbol", Request::DocumentSymbol, params).await
    }

    async fn folding_range(&self, params: lsp::FoldingRangeParams) -> Result<Option<Vec<lsp::FoldingRange>>> {
        self.request("textDocument/foldingRange", Request::FoldingRange, params).await
    }

    async fn selection_range(
        &self,
        params: lsp::SelectionRangeParams,
    ) -> Result<Option<Vec<lsp::SelectionRange>>> {
        self.request("textDocument/selectionRange", Request::SelectionRange, params).await
    }

    async fn linked_editing_range(
        &self,
        params: lsp::LinkedEditingRangeParams,
    ) -> Result<Option<lsp::LinkedEditingRanges>> {
        self.request("textDocument/linkedEditingRange", Request::LinkedEditingRange, params).await
    }

    async fn semantic_tokens_full(
        &self,
        params: lsp::SemanticTokensParams,
    ) -> Result<Option<lsp::SemanticTokens>> {
        self.request("textDocument/semanticTokens/full", Request::SemanticTokens, params).await
    }

    async fn semantic_tokens_delta(
        &self,
        params: lsp::SemanticTokensDeltaParams,
    ) -> Result<Option<lsp::SemanticTokensDeltaResponse>> {
        self.request("textDocument/semanticTokens/full/delta", Request::SemanticTokensDelta, params).await
    }

    async fn semantic_tokens_range(
        &self,
        params: lsp::SemanticTokensRangeParams,
    ) -> Result<Option<lsp::SemanticTokens>> {
        self.request("textDocument/semanticTokens/range", Request::SemanticTokensRange, params).await
    }

    async fn document_link(&self, params: lsp::DocumentLinkParams) -> Result<Option<Vec<lsp::DocumentLink>>> {
        self.request("textDocument/documentLink", Request::DocumentLink, params).await
    }

    async fn inlay_hint(&self, params: lsp::InlayHintParams) -> Result<Option<Vec<lsp::InlayHint>>> {
        self.request("textDocument/inlayHint", Request::InlayHint, params).await
    }

    async fn code_lens(&self, params: lsp::CodeLensParams) -> Result<Option<Vec<lsp::CodeLens>>> {
        self.request("textDocument/codeLens", Request::CodeLens, params).await
    }

    async fn code_action_resolve(&self, params: lsp::CodeAction) -> Result<lsp::CodeAction> {
        self.request("codeAction/resolve", Request::CodeActionResolve, Box::new(params)).await
    }

    async fn code_lens_resolve(&self, params: lsp::CodeLens) -> Result<lsp::CodeLens> {
        self.request("codeLens/resolve", Request::CodeLensResolve, params).await
    }

    async fn on_type_formatting(
        &self,
        params: lsp::DocumentOnTypeFormattingParams,
    ) -> Result<Option<Vec<lsp::TextEdit>>> {
        self.request("textDocument/onTypeFormatting", Request::OnTypeFormatting, params).await
    }

    async fn workspace_symbol(
        &self,
        params: lsp::WorkspaceSymbolParams,
    ) -> Result<Option<lsp::WorkspaceSymbolResponse>> {
        self.request("workspace/symbol", Request::WorkspaceSymbol, params).await
    }

    async fn workspace_symbol_resolve(&self, params: lsp::WorkspaceSymbol) -> Result<lsp::WorkspaceSymbol> {
        self.request("workspaceSymbol/resolve", Request::WorkspaceSymbolResolve, params).await
    }

    async fn workspace_diagnostic(
        &self,
        params: lsp::WorkspaceDiagnosticParams,
    ) -> Result<lsp::WorkspaceDiagnosticReport> {
        self.request("workspace/diagnostic", Request::WorkspaceDiagnostic, Box::new(params)).await
    }

    async fn execute_command(&self, params: lsp::ExecuteCommandParams) -> Result<Option<Value>> {
        self.request("workspace/executeCommand", Request::ExecuteCommand, params).await
    }

    async fn text_document_content(
        &self,
        params: lsp::TextDocumentContentParams,
    ) -> Result<lsp::TextDocumentContentResult> {
        self.request("workspace/textDocumentContent", Request::TextDocumentContent, params).await
    }

    async fn mesh(&self, params: mesh::Params) -> Result<mesh::View> {
        self.request("dbt-mesh/mesh", Request::Mesh, params).await
    }

    async fn models(&self, params: models::Params) -> Result<Vec<models::Model>> {
        self.request("dbt-mesh/models", Request::Models, params).await
    }

    async fn columns(&self, params: columns::Params) -> Result<Vec<columns::Column>> {
        self.request("dbt-mesh/columns", Request::Columns, params).await
    }

    async fn consumers(&self, params: consumers::Params) -> Result<Vec<consumers::Use>> {
        self.request("dbt-mesh/consumers", Request::Consumers, params).await
    }

    async fn lineage(&self, params: lineage::Params) -> Result<Option<lineage::Lineage>> {
        self.request("dbt-mesh/lineage", Request::Lineage, params).await
    }

    async fn view_file_text(&self, params: lsp::TextDocumentIdentifier) -> Result<Option<String>> {
        self.request("dbt-mesh/viewFileText", Request::ViewFileText, params).await
    }

    async fn malformed(&self, error: Error) -> Result<()> {
        Err(error)
    }
}
