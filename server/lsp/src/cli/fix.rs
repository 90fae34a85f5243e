//! `check --fix`: makes fixes round by round in memory until nothing changes, then writes what is left of them.
//!
//! A fix after which more would be wrong is taken back. Must not know what the fixes are about.

mod diff;

use super::report::severity_name;
use crate::analysis::{self, Analysis, Loaded};
use crate::queries::{self, relative};
use anyhow::Context;
use ide::{Confidence, Depth, Diagnostic, Fix, Severity, Together};
use loader::Replacement;
use project::FileId;
use rustc_hash::FxHashSet;
use serde::Serialize;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use text::{Encoding, LineIndex};

pub use diff::unified;

/// No project needs more: each round makes every fix that does not touch another one.
const ROUNDS: usize = 10;

/// A fix that was made.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Fixed {
    /// The finding's code.
    pub code: &'static str,
    /// How bad it was.
    pub severity: &'static str,
    /// What was done: an imperative sentence.
    pub title: String,
    /// Where the finding was, relative to PATH, with `/`.
    pub file: String,
    /// 1-based; in the text as it was when it was fixed.
    pub line: u32,
    /// 1-based, in characters.
    pub column: u32,
}

/// What all fixes come to.
#[derive(Debug, Default)]
pub struct Outcome {
    /// In the order in which they were made.
    pub fixed: Vec<Fixed>,
    /// Files by absolute path: what they held, `None` for new ones, and what they hold now.
    pub files: BTreeMap<String, (Option<Arc<str>>, Arc<str>)>,
}

impl Outcome {
    /// Writes every file, unless one of them is not as it was read.
    pub fn write(&self) -> anyhow::Result<()> {
        let all: Vec<Replacement> = self
            .files
            .iter()
            .map(|(path, (old, new))| Replacement {
                path: PathBuf::from(path),
                old: old.as_deref().map(str::to_owned),
                new: new.to_string(),
            })
            .collect();
        for file in &all {
            file.check().map_err(anyhow::Error::msg).context("nothing was fixed")?;
        }
        for file in &all {
            file.make().map_err(anyhow::Error::msg)?;
        }
        Ok(())
    }
}

/// A fix that could be made.
struct Candidate {
    file: FileId,
    found: Diagnostic,
    fix: Fix,
}

/// Makes the fixes of files below `roots`.
pub fn fix(loaded: &mut Loaded, roots: &[PathBuf], confidence: Confidence, base: &str) -> Outcome {
    let roots: Vec<PathBuf> = roots.iter().map(|root| loader::canonical(root)).collect();
    let mut run =
        Run { loaded, roots, confidence, base, refused: FxHashSet::default(), out: Outcome::default() };
    for _ in 0..ROUNDS {
        if !run.round() {
            break;
        }
    }
    // What ends where it began was no change.
    run.out.files.retain(|_, (old, new)| old.as_ref() != Some(new));
    run.out
}

struct Run<'a> {
    loaded: &'a mut Loaded,
    roots: Vec<PathBuf>,
    confidence: Confidence,
    base: &'a str,
    /// Fixes that made things worse: file, code and title.
    refused: FxHashSet<(FileId, &'static str, String)>,
    out: Outcome,
}

/// Errors, and everything.
type Count = (usize, usize);

impl Run<'_> {
    /// Makes what goes together. False when there is nothing.
    fn round(&mut self) -> bool {
        let before = self.loaded.analysis();
        let (found, count) = self.findings(&before);
        // Some fixes need the text of their file.
        for file in found {
            if let (Some(path), Some(text)) = (before.path(file), before.text(file)) {
                self.loaded.set_text(&path, text);
            }
        }
        let now = self.loaded.analysis();
        let candidates = self.candidates(&now);
        let good = self.good(&now, count, candidates);
        if good.is_empty() {
            return false;
        }
        self.make(&now, &good);
        true
    }

    /// The files with findings, and how many there are.
    fn findings(&self, analysis: &Analysis) -> (Vec<FileId>, Count) {
        let (mut files, mut count) = (Vec::new(), (0, 0));
        for (file, _) in queries::files(analysis) {
            // Nothing cancels the command line.
            let found = analysis::diagnostics(analysis, file, Depth::Full).unwrap_or_default();
            count.0 += found.iter().filter(|found| found.severity == Severity::Error).count();
            count.1 += found.len();
            if !found.is_empty() {
                files.push(file);
            }
        }
        (files, count)
    }

    /// In the order of paths and places.
    fn candidates(&self, analysis: &Analysis) -> Vec<Candidate> {
        let mut out = Vec::new();
        for (file, _) in queries::files(analysis) {
            let fixes = analysis::automatic_fixes(analysis, file, self.confidence).unwrap_or_default();
            for (found, fix) in fixes {
                let is_refused = self.refused.contains(&(file, found.code, fix.title.clone()));
                if !is_refused && self.is_inside(analysis, &fix) {
                    out.push(Candidate { file, found, fix });
                }
            }
        }
        out
    }

    /// Whether all that a fix touches lies where we may write.
    fn is_inside(&self, analysis: &Analysis, fix: &Fix) -> bool {
        // Of a link what it leads to.
        let inside = |path: &str| {
            let real = loader::canonical(Path::new(path));
            self.roots.iter().any(|root| real.starts_with(root))
        };
        let change = &fix.change;
        // Files that are made and changed: no fix that nobody looks at moves or deletes one.
        change.moves.is_empty()
            && change.delete.is_empty()
            && change.edits.iter().all(|(file, _)| analysis.path(*file).is_some_and(|path| inside(&path)))
            && change.create.iter().all(|(path, _)| inside(path))
    }

    /// Those that go together and leave less wrong than there is; tried by halves where all of them do not.
    fn good(&mut self, now: &Analysis, count: Count, candidates: Vec<Candidate>) -> Vec<Candidate> {
        let mut together = Together::default();
        let fitting: Vec<Candidate> =
            candidates.into_iter().filter(|one| together.add(&one.fix.change)).collect();
        self.better(now, count, fitting)
    }

    fn better(&mut self, now: &Analysis, count: Count, mut fixes: Vec<Candidate>) -> Vec<Candidate> {
        if fixes.is_empty() || self.improves(now, count, &fixes) {
            return fixes;
        }
        if fixes.len() == 1 {
            let one = fixes.remove(0);
            tracing::info!("'{}' would leave more findings than there are", one.fix.title);
            self.refused.insert((one.file, one.found.code, one.fix.title));
            return Vec::new();
        }
        let second = fixes.split_off(fixes.len() / 2);
        let mut good = self.better(now, count, fixes);
        let more = self.better(now, count, second);
        let first = good.len();
        good.extend(more);
        if !self.improves(now, count, &good) {
            // Each half is good without the other: the next round looks at the second one again.
            good.truncate(first);
        }
        good
    }

    /// Whether there is less to say once they are made. Leaves everything as it was.
    fn improves(&mut self, now: &Analysis, count: Count, fixes: &[Candidate]) -> bool {
        let texts = texts(now, fixes);
        for (path, (_, new)) in &texts {
            self.loaded.set_text(path, Arc::clone(new));
        }
        let (_, after) = self.findings(&self.loaded.analysis());
        let is_better = after.0 <= count.0 && after.1 < count.1;
        for (path, (old, _)) in &texts {
            match old {
                Some(old) => self.loaded.set_text(path, Arc::clone(old)),
                None => self.loaded.forget(path),
            }
        }
        is_better
    }

    fn make(&mut self, now: &Analysis, fixes: &[Candidate]) {
        for one in fixes {
            self.out.fixed.extend(self.fixed(now, one));
        }
        for (path, (old, new)) in texts(now, fixes) {
            self.loaded.set_text(&path, Arc::clone(&new));
            let known = self.out.files.entry(path).or_insert_with(|| (old, Arc::clone(&new)));
            known.1 = new;
        }
    }

    fn fixed(&self, now: &Analysis, one: &Candidate) -> Option<Fixed> {
        let (path, text) = (now.path(one.file)?, now.text(one.file)?);
        let place = LineIndex::new(&text).line_col(&text, one.found.range.start(), Encoding::Utf32);
        Some(Fixed {
            code: one.found.code,
            severity: severity_name(one.found.severity),
            title: one.fix.title.clone(),
            file: relative(&path, self.base).to_owned(),
            line: place.line + 1,
            column: place.col + 1,
        })
    }
}

/// Old and new texts of all files that fixes touch, by path.
fn texts(now: &Analysis, fixes: &[Candidate]) -> BTreeMap<String, (Option<Arc<str>>, Arc<str>)> {
    let mut together = Together::default();
    for one in fixes {
        together.add(&one.fix.change);
    }
    let change = together.finish();
    let mut out = BTreeMap::new();
    for (file, edits) in change.edits {
        let (Some(path), Some(text)) = (now.path(file), now.text(file)) else { continue };
        if let Some(new) = text::apply_edits(&text, &edits) {
            out.insert(path.to_string(), (Some(text), new.into()));
        }
    }
    for (path, text) in change.create {
        out.insert(path, (None, text.into()));
    }
    out
}
