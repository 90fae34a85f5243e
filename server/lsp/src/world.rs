//! Everything that changes. The main loop owns the one `World` and is its only writer.
//!
//! Knows documents, settings, folders and the mesh; must not know threads or when diagnostics are due.

use crate::analysis;
use crate::cancel::{Edits, Token};
use crate::capabilities::ClientCaps;
use crate::client::Client;
use crate::config::Config;
use crate::documents::{self, DocKey, Document, Documents};
use crate::event::{Event, Notification};
use crate::loading::{LoadEvent, Loader, fetch};
use crate::lsp::{self, MessageType, Uri};
use crate::progress::Progress;
use crate::snapshot::Snapshot;
use crate::status::Status;
use crate::to_proto::tokens::Told;
use crate::workspace::{Reach, Workspace};
use crate::{commands, lifeline, server_capabilities, uri};
use crossbeam_channel::Sender;
use ide::Severity;
use rustc_hash::{FxHashMap, FxHashSet};
use std::sync::Arc;

/// The state of the server.
#[derive(Debug)]
pub struct World {
    /// What the client can do.
    pub caps: Arc<ClientCaps>,
    /// The open documents.
    pub documents: Documents,
    /// The way to the client.
    pub client: Client,
    /// Advances with every edit.
    pub edits: Edits,
    /// Advances when answers about any file may have changed.
    pub revision: u64,
    /// Whether all that open documents need is loaded: before that, silence is better than wrong findings.
    pub ready: bool,
    /// Whether the workspace folders have been loaded once.
    loaded: bool,
    /// Opened documents whose project the loader still looks for.
    opening: usize,
    /// Whether the client wants requests explained, as it said by `$/setTrace`.
    trace: bool,
    config: Arc<Config>,
    workspace: Workspace,
    loader: Loader,
    folders: Vec<String>,
    /// Documents whose newest text the mesh has not seen.
    unsynced: FxHashSet<DocKey>,
    changes: Changes,
    progress: FxHashMap<&'static str, Progress>,
    /// The semantic tokens that the client has.
    told: Told,
    /// The revision of the mesh that the client's views show.
    views: u64,
    /// Said once, never again.
    said: FxHashSet<String>,
    /// What the client was told of the server, and as of which revision.
    status: Option<(u64, Status)>,
}

/// What happened since the last look.
#[derive(Debug, Default)]
pub struct Changes {
    /// Documents that were opened or edited.
    pub edited: Vec<DocKey>,
    /// Documents that were closed, with the URI they were known by.
    pub closed: Vec<(DocKey, Uri)>,
    /// Answers about other files may have changed, too.
    pub mesh: bool,
}

impl World {
    /// A world before `initialize`. The loader reports to `events`.
    pub fn new(client: Client, events: Sender<Event>) -> World {
        World {
            caps: Arc::new(ClientCaps::new(&lsp::InitializeParams::default())),
            documents: Documents::default(),
            client,
            edits: Edits::default(),
            revision: 0,
            ready: false,
            loaded: false,
            opening: 0,
            trace: false,
            config: Arc::default(),
            workspace: Workspace::default(),
            loader: Loader::new(move |event| {
                // Fails only while the process ends.
                _ = events.send(Event::Load(event));
            }),
            folders: Vec::new(),
            unsynced: FxHashSet::default(),
            changes: Changes::default(),
            progress: FxHashMap::default(),
            told: Told::default(),
            views: 0,
            said: FxHashSet::default(),
            status: None,
        }
    }

    /// The handshake's first half.
    pub fn initialize(&mut self, params: lsp::InitializeParams) -> lsp::InitializeResult {
        if let Some(client) = params.process_id.and_then(|id| u32::try_from(id).ok()) {
            lifeline::watch(client);
        }
        self.caps = Arc::new(ClientCaps::new(&params));
        self.trace = params.trace.as_ref().is_some_and(|t| *t != lsp::TraceValue::Off);
        self.folders = initial_folders(&params);
        if let Some(settings) = &params.initialization_options {
            self.configure(settings);
        }
        tracing::info!(client = self.caps.client_name, encoding = ?self.caps.encoding, "initialize");
        // Before `initialized`: some clients are slow to send it, some never do.
        self.load();
        server_capabilities::initialize_result(&self.caps)
    }

    /// Whether requests are to be explained.
    pub fn trace(&self) -> bool {
        self.trace || self.config.trace
    }

    /// A request's view of the world as it is now.
    pub fn snapshot(&mut self, token: Token) -> Snapshot {
        self.sync();
        let analysis = self.workspace.analysis(token.clone());
        let (caps, client) = (Arc::clone(&self.caps), self.client.clone());
        let snapshot = Snapshot::new(analysis, self.documents.clone(), caps, client, token);
        snapshot.with(Arc::clone(&self.config), self.told.clone())
    }

    /// What changed since the last call.
    pub fn take_changes(&mut self) -> Changes {
        self.sync();
        std::mem::take(&mut self.changes)
    }

    /// Tells a client that wants to know that the mesh has changed, once per burst of changes.
    pub fn tell_mesh(&mut self) {
        if self.ready && self.caps.mesh_changed && self.views != self.revision {
            self.views = self.revision;
            self.client.mesh_changed();
        }
    }

    /// Tells a client that wants to know how the server is, when that has changed.
    pub fn tell_status(&mut self) {
        if !self.caps.server_status {
            return;
        }
        let quiescent = self.ready && self.progress.is_empty();
        if self
            .status
            .as_ref()
            .is_some_and(|(at, status)| *at == self.revision && status.quiescent == quiescent)
        {
            return;
        }
        let status = Status::of(self.workspace.mesh(), quiescent);
        if self.status.as_ref().is_none_or(|(_, known)| *known != status) {
            self.client.status(status.clone());
        }
        self.status = Some((self.revision, status));
    }

    /// Gives the mesh the newest text of edited documents: once per burst of edits, not once per edit.
    fn sync(&mut self) {
        for key in std::mem::take(&mut self.unsynced) {
            let Some(document) = self.documents.get(&key) else { continue };
            let reach = match uri::to_path(&document.uri) {
                Some(path) => {
                    self.workspace.open(&path, Arc::clone(&document.text().text), Some(&self.loader))
                }
                None => Reach::Nowhere,
            };
            self.changes.edited.push(key);
            self.reached(reach);
        }
    }

    fn reached(&mut self, reach: Reach) {
        if reach == Reach::Mesh {
            self.revision += 1;
            self.changes.mesh = true;
            self.workspace.outdated();
        }
    }

    /// The client told something.
    pub fn notified(&mut self, notification: Notification) {
        match notification {
            Notification::Initialized => self.initialized(),
            Notification::Opened(item) => self.opened(item),
            Notification::Changed(params) => self.changed(params),
            Notification::Closed(document) => self.closed(&document.uri),
            Notification::Saved(document) => {
                self.loader.files_changed(&uri::to_path(&document.uri).into_iter().collect::<Vec<_>>());
            }
            Notification::FilesChanged(files) => {
                let paths: Vec<_> = files.iter().filter_map(|f| uri::to_path(&f.uri)).collect();
                self.loader.files_changed(&paths);
            }
            Notification::FilesMoved(uris) => {
                let paths = uris.iter().filter_map(|uri| uri::to_path(&uri.as_str().parse().ok()?));
                self.loader.files_changed(&paths.collect::<Vec<_>>());
            }
            Notification::FoldersChanged(event) => self.folders_changed(&event),
            Notification::ConfigurationChanged(_) if self.caps.pull_settings => self.client.pull_settings(),
            Notification::ConfigurationChanged(settings) => self.settings(&settings),
            Notification::SetTrace(value) => self.trace = value != lsp::TraceValue::Off,
            Notification::ProgressCancelled(token) => {
                if self.progress.get(fetch::TITLE).is_some_and(|progress| progress.is(&token)) {
                    self.loader.stop_fetching();
                }
            }
        }
    }

    /// Starts one of the commands that the loader carries out; `false` for another.
    pub fn command(&self, params: &lsp::ExecuteCommandParams) -> bool {
        match params.command.as_str() {
            commands::REFRESH_UPSTREAMS => {
                let names = params.arguments.iter().flatten();
                let names = names.filter_map(|name| name.as_str().map(str::to_owned)).collect();
                self.loader.refresh(names);
            }
            commands::TRUST_WORKSPACE => self.loader.trust(),
            _ => return false,
        }
        true
    }

    fn initialized(&mut self) {
        let registrations = server_capabilities::registrations(&self.caps);
        if !registrations.is_empty() {
            self.client.register(registrations);
        }
        if self.caps.pull_settings {
            self.client.pull_settings();
        }
    }

    fn opened(&mut self, item: lsp::TextDocumentItem) {
        let key = documents::key(&item.uri);
        if let Some(path) = uri::to_path(&item.uri).filter(|path| !self.workspace.is_in_package(path)) {
            self.loader.opened(&path);
            self.opening += 1;
            self.ready = false;
        }
        self.documents.insert(Arc::clone(&key), Document::new(item.uri, item.version, &item.text));
        self.edits.advance();
        self.unsynced.insert(key);
    }

    fn changed(&mut self, params: lsp::DidChangeTextDocumentParams) {
        let key = documents::key(&params.text_document.text_document_identifier.uri);
        let Some(document) = self.documents.get_mut(&key) else {
            tracing::warn!(%key, "an edit of a document that is not open");
            return;
        };
        document.version = params.text_document.version;
        document.apply(params.content_changes, self.caps.encoding);
        self.edits.advance();
        self.unsynced.insert(key);
    }

    fn closed(&mut self, uri: &Uri) {
        let key = documents::key(uri);
        let Some(document) = self.documents.remove(&key) else { return };
        self.unsynced.remove(&key);
        self.told.forget(&key);
        self.edits.advance();
        if let Some(path) = uri::to_path(uri) {
            let reach = self.workspace.close(&path, &self.loader);
            self.reached(reach);
        }
        self.changes.closed.push((key, document.uri));
    }

    fn folders_changed(&mut self, event: &lsp::WorkspaceFoldersChangeEvent) {
        let removed: Vec<_> = event.removed.iter().filter_map(|f| folder_path(&f.uri)).collect();
        self.folders.retain(|folder| !removed.contains(folder));
        for added in event.added.iter().filter_map(|f| folder_path(&f.uri)) {
            if !self.folders.contains(&added) {
                self.folders.push(added);
            }
        }
        self.load();
    }

    /// Settings came, by whatever way.
    pub fn settings(&mut self, settings: &serde_json::Value) {
        let before = Arc::clone(&self.config);
        self.configure(settings);
        // Other settings change what is said, not what is read.
        let reading = |config: &Config| {
            (config.dbt_version, config.upstreams.clone(), config.trusted, config.fetch.clone())
        };
        if reading(&before) != reading(&self.config) {
            self.load();
        }
    }

    fn load(&self) {
        let open = self.documents.keys().filter_map(|key| uri::to_path(&self.documents.get(key)?.uri));
        self.loader.load(&self.folders, open.collect(), &self.config);
    }

    fn configure(&mut self, settings: &serde_json::Value) {
        let (config, problems) = Config::read(settings, analysis::codes());
        for problem in problems {
            if self.said.insert(problem.clone()) {
                self.client.log(MessageType::Warning, problem);
            }
        }
        if config != *self.config {
            self.config = Arc::new(config);
            // Hints and lenses may be other ones.
            self.client.refresh_views(&self.caps);
            let reach = self.workspace.configure(&self.config);
            self.reached(reach);
        }
    }

    /// The loader has something.
    pub fn loaded(&mut self, event: LoadEvent) {
        match event {
            LoadEvent::Batch(items) => {
                let reach = self.workspace.apply(items);
                if reach == Reach::Mesh {
                    self.workspace.tell_all_declared(&self.loader);
                }
                self.reached(reach);
            }
            LoadEvent::Progress { title, message, done, total } => {
                if self.caps.progress {
                    let client = &self.client;
                    let bar = self
                        .progress
                        .entry(title)
                        .or_insert_with(|| Progress::begin(client, title, title == fetch::TITLE));
                    bar.report(message, done, total);
                }
            }
            LoadEvent::Finished { title } => _ = self.progress.remove(title),
            LoadEvent::Notice { severity, text } => {
                if self.said.insert(text.clone()) {
                    match severity {
                        Severity::Error => self.client.show(MessageType::Error, text),
                        Severity::Warning => self.client.show(MessageType::Warning, text),
                        Severity::Info | Severity::Hint => self.client.log(MessageType::Info, text),
                    }
                }
            }
            LoadEvent::Ready => {
                self.loaded = true;
                self.is_ready();
            }
            LoadEvent::Opened => {
                self.opening = self.opening.saturating_sub(1);
                self.is_ready();
            }
        }
    }

    fn is_ready(&mut self) {
        if self.loaded && self.opening == 0 {
            self.ready = true;
            self.changes.mesh = true;
        }
    }

    /// A request panicked: says so once per method.
    pub fn panicked(&mut self, method: &str) {
        let hint = self.caps.log_hint();
        let text = format!("dbt-mesh-ls: {method} failed because of a bug in the server; {hint}.");
        if self.said.insert(text.clone()) {
            self.client.show(MessageType::Error, text);
        }
    }
}

fn folder_path(uri: &Uri) -> Option<String> {
    let path = uri::to_path(uri)?;
    let trimmed = path.trim_end_matches('/');
    Some(if trimmed.is_empty() { path } else { trimmed.to_owned() })
}

/// Workspace folders, else the root that older clients name.
fn initial_folders(params: &lsp::InitializeParams) -> Vec<String> {
    if let Some(lsp::WorkspaceFolders::WorkspaceFolderList(folders)) =
        &params.workspace_folders_initialize_params.workspace_folders
    {
        return folders.iter().filter_map(|folder| folder_path(&folder.uri)).collect();
    }
    #[expect(deprecated, reason = "older clients have nothing else")]
    let root = match (&params.root_uri, &params.root_path) {
        (Some(uri), _) => folder_path(uri),
        (None, Some(lsp::RootPath::String(path))) => {
            uri::from_path(&path.replace('\\', "/")).as_ref().and_then(folder_path)
        }
        _ => None,
    };
    root.into_iter().collect()
}
