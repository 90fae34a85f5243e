//! The world outside: finding projects, listing, reading and watching their files, fetching manifests, the
//! environment, the cache.
//!
//! The only crate that touches disk, network and environment. It gives paths, text and events as owned plain values and
//! must not know what a dbt file means: whoever calls it says (in data or closures) where a project keeps things.

#![allow(clippy::disallowed_methods)] // Reading the disk is this crate's job.

mod discover;
mod env;
mod history;
mod manifest;
mod parsed;
mod paths;
mod publish;
mod read;
pub mod remote;
mod replace;
mod walk;
mod watch;

pub use discover::{ProjectDirs, root_above, roots_in, roots_under};
pub use env::{cache_dir, cache_file, config_dir, env_names, give_way, here, memory, process_env};
pub use history::{Past, repository};
pub use manifest::{ManifestBody, ManifestFile, WHOLE_LIMIT, open_manifest, unpacked};
pub use parsed::{ParsedFile, identity};
pub use paths::{absolute, canonical, inside, lexical, relative, slashed};
pub use publish::{Target, manifest_bytes};
pub use read::{
    Fault, ReadError, Stamp, TEXT_LIMIT, Text, files_in, matching_files, read_head, read_many, read_text,
    stamp,
};
pub use replace::Replacement;
pub use walk::{
    FileKind, FoundFile, HiddenFiles, Ignores, ListOptions, Listing, Package, Problem, list_files,
    list_packages,
};
pub use watch::{Change, ChangeKind, ProjectWatch, RescanReason, WatchEvent, WatchMode, WatchPlan, Watcher};
