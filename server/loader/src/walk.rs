//! Listing the files of one project or package, and the packages installed in it.
//!
//! Directory entries only: no file is opened and none but links is asked for its metadata. Must not know what a
//! folder is for: the caller gives the resource folders and sorts the files by their paths.

use std::collections::VecDeque;
use std::ffi::OsStr;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Mutex;

use ignore::gitignore::{Gitignore, GitignoreBuilder};
use rayon::prelude::*;
use rustc_hash::FxHashSet;

use crate::discover::PROJECT_FILE;
use crate::paths::{absolute, canonical, lexical, slashed};

/// What a file is by its name. Extensions are case-sensitive, as in dbt (spec §2).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum FileKind {
    /// `.sql`
    Sql,
    /// `.py`
    Python,
    /// `.md`
    Markdown,
    /// `.yml`, `.yaml`
    Yaml,
    /// `.csv`: a seed or fixture. Its name says all; its content need not be read.
    Csv,
    /// `.dbtignore`
    Ignore,
}

impl FileKind {
    /// The kind of a file of this name, if dbt or we read such files.
    pub fn of(name: &str) -> Option<FileKind> {
        if name == ".dbtignore" {
            return Some(FileKind::Ignore);
        }
        match name.rsplit_once('.')?.1 {
            "sql" => Some(FileKind::Sql),
            "py" => Some(FileKind::Python),
            "md" => Some(FileKind::Markdown),
            "yml" | "yaml" => Some(FileKind::Yaml),
            "csv" => Some(FileKind::Csv),
            _ => None,
        }
    }
}

/// Files at a project's root that are read whatever the resource folders are.
pub(crate) const ROOT_FILES: &[&str] = &[
    PROJECT_FILE,
    "packages.yml",
    "dependencies.yml",
    "package-lock.yml",
    "selectors.yml",
    "catalogs.yml",
    "vars.yml",
    "dbt_cloud.yml",
    "dbt_loom.config.yml",
    "dbt_mesh.yml",
    ".dbtignore",
];

/// A file of a project.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FoundFile {
    /// Relative to the project root, with `/`. Begins with `../` (or is absolute) only where a resource folder
    /// lies outside the project.
    pub path: String,
    /// Where it is, spelled as the root is.
    pub abs: PathBuf,
    /// What it is.
    pub kind: FileKind,
}

/// Something that could not be listed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// The folder or file.
    pub path: PathBuf,
    /// Why, in a sentence that names neither.
    pub message: String,
}

/// Files whose name starts with `.`, `#` or `~`: dbt v1 passes over them, v2 reads them (spec §2).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum HiddenFiles {
    /// As dbt v1.
    Skip,
    /// As dbt v2.
    Keep,
}

/// What to list.
#[derive(Debug, Clone, Copy)]
pub struct ListOptions<'a> {
    /// Resource folders, relative to the root as configured. They may overlap, be absent, be `.`, or lead out.
    pub resource_dirs: &'a [String],
    /// Folders not to enter even if a resource folder holds them: target-path, packages-install-path.
    pub skipped_dirs: &'a [String],
    /// What to do with hidden files. Hidden folders are entered, as dbt does, except `.git`.
    pub hidden: HiddenFiles,
}

/// The files of a project.
#[derive(Debug, Default)]
pub struct Listing {
    /// Sorted by path, each file once.
    pub files: Vec<FoundFile>,
    /// What could not be listed.
    pub problems: Vec<Problem>,
}

/// An installed package.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Package {
    /// The folder's name. The package's name is in its `dbt_project.yml`.
    pub dir_name: String,
    /// Its root under the packages folder; for a `local:` package this is a link.
    pub root: PathBuf,
}

/// The files of the project at `root` that dbt or we read: everything of a known kind in the resource folders,
/// and the project-level files at the root. `.dbtignore` is honoured. Linked folders are followed once, after the
/// real ones.
pub fn list_files(root: &Path, options: ListOptions<'_>) -> Listing {
    let walk = Walk {
        ignores: Ignores::of(root),
        hidden: options.hidden,
        skipped: options
            .skipped_dirs
            .iter()
            .map(|dir| canonical(&absolute(root, Path::new(dir.trim()))))
            .collect(),
        out: Mutex::new(Found::default()),
    };
    root_files(root, &walk);
    walk.run(starts(root, options.resource_dirs));
    let mut links = walk.take_links();
    while let Some(link) = links.pop_front() {
        // One after the other: which of two links to a folder counts must not be a matter of luck.
        if let Some(dir) = walk.follow(link) {
            walk.run(vec![dir]);
            links.append(&mut walk.take_links());
        }
    }
    let Found { mut files, mut problems, .. } =
        walk.out.into_inner().unwrap_or_else(|poisoned| poisoned.into_inner());
    files.par_sort_unstable_by(|a, b| a.path.cmp(&b.path));
    files.dedup_by(|a, b| a.path == b.path);
    problems.sort_unstable_by(|a, b| a.path.cmp(&b.path));
    Listing { files, problems }
}

/// The packages installed under `root`: each folder, or link to one, directly in the packages folder that has a
/// `dbt_project.yml`. Sorted by folder name; empty when nothing is installed.
pub fn list_packages(root: &Path, packages_install_path: &str) -> Vec<Package> {
    let Ok(entries) = fs::read_dir(absolute(root, Path::new(packages_install_path.trim()))) else {
        return Vec::new();
    };
    let mut packages: Vec<Package> = entries
        .flatten()
        .filter(|entry| entry.path().join(PROJECT_FILE).is_file())
        .map(|entry| Package {
            dir_name: entry.file_name().to_string_lossy().into_owned(),
            root: entry.path(),
        })
        .collect();
    packages.sort_unstable_by(|a, b| a.dir_name.cmp(&b.dir_name));
    packages
}

/// A folder to list.
struct Dir {
    abs: PathBuf,
    /// With links resolved.
    real: PathBuf,
    /// Relative to the root, with `/`; empty for the root itself.
    rel: String,
}

impl Dir {
    fn child(&self, name: &OsStr) -> Dir {
        Dir {
            abs: self.abs.join(name),
            real: self.real.join(name),
            rel: joined(&self.rel, &name.to_string_lossy()),
        }
    }
}

#[derive(Default)]
struct Found {
    files: Vec<FoundFile>,
    problems: Vec<Problem>,
    links: Vec<Dir>,
    /// Real paths of the folders listed.
    seen: FxHashSet<PathBuf>,
}

struct Walk {
    ignores: Option<Ignores>,
    hidden: HiddenFiles,
    skipped: Vec<PathBuf>,
    out: Mutex<Found>,
}

impl Walk {
    fn run(&self, dirs: Vec<Dir>) {
        rayon::scope(|scope| {
            for dir in dirs {
                scope.spawn(|scope| self.dir(dir, scope));
            }
        });
    }

    fn dir<'scope>(&'scope self, dir: Dir, scope: &rayon::Scope<'scope>) {
        if !self.out().seen.insert(dir.real.clone()) {
            return;
        }
        let entries = match fs::read_dir(&dir.abs) {
            Ok(entries) => entries,
            Err(error) => return self.report(dir.abs, &error),
        };
        let (mut files, mut dirs, mut links) = (Vec::new(), Vec::new(), Vec::new());
        for entry in entries {
            let entry = match entry {
                Ok(entry) => entry,
                Err(error) => {
                    self.report(dir.abs.clone(), &error);
                    break;
                }
            };
            let name = entry.file_name();
            let Ok(mut kind) = entry.file_type() else { continue };
            if name == "pyvenv.cfg" {
                return;
            }
            let is_link = kind.is_symlink();
            if is_link {
                // A link that leads nowhere is no file; one that cannot be followed is neither.
                let Ok(target) = fs::metadata(entry.path()) else { continue };
                kind = target.file_type();
            }
            if kind.is_dir() {
                let child = dir.child(&name);
                if self.enters(&name, &child) {
                    if is_link { &mut links } else { &mut dirs }.push(child);
                }
            } else if kind.is_file() {
                files.extend(self.file(&dir, &name));
            }
        }
        for child in dirs {
            scope.spawn(|scope| self.dir(child, scope));
        }
        if !(files.is_empty() && links.is_empty()) {
            let mut out = self.out();
            out.files.append(&mut files);
            out.links.append(&mut links);
        }
    }

    fn enters(&self, name: &OsStr, dir: &Dir) -> bool {
        let skipped = name == ".git" || name == "node_modules" || self.skipped.contains(&dir.real);
        !skipped && !self.ignores.as_ref().is_some_and(|ignores| ignores.hides_dir(&dir.rel))
    }

    fn file(&self, dir: &Dir, name: &OsStr) -> Option<FoundFile> {
        let text = name.to_string_lossy();
        if self.hidden == HiddenFiles::Skip && text.starts_with(['.', '#', '~']) {
            return None;
        }
        let kind = FileKind::of(&text)?;
        let path = joined(&dir.rel, &text);
        if self.ignores.as_ref().is_some_and(|ignores| ignores.hides_file(&path)) {
            return None;
        }
        Some(FoundFile { path, abs: dir.abs.join(name), kind })
    }

    /// The links to folders met since last asked.
    fn take_links(&self) -> VecDeque<Dir> {
        let mut links = std::mem::take(&mut self.out().links);
        links.sort_unstable_by(|a, b| a.rel.cmp(&b.rel));
        links.into()
    }

    /// The folder behind a link, unless it is listed already or lies around the link.
    fn follow(&self, link: Dir) -> Option<Dir> {
        let real = canonical(&link.abs);
        let skipped =
            self.skipped.contains(&real) || link.real.starts_with(&real) || self.out().seen.contains(&real);
        (!skipped).then_some(Dir { real, ..link })
    }

    fn report(&self, path: PathBuf, error: &std::io::Error) {
        self.out().problems.push(Problem { path, message: format!("cannot be listed: {error}") });
    }

    fn out(&self) -> std::sync::MutexGuard<'_, Found> {
        self.out.lock().unwrap_or_else(|poisoned| poisoned.into_inner())
    }
}

fn joined(rel: &str, name: &str) -> String {
    let mut path = String::with_capacity(rel.len() + 1 + name.len());
    if !rel.is_empty() {
        path.push_str(rel);
        if !rel.ends_with('/') {
            path.push('/');
        }
    }
    path.push_str(name);
    path
}

/// Where listing starts: the resource folders that exist, without those inside another.
fn starts(root: &Path, resource_dirs: &[String]) -> Vec<Dir> {
    let mut dirs: Vec<Dir> = resource_dirs
        .iter()
        .map(|dir| {
            let dir = Path::new(dir.trim());
            let abs = absolute(root, dir);
            let rel = match abs.strip_prefix(root) {
                Ok(rel) => slashed(rel),
                Err(_) => slashed(&lexical(dir)),
            };
            Dir { real: canonical(&abs), abs, rel }
        })
        .filter(|dir| dir.abs.is_dir())
        .collect();
    // Of two spellings of one folder the shorter, then the first by name, is kept.
    dirs.sort_by(|a, b| {
        (a.real.as_path(), a.rel.len(), &a.rel).cmp(&(b.real.as_path(), b.rel.len(), &b.rel))
    });
    dirs.dedup_by(|b, a| b.real.starts_with(&a.real));
    dirs
}

fn root_files(root: &Path, walk: &Walk) {
    match fs::read_dir(root) {
        Ok(entries) => {
            let names = entries.flatten().map(|entry| entry.file_name());
            let found = names.filter_map(|name| {
                let name = name.to_str().filter(|name| ROOT_FILES.contains(name))?;
                let abs = root.join(name);
                let kind = FileKind::of(name)?;
                abs.is_file().then(|| FoundFile { path: name.to_owned(), abs, kind })
            });
            walk.out().files.extend(found);
        }
        Err(error) => walk.report(root.to_path_buf(), &error),
    }
}

/// `.dbtignore`: git-ignore patterns at the project root.
#[derive(Debug)]
pub struct Ignores {
    rules: Gitignore,
    /// dbt matches whole paths, so a later `!` brings back a file of an ignored folder (unlike git).
    brings_back: bool,
}

impl Ignores {
    /// What the project at `root` ignores; `None` when that is nothing.
    pub fn of(root: &Path) -> Option<Ignores> {
        // Patterns match paths relative to the root, which is what they are given here.
        let mut builder = GitignoreBuilder::new("");
        let bytes = fs::read(root.join(".dbtignore")).ok()?;
        for line in String::from_utf8_lossy(&bytes).trim_start_matches('\u{feff}').lines() {
            // A malformed pattern matches nothing; the others still hold.
            let _ = builder.add_line(None, line);
        }
        let rules = builder.build().ok()?;
        let brings_back = rules.num_whitelists() > 0;
        (!rules.is_empty()).then_some(Ignores { rules, brings_back })
    }

    fn hides_dir(&self, rel: &str) -> bool {
        !self.brings_back && self.rules.matched(rel, true).is_ignore()
    }

    /// Whether a file is ignored; its path is relative to the root, with `/`.
    pub fn hides_file(&self, rel: &str) -> bool {
        // A resource folder outside the project is outside the reach of its patterns.
        !rel.starts_with("../")
            && !Path::new(rel).has_root()
            && self.rules.matched_path_or_any_parents(rel, false).is_ignore()
    }
}

#[cfg(test)]
mod tests {
    use expect_test::{Expect, expect};

    use super::*;

    fn tree(files: &[&str]) -> tempfile::TempDir {
        let dir = tempfile::tempdir().unwrap();
        for path in files {
            let path = dir.path().join(path);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, "").unwrap();
        }
        dir
    }

    fn list(root: &Path, resource_dirs: &[&str], hidden: HiddenFiles) -> Listing {
        let resource_dirs: Vec<String> = resource_dirs.iter().map(ToString::to_string).collect();
        let skipped_dirs = ["target".to_owned(), "dbt_packages".to_owned()];
        list_files(root, ListOptions { resource_dirs: &resource_dirs, skipped_dirs: &skipped_dirs, hidden })
    }

    fn check(root: &Path, resource_dirs: &[&str], expected: Expect) {
        let listing = list(root, resource_dirs, HiddenFiles::Skip);
        for file in &listing.files {
            assert!(file.abs.is_file(), "{file:?}");
        }
        let mut shown: Vec<String> = listing.files.into_iter().map(|file| file.path).collect();
        shown.extend(listing.problems.iter().map(|problem| problem.message.clone()));
        expected.assert_eq(&format!("{}\n", shown.join("\n")));
    }

    #[test]
    fn the_files_dbt_reads() {
        let dir = tree(&[
            "dbt_project.yml",
            "dependencies.yml",
            "dbt_mesh.yml",
            "profiles.yml",
            "README.md",
            "setup.py",
            "models/orders.sql",
            "models/a.b.sql",
            "models/staging/stg.py",
            "models/staging/_models.yml",
            "models/staging/more.yaml",
            "models/docs.md",
            "models/UPPER.SQL",
            "models/.hidden.sql",
            "models/#backup.sql",
            "models/~tmp.sql",
            "models/_private.sql",
            "models/.env/inside.sql",
            "models/.git/x.sql",
            "models/folder.sql/inner.sql",
            "models/notes.txt",
            "seeds/countries.csv",
            "seeds/skipped.tsv",
            "other/not_listed.sql",
        ]);
        check(
            dir.path(),
            &["models", "seeds", "macros"],
            expect![[r#"
                dbt_mesh.yml
                dbt_project.yml
                dependencies.yml
                models/.env/inside.sql
                models/_private.sql
                models/a.b.sql
                models/docs.md
                models/folder.sql/inner.sql
                models/orders.sql
                models/staging/_models.yml
                models/staging/more.yaml
                models/staging/stg.py
                seeds/countries.csv
            "#]],
        );
        let v2 = list(dir.path(), &["models"], HiddenFiles::Keep);
        assert!(v2.files.iter().any(|file| file.path == "models/.hidden.sql"));
    }

    #[test]
    fn overlapping_and_odd_resource_folders() {
        let dir = tree(&[
            "p/dbt_project.yml",
            "p/models/a.sql",
            "p/models/staging/b.sql",
            "p/target/compiled/a.sql",
            "p/dbt_packages/x/models/c.sql",
            "p/.venv/pyvenv.cfg",
            "p/.venv/lib/d.sql",
            "shared/models/s.sql",
        ]);
        let root = dir.path().join("p");
        check(
            &root,
            &["models/staging", "./models/", " models", "models//../models", "missing", "../shared/models"],
            expect![[r#"
                ../shared/models/s.sql
                dbt_project.yml
                models/a.sql
                models/staging/b.sql
            "#]],
        );
        check(
            &root,
            &["."],
            expect![[r#"
                dbt_project.yml
                models/a.sql
                models/staging/b.sql
            "#]],
        );
        let absolute = root.join("models");
        check(
            &root,
            &[absolute.to_str().unwrap()],
            expect![[r#"
                dbt_project.yml
                models/a.sql
                models/staging/b.sql
            "#]],
        );
    }

    #[test]
    fn dbtignore() {
        let dir = tree(&[
            "models/a.sql",
            "models/wip/b.sql",
            "models/wip/c.sql",
            "macros/wip/m.sql",
            "models/x_old.sql",
        ]);
        fs::write(dir.path().join(".dbtignore"), "# ours\nmodels/wip/\n*_old.sql\n").unwrap();
        check(
            dir.path(),
            &["models", "macros"],
            expect![[r#"
                .dbtignore
                macros/wip/m.sql
                models/a.sql
            "#]],
        );
        fs::write(dir.path().join(".dbtignore"), "\u{feff}wip/\r\n!models/wip/c.sql\r\n").unwrap();
        check(
            dir.path(),
            &["models", "macros"],
            expect![[r#"
                .dbtignore
                models/a.sql
                models/wip/c.sql
                models/x_old.sql
            "#]],
        );
    }

    #[test]
    #[cfg(unix)]
    fn links_once_loops_and_unreadable_folders() {
        use std::os::unix::fs::{PermissionsExt, symlink};
        let dir = tree(&["p/models/a.sql", "p/models/locked/x.sql", "p/macros/m.sql", "shared/s.sql"]);
        let root = dir.path().join("p");
        symlink("../../shared", root.join("models/link")).unwrap();
        symlink("../../shared", root.join("models/link2")).unwrap();
        symlink("../macros", root.join("models/also_macros")).unwrap();
        symlink("..", root.join("models/up")).unwrap();
        symlink("loop", root.join("models/loop")).unwrap();
        symlink("a.sql", root.join("models/file_link.sql")).unwrap();
        symlink("gone.sql", root.join("models/dangling.sql")).unwrap();
        check(
            &root,
            &["models", "macros"],
            expect![[r#"
                macros/m.sql
                models/a.sql
                models/file_link.sql
                models/link/s.sql
                models/locked/x.sql
            "#]],
        );
        let locked = root.join("models/locked");
        fs::set_permissions(&locked, fs::Permissions::from_mode(0o000)).unwrap();
        let listing = list(&root, &["models"], HiddenFiles::Skip);
        fs::set_permissions(&locked, fs::Permissions::from_mode(0o755)).unwrap();
        // Root may read everything; everyone else is told.
        assert_eq!(
            listing.problems.len(),
            usize::from(!listing.files.iter().any(|file| file.path.contains("locked")))
        );
        let missing = list(&dir.path().join("nothing"), &["models"], HiddenFiles::Skip);
        assert_eq!((missing.files.len(), missing.problems.len()), (0, 1));
    }

    #[test]
    #[cfg(unix)]
    fn installed_packages() {
        let dir = tree(&[
            "local_utils/dbt_project.yml",
            "p/dbt_packages/dbt_utils/dbt_project.yml",
            "p/dbt_packages/half_installed/models/x.sql",
            "p/dbt_packages/a_file",
        ]);
        let root = dir.path().join("p");
        std::os::unix::fs::symlink("../../local_utils", root.join("dbt_packages/local_utils")).unwrap();
        std::os::unix::fs::symlink("../../gone", root.join("dbt_packages/gone")).unwrap();
        let names: Vec<String> =
            list_packages(&root, "dbt_packages").into_iter().map(|package| package.dir_name).collect();
        assert_eq!(names, ["dbt_utils", "local_utils"]);
        assert_eq!(list_packages(&root, "elsewhere"), []);
    }
}
