//! The snapshot that every question is asked of.

use std::sync::{Arc, OnceLock};

use project::date::Date;
use project::{FileId, Mesh, PackageId};
use rustc_hash::{FxHashMap, FxHashSet};
use smol_str::SmolStr;

use crate::diagnostics::READINESS;
use crate::{Cancellable, Cancelled, Severity};

/// An immutable view of the mesh and of what is open in the editor. Cloning is cheap.
#[derive(Debug, Clone, Default)]
pub struct Analysis {
    /// Facts of every file (of open ones, as typed).
    pub mesh: Mesh,
    /// Texts of open documents.
    pub open: Arc<FxHashMap<FileId, Arc<str>>>,
    /// What the user says about findings.
    pub rules: Arc<Rules>,
    /// Today, for deprecations.
    pub today: Option<Date>,
    /// The time, seconds since 1970.
    pub now: Option<i64>,
    /// Whether nobody waits for the answer any more.
    pub cancel: Cancel,
    /// The environment that dbt would run in; `None` when nothing is known of it.
    pub environment: Option<Environment>,
    /// Circles of references, worked out when first asked for.
    pub cycles: crate::diagnostics::Cycles,
    /// The file that is asked about and its text on disk, where it is not open.
    pub asked: OnceLock<(FileId, Arc<str>)>,
}

/// Asked at the heads of loops: has the answer become pointless?
#[derive(Clone, Default)]
pub struct Cancel(pub Option<Arc<dyn Fn() -> bool + Send + Sync>>);

impl std::fmt::Debug for Cancel {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Cancel")
    }
}

/// What is known of the environment that dbt runs in. Names only: values may be secrets.
#[derive(Clone)]
pub struct Environment {
    /// Whether a variable is set.
    pub is_set: Arc<dyn Fn(&str) -> bool + Send + Sync>,
    /// What a project's own `.env` sets, which dbt v2 reads.
    pub dotenv: Arc<FxHashSet<(PackageId, SmolStr)>>,
    /// Names that are set and begin with `DBT_`.
    pub dbts: Arc<[SmolStr]>,
    /// dbt runs in this very environment: a variable that is not set here makes it fail. An editor is often started
    /// without what a shell sets.
    pub is_dbts: bool,
}

impl std::fmt::Debug for Environment {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Environment")
    }
}

/// Severities set by the user, by code.
#[derive(Debug, Clone, Default)]
pub struct Rules {
    /// From the editor's settings or the command line: they win.
    pub everywhere: FxHashMap<SmolStr, Level>,
    /// From each project's `dbt_mesh.yml`.
    pub by_project: FxHashMap<PackageId, FxHashMap<SmolStr, Level>>,
}

/// What a rule is set to; `None` is off.
pub type Level = Option<Severity>;

impl Rules {
    /// The severity of a finding in a project; `None` when it is switched off, as the rules of mesh readiness
    /// are until somebody sets them.
    pub fn level(&self, project: PackageId, code: &str, default: Severity) -> Level {
        let set = self.everywhere.get(code).or_else(|| self.by_project.get(&project)?.get(code));
        set.copied().unwrap_or_else(|| (!READINESS.contains(&code)).then_some(default))
    }

    /// What the one switch of mesh readiness stands for: a level for each of its rules.
    pub fn readiness(on: bool) -> impl Iterator<Item = (SmolStr, Level)> {
        READINESS.iter().map(move |code| (SmolStr::new_static(code), on.then_some(Severity::Warning)))
    }
}

impl Analysis {
    /// The text of an open document, or of the one file that is asked about.
    pub fn text(&self, file: FileId) -> Option<&Arc<str>> {
        let asked = || self.asked.get().filter(|(asked, _)| *asked == file);
        self.open.get(&file).or_else(|| asked().map(|(_, text)| text))
    }

    /// To be asked at the head of every loop that may run long.
    pub fn check(&self) -> Cancellable<()> {
        match &self.cancel.0 {
            Some(is_cancelled) if is_cancelled() => Err(Cancelled),
            _ => Ok(()),
        }
    }

    /// Today; the epoch when nobody said, so that nothing counts as deprecated.
    pub fn today(&self) -> Date {
        self.today.unwrap_or(Date(0))
    }
}
