//! The files that say where upstreams come from: `dbt_mesh.yml` and dbt-loom's.
//!
//! Reads and complains; what their entries come to is `offers`' business.

use super::LoadEvent;
use super::state::State;
use ide::Severity;
use project::flavor::Flavor;
use project::upstream::config::{DbtVersion, MeshConfig};
use project::upstream::loom::LoomManifest;
use project::upstream::{Level, Parsed};
use std::path::{Path, PathBuf};

/// Our own file's name.
pub(super) const MESH_FILE: &str = "dbt_mesh.yml";
const LOOM_FILE: &str = "dbt_loom.config.yml";

/// A `dbt_mesh.yml` that is there.
struct MeshFile {
    path: PathBuf,
    text: String,
    parsed: Parsed<MeshConfig>,
}

/// The dbt that the project's `dbt_mesh.yml` names.
pub(super) fn chosen_flavor(state: &State, folder: &Path) -> Option<Flavor> {
    mesh_paths(state, folder).filter_map(|path| read(&path)).find_map(|file| {
        match file.parsed.value?.dbt_version {
            DbtVersion::V1 => Some(Flavor::V1),
            DbtVersion::V2 => Some(Flavor::V2),
            DbtVersion::Auto => None,
        }
    })
}

/// What the `dbt_mesh.yml` files of a project say, the nearest first. Every place that was looked at is added to
/// `files`.
pub(super) fn mesh(state: &State, folder: &Path, files: &mut Vec<PathBuf>) -> Vec<MeshConfig> {
    let paths: Vec<PathBuf> = mesh_paths(state, folder).collect();
    let found = paths.iter().filter_map(|path| read(path));
    let found = found.filter_map(|file| say(state, &file.path, &file.text, file.parsed)).collect();
    files.extend(paths);
    found
}

/// The project's own `dbt_mesh.yml`, then those of the folders above it up to the workspace folder, existing or
/// not.
fn mesh_paths<'a>(state: &'a State, folder: &'a Path) -> impl Iterator<Item = PathBuf> + 'a {
    let tops = state.folders.iter().filter(|top| folder.starts_with(top));
    let top = tops.min_by_key(|top| top.as_os_str().len()).map_or(folder, PathBuf::as_path);
    folder.ancestors().take_while(move |dir| dir.starts_with(top)).map(|dir| dir.join(MESH_FILE))
}

fn read(path: &Path) -> Option<MeshFile> {
    let text = loader::read_text(path).ok()?.text.into_owned();
    let parsed = project::upstream::config::parse(&text, path.parent()?, &loader::process_env, ide::CODES);
    Some(MeshFile { path: path.to_path_buf(), text, parsed })
}

/// dbt-loom's configuration: `$DBT_LOOM_CONFIG`, the project's, else that of a workspace folder above it, from
/// where dbt may be started (upstreams.md §1).
pub(super) fn loom(state: &State, folder: &Path, files: &mut Vec<PathBuf>) -> Vec<LoomManifest> {
    let named = loader::process_env("DBT_LOOM_CONFIG").filter(|path| !path.is_empty());
    let name = named.as_deref().unwrap_or(LOOM_FILE);
    let above = state.folders.iter().filter(|top| folder.starts_with(top)).map(PathBuf::as_path);
    for base in std::iter::once(folder).chain(above) {
        let path = loader::absolute(base, Path::new(name));
        files.push(path.clone());
        let Ok(text) = loader::read_text(&path) else { continue };
        let parsed = project::upstream::loom::parse(&text.text, base, &loader::process_env);
        return say(state, &path, &text.text, parsed).map(|config| config.manifests).unwrap_or_default();
    }
    Vec::new()
}

/// Says once what is wrong with a configuration file, by file and line.
fn say<T>(state: &State, path: &Path, text: &str, parsed: Parsed<T>) -> Option<T> {
    for problem in &parsed.problems {
        let line = text.get(..problem.range.start().into()).unwrap_or_default().matches('\n').count() + 1;
        let severity = match problem.level {
            Level::Error => Severity::Warning,
            Level::Warning => Severity::Info,
        };
        let text = format!("{}:{line}: {}", path.display(), problem.message);
        state.tell(LoadEvent::Notice { severity, text });
    }
    parsed.value
}
