//! Which folders the user trusts: only what lies in them may make us contact hosts and run git.
//!
//! Kept in the user's own configuration folder, one path on each line, where no repository can write.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use crate::env::{config_dir, private_folder, process_env};
use crate::paths::{canonical, slashed};

/// The folders the user trusts.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Trust {
    everything: bool,
    folders: Vec<PathBuf>,
}

impl Trust {
    /// What the user's file says, and `DBT_MESH_TRUST` (`1` trusts everything: for CI).
    pub fn load() -> Trust {
        let everything = process_env("DBT_MESH_TRUST").is_some_and(|value| value == "1" || value == "true");
        let text = file().and_then(|file| fs::read_to_string(file).ok()).unwrap_or_default();
        Trust { everything, folders: folders(&text) }
    }

    /// Whether a folder, or one above it, is trusted.
    pub fn covers(&self, folder: &Path) -> bool {
        if self.everything {
            return true;
        }
        if self.folders.is_empty() {
            return false;
        }
        let folder = canonical(folder);
        self.folders.iter().any(|trusted| folder.starts_with(trusted))
    }

    /// The folders, as written.
    pub fn folders(&self) -> &[PathBuf] {
        &self.folders
    }
}

/// Where the trusted folders are kept; `None` where the environment names no home.
pub fn file() -> Option<PathBuf> {
    Some(config_dir(&process_env)?.join("trusted"))
}

/// Adds a folder. `false` when it was trusted before.
pub fn add(folder: &Path) -> io::Result<bool> {
    let folder = slashed(&canonical(folder));
    if !fits_a_line(&folder) {
        // Its second line would be another folder.
        return Err(io::Error::other("the folder's path has a line break, so it cannot be kept: rename it"));
    }
    change(|lines| {
        let new = !lines.contains(&folder);
        if new {
            lines.push(folder);
        }
        new
    })
}

/// Removes a folder. `false` when it was not there.
pub fn remove(folder: &Path) -> io::Result<bool> {
    change(|lines| {
        let folder = slashed(&canonical(folder));
        let before = lines.len();
        lines.retain(|line| *line != folder);
        lines.len() != before
    })
}

fn fits_a_line(folder: &str) -> bool {
    !folder.contains(['\n', '\r'])
}

fn folders(text: &str) -> Vec<PathBuf> {
    // Blanks are parts of names.
    let lines = text.lines().filter(|line| !line.is_empty() && !line.starts_with('#'));
    lines.map(PathBuf::from).filter(|path| path.is_absolute()).collect()
}

fn change(edit: impl FnOnce(&mut Vec<String>) -> bool) -> io::Result<bool> {
    let file = file().ok_or_else(|| io::Error::other("no home folder is known: set HOME"))?;
    let text = fs::read_to_string(&file).unwrap_or_default();
    let mut lines: Vec<String> = text.lines().map(str::to_owned).collect();
    if !edit(&mut lines) {
        return Ok(false);
    }
    if let Some(folder) = file.parent() {
        private_folder(folder)?;
    }
    let draft = file.with_extension(format!("{}.tmp", std::process::id()));
    fs::write(&draft, lines.join("\n") + "\n")?;
    fs::rename(&draft, &file)?;
    Ok(true)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_covers_what_is_in_it() {
        let dir = tempfile::tempdir().unwrap();
        let root = dir.path().canonicalize().unwrap();
        fs::create_dir_all(root.join("mesh/finance")).unwrap();
        let text = format!("# mine\n\n{}\nrelative\n", root.join("mesh").display());
        let trust = Trust { everything: false, folders: folders(&text) };
        assert_eq!(trust.folders().len(), 1);
        assert!(trust.covers(&root.join("mesh/finance")));
        assert!(!trust.covers(&root.join("mesh2")));
        assert!(!trust.covers(&root.join("mesh/../other")));
        assert!(!Trust::default().covers(&root));
        assert_eq!(folders("/a/b \n"), [PathBuf::from("/a/b ")], "no folder /a/b was trusted");
        assert!(add(&root.join("x\n/etc")).is_err());
    }
}
