//! PLACEHOLDER: the seam between the shell and the core (`project`, `ide`, `loader`).
//!
//! Everything else in this crate calls the core through the names of this file only. The bodies here answer
//! "nothing is known"; plugging in the core replaces this file and touches no other.

#![expect(dead_code, reason = "placeholder: goes with the file")]

use crate::cancel::Token;
use crate::config::Config;
use crate::event::Event;
use crossbeam_channel::Sender;
use ide::{
    Cancellable, Completions, Definition, Diagnostic, DocsKey, FilePos, FileRange, Fix, Hover, Severity,
};
use project::FileId;
use rustc_hash::FxHashMap;
use std::path::PathBuf;
use std::sync::Arc;

/// How far a change reaches: it decides which diagnostics are computed again.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Reach {
    /// Nothing changed.
    Nowhere,
    /// Only answers about the file itself.
    File,
    /// Answers about other files, too: a model came, went or changed its properties.
    Mesh,
}

/// What the loader tells, from its own threads.
#[derive(Debug)]
pub enum LoadEvent {
    /// Files or manifests that were read, or are gone: to be applied by [`Mesh::apply`].
    Batch(Batch),
    /// Long work is under way; `total` is 0 while unknown. Equal titles share one progress bar.
    Progress { title: &'static str, message: String, done: usize, total: usize },
    /// The work of that title has ended.
    Finished { title: &'static str },
    /// Something the user should know, once.
    Notice { severity: Severity, text: String },
    /// The first complete picture of the workspace folders is there: requests need wait no longer.
    Ready,
}

/// Facts for the mesh.
#[derive(Debug)]
pub struct Batch;

/// Reads and watches files on threads of its own.
#[derive(Debug)]
pub struct Loader {
    events: Sender<Event>,
}

impl Loader {
    /// A loader that reports to the main loop.
    pub fn new(events: Sender<Event>) -> Loader {
        Loader { events }
    }

    /// Loads and watches `folders` (paths as of `uri::to_path`) in place of those before.
    pub fn load(&mut self, folders: &[String], config: &Arc<Config>) {
        tracing::info!(?folders, dbt = ?config.dbt_version, "loading");
        // Fails only while the process ends.
        _ = self.events.send(Event::Load(LoadEvent::Ready));
    }

    /// A file was opened: it may lie outside the folders, in a project of its own.
    pub fn opened(&mut self, path: &str) {
        tracing::debug!(path, "opened");
    }

    /// The client says that these paths changed on disk (made, changed or gone).
    pub fn files_changed(&mut self, paths: &[String]) {
        tracing::debug!(?paths, "changed on disk");
    }
}

/// The mesh as it is: the main loop is its only writer.
#[derive(Debug, Default)]
pub struct Mesh {
    files: Arc<Files>,
}

#[derive(Debug, Default, Clone)]
struct Files {
    by_path: FxHashMap<Arc<str>, FileId>,
    paths: Vec<Arc<str>>,
    open: FxHashMap<FileId, Arc<str>>,
}

impl Mesh {
    /// A file's text is the client's, and this.
    pub fn open(&mut self, path: &str, text: Arc<str>) -> Reach {
        let files = Arc::make_mut(&mut self.files);
        let next = FileId(files.paths.len() as u32);
        let file = *files.by_path.entry(path.into()).or_insert(next);
        if file == next {
            files.paths.push(path.into());
        }
        files.open.insert(file, text);
        Reach::File
    }

    /// A file's text is the disk's again.
    pub fn close(&mut self, path: &str) -> Reach {
        let files = Arc::make_mut(&mut self.files);
        match files.by_path.get(path) {
            Some(file) if files.open.remove(file).is_some() => Reach::File,
            _ => Reach::Nowhere,
        }
    }

    /// The settings changed.
    pub fn configure(&mut self, config: &Config) -> Reach {
        tracing::debug!(?config, "configured");
        Reach::Mesh
    }

    /// The loader brought something.
    pub fn apply(&mut self, _batch: Batch) -> Reach {
        Reach::Mesh
    }

    /// An immutable view. `token` is asked whether work on it may stop.
    pub fn analysis(&self, token: Token) -> Analysis {
        Analysis { files: Arc::clone(&self.files), token }
    }
}

/// An immutable view of the mesh.
#[derive(Debug)]
pub struct Analysis {
    files: Arc<Files>,
    token: Token,
}

impl Analysis {
    /// The file at an absolute path.
    pub fn file(&self, path: &str) -> Option<FileId> {
        self.files.by_path.get(path).copied()
    }

    /// The absolute path of a file.
    pub fn path(&self, file: FileId) -> Option<Arc<str>> {
        self.files.paths.get(file.0 as usize).cloned()
    }

    /// The text of a file: the client's if it is open, else the disk's.
    pub fn text(&self, file: FileId) -> Option<Arc<str>> {
        self.files.open.get(&file).cloned()
    }

    fn check(&self) -> Cancellable<()> {
        if self.token.is_tripped() { Err(ide::Cancelled) } else { Ok(()) }
    }
}

/// What the client makes of completions.
#[derive(Debug, Clone, Copy)]
pub struct CompletionOptions {
    /// Snippets may be offered.
    pub snippets: bool,
    /// Edits of other files may be offered.
    pub additional_edits: bool,
}

/// The findings in a file, by position.
pub fn diagnostics(analysis: &Analysis, _file: FileId) -> Cancellable<Vec<Diagnostic>> {
    analysis.check().map(|()| Vec::new())
}

/// What may stand at a position.
pub fn completion(
    analysis: &Analysis,
    _at: FilePos,
    _options: &CompletionOptions,
) -> Cancellable<Completions> {
    analysis.check().map(|()| Completions::default())
}

/// The documentation of a completion, Markdown.
pub fn completion_docs(analysis: &Analysis, _key: &DocsKey) -> Cancellable<Option<String>> {
    analysis.check().map(|()| None)
}

/// Where the name at a position leads.
pub fn definition(analysis: &Analysis, _at: FilePos) -> Cancellable<Option<Definition>> {
    analysis.check().map(|()| None)
}

/// What to show for the name at a position.
pub fn hover(analysis: &Analysis, _at: FilePos) -> Cancellable<Option<Hover>> {
    analysis.check().map(|()| None)
}

/// Fixes of the findings that touch a range.
pub fn fixes(analysis: &Analysis, _range: FileRange) -> Cancellable<Vec<(Diagnostic, Fix)>> {
    analysis.check().map(|()| Vec::new())
}

/// The read-only document of an upstream's node, Markdown.
pub fn upstream_document(
    analysis: &Analysis,
    _project: &str,
    _unique_id: &str,
) -> Cancellable<Option<String>> {
    analysis.check().map(|()| None)
}

/// Writes an upstream's document into the cache directory, read-only, for clients that cannot show it
/// otherwise. Its absolute path with `/`; `None` when it cannot be written.
pub fn materialize(_project: &str, _unique_id: &str, _text: &str) -> Option<String> {
    None
}

/// The codes of all diagnostics, sorted.
pub fn codes() -> Vec<&'static str> {
    crate::cli::explain::pages().map(|(code, _)| code).collect()
}

/// Loads everything under `paths` and waits for it: for the command line.
pub fn load(paths: &[PathBuf], config: &Config, progress: &dyn Fn(LoadEvent)) -> anyhow::Result<Analysis> {
    tracing::debug!(?paths, ?config, "loading");
    progress(LoadEvent::Ready);
    Ok(Mesh::default().analysis(Token::new()))
}

/// What `check`, `graph` and `mesh` print beside findings.
pub fn projects(_analysis: &Analysis) -> Vec<crate::cli::report::Project> {
    Vec::new()
}

/// The upstreams that any project declares or that something supplies.
pub fn upstreams(_analysis: &Analysis) -> Vec<crate::cli::report::Upstream> {
    Vec::new()
}

/// All files that may have findings, with the name of their project, in path order.
pub fn files(_analysis: &Analysis) -> Vec<(FileId, String)> {
    Vec::new()
}

/// Nodes and edges over all projects and their upstreams.
pub fn graph(_analysis: &Analysis) -> crate::cli::graph::Graph {
    crate::cli::graph::Graph::default()
}
