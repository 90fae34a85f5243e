//! What actions may ask of the world beyond the snapshot: texts of files that are not open, and what dbt built.

use std::sync::Arc;

use project::upstream::{Catalog, Manifest};
use project::{FileId, PackageId};

/// Gives the current text of a file that need not be open. Must not be asked for more than a few files.
pub type ReadText<'a> = dyn Fn(FileId) -> Option<Arc<str>> + 'a;

/// Answers for actions. Each may read a file, so it must not be asked for more than a few.
pub trait Files {
    /// The current text of a file.
    fn text(&self, file: FileId) -> Option<Arc<str>>;
    /// What the last run of dbt left in a project's target folder.
    fn built(&self, project: PackageId) -> Built;
}

/// Artifacts of a project's own target folder. They may be older than its files.
#[derive(Debug, Clone, Default)]
pub struct Built {
    /// `catalog.json`
    pub catalog: Option<Arc<Catalog>>,
    /// `manifest.json`
    pub manifest: Option<Arc<Manifest>>,
}
