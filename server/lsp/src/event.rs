//! Everything that can happen to the server: the one ordered queue into the main loop.

use crate::cancel::Token;
use crate::documents::DocKey;
use crate::handlers::{columns, consumers, lineage, mesh, models};
use crate::loading::LoadEvent;
use crate::lsp;
use std::time::Instant;
use tokio::sync::oneshot;
use tower_lsp::jsonrpc;

/// One thing that happened. The order of the queue is the order of the world.
#[derive(Debug)]
pub enum Event {
    /// The first request: nothing else is received before its answer.
    Initialize(Box<lsp::InitializeParams>, Reply<lsp::InitializeResult>),
    /// The client tells something.
    Notification(Notification),
    /// The client asks something.
    Request(Request),
    /// The loader has something.
    Load(LoadEvent),
    /// The client's settings for the section `dbt-mesh`, pulled.
    Settings(serde_json::Value),
    /// A worker has computed the diagnostics of an open document.
    Diagnostics(Diagnosed),
    /// A request panicked; the name of its method.
    Panicked(&'static str),
}

/// What a client tells, as far as we listen.
#[derive(Debug)]
pub enum Notification {
    /// The handshake is over: dynamic registration may start.
    Initialized,
    /// A document is open: its text is the client's from now on.
    Opened(lsp::TextDocumentItem),
    /// An open document's text has changed.
    Changed(lsp::DidChangeTextDocumentParams),
    /// A document's text is the file's again.
    Closed(lsp::TextDocumentIdentifier),
    /// An open document was written to disk.
    Saved(lsp::TextDocumentIdentifier),
    /// Files changed on disk, as the client sees it.
    FilesChanged(Vec<lsp::FileEvent>),
    /// Files and folders that the client made, moved or deleted: every path concerned.
    FilesMoved(Vec<lsp::Uri>),
    /// Workspace folders were added or removed.
    FoldersChanged(lsp::WorkspaceFoldersChangeEvent),
    /// Settings changed; what came along is only of use when they cannot be pulled.
    ConfigurationChanged(serde_json::Value),
    /// How much of the traffic the client wants to see explained.
    SetTrace(lsp::TraceValue),
    /// The user stopped work that is shown as progress.
    ProgressCancelled(lsp::ProgressToken),
}

/// What a client asks, each with where to put the answer.
#[derive(Debug)]
pub enum Request {
    /// `textDocument/completion`
    Completion(lsp::CompletionParams, Reply<Option<lsp::CompletionResponse>>),
    /// `completionItem/resolve`
    CompletionResolve(Box<lsp::CompletionItem>, Reply<lsp::CompletionItem>),
    /// `textDocument/hover`
    Hover(lsp::HoverParams, Reply<Option<lsp::Hover>>),
    /// `textDocument/definition`
    Definition(lsp::DefinitionParams, Reply<Option<lsp::DefinitionResponse>>),
    /// `textDocument/signatureHelp`
    SignatureHelp(lsp::SignatureHelpParams, Reply<Option<lsp::SignatureHelp>>),
    /// `textDocument/references`
    References(lsp::ReferenceParams, Reply<Option<Vec<lsp::Location>>>),
    /// `textDocument/documentHighlight`
    DocumentHighlight(lsp::DocumentHighlightParams, Reply<Option<Vec<lsp::DocumentHighlight>>>),
    /// `textDocument/prepareRename`
    PrepareRename(lsp::PrepareRenameParams, Reply<Option<lsp::PrepareRenameResult>>),
    /// `textDocument/rename`
    Rename(lsp::RenameParams, Reply<Option<lsp::WorkspaceEdit>>),
    /// `textDocument/codeAction`
    CodeAction(Box<lsp::CodeActionParams>, Reply<Option<Vec<lsp::CodeActionResponse>>>),
    /// `codeAction/resolve`
    CodeActionResolve(Box<lsp::CodeAction>, Reply<lsp::CodeAction>),
    /// `textDocument/prepareCallHierarchy`
    PrepareCallHierarchy(lsp::CallHierarchyPrepareParams, Reply<Option<Vec<lsp::CallHierarchyItem>>>),
    /// `callHierarchy/incomingCalls`
    IncomingCalls(
        Box<lsp::CallHierarchyIncomingCallsParams>,
        Reply<Option<Vec<lsp::CallHierarchyIncomingCall>>>,
    ),
    /// `callHierarchy/outgoingCalls`
    OutgoingCalls(
        Box<lsp::CallHierarchyOutgoingCallsParams>,
        Reply<Option<Vec<lsp::CallHierarchyOutgoingCall>>>,
    ),
    /// `textDocument/prepareTypeHierarchy`
    PrepareTypeHierarchy(lsp::TypeHierarchyPrepareParams, Reply<Option<Vec<lsp::TypeHierarchyItem>>>),
    /// `typeHierarchy/supertypes`
    Supertypes(Box<lsp::TypeHierarchySupertypesParams>, Reply<Option<Vec<lsp::TypeHierarchyItem>>>),
    /// `typeHierarchy/subtypes`
    Subtypes(Box<lsp::TypeHierarchySubtypesParams>, Reply<Option<Vec<lsp::TypeHierarchyItem>>>),
    /// `workspace/willRenameFiles`
    WillRenameFiles(lsp::RenameFilesParams, Reply<Option<lsp::WorkspaceEdit>>),
    /// `workspace/willDeleteFiles`
    WillDeleteFiles(lsp::DeleteFilesParams, Reply<Option<lsp::WorkspaceEdit>>),
    /// `textDocument/diagnostic`
    Diagnostic(lsp::DocumentDiagnosticParams, Reply<lsp::DocumentDiagnosticReport>),
    /// `textDocument/documentSymbol`
    DocumentSymbol(lsp::DocumentSymbolParams, Reply<Option<lsp::DocumentSymbolResponse>>),
    /// `textDocument/foldingRange`
    FoldingRange(lsp::FoldingRangeParams, Reply<Option<Vec<lsp::FoldingRange>>>),
    /// `textDocument/selectionRange`
    SelectionRange(lsp::SelectionRangeParams, Reply<Option<Vec<lsp::SelectionRange>>>),
    /// `textDocument/linkedEditingRange`
    LinkedEditingRange(lsp::LinkedEditingRangeParams, Reply<Option<lsp::LinkedEditingRanges>>),
    /// `textDocument/semanticTokens/full`
    SemanticTokens(lsp::SemanticTokensParams, Reply<Option<lsp::SemanticTokens>>),
    /// `textDocument/semanticTokens/full/delta`
    SemanticTokensDelta(lsp::SemanticTokensDeltaParams, Reply<Option<lsp::SemanticTokensDeltaResponse>>),
    /// `textDocument/semanticTokens/range`
    SemanticTokensRange(lsp::SemanticTokensRangeParams, Reply<Option<lsp::SemanticTokens>>),
    /// `textDocument/documentLink`
    DocumentLink(lsp::DocumentLinkParams, Reply<Option<Vec<lsp::DocumentLink>>>),
    /// `textDocument/inlayHint`
    InlayHint(lsp::InlayHintParams, Reply<Option<Vec<lsp::InlayHint>>>),
    /// `textDocument/codeLens`
    CodeLens(lsp::CodeLensParams, Reply<Option<Vec<lsp::CodeLens>>>),
    /// `codeLens/resolve`
    CodeLensResolve(lsp::CodeLens, Reply<lsp::CodeLens>),
    /// `textDocument/onTypeFormatting`
    OnTypeFormatting(lsp::DocumentOnTypeFormattingParams, Reply<Option<Vec<lsp::TextEdit>>>),
    /// `workspace/symbol`
    WorkspaceSymbol(lsp::WorkspaceSymbolParams, Reply<Option<lsp::WorkspaceSymbolResponse>>),
    /// `workspaceSymbol/resolve`
    WorkspaceSymbolResolve(lsp::WorkspaceSymbol, Reply<lsp::WorkspaceSymbol>),
    /// `workspace/diagnostic`
    WorkspaceDiagnostic(Box<lsp::WorkspaceDiagnosticParams>, Reply<lsp::WorkspaceDiagnosticReport>),
    /// `workspace/executeCommand`
    ExecuteCommand(lsp::ExecuteCommandParams, Reply<Option<lsp::LspAny>>),
    /// `workspace/textDocumentContent`
    TextDocumentContent(lsp::TextDocumentContentParams, Reply<lsp::TextDocumentContentResult>),
    /// `dbt-mesh/mesh`
    Mesh(mesh::Params, Reply<mesh::View>),
    /// `dbt-mesh/models`
    Models(models::Params, Reply<Vec<models::Model>>),
    /// `dbt-mesh/columns`
    Columns(columns::Params, Reply<Vec<columns::Column>>),
    /// `dbt-mesh/consumers`
    Consumers(consumers::Params, Reply<Vec<consumers::Use>>),
    /// `dbt-mesh/lineage`
    Lineage(lineage::Params, Reply<Option<lineage::Lineage>>),
    /// `dbt-mesh/viewFileText`: a document as the server sees it, for finding synchronisation bugs.
    ViewFileText(lsp::TextDocumentIdentifier, Reply<Option<String>>),
}

/// The diagnostics of one state of a document.
#[derive(Debug)]
pub struct Diagnosed {
    /// Whose.
    pub key: DocKey,
    /// The number of the work.
    pub job: u64,
    /// The document's version that was read.
    pub version: i32,
    /// The world's revision that was read.
    pub revision: u64,
    /// `None` when the work was cancelled or panicked.
    pub result: Option<Vec<lsp::Diagnostic>>,
}

/// The one answer that is owed to a request.
#[derive(Debug)]
pub struct Reply<T> {
    /// The method, for the log.
    pub method: &'static str,
    /// When the request came in.
    pub since: Instant,
    answer: oneshot::Sender<jsonrpc::Result<T>>,
    token: Token,
}

impl<T> Reply<T> {
    /// A reply and what waits for it.
    pub fn new(method: &'static str) -> (Reply<T>, Pending<T>) {
        let (answer, receiver) = oneshot::channel();
        let token = Token::new();
        let guard = CancelOnDrop(token.clone());
        (Reply { method, since: Instant::now(), answer, token }, Pending { receiver, guard })
    }

    /// Tripped when the client no longer waits.
    pub fn token(&self) -> Token {
        self.token.clone()
    }

    /// Answers. A client that no longer waits is not an error.
    pub fn send(self, result: jsonrpc::Result<T>) {
        let took = self.since.elapsed();
        crate::timings::note(self.method, took, result.is_err());
        let (method, us) = (self.method, took.as_micros() as u64);
        match &result {
            Ok(_) => tracing::debug!(method, us, "answered"),
            Err(error) => tracing::debug!(method, us, %error, "answered"),
        }
        // The receiver is gone when the client has cancelled: then nothing is owed.
        _ = self.answer.send(result);
    }
}

/// The waiting side of a [`Reply`]; dropping it cancels the work.
#[derive(Debug)]
pub struct Pending<T> {
    receiver: oneshot::Receiver<jsonrpc::Result<T>>,
    guard: CancelOnDrop,
}

impl<T> Pending<T> {
    /// Waits for the answer.
    pub async fn wait(self) -> jsonrpc::Result<T> {
        let Pending { receiver, guard } = self;
        let answer = receiver.await;
        drop(guard);
        answer.unwrap_or_else(|_| Err(jsonrpc::Error::internal_error()))
    }
}

#[derive(Debug)]
struct CancelOnDrop(Token);

impl Drop for CancelOnDrop {
    fn drop(&mut self) {
        self.0.cancel();
    }
}
