//! Which file of a dbt project is what, by its place and its name (spec §2).
//!
//! Paths are relative to the package's root, with `/`.

use crate::config::ProjectConfig;

/// What a file means to dbt.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum FileKind {
    /// `.sql` under model-paths.
    Model,
    /// `.py` under model-paths.
    PythonModel,
    /// `.csv` under seed-paths: only its name is known.
    Seed,
    /// `.sql` under snapshot-paths: named by the blocks inside.
    Snapshot,
    /// `.sql` under analysis-paths.
    Analysis,
    /// `.sql` under test-paths, a singular test.
    SingularTest,
    /// `.sql` under macro-paths, or under `tests/generic`.
    Macro,
    /// `.sql`, `.py` or `.js` under function-paths (dbt 1.11+).
    Function,
    /// `.csv` or `.sql` under `tests/fixtures`: rows of a unit test.
    Fixture,
    /// `.md` under docs-paths.
    Docs,
    /// `.yml` or `.yaml` under any resource path.
    Properties,
    /// `dbt_project.yml`
    ProjectFile,
    /// `packages.yml`
    Packages,
    /// `dependencies.yml`
    Dependencies,
    /// `package-lock.yml`
    PackageLock,
    /// `selectors.yml`
    Selectors,
    /// `catalogs.yml` (dbt 1.10+)
    Catalogs,
    /// `vars.yml` (dbt 1.12+)
    Vars,
    /// `dbt_cloud.yml`: says that the dbt platform runs the project.
    CloudConfig,
    /// `profiles.yml`, where it lies beside the project.
    Profiles,
    /// `dbt_loom.config.yml`
    Loom,
    /// `dbt_mesh.yml`, ours.
    MeshConfig,
}

impl FileKind {
    /// Whether the file is YAML.
    pub fn is_yaml(self) -> bool {
        use FileKind::*;
        matches!(
            self,
            Properties
                | ProjectFile
                | Packages
                | Dependencies
                | PackageLock
                | Selectors
                | Catalogs
                | Vars
                | CloudConfig
                | Profiles
                | Loom
                | MeshConfig
        )
    }

    /// Whether the file is a Jinja template as a whole.
    pub fn is_template(self) -> bool {
        use FileKind::*;
        matches!(self, Model | Snapshot | Analysis | SingularTest | Macro | Function | Docs)
    }
}

/// What the file at `path` is, `None` when dbt does not read it.
///
/// Extensions are case-sensitive and names that start with `.`, `#` or `~` are skipped, as in dbt v1.
pub fn classify(path: &str, config: &ProjectConfig) -> Option<FileKind> {
    let (folder, name) = path.rsplit_once('/').unwrap_or(("", path));
    if folder.is_empty()
        && let Some(kind) = by_name(name)
    {
        return Some(kind);
    }
    if name.starts_with(['.', '#', '~']) {
        return None;
    }
    let (_, extension) = name.rsplit_once('.')?;
    let inside = |roots: &[smol_str::SmolStr]| roots.iter().any(|root| relative_to(path, root).is_some());
    let paths = &config.paths;
    match extension {
        "yml" | "yaml" => {
            paths.all().any(|root| relative_to(path, root).is_some()).then_some(FileKind::Properties)
        }
        "md" => match &paths.docs {
            Some(docs) => inside(docs).then_some(FileKind::Docs),
            None => paths.all().any(|root| relative_to(path, root).is_some()).then_some(FileKind::Docs),
        },
        "csv" if inside(&paths.seeds) => Some(FileKind::Seed),
        "csv" if under_tests(path, config, "fixtures") => Some(FileKind::Fixture),
        "py" if inside(&paths.models) => Some(FileKind::PythonModel),
        "py" | "js" if inside(&paths.functions) => Some(FileKind::Function),
        "sql" => {
            if inside(&paths.models) {
                Some(FileKind::Model)
            } else if inside(&paths.macros) || under_tests(path, config, "generic") {
                Some(FileKind::Macro)
            } else if inside(&paths.snapshots) {
                Some(FileKind::Snapshot)
            } else if inside(&paths.analyses) {
                Some(FileKind::Analysis)
            } else if under_tests(path, config, "fixtures") {
                Some(FileKind::Fixture)
            } else if inside(&paths.tests) {
                Some(FileKind::SingularTest)
            } else {
                inside(&paths.functions).then_some(FileKind::Function)
            }
        }
        _ => None,
    }
}

/// The kind of a file that is known by its name, at a project's root.
pub fn by_name(name: &str) -> Option<FileKind> {
    Some(match name {
        "dbt_project.yml" => FileKind::ProjectFile,
        "packages.yml" => FileKind::Packages,
        "dependencies.yml" => FileKind::Dependencies,
        "package-lock.yml" => FileKind::PackageLock,
        "selectors.yml" => FileKind::Selectors,
        "catalogs.yml" => FileKind::Catalogs,
        "vars.yml" => FileKind::Vars,
        "dbt_cloud.yml" => FileKind::CloudConfig,
        "profiles.yml" => FileKind::Profiles,
        "dbt_loom.config.yml" => FileKind::Loom,
        "dbt_mesh.yml" => FileKind::MeshConfig,
        _ => return None,
    })
}

/// The part of `path` behind the folder `root`, `None` when it is not inside.
pub fn relative_to<'a>(path: &'a str, root: &str) -> Option<&'a str> {
    let root = root.trim_start_matches("./").trim_end_matches('/');
    if root.is_empty() || root == "." {
        return Some(path);
    }
    path.strip_prefix(root)?.strip_prefix('/')
}

/// The rest of a path behind a folder: empty for the folder itself, else with the slash before it.
pub fn behind<'p>(path: &'p str, folder: &str) -> Option<&'p str> {
    path.strip_prefix(folder).filter(|rest| rest.is_empty() || rest.starts_with('/'))
}

/// The file's name without its last extension: dbt's name of a model or seed.
pub fn stem(path: &str) -> &str {
    let name = path.rsplit_once('/').map_or(path, |(_, name)| name);
    name.rsplit_once('.').map_or(name, |(stem, _)| stem)
}

fn under_tests(path: &str, config: &ProjectConfig, folder: &str) -> bool {
    config
        .paths
        .tests
        .iter()
        .any(|root| relative_to(path, root).is_some_and(|rest| relative_to(rest, folder).is_some()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kind(path: &str) -> Option<FileKind> {
        classify(path, &ProjectConfig::default())
    }

    #[test]
    fn a_file_is_what_its_place_and_extension_say() {
        assert_eq!(kind("models/marts/orders.sql"), Some(FileKind::Model));
        assert_eq!(kind("models/orders.py"), Some(FileKind::PythonModel));
        assert_eq!(kind("models/x.SQL"), None);
        assert_eq!(kind("models/.x.sql"), None);
        assert_eq!(kind("models/_x.sql"), Some(FileKind::Model));
        assert_eq!(kind("macros/m.yml"), Some(FileKind::Properties));
        assert_eq!(kind("elsewhere/m.yml"), None);
        assert_eq!(kind("tests/generic/is_even.sql"), Some(FileKind::Macro));
        assert_eq!(kind("tests/is_even.sql"), Some(FileKind::SingularTest));
        assert_eq!(kind("tests/fixtures/rows.csv"), Some(FileKind::Fixture));
        assert_eq!(kind("seeds/a.tsv"), None);
        assert_eq!(kind("dependencies.yml"), Some(FileKind::Dependencies));
        assert_eq!(kind("models/dependencies.yml"), Some(FileKind::Properties));
    }

    #[test]
    fn a_stem_ends_at_the_last_dot() {
        assert_eq!(stem("models/a.b.sql"), "a.b");
        assert_eq!(stem("dim_dates_v2.1.sql"), "dim_dates_v2.1");
    }
}
