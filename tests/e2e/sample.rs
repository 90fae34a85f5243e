//! Copies of the sample meshes in temporary folders, to be changed at will.

use crate::binary::repo;
use std::path::{Path, PathBuf};
use tempfile::TempDir;

/// A folder with dbt projects; gone when dropped.
pub struct Sample {
    folder: TempDir,
}

impl Sample {
    /// An empty folder.
    pub fn empty() -> Sample {
        Sample { folder: tempfile::tempdir().expect("a temporary folder can be made") }
    }

    /// The whole hybrid mesh: every upstream is a checkout in the workspace.
    pub fn hybrid() -> Sample {
        let sample = Sample::empty();
        copy(&repo().join("tests/projects/hybrid"), sample.root());
        sample
    }

    /// The mesh with one mistake of every kind.
    pub fn broken() -> Sample {
        let sample = Sample::empty();
        copy(&repo().join("tests/projects/broken"), sample.root());
        sample
    }

    /// Some projects of the hybrid mesh, and nothing but the `target/manifest.json` of others.
    pub fn some(checkouts: &[&str], manifests: &[&str]) -> Sample {
        let sample = Sample::empty();
        let from = repo().join("tests/projects/hybrid");
        for name in checkouts {
            copy(&from.join(name), &sample.path(name));
        }
        for name in manifests {
            sample.write_bytes(&manifest_path(name), &hybrid_manifest(name));
        }
        sample
    }

    /// Projects made of these files: path and text.
    pub fn of(files: &[(&str, &str)]) -> Sample {
        let sample = Sample::empty();
        for (path, text) in files {
            sample.write(path, text);
        }
        sample
    }

    pub fn root(&self) -> &Path {
        self.folder.path()
    }

    pub fn path(&self, relative: &str) -> PathBuf {
        self.root().join(relative)
    }

    pub fn read(&self, path: &str) -> String {
        std::fs::read_to_string(self.path(path)).unwrap_or_else(|e| panic!("{path}: {e}"))
    }

    pub fn write(&self, path: &str, text: &str) {
        self.write_bytes(path, text.as_bytes());
    }

    pub fn write_bytes(&self, path: &str, bytes: &[u8]) {
        let path = self.path(path);
        std::fs::create_dir_all(path.parent().expect("a file has a folder")).expect("writable");
        std::fs::write(path, bytes).expect("writable");
    }

    /// Replaces the one occurrence of `old` in a file on disk.
    pub fn replace(&self, path: &str, old: &str, new: &str) {
        let text = self.read(path);
        assert_eq!(text.matches(old).count(), 1, "{old:?} occurs once in {path}: {text}");
        self.write(path, &text.replace(old, new));
    }

    /// Removes a file, or a folder with all in it.
    pub fn remove(&self, path: &str) {
        let path = self.path(path);
        let removed =
            if path.is_dir() { std::fs::remove_dir_all(&path) } else { std::fs::remove_file(&path) };
        removed.unwrap_or_else(|e| panic!("{}: {e}", path.display()));
    }

    /// Every file below a folder, relative to the root, with `/`, sorted.
    pub fn files(&self, below: &str) -> Vec<String> {
        let mut found = Vec::new();
        let mut folders = vec![self.path(below)];
        while let Some(folder) = folders.pop() {
            for entry in std::fs::read_dir(folder).expect("readable").map(|e| e.expect("readable").path()) {
                if entry.is_dir() {
                    folders.push(entry);
                } else {
                    let relative = entry.strip_prefix(self.root()).expect("below the root");
                    found.push(relative.to_string_lossy().replace('\\', "/"));
                }
            }
        }
        found.sort();
        found
    }
}

/// Where a project of the sample keeps its manifest.
pub fn manifest_path(project: &str) -> String {
    format!("{project}/target/manifest.json")
}

/// The manifest that dbt made for a project of the hybrid mesh.
pub fn hybrid_manifest(project: &str) -> Vec<u8> {
    let path = repo().join("tests/projects/hybrid").join(manifest_path(project));
    std::fs::read(&path).unwrap_or_else(|e| panic!("{}: {e}", path.display()))
}

/// What dbt wrote for the project `warehouse`: `manifest.json` or `catalog.json`.
pub fn warehouse(name: &str) -> Vec<u8> {
    let path = repo().join("tests/projects/catalog/warehouse/target").join(name);
    std::fs::read(&path).unwrap_or_else(|e| panic!("{}: {e}", path.display()))
}

/// Copies a folder with all in it.
pub fn copy(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).expect("writable");
    for entry in std::fs::read_dir(from).unwrap_or_else(|e| panic!("{}: {e}", from.display())) {
        let (source, target) = {
            let entry = entry.expect("readable");
            (entry.path(), to.join(entry.file_name()))
        };
        if source.is_dir() {
            copy(&source, &target);
        } else {
            std::fs::copy(&source, &target).expect("writable");
        }
    }
}
