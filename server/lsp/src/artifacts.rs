//! What dbt left in the target folders of the workspace's own projects: read when an action asks for it, and kept until
//! the file is another one.

use ide::Built;
use loader::Stamp;
use project::Package;
use project::upstream::{Catalog, Manifest};
use rustc_hash::FxHashMap;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

/// Artifacts by path, each with the stamp of the file that it was read from. What cannot be read is remembered too.
#[derive(Debug, Default)]
pub struct Artifacts {
    catalogs: Kept<Catalog>,
    manifests: Kept<Manifest>,
}

/// `None` for a file that cannot be read.
type Kept<T> = Mutex<FxHashMap<PathBuf, (Stamp, Option<Arc<T>>)>>;

impl Artifacts {
    /// What is there of a project.
    pub fn built(&self, project: &Package) -> Built {
        let target = Path::new(&*project.root).join(&*project.config.target_path);
        Built {
            catalog: kept(&self.catalogs, &target.join("catalog.json"), catalog),
            manifest: kept(&self.manifests, &target.join("manifest.json"), crate::loading::read_manifest),
        }
    }
}

fn kept<T>(all: &Kept<T>, path: &Path, read: impl FnOnce(&Path) -> Result<T, String>) -> Option<Arc<T>> {
    let stamp = loader::stamp(path)?;
    // Held while it is read: who asks meanwhile wants the same.
    let mut all = all.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some((_, known)) = all.get(path).filter(|(known, _)| *known == stamp) {
        return known.clone();
    }
    let artifact = match read(path) {
        Ok(artifact) => Some(Arc::new(artifact)),
        Err(why) => {
            tracing::info!("{} is not used: {why}", path.display());
            None
        }
    };
    all.insert(path.to_owned(), (stamp, artifact.clone()));
    artifact
}

fn catalog(path: &Path) -> Result<Catalog, String> {
    crate::loading::read_catalog(path)?.ok_or_else(|| "it is gone".to_owned())
}
