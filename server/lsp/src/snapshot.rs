//! One immutable state of everything a request may look at. Taken on the main loop, read on a worker.

use crate::analysis::Analysis;
use crate::cancel::Token;
use crate::capabilities::ClientCaps;
use crate::client::Client;
use crate::config::Config;
use crate::documents::{self, Documents, Text};
use crate::lsp::Uri;
use crate::to_proto::tokens::Told;
use crate::uri;
use project::FileId;
use rustc_hash::FxHashMap;
use std::cell::RefCell;
use std::sync::Arc;
use text::Encoding;

/// A state of the world for one request.
#[derive(Debug)]
pub struct Snapshot {
    /// The mesh.
    pub analysis: Analysis,
    /// The open documents, exactly as the analysis sees them.
    pub documents: Documents,
    /// What the client can do.
    pub caps: Arc<ClientCaps>,
    /// The way to the client.
    pub client: Client,
    /// The client's settings.
    pub config: Arc<Config>,
    /// The semantic tokens that the client has.
    pub told: Told,
    /// Whether the answer is still wanted.
    pub token: Token,
    texts: RefCell<FxHashMap<FileId, Arc<Text>>>,
}

impl Snapshot {
    /// A snapshot of these parts.
    pub fn new(
        analysis: Analysis,
        documents: Documents,
        caps: Arc<ClientCaps>,
        client: Client,
        token: Token,
    ) -> Snapshot {
        let (config, told) = (Arc::default(), Told::default());
        Snapshot { analysis, documents, caps, client, config, told, token, texts: RefCell::default() }
    }

    /// The same with settings, and with what the client has been told.
    pub fn with(self, config: Arc<Config>, told: Told) -> Snapshot {
        Snapshot { config, told, ..self }
    }

    /// How this client counts columns.
    pub fn encoding(&self) -> Encoding {
        self.caps.encoding
    }

    /// The file behind a URI; `None` for what is no file, or not of the mesh.
    pub fn file(&self, uri: &Uri) -> Option<FileId> {
        let file = self.analysis.file(&documents::key(uri))?;
        self.analysis.ask(file);
        Some(file)
    }

    /// A file's URI, as the client spelled it when it opened the file.
    pub fn uri(&self, file: FileId) -> Option<Uri> {
        let path = self.analysis.path(file)?;
        match self.documents.get(&path) {
            Some(document) => Some(document.uri.clone()),
            None => uri::from_path(&path),
        }
    }

    /// The version of an open file, `None` when it is not open.
    pub fn version(&self, file: FileId) -> Option<i32> {
        let path = self.analysis.path(file)?;
        self.documents.get(&path).map(|document| document.version)
    }

    /// A file's text with its lines; indexed once per snapshot.
    pub fn text(&self, file: FileId) -> Option<Arc<Text>> {
        if let Some(text) = self.texts.borrow().get(&file) {
            return Some(Arc::clone(text));
        }
        let path = self.analysis.path(file)?;
        let text = match self.documents.get(&path) {
            Some(document) => Arc::clone(document.text()),
            None => Arc::new(Text::new(self.analysis.text(file)?)),
        };
        self.texts.borrow_mut().insert(file, Arc::clone(&text));
        Some(text)
    }
}
