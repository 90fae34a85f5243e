//! A request's view of the mesh: `ide` on an immutable snapshot, with the files' paths and texts at hand.
//!
//! The handlers and the command line ask their questions here, so that neither knows how files are found.

use crate::artifacts::Artifacts;
use crate::cancel::Token;
use crate::config::Config;
use crate::lineage::Lineage;
use crate::loading::{self, LoadEvent};
use crate::queries;
use crate::workspace::Workspace;
use ide::impact;
use ide::lineage::LineageNode;
use ide::{
    Assist, AssistKind, Built, Cancel, Cancellable, CompletionOptions, Completions, Confidence, Definition,
    Depth, Diagnostic, DocsKey, Environment, FilePos, FileRange, Files, Fix, Highlight, Hover, Place, Rename,
    Rules, SignatureHelp, SourceChange, Wanted,
};
use project::date::Date;
use project::{FileId, Mesh, PackageId};
use rustc_hash::{FxHashMap, FxHashSet};
use smol_str::SmolStr;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};
use std::time::{SystemTime, UNIX_EPOCH};

/// An immutable view of the mesh.
#[derive(Debug, Clone)]
pub struct Analysis {
    /// What `ide` is asked with.
    pub ide: ide::Analysis,
    /// Files and bytes that were read.
    pub read: (usize, u64),
    /// All nodes and edges, once somebody has asked for them.
    lineage: Arc<OnceLock<Lineage>>,
    /// What target folders hold, once somebody has asked for it.
    pub artifacts: Arc<Artifacts>,
}

impl Files for Analysis {
    fn text(&self, file: FileId) -> Option<Arc<str>> {
        Analysis::text(self, file)
    }

    fn built(&self, project: PackageId) -> Built {
        self.ide.mesh.package(project).map(|project| self.artifacts.built(project)).unwrap_or_default()
    }
}

impl Analysis {
    /// A view that stops working once `token` is tripped.
    pub fn new(
        mesh: Mesh,
        open: Arc<FxHashMap<FileId, Arc<str>>>,
        rules: Arc<Rules>,
        lineage: Arc<OnceLock<Lineage>>,
        cycles: ide::diagnostics::Cycles,
        token: Token,
    ) -> Analysis {
        let cancel = Cancel(Some(Arc::new(move || token.is_tripped())));
        let environment = Some(environment(false, Arc::default()));
        let (now, asked) = (now(), OnceLock::new());
        let (today, now) = (Some(Date::from_unix(now)), Some(now));
        let ide = ide::Analysis { mesh, open, rules, today, now, cancel, environment, cycles, asked };
        Analysis { ide, read: (0, 0), lineage, artifacts: Arc::default() }
    }

    /// The mesh.
    pub fn mesh(&self) -> &Mesh {
        &self.ide.mesh
    }

    /// All nodes and edges; worked out by the first who asks in this state of the mesh.
    pub fn lineage(&self) -> &Lineage {
        self.lineage.get_or_init(|| Lineage::new(queries::graph(self, "", false)))
    }

    /// The file at an absolute path.
    pub fn file(&self, path: &str) -> Option<FileId> {
        self.ide.mesh.file_at(path)
    }

    /// A request is about a file: also one that is not open, as long as the disk has what the mesh knows of it (LSP 3.18,
    /// Text Document Synchronization: requests do not depend on what is open).
    pub fn ask(&self, file: FileId) {
        if self.ide.open.contains_key(&file) || self.ide.asked.get().is_some() {
            return;
        }
        if let Some(text) = self.known_text(file) {
            _ = self.ide.asked.set((file, text.into()));
        }
    }

    /// What the disk has of a file that is not open, if the mesh knows just that.
    fn known_text(&self, file: FileId) -> Option<String> {
        let mesh = &self.ide.mesh;
        let entry = mesh.file(file)?;
        let known = entry.facts.as_ref()?;
        let text = loader::read_text(Path::new(&mesh.path(file)?)).ok()?.text;
        let dialect = mesh.flavor(entry.package).dialect();
        let facts = crate::memo::facts(entry.kind, &entry.path, &text, dialect);
        (facts == *known).then(|| text.into_owned())
    }

    /// Of the files that a change edits one that has changed on disk since it was read: its places are others now.
    fn stale(&self, change: &SourceChange) -> Option<Arc<str>> {
        let closed =
            change.edits.iter().map(|(file, _)| *file).filter(|file| !self.ide.open.contains_key(file));
        closed.into_iter().find(|file| self.known_text(*file).is_none()).and_then(|file| self.path(file))
    }

    /// The absolute path of a file.
    pub fn path(&self, file: FileId) -> Option<Arc<str>> {
        self.ide.mesh.path(file).map(Arc::from)
    }

    /// The text of a file: the client's if it is open, else the disk's.
    pub fn text(&self, file: FileId) -> Option<Arc<str>> {
        if let Some(text) = self.ide.open.get(&file) {
            return Some(Arc::clone(text));
        }
        let path = self.ide.mesh.path(file)?;
        Some(loader::read_text(Path::new(&path)).ok()?.text.into())
    }
}

fn environment(is_dbts: bool, dotenv: Arc<FxHashSet<(PackageId, SmolStr)>>) -> Environment {
    static DBTS: std::sync::LazyLock<Arc<[SmolStr]>> = std::sync::LazyLock::new(|| {
        loader::env_names().filter(|name| name.starts_with("DBT_")).map(SmolStr::from).collect()
    });
    Environment {
        is_set: Arc::new(|name| loader::process_env(name).is_some()),
        dotenv,
        dbts: DBTS.clone(),
        is_dbts,
    }
}

/// The variables that the projects' `.env` files set: `NAME=value` or `export NAME=value` on each line.
fn dotenv(mesh: &Mesh) -> FxHashSet<(PackageId, SmolStr)> {
    let mut out = FxHashSet::default();
    for project in mesh.projects() {
        let Ok(read) = loader::read_text(&Path::new(&*project.root).join(".env")) else { continue };
        for line in read.text.lines() {
            let line = line.trim().strip_prefix("export ").unwrap_or(line).trim_start();
            let name = line.split_once('=').map(|(name, _)| name.trim());
            out.extend(name.filter(|name| !name.starts_with('#')).map(|name| (project.id, name.into())));
        }
    }
    out
}

/// The day, in UTC.
pub fn today() -> Date {
    Date::from_unix(now())
}

fn now() -> i64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    i64::try_from(since.as_secs()).unwrap_or(i64::MAX)
}

/// The findings in a file, by position. `depth` says how much may be looked at.
pub fn diagnostics(analysis: &Analysis, file: FileId, depth: Depth) -> Cancellable<Vec<Diagnostic>> {
    ide::diagnostics(&analysis.ide, file, depth)
}

/// What may stand at a position.
pub fn completion(analysis: &Analysis, at: FilePos, options: CompletionOptions) -> Cancellable<Completions> {
    ide::completion(&analysis.ide, at, options)
}

/// The documentation of a completion, Markdown.
pub fn completion_docs(analysis: &Analysis, key: &DocsKey) -> Cancellable<Option<String>> {
    ide::completion_docs(&analysis.ide, key)
}

/// Where the name at a position leads.
pub fn definition(analysis: &Analysis, at: FilePos) -> Cancellable<Option<Definition>> {
    ide::definition(&analysis.ide, at)
}

/// What to show for the name at a position.
pub fn hover(analysis: &Analysis, at: FilePos) -> Cancellable<Option<Hover>> {
    ide::hover(&analysis.ide, at)
}

/// The parameters of the call around a position.
pub fn signature_help(analysis: &Analysis, at: FilePos) -> Cancellable<Option<SignatureHelp>> {
    ide::signature_help(&analysis.ide, at)
}

/// Every place where the thing at a position is named; with `declaration` also where it is made.
pub fn references(analysis: &Analysis, at: FilePos, declaration: bool) -> Cancellable<Option<Vec<Place>>> {
    ide::references(&analysis.ide, at, declaration, &|file| analysis.text(file))
}

/// What belongs to a position in its document.
pub fn highlights(analysis: &Analysis, at: FilePos) -> Cancellable<Vec<Highlight>> {
    ide::highlights(&analysis.ide, at)
}

/// The name at a position, if it can be changed; else why not.
pub fn prepare_rename(analysis: &Analysis, at: FilePos) -> Cancellable<Result<Option<Rename>, String>> {
    ide::prepare_rename(&analysis.ide, at)
}

/// The edits that change the name at a position; else why it cannot be that.
pub fn rename(analysis: &Analysis, at: FilePos, to: &str) -> Cancellable<Result<SourceChange, String>> {
    let change = ide::rename(&analysis.ide, at, to, &|file| analysis.text(file))?;
    Ok(change.and_then(|change| match analysis.stale(&change) {
        Some(path) => Err(format!("{path} has just changed on disk: try again in a moment")),
        None => Ok(change),
    }))
}

/// The nodes at a position, to walk the mesh from.
pub fn lineage_at(analysis: &Analysis, at: FilePos) -> Cancellable<Vec<LineageNode>> {
    ide::lineage::prepare(&analysis.ide, at)
}

/// What a node is made of.
pub fn parents(analysis: &Analysis, unique_id: &str) -> Cancellable<Vec<LineageNode>> {
    ide::lineage::parents(&analysis.ide, unique_id)
}

/// What is made of a node.
pub fn children(analysis: &Analysis, unique_id: &str) -> Cancellable<Vec<LineageNode>> {
    ide::lineage::children(&analysis.ide, unique_id)
}

/// The versions of the model that a node is one of, the newest first.
pub fn model_versions(analysis: &Analysis, unique_id: &str) -> Cancellable<Vec<LineageNode>> {
    ide::lineage::model_versions(&analysis.ide, unique_id)
}

/// Who in other projects refers to a model.
pub fn consumers(analysis: &Analysis, of: impact::Named<'_>) -> Cancellable<Vec<impact::Consumer>> {
    impact::consumers(&analysis.ide, of)
}

/// The columns of a model that other projects name.
pub fn columns_read(analysis: &Analysis, of: impact::Named<'_>) -> Cancellable<Vec<impact::ColumnReader>> {
    impact::columns_read(&analysis.ide, of)
}

/// What must change with files that get other paths.
pub fn files_renamed(analysis: &Analysis, moves: &[(String, String)]) -> Cancellable<SourceChange> {
    let change = ide::files_renamed(&analysis.ide, moves, &|file| analysis.text(file))?;
    Ok(match analysis.stale(&change) {
        Some(path) => {
            let caution =
                format!("{path} has just changed on disk: what names the moved files was left as it is");
            SourceChange { caution: Some(caution), ..SourceChange::default() }
        }
        None => change,
    })
}

/// What still refers to files that are about to go.
pub fn files_deleted(analysis: &Analysis, paths: &[String]) -> Cancellable<Vec<String>> {
    ide::files_deleted(&analysis.ide, paths)
}

/// Fixes of the findings that touch a range.
pub fn fixes(analysis: &Analysis, range: FileRange) -> Cancellable<Vec<(Diagnostic, Fix)>> {
    ide::fixes(&analysis.ide, range, analysis)
}

/// At most one fix of each finding of a file, as sure as that.
pub fn automatic_fixes(
    analysis: &Analysis,
    file: FileId,
    confidence: Confidence,
) -> Cancellable<Vec<(Diagnostic, Fix)>> {
    ide::automatic(&analysis.ide, file, analysis, confidence)
}

/// Changes that a range offers although nothing is wrong there.
pub fn assists(
    analysis: &Analysis,
    range: FileRange,
    wanted: Wanted<'_>,
    is_wanted: &dyn Fn(AssistKind) -> bool,
) -> Cancellable<Vec<Assist>> {
    ide::assists(&analysis.ide, range, analysis, wanted, is_wanted)
}

/// The read-only document of an upstream's node, Markdown, with its SQL where the manifest has it.
pub fn upstream_document(analysis: &Analysis, project: &str, unique_id: &str) -> Cancellable<Option<String>> {
    let Some(document) = ide::upstream_document(&analysis.ide, project, unique_id)? else { return Ok(None) };
    let mut text = document.markdown;
    if let Some(sql) = sql(&document.manifest, unique_id) {
        text.push_str(&format!("\n```sql\n{}\n```\n", sql.trim_end()));
    }
    Ok(Some(text))
}

/// A page on an upstream: where it comes from, its state and age, its public models. Markdown; `None` when no
/// project has an upstream of that name.
pub fn upstream_page(analysis: &Analysis, name: &str) -> Cancellable<Option<String>> {
    ide::upstream_page(&analysis.ide, name)
}

/// One node's SQL, read from its manifest again: holding every model's would cost more than all else.
fn sql(manifest: &str, unique_id: &str) -> Option<String> {
    use project::upstream::manifest::read_sql;
    let file = loader::open_manifest(Path::new(manifest)).ok()?;
    let found = match file.body {
        loader::ManifestBody::Whole(bytes) => read_sql(bytes.as_slice(), unique_id),
        loader::ManifestBody::Stream(reader) => read_sql(reader, unique_id),
    };
    found.ok()?.filter(|sql| !sql.trim().is_empty())
}

/// Writes an upstream's document into the cache directory, read-only, for clients that cannot show it
/// otherwise. Its absolute path with `/`; `None` when it cannot be written.
pub fn materialize(project: &str, unique_id: &str, text: &str) -> Option<String> {
    let dir = loader::cache_dir(&loader::process_env)?.join("upstream");
    match loader::cache_file(&dir, &format!("{project}/{unique_id}.md"), text) {
        Ok(path) => Some(loader::slashed(&path)),
        Err(error) => {
            tracing::warn!(%error, "cannot write into {}", dir.display());
            None
        }
    }
}

/// Whether there is a file at an absolute path.
pub fn is_file(path: &str) -> bool {
    loader::stamp(Path::new(path)).is_some()
}

/// The codes of all diagnostics, sorted.
pub fn codes() -> &'static [&'static str] {
    ide::CODES
}

/// Everything under some paths, with texts that may be changed without touching the disk: for the command line.
pub struct Loaded {
    workspace: Workspace,
    environment: Environment,
}

impl Loaded {
    /// A file holds this text from now on; it need not exist.
    pub fn set_text(&mut self, path: &str, text: Arc<str>) {
        self.workspace.open(path, text, None);
    }

    /// A file that was only a text is none any more.
    pub fn forget(&mut self, path: &str) {
        self.workspace.forget(path);
    }

    /// What is there now.
    pub fn analysis(&self) -> Analysis {
        let mut analysis = self.workspace.analysis(Token::new());
        analysis.read = self.workspace.read();
        analysis.ide.environment = Some(self.environment.clone());
        analysis
    }
}

/// Loads everything under `paths` and waits for it: for the command line.
pub fn load(
    paths: &[PathBuf],
    config: &Config,
    progress: impl Fn(LoadEvent) + Send + Sync + 'static,
) -> Loaded {
    let workspace = Arc::new(Mutex::new(Workspace::default()));
    let filled = Arc::clone(&workspace);
    let lock = |workspace: &Mutex<Workspace>, change: &mut dyn FnMut(&mut Workspace)| {
        change(&mut workspace.lock().unwrap_or_else(PoisonError::into_inner));
    };
    lock(&workspace, &mut |workspace| _ = workspace.configure(config));
    loading::load_now(paths, Arc::new(config.clone()), move |event| match event {
        LoadEvent::Batch(items) => {
            _ = filled.lock().unwrap_or_else(PoisonError::into_inner).apply(items);
        }
        event => progress(event),
    });
    let workspace = std::mem::take(&mut *workspace.lock().unwrap_or_else(PoisonError::into_inner));
    // A command line stands where dbt will be run.
    let mesh = workspace.analysis(Token::new()).ide.mesh;
    Loaded { workspace, environment: environment(true, Arc::new(dotenv(&mesh))) }
}
