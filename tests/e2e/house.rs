//! The rules of the house that a machine can check: layers, sizes, documentation that must not rot.
//!
//! Each rule is one test, and fails with the list of places that break it.

mod docs;
mod editors;
mod layers;
mod protocol;
mod settings;
mod sources;

use crate::binary::repo;
use std::process::Command;

/// A text file of the repository.
struct Source {
    /// Path from the repository's root, with `/`.
    path: String,
    text: String,
}

impl Source {
    /// The part before the file's unit tests.
    fn without_tests(&self) -> &str {
        match self.text.find("#[cfg(test)]\nmod tests") {
            Some(at) => &self.text[..at],
            None => &self.text,
        }
    }

    fn is_rust(&self) -> bool {
        self.path.ends_with(".rs")
    }

    /// Files that hold nothing but tests.
    fn is_test_only(&self) -> bool {
        self.path.starts_with("tests/")
            || self
                .path
                .split('/')
                .any(|part| part == "tests" || part == "tests.rs" || part.ends_with("_tests.rs"))
    }
}

/// Every text file that git knows or would add, in path order.
fn sources() -> Vec<Source> {
    let listed = Command::new("git")
        .args(["ls-files", "-z", "--cached", "--others", "--exclude-standard"])
        .current_dir(repo())
        .output()
        .expect("git can be started");
    assert!(listed.status.success(), "the house rules are checked in a git checkout");
    let mut paths: Vec<String> = String::from_utf8(listed.stdout)
        .expect("paths here are UTF-8")
        .split('\0')
        .filter(|p| !p.is_empty())
        .map(str::to_owned)
        .collect();
    paths.sort();
    paths.dedup();
    paths
        .into_iter()
        .filter_map(|path| {
            let bytes = std::fs::read(repo().join(&path)).ok()?;
            Some(Source { path, text: String::from_utf8(bytes).ok()? })
        })
        .collect()
}

fn read(path: &str) -> String {
    std::fs::read_to_string(repo().join(path)).unwrap_or_else(|e| panic!("{path}: {e}"))
}

/// Fails with one line per offender.
fn assert_none(rule: &str, offenders: Vec<String>) {
    assert!(offenders.is_empty(), "{rule}:\n  {}\n", offenders.join("\n  "));
}
