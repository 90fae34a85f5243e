//! What no server can beat: walking the tree and reading its bytes, skipping through a manifest.

use anyhow::{Context, Result};
use std::io::BufReader;
use std::path::Path;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

/// What one pass over a project found.
#[derive(Clone, Copy)]
pub struct Walked {
    /// Files read.
    pub files: usize,
    /// Their bytes.
    pub bytes: u64,
    /// How long it took.
    pub time: Duration,
}

/// What one thread needs: a plain walk, every file read. File cache warm, the best of four.
pub fn alone(root: &Path) -> Result<Walked> {
    best(|| {
        let (mut files, mut bytes) = (0, 0);
        for entry in ignore::WalkBuilder::new(root).hidden(false).build() {
            let entry = entry?;
            if entry.file_type().is_some_and(|t| t.is_file()) {
                bytes += std::fs::read(entry.path())?.len() as u64;
                files += 1;
            }
        }
        Ok((files, bytes))
    })
}

/// What all cores need, with the server's own walker and reader and nothing done to the text.
pub fn together(root: &Path) -> Result<Walked> {
    let resource_dirs = ["models", "seeds", "snapshots", "analyses", "tests", "macros"].map(str::to_owned);
    let options = loader::ListOptions {
        resource_dirs: &resource_dirs,
        skipped_dirs: &[],
        hidden: loader::HiddenFiles::Skip,
    };
    best(|| {
        let listing = loader::list_files(root, options);
        let paths: Vec<_> = listing.files.iter().map(|file| &file.abs).collect();
        let bytes = AtomicU64::new(0);
        loader::read_many(&paths, |_, _, read| {
            if let Ok(text) = read {
                bytes.fetch_add(text.text.len() as u64, Ordering::Relaxed);
            }
        });
        Ok((paths.len(), bytes.into_inner()))
    })
}

/// The pass in the middle of several, by time; there must be one.
pub fn median(mut passes: Vec<Walked>) -> Walked {
    passes.sort_by_key(|pass| pass.time);
    passes[passes.len() / 2]
}

fn best(pass: impl Fn() -> Result<(usize, u64)>) -> Result<Walked> {
    let mut best: Option<Walked> = None;
    for _ in 0..4 {
        let begun = Instant::now();
        let (files, bytes) = pass()?;
        let time = begun.elapsed();
        if best.is_none_or(|b| time < b.time) {
            best = Some(Walked { files, bytes, time });
        }
    }
    best.context("at least one pass")
}

/// How long serde_json needs to skip through a JSON file: read in pieces, and from memory (reading included).
pub fn skip_json(file: &Path) -> Result<(Duration, Duration)> {
    let mut streamed = Duration::MAX;
    let mut whole = Duration::MAX;
    for _ in 0..3 {
        let begun = Instant::now();
        let reader = BufReader::with_capacity(1 << 20, std::fs::File::open(file)?);
        let _: serde::de::IgnoredAny = serde_json::from_reader(reader)?;
        streamed = streamed.min(begun.elapsed());

        let begun = Instant::now();
        let bytes = std::fs::read(file)?;
        let _: serde::de::IgnoredAny = serde_json::from_slice(&bytes)?;
        whole = whole.min(begun.elapsed());
    }
    Ok((streamed, whole))
}
