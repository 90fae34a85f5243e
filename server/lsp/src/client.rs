//! The way to the client: everything is queued, nothing waits.
//!
//! Notifications leave in the order they were queued. Requests to the client run beside them; their answers
//! come back as events.

use crate::capabilities::ClientCaps;
use crate::event::Event;
use crate::lsp::{self, MessageType};
use crate::status::{ServerStatus, Status};
use crossbeam_channel::Sender;
use tokio::runtime::Handle;
use tokio::sync::mpsc::{UnboundedSender, unbounded_channel};
use tower_lsp::Client as Wire;

/// A handle that every thread may hold.
#[derive(Debug, Clone)]
pub struct Client {
    wire: Wire,
    runtime: Handle,
    notifications: UnboundedSender<Outgoing>,
    events: Sender<Event>,
}

#[derive(Debug)]
enum Outgoing {
    Diagnostics(lsp::Uri, Vec<lsp::Diagnostic>, Option<i32>),
    Log(MessageType, String),
    Show(MessageType, String),
    Trace(lsp::LogTraceParams),
    Partial(lsp::ProgressToken, serde_json::Value),
    MeshChanged,
    Status(Status),
}

/// `dbt-mesh/meshChanged`, without parameters: what a view of the mesh shows may be out of date.
#[derive(Debug)]
enum MeshChanged {}

impl lsp::Notification for MeshChanged {
    const METHOD: lsp::LspNotificationMethod<'static> =
        lsp::LspNotificationMethod::Custom("dbt-mesh/meshChanged");
    const MESSAGE_DIRECTION: lsp::MessageDirection = lsp::MessageDirection::ServerToClient;
    type Params = ();
}

impl Client {
    /// Starts the task that writes notifications. Answers to our requests go to `events`.
    pub fn new(wire: Wire, runtime: Handle, events: Sender<Event>) -> Client {
        let (notifications, mut queue) = unbounded_channel();
        let out = wire.clone();
        runtime.spawn(async move {
            while let Some(message) = queue.recv().await {
                match message {
                    Outgoing::Diagnostics(uri, items, version) => {
                        out.publish_diagnostics(uri, items, version).await;
                    }
                    Outgoing::Log(kind, text) => out.log_message(kind, text).await,
                    Outgoing::Show(kind, text) => out.show_message(kind, text).await,
                    Outgoing::Partial(token, value) => {
                        out.send_notification::<lsp::ProgressNotification>(lsp::ProgressParams {
                            token,
                            value,
                        })
                        .await;
                    }
                    Outgoing::Trace(params) => {
                        out.send_notification::<lsp::LogTraceNotification>(params).await;
                    }
                    Outgoing::Status(status) => out.send_notification::<ServerStatus>(status).await,
                    Outgoing::MeshChanged => out.send_notification::<MeshChanged>(()).await,
                }
            }
        });
        Client { wire, runtime, notifications, events }
    }

    fn queue(&self, message: Outgoing) {
        if self.notifications.send(message).is_err() {
            tracing::error!("the writer has ended");
        }
    }

    /// Replaces the diagnostics that the client shows for a document.
    pub fn publish(&self, uri: lsp::Uri, items: Vec<lsp::Diagnostic>, version: Option<i32>) {
        self.queue(Outgoing::Diagnostics(uri, items, version));
    }

    /// A line in the client's log.
    pub fn log(&self, kind: MessageType, text: impl Into<String>) {
        self.queue(Outgoing::Log(kind, text.into()));
    }

    /// A message that a person should see.
    pub fn show(&self, kind: MessageType, text: impl Into<String>) {
        self.queue(Outgoing::Show(kind, text.into()));
    }

    /// A line for `$/logTrace`.
    pub fn trace(&self, message: String) {
        self.queue(Outgoing::Trace(lsp::LogTraceParams { message, verbose: None }));
    }

    /// A part of an answer that the client takes in parts.
    pub fn partial(&self, token: lsp::ProgressToken, value: serde_json::Value) {
        self.queue(Outgoing::Partial(token, value));
    }

    /// Tells the client that names, upstreams or references have changed.
    pub fn mesh_changed(&self) {
        self.queue(Outgoing::MeshChanged);
    }

    /// Tells the client how the server is.
    pub fn status(&self, status: Status) {
        self.queue(Outgoing::Status(status));
    }

    /// Registers capabilities that could not be stated in the answer to `initialize`.
    pub fn register(&self, registrations: Vec<lsp::Registration>) {
        let wire = self.wire.clone();
        self.runtime.spawn(async move {
            if let Err(error) = wire.register_capability(registrations).await {
                tracing::warn!(%error, "the client refused a registration");
            }
        });
    }

    /// Asks for our section of the settings; the answer comes as [`Event::Settings`].
    pub fn pull_settings(&self) {
        let (wire, events) = (self.wire.clone(), self.events.clone());
        let section = Some(crate::config::SECTION.to_owned());
        self.runtime.spawn(async move {
            match wire.configuration(vec![lsp::ConfigurationItem { scope_uri: None, section }]).await {
                Ok(answers) => {
                    let settings = answers.into_iter().next().unwrap_or_default();
                    // Fails only while the process ends.
                    _ = events.send(Event::Settings(settings));
                }
                Err(error) => tracing::warn!(%error, "the client did not tell its settings"),
            }
        });
    }

    /// Asks the client to pull diagnostics again.
    pub fn refresh_diagnostics(&self) {
        let wire = self.wire.clone();
        self.runtime.spawn(async move {
            if let Err(error) = wire.workspace_diagnostic_refresh().await {
                tracing::debug!(%error, "the client did not refresh its diagnostics");
            }
        });
    }

    /// Asks the client to draw tokens, hints and lenses again, as far as it can be asked.
    pub fn refresh_views(&self, caps: &ClientCaps) {
        let (wire, caps) = (self.wire.clone(), caps.clone());
        self.runtime.spawn(async move {
            let mut done = Vec::new();
            if caps.refresh_tokens {
                done.push(wire.semantic_tokens_refresh().await);
            }
            if caps.refresh_hints {
                done.push(wire.inlay_hint_refresh().await);
            }
            if caps.refresh_lenses {
                done.push(wire.code_lens_refresh().await);
            }
            for error in done.into_iter().filter_map(Result::err) {
                tracing::debug!(%error, "the client did not refresh a view");
            }
        });
    }

    /// Tells the client that a document of ours has changed.
    pub fn refresh_document(&self, uri: lsp::Uri) {
        let wire = self.wire.clone();
        self.runtime.spawn(async move {
            if let Err(error) = wire.text_document_content_refresh(uri).await {
                tracing::debug!(%error, "the client did not refresh a document");
            }
        });
    }

    /// Asks the client to change files.
    pub fn apply_edit(&self, edit: lsp::WorkspaceEdit) {
        let (wire, client) = (self.wire.clone(), self.clone());
        self.runtime.spawn(async move {
            match wire.apply_edit(edit).await {
                Ok(answer) if answer.applied => {}
                Ok(answer) => {
                    let why = answer.failure_reason.unwrap_or_else(|| "no reason given".to_owned());
                    client.show(MessageType::Warning, format!("The edit was not applied: {why}"));
                }
                Err(error) => tracing::warn!(%error, "the client did not apply an edit"),
            }
        });
    }

    /// Asks the client to open a document.
    pub fn open(&self, uri: lsp::Uri) {
        let wire = self.wire.clone();
        let params = lsp::ShowDocumentParams { uri, external: None, take_focus: Some(true), selection: None };
        self.runtime.spawn(async move {
            if let Err(error) = wire.show_document(params).await {
                tracing::debug!(%error, "the client did not open a document");
            }
        });
    }

    /// The wire and the runtime, for progress.
    pub fn parts(&self) -> (Wire, Handle) {
        (self.wire.clone(), self.runtime.clone())
    }
}
