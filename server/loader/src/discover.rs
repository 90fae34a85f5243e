//! Finding projects: every `dbt_project.yml` under a workspace folder, and the one above an opened file.
//!
//! Installed packages, build output, virtual environments, hidden and git-ignored folders are not searched.
//! Must not parse `dbt_project.yml`: the caller's closure says where a project installs and builds.

use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use ignore::gitignore::{Gitignore, GitignoreBuilder};
use rayon::prelude::*;
use rustc_hash::FxHashSet;

use crate::paths::{absolute, canonical};
use crate::read::read_text;

/// The file that makes a folder a dbt project.
pub(crate) const PROJECT_FILE: &str = "dbt_project.yml";

/// How deep below a workspace folder projects are looked for.
const MAX_DEPTH: usize = 64;
/// How deep below a link that leaves the workspace folder.
const MAX_DEPTH_OUTSIDE: usize = 6;

/// Where a project keeps things, as its `dbt_project.yml` says, relative to its root.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProjectDirs {
    /// Folders with models, seeds, macros, … (spec §2).
    pub resource_dirs: Vec<String>,
    /// `packages-install-path` (or its old name `modules-path`).
    pub packages_install_path: String,
    /// `target-path`.
    pub target_path: String,
}

impl ProjectDirs {
    /// The folders of `root` whose content belongs to no workspace project, as absolute paths.
    fn barred(&self, root: &Path) -> Vec<PathBuf> {
        [&*self.packages_install_path, &*self.target_path, "dbt_packages", "dbt_modules"]
            .into_iter()
            .map(|dir| absolute(root, Path::new(dir.trim())))
            .filter(|dir| !root.starts_with(dir))
            .collect()
    }
}

/// Project roots under several workspace folders, each real project once: the first spelling wins.
/// See [`roots_under`].
pub fn roots_in(
    folders: &[PathBuf],
    project_dirs: &dyn Fn(&str) -> ProjectDirs,
    cancelled: &dyn Fn() -> bool,
) -> Vec<PathBuf> {
    let mut seen = FxHashSet::default();
    let mut roots = Vec::new();
    for folder in folders {
        for root in roots_under(folder, project_dirs, cancelled) {
            if seen.insert(canonical(&root)) {
                roots.push(root);
            }
        }
    }
    roots
}

/// Every folder with a `dbt_project.yml` at or under `folder`, sorted, spelled as `folder` is.
///
/// Not searched: other projects' packages and target folders, `node_modules`, `site-packages`, virtual
/// environments, folders with a leading dot, folders ignored by git. `folder` itself is always looked at.
/// Linked folders are followed after the real ones, so each real project is found once and loops end.
/// `project_dirs` is given the text of each `dbt_project.yml` found. Stops early, with what it has, once
/// `cancelled` says so.
pub fn roots_under(
    folder: &Path,
    project_dirs: &dyn Fn(&str) -> ProjectDirs,
    cancelled: &dyn Fn() -> bool,
) -> Vec<PathBuf> {
    let real_folder = canonical(folder);
    let mut search =
        Search { real_folder, project_dirs, seen: FxHashSet::default(), barred: FxHashSet::default() };
    let start = Dir {
        path: folder.to_path_buf(),
        real: search.real_folder.clone(),
        room: MAX_DEPTH,
        ignores: ignores_above(folder),
    };
    let mut found = Vec::new();
    let mut links = search.run(vec![start], &mut found, cancelled);
    while !links.is_empty() && !cancelled() {
        links.sort_unstable_by(|a, b| a.path.cmp(&b.path));
        let mut next = Vec::new();
        for link in links {
            next.extend(search.run(search.enter(link).into_iter().collect(), &mut found, cancelled));
        }
        links = next;
    }
    // A packages folder may belong to a project that was found after what lies in it.
    found.retain(|(path, real)| path == folder || !real.ancestors().any(|dir| search.barred.contains(dir)));
    let mut roots: Vec<PathBuf> = found.into_iter().map(|(path, _)| path).collect();
    roots.sort_unstable();
    roots
}

/// The root of the project that `file` belongs to: the nearest folder at or above it with a `dbt_project.yml`,
/// or, when that one is an installed package or build output of a project further up, that outer project.
pub fn root_above(file: &Path, project_dirs: &dyn Fn(&str) -> ProjectDirs) -> Option<PathBuf> {
    let mut root: Option<&Path> = None;
    for dir in file.ancestors() {
        if !dir.join(PROJECT_FILE).is_file() {
            continue;
        }
        let Some(inner) = root else {
            root = Some(dir);
            continue;
        };
        let dirs = project_dirs(&project_text(dir));
        if dirs.barred(dir).iter().any(|barred| inner.starts_with(barred)) {
            root = Some(dir);
        }
    }
    root.map(Path::to_path_buf)
}

/// The text of a project file; empty when it cannot be read, so that the caller's defaults apply.
fn project_text(root: &Path) -> String {
    read_text(&root.join(PROJECT_FILE)).map(|text| text.text.into_owned()).unwrap_or_default()
}

/// A folder to look into.
struct Dir {
    /// Spelled as the workspace folder is.
    path: PathBuf,
    /// With links resolved.
    real: PathBuf,
    /// How many levels below it may still be entered.
    room: usize,
    ignores: Option<Arc<Ignores>>,
}

/// The `.gitignore` files in force, innermost first.
struct Ignores {
    rules: Gitignore,
    outer: Option<Arc<Ignores>>,
}

impl Ignores {
    fn hides(&self, path: &Path, with_parents: bool) -> bool {
        let mut at = Some(self);
        while let Some(level) = at {
            let verdict = if with_parents {
                level.rules.matched_path_or_any_parents(path, true)
            } else {
                level.rules.matched(path, true)
            };
            if !verdict.is_none() {
                return verdict.is_ignore();
            }
            at = level.outer.as_deref();
        }
        false
    }
}

/// What one folder holds that matters here.
#[derive(Default)]
struct Content {
    is_project: bool,
    is_environment: bool,
    has_gitignore: bool,
    dirs: Vec<OsString>,
    links: Vec<OsString>,
}

struct Search<'a> {
    real_folder: PathBuf,
    project_dirs: &'a dyn Fn(&str) -> ProjectDirs,
    /// Real paths of the folders looked into.
    seen: FxHashSet<PathBuf>,
    /// Real paths of packages and target folders.
    barred: FxHashSet<PathBuf>,
}

impl Search<'_> {
    /// Searches level by level, adds projects as (path, real path) to `found`, and returns the links met.
    fn run(
        &mut self,
        mut level: Vec<Dir>,
        found: &mut Vec<(PathBuf, PathBuf)>,
        cancelled: &dyn Fn() -> bool,
    ) -> Vec<Dir> {
        let mut links = Vec::new();
        while !level.is_empty() && !cancelled() {
            level.retain(|dir| self.seen.insert(dir.real.clone()));
            let contents: Vec<Content> =
                level.par_iter().with_min_len(16).map(|dir| list(&dir.path)).collect();
            let mut next = Vec::new();
            for (dir, content) in level.iter().zip(contents) {
                if content.is_environment && dir.real != self.real_folder {
                    continue;
                }
                if content.is_project {
                    self.bar(dir);
                    found.push((dir.path.clone(), dir.real.clone()));
                }
                let Some(room) = dir.room.checked_sub(1) else { continue };
                let ignores = match content.has_gitignore {
                    true => with_gitignore(&dir.path, dir.ignores.clone()),
                    false => dir.ignores.clone(),
                };
                let child = |name: OsString| {
                    let (path, real) = (dir.path.join(&name), dir.real.join(&name));
                    let hidden = self.barred.contains(&real)
                        || ignores.as_ref().is_some_and(|ignores| ignores.hides(&path, false));
                    (!hidden).then(|| Dir { path, real, room, ignores: ignores.clone() })
                };
                next.extend(content.dirs.into_iter().filter_map(child));
                links.extend(content.links.into_iter().filter_map(child));
            }
            level = next;
        }
        links
    }

    fn bar(&mut self, project: &Dir) {
        let dirs = (self.project_dirs)(&project_text(&project.path));
        for barred in dirs.barred(&project.real) {
            // The packages folder may itself be a link.
            let target = canonical(&barred);
            if !project.real.starts_with(&target) {
                self.barred.insert(target);
            }
            self.barred.insert(barred);
        }
    }

    /// The folder behind a link, unless it is none, leads upwards, or is known already.
    fn enter(&self, link: Dir) -> Option<Dir> {
        let real = canonical(&link.path);
        let upwards = link.real.starts_with(&real) || self.real_folder.starts_with(&real);
        if upwards || self.seen.contains(&real) || self.barred.contains(&real) || !real.is_dir() {
            return None;
        }
        let room = match real.starts_with(&self.real_folder) {
            true => link.room,
            false => link.room.min(MAX_DEPTH_OUTSIDE),
        };
        Some(Dir { real, room, ..link })
    }
}

/// Lists one folder by directory entries alone; an unreadable one is empty.
fn list(dir: &Path) -> Content {
    let mut content = Content::default();
    let Ok(entries) = fs::read_dir(dir) else { return content };
    for entry in entries.flatten() {
        let name = entry.file_name();
        let Ok(kind) = entry.file_type() else { continue };
        if kind.is_dir() || kind.is_symlink() {
            if is_searched(&name) {
                if kind.is_dir() { &mut content.dirs } else { &mut content.links }.push(name.clone());
            } else if name == "conda-meta" {
                content.is_environment = true;
            }
        }
        if !kind.is_dir() {
            match name.to_str() {
                Some(PROJECT_FILE) => {
                    content.is_project = !kind.is_symlink() || dir.join(PROJECT_FILE).is_file()
                }
                Some("pyvenv.cfg") => content.is_environment = true,
                Some(".gitignore") => content.has_gitignore = true,
                _ => {}
            }
        }
    }
    if matches!(dir.file_name().and_then(|name| name.to_str()), Some("venv" | "env" | "virtualenv"))
        && ["bin/activate", "Scripts/activate"].iter().any(|script| dir.join(script).exists())
    {
        content.is_environment = true;
    }
    content
}

/// Whether a folder of this name may hold workspace projects.
fn is_searched(name: &OsString) -> bool {
    match name.to_str() {
        Some(name) => !(name.starts_with('.') || NEVER_SEARCHED.contains(&name)),
        None => true,
    }
}

const NEVER_SEARCHED: &[&str] = &[
    "node_modules",
    "site-packages",
    "__pycache__",
    "dbt_packages",
    "dbt_modules",
    "conda-meta",
    PROJECT_FILE,
];

/// `outer` with the `.gitignore` of `dir` before it.
fn with_gitignore(dir: &Path, outer: Option<Arc<Ignores>>) -> Option<Arc<Ignores>> {
    let mut builder = GitignoreBuilder::new(dir);
    builder.add(dir.join(".gitignore"));
    builder.add(dir.join(".git/info/exclude"));
    match builder.build() {
        Ok(rules) if !rules.is_empty() => Some(Arc::new(Ignores { rules, outer })),
        _ => outer,
    }
}

/// The git-ignore rules of the repository that `folder` lies in, from the folders above it. None when they
/// ignore `folder` itself: it was opened on purpose.
fn ignores_above(folder: &Path) -> Option<Arc<Ignores>> {
    if folder.join(".git").exists() {
        return None;
    }
    let repository = folder.ancestors().skip(1).find(|dir| dir.join(".git").exists())?;
    let mut dirs: Vec<&Path> =
        folder.ancestors().skip(1).take_while(|dir| dir.starts_with(repository)).collect();
    dirs.reverse();
    let ignores = dirs.into_iter().fold(None, |outer, dir| with_gitignore(dir, outer))?;
    (!ignores.hides(folder, true)).then_some(ignores)
}

#[cfg(test)]
mod tests {
    use expect_test::{Expect, expect};

    use super::*;
    use crate::paths::relative;

    /// What the caller's parser would say: `key: value` lines.
    fn dirs(text: &str) -> ProjectDirs {
        let value = |key: &str, default: &str| {
            let found = text.lines().find_map(|line| line.strip_prefix(key)?.strip_prefix(": "));
            found.unwrap_or(default).to_owned()
        };
        ProjectDirs {
            resource_dirs: vec!["models".to_owned()],
            packages_install_path: value("packages-install-path", "dbt_packages"),
            target_path: value("target-path", "target"),
        }
    }

    fn tree(files: &[(&str, &str)]) -> tempfile::TempDir {
        let dir = tempfile::tempdir().unwrap();
        for (path, text) in files {
            let path = dir.path().join(path);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, text).unwrap();
        }
        dir
    }

    fn check(folder: &Path, expected: Expect) {
        let roots = roots_under(folder, &dirs, &|| false);
        let roots: Vec<String> = roots.iter().map(|root| relative(folder, root).unwrap()).collect();
        expected.assert_debug_eq(&roots);
    }

    #[test]
    fn nested_and_monorepo_layouts() {
        let dir = tree(&[
            ("dbt_project.yml", "name: shop"),
            ("integration_tests/dbt_project.yml", "name: shop_tests"),
            ("projects/a/dbt_project.yml", "name: a"),
            ("projects/deep/er/b/dbt_project.yml", "name: b"),
            ("projects/not_a_project/dbt_project.yaml", ""),
            ("projects/folder/dbt_project.yml/x", ""),
        ]);
        check(
            dir.path(),
            expect![[r#"
                [
                    "",
                    "integration_tests",
                    "projects/a",
                    "projects/deep/er/b",
                ]
            "#]],
        );
    }

    #[test]
    fn installed_built_and_environment_folders_are_not_projects() {
        let dir = tree(&[
            ("a/dbt_project.yml", "name: a"),
            ("a/dbt_packages/utils/dbt_project.yml", ""),
            ("a/dbt_packages/utils/integration_tests/dbt_project.yml", ""),
            ("a/dbt_modules/old/dbt_project.yml", ""),
            ("a/target/x/dbt_project.yml", ""),
            ("b/dbt_project.yml", "packages-install-path: vendor/dbt\ntarget-path: build"),
            ("b/vendor/dbt/utils/dbt_project.yml", ""),
            ("b/vendor/ours/dbt_project.yml", ""),
            ("b/build/x/dbt_project.yml", ""),
            ("b/target/x/dbt_project.yml", ""),
            ("c/dbt_project.yml", "packages-install-path: ../an_early_name"),
            ("an_early_name/utils/dbt_project.yml", ""),
            ("d/dbt_project.yml", "packages-install-path: ."),
            ("my_venv/pyvenv.cfg", ""),
            ("my_venv/lib/dbt/dbt_project.yml", ""),
            ("env/bin/activate", ""),
            ("env/lib/dbt_project.yml", ""),
            ("venv/dbt_project.yml", "name: a project that is only called venv"),
            ("lib/site-packages/dbt/starter/dbt_project.yml", ""),
            ("web/node_modules/x/dbt_project.yml", ""),
            (".hidden/dbt_project.yml", ""),
            (".env/dbt_project.yml", ""),
        ]);
        check(
            dir.path(),
            expect![[r#"
                [
                    "a",
                    "b",
                    "b/target/x",
                    "b/vendor/ours",
                    "c",
                    "d",
                    "venv",
                ]
            "#]],
        );
        // Opened on purpose, a package is looked at.
        check(
            &dir.path().join("a/dbt_packages/utils"),
            expect![[r#"
                [
                    "",
                    "integration_tests",
                ]
            "#]],
        );
    }

    #[test]
    fn ignored_folders_are_not_searched() {
        let dir = tree(&[
            (".git/info/exclude", "local/\n"),
            (".gitignore", "scratch/\n/out*\n"),
            ("repo/.gitignore", "gen/*\n!gen/kept/\n"),
            ("repo/a/dbt_project.yml", ""),
            ("repo/scratch/dbt_project.yml", ""),
            ("repo/local/dbt_project.yml", ""),
            ("repo/outer/dbt_project.yml", ""),
            ("repo/gen/x/dbt_project.yml", ""),
            ("repo/gen/kept/dbt_project.yml", ""),
            ("outer/dbt_project.yml", ""),
            ("outer/scratch/dbt_project.yml", ""),
        ]);
        let expected = expect![[r#"
            [
                "a",
                "gen/kept",
                "outer",
            ]
        "#]];
        check(&dir.path().join("repo"), expected);
        // An ignored folder that was opened is not ignored.
        check(
            &dir.path().join("outer"),
            expect![[r#"
                [
                    "",
                    "scratch",
                ]
            "#]],
        );
    }

    #[test]
    #[cfg(unix)]
    fn links_are_followed_once_and_loops_end() {
        use std::os::unix::fs::symlink;
        let outside = tree(&[("elsewhere/shared/dbt_project.yml", "")]);
        let dir = tree(&[
            ("z/dbt_project.yml", ""),
            ("z/dbt_packages/keep", ""),
            ("z/models/x.sql", ""),
            (".store/hidden/dbt_project.yml", ""),
            ("pool/utils/dbt_project.yml", ""),
        ]);
        let at = |path: &str| dir.path().join(path);
        symlink("z", at("a_link_to_z")).unwrap();
        symlink("..", at("z/models/up")).unwrap();
        symlink(".", at("self")).unwrap();
        symlink("loop", at("loop")).unwrap();
        symlink("/", at("everything")).unwrap();
        symlink(".store/hidden", at("from_store")).unwrap();
        symlink("../../pool/utils", at("z/dbt_packages/utils")).unwrap();
        symlink(outside.path().join("elsewhere"), at("outside")).unwrap();
        symlink(outside.path().join("elsewhere"), at("outside2")).unwrap();
        check(
            dir.path(),
            expect![[r#"
                [
                    "from_store",
                    "outside/shared",
                    "pool/utils",
                    "z",
                ]
            "#]],
        );
        assert_eq!(
            roots_in(&[at("z"), dir.path().to_path_buf(), at("a_link_to_z")], &dirs, &|| false).len(),
            4
        );
    }

    #[test]
    fn the_project_above_a_file() {
        let dir = tree(&[
            ("shop/dbt_project.yml", ""),
            ("shop/models/a.sql", ""),
            ("shop/integration_tests/dbt_project.yml", ""),
            ("shop/dbt_packages/utils/dbt_project.yml", ""),
            ("shop/dbt_packages/utils/integration_tests/dbt_project.yml", ""),
            ("shop/target/run/dbt_project.yml", ""),
        ]);
        let above = |file: &str| {
            let root = root_above(&dir.path().join(file), &dirs)?;
            relative(dir.path(), &root)
        };
        assert_eq!(above("shop/models/a.sql").as_deref(), Some("shop"));
        assert_eq!(above("shop/models/new/unsaved.sql").as_deref(), Some("shop"));
        assert_eq!(above("shop").as_deref(), Some("shop"));
        assert_eq!(above("shop/integration_tests/m.sql").as_deref(), Some("shop/integration_tests"));
        assert_eq!(above("shop/dbt_packages/utils/macros/m.sql").as_deref(), Some("shop"));
        assert_eq!(above("shop/dbt_packages/utils/integration_tests/m.sql").as_deref(), Some("shop"));
        assert_eq!(above("shop/target/run/m.sql").as_deref(), Some("shop"));
        assert_eq!(above("elsewhere.sql"), None);
    }

    #[test]
    fn a_cancelled_search_ends() {
        let dir = tree(&[("a/dbt_project.yml", "")]);
        assert_eq!(roots_under(dir.path(), &dirs, &|| true), Vec::<PathBuf>::new());
    }
}
