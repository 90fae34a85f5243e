//! Earlier states of a working copy, through the user's own `git`.
//!
//! Never touches the repository: the files of a commit are written into a folder of ours, with an index of ours.
//! Must not know what the files mean.

use std::path::{Path, PathBuf};
use std::process::Command;

use tempfile::TempDir;

/// The files of one commit of one repository, in a temporary folder that goes when this does.
#[derive(Debug)]
pub struct Past {
    dir: TempDir,
    repository: PathBuf,
}

impl Past {
    /// Writes the files that `repository` had at `rev` (anything `git rev-parse` understands). The error says why
    /// that cannot be, in a sentence.
    pub fn of(repository: &Path, rev: &str) -> Result<Past, String> {
        // Never an option, whatever it looks like.
        let commit = format!("{rev}^{{commit}}");
        let id = git(repository, &["rev-parse", "--verify", "--quiet", "--end-of-options", &commit], None)
            .map_err(|_| format!("{rev} is no commit of {}", repository.display()))?;
        let dir = TempDir::new().map_err(|error| format!("cannot make a temporary folder: {error}"))?;
        let index = dir.path().join("index");
        let files = dir.path().join("files");
        std::fs::create_dir(&files).map_err(|error| format!("{}: {error}", files.display()))?;
        git(repository, &["read-tree", id.trim()], Some(&index))?;
        let prefix = format!("--prefix={}/", files.display());
        git(repository, &["checkout-index", "--all", "--quiet", &prefix], Some(&index))?;
        Ok(Past { dir, repository: repository.to_path_buf() })
    }

    /// Where a path of the repository lies in that state; `None` for one outside of it.
    pub fn path(&self, path: &Path) -> Option<PathBuf> {
        Some(self.dir.path().join("files").join(path.strip_prefix(&self.repository).ok()?))
    }

    /// Where a path of that state would lie now; `None` for one outside of it.
    pub fn now(&self, path: &Path) -> Option<PathBuf> {
        let files = crate::canonical(&self.dir.path().join("files"));
        Some(self.repository.join(path.strip_prefix(files).ok()?))
    }
}

/// The working copy that a folder belongs to; `None` without one, or without `git`.
pub fn repository(folder: &Path) -> Option<PathBuf> {
    let top = git(folder, &["rev-parse", "--show-toplevel"], None).ok()?;
    Some(crate::canonical(Path::new(top.trim_end_matches(['\r', '\n']))))
}

fn git(folder: &Path, args: &[&str], index: Option<&Path>) -> Result<String, String> {
    let mut command = Command::new("git");
    command.arg("-C").arg(folder).args(args).env("GIT_OPTIONAL_LOCKS", "0").env("LC_ALL", "C");
    if let Some(index) = index {
        command.env("GIT_INDEX_FILE", index);
    }
    let output = command.output().map_err(|error| format!("git cannot be started: {error}"))?;
    if output.status.success() {
        return Ok(String::from_utf8_lossy(&output.stdout).into_owned());
    }
    let why = String::from_utf8_lossy(&output.stderr);
    Err(format!("git {}: {}", args.first().unwrap_or(&""), why.trim()))
}

#[cfg(test)]
mod tests {
    use super::{Past, git, repository};

    #[test]
    fn the_files_of_a_commit_lie_in_a_folder_of_their_own() {
        let dir = tempfile::tempdir().unwrap();
        let root = crate::canonical(dir.path());
        let run = |args: &[&str]| git(&root, args, None).unwrap();
        run(&["init", "--quiet"]);
        let commit = |text: &str| {
            std::fs::create_dir_all(root.join("models")).unwrap();
            std::fs::write(root.join("models/a.sql"), text).unwrap();
            run(&["add", "."]);
            run(&["-c", "user.name=t", "-c", "user.email=t@example.com", "commit", "--quiet", "-m", "x"]);
        };
        commit("select 1");
        commit("select 2");
        std::fs::write(root.join("models/a.sql"), "select 3").unwrap();
        assert_eq!(repository(&root.join("models")).as_deref(), Some(root.as_path()));
        let past = Past::of(&root, "HEAD~1").unwrap();
        let before = past.path(&root.join("models/a.sql")).unwrap();
        assert_eq!(std::fs::read_to_string(before).unwrap(), "select 1");
        // The working copy and its index are as they were.
        assert_eq!(run(&["status", "--porcelain"]), " M models/a.sql\n");
        assert!(past.path(std::path::Path::new("/elsewhere")).is_none());
        assert!(Past::of(&root, "nowhere").unwrap_err().contains("nowhere is no commit"));
        assert!(Past::of(&root, "--help").unwrap_err().contains("is no commit"));
    }
}
