//! What no server can beat: walking the tree and reading its bytes, skipping through a manifest.

use anyhow::{Context, Result};
use std::io::BufReader;
use std::path::Path;
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

/// The best of three passes, one thread, file cache warm: the walker that the server uses, every file read.
pub fn walk(root: &Path) -> Result<Walked> {
    let mut best: Option<Walked> = None;
    for _ in 0..4 {
        let begun = Instant::now();
        let (mut files, mut bytes) = (0, 0);
        for entry in ignore::WalkBuilder::new(root).hidden(false).build() {
            let entry = entry?;
            if entry.file_type().is_some_and(|t| t.is_file()) {
                bytes += std::fs::read(entry.path())?.len() as u64;
                files += 1;
            }
        }
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
