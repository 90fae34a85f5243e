//! What unit tests need: a client that goes nowhere, snapshots of small workspaces.

use crate::cancel::Token;
use crate::capabilities::ClientCaps;
use crate::client::Client;
use crate::documents::{Document, Documents};
use crate::event::Event;
use crate::loading::Item;
use crate::lsp;
use crate::snapshot::Snapshot;
use crate::uri;
use crate::workspace::Workspace;
use crossbeam_channel::{Receiver, unbounded};
use project::FileId;
use project::config::ProjectConfig;
use project::flavor::Flavor;
use serde_json::Value;
use std::sync::{Arc, LazyLock};
use tokio::runtime::Runtime;
use tower_lsp::jsonrpc::Result;
use tower_lsp::{Client as Wire, LanguageServer, LspService};

static RUNTIME: LazyLock<Runtime> = LazyLock::new(|| Runtime::new().unwrap());

struct Nobody(Wire);

impl LanguageServer for Nobody {
    async fn initialize(&self, _: lsp::InitializeParams) -> Result<lsp::InitializeResult> {
        Ok(lsp::InitializeResult::default())
    }

    async fn shutdown(&self) -> Result<()> {
        Ok(())
    }
}

/// A way to a client that does not listen, and what happens because of it.
pub fn client() -> (Client, Receiver<Event>) {
    let (service, _socket) = LspService::build_with_lifecycle_methods(Nobody).finish();
    let (events, queue) = unbounded();
    (Client::new(service.inner().0.clone(), RUNTIME.handle().clone(), events), queue)
}

/// Waits for a future.
pub fn wait<T>(future: impl Future<Output = T>) -> T {
    RUNTIME.block_on(future)
}

/// A workspace of open files, seen by a client with these capabilities.
pub fn snapshot(capabilities: Value, files: &[(&str, &str)]) -> Snapshot {
    let (mut workspace, mut documents) = (Workspace::default(), Documents::default());
    workspace.apply(vec![project()]);
    for (version, (path, text)) in (1..).zip(files) {
        let uri = uri::from_path(path).unwrap();
        documents.insert((*path).into(), Document::new(uri, version, text));
        workspace.open(path, (*text).into(), None);
    }
    let token = Token::new();
    let caps = Arc::new(ClientCaps::from_json(capabilities));
    Snapshot::new(workspace.analysis(token.clone()), documents, caps, client().0, token)
}

/// A project at `/srv/shop`.
fn project() -> Item {
    let config = ProjectConfig::parse("name: shop");
    let root = "/srv/shop".into();
    Item::Package {
        root,
        into: None,
        outside: false,
        config: Box::new(config),
        flavor: Flavor::V1,
        ignores: None,
    }
}

/// A file of the workspace.
pub fn file(snap: &Snapshot, path: &str) -> FileId {
    snap.analysis.file(path).unwrap()
}
