//! Quick fixes: the changes that the findings of a place offer.

use project::FileId;
use rustc_hash::FxHashMap;
use text::TextEdit;

use crate::diagnostics::{Depth, FileCx, diagnostics};
use crate::{Analysis, Cancellable, Diagnostic, FileRange, Files, Fix, SourceChange, repairs};

/// Every fix of every finding that touches a range, the certain ones first.
pub fn fixes(analysis: &Analysis, at: FileRange, files: &dyn Files) -> Cancellable<Vec<(Diagnostic, Fix)>> {
    let mut out = Vec::new();
    let Some(cx) = FileCx::new(analysis, at.file) else { return Ok(out) };
    let mut choices = Vec::new();
    for found in diagnostics(analysis, at.file, Depth::Full)? {
        let touches =
            found.range.intersect(at.range).is_some() || found.range.contains_inclusive(at.range.start());
        if touches {
            let of = |fix: Fix| (found.clone(), fix);
            out.extend(repairs::certain(&cx, &found, files).into_iter().map(of));
            out.extend(found.fixes.iter().cloned().map(of));
            choices.extend(repairs::choices(&cx, &found, files).into_iter().map(of));
        }
    }
    out.sort_by_key(|(_, fix)| !fix.preferred);
    // What leaves the finding where it is comes last.
    choices.sort_by_key(|(_, fix)| fix.title.starts_with(repairs::SUPPRESS));
    out.extend(choices);
    Ok(out)
}

/// How sure a fix must be to be made without somebody looking.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Confidence {
    /// It does what the finding asks for, and nothing else is possible.
    Certain,
    /// It is the only proposal, and a good guess.
    Likely,
}

/// Findings that nobody should have to act on: a fix of theirs changes what is meant.
const ADVICE: [&str; 2] = ["prerelease-available", "deprecated-model"];

/// At most one fix of each finding of a file, in order of place.
pub fn automatic(
    analysis: &Analysis,
    file: FileId,
    files: &dyn Files,
    confidence: Confidence,
) -> Cancellable<Vec<(Diagnostic, Fix)>> {
    let mut out = Vec::new();
    let Some(cx) = FileCx::new(analysis, file) else { return Ok(out) };
    for found in diagnostics(analysis, file, Depth::Full)? {
        let certain = repairs::certain(&cx, &found, files).into_iter().chain(found.fixes.iter().cloned());
        let certain = certain.into_iter().find(|fix| fix.preferred);
        let likely = || match found.fixes.as_slice() {
            [only] if confidence == Confidence::Likely && !ADVICE.contains(&found.code) => Some(only.clone()),
            _ => None,
        };
        if let Some(fix) = certain.or_else(likely) {
            out.push((found, fix));
        }
    }
    Ok(out)
}

/// Changes that are made together. The first one of two that touch the same text stays.
#[derive(Debug, Default)]
pub struct Together {
    edits: FxHashMap<FileId, Vec<TextEdit>>,
    change: SourceChange,
}

impl Together {
    /// Adds a change; false when it does not go together with those before. The same change again is no conflict.
    pub fn add(&mut self, change: &SourceChange) -> bool {
        let known = |file: &FileId| self.edits.get(file).map(Vec::as_slice).unwrap_or_default();
        let fits = |file: &FileId, edit: &TextEdit| {
            known(file).iter().all(|other| edit == other || !touch(edit, other))
        };
        let paths: Vec<&String> = self.change.paths().collect();
        let is_new = |path: &&String| !paths.contains(path);
        let same_files = change.create.iter().all(|made| self.change.create.contains(made));
        if !change.edits.iter().all(|(file, edits)| edits.iter().all(|edit| fits(file, edit)))
            || !same_files && !change.paths().all(|path| is_new(&path))
        {
            return false;
        }
        for (file, edits) in &change.edits {
            let all = self.edits.entry(*file).or_default();
            // Several edits of one change may stand at one place.
            let before = all.clone();
            all.extend(edits.iter().filter(|edit| !before.contains(edit)).cloned());
        }
        for made in &change.create {
            if !self.change.create.contains(made) {
                self.change.create.push(made.clone());
            }
        }
        self.change.moves.extend(change.moves.iter().cloned());
        self.change.delete.extend(change.delete.iter().cloned());
        true
    }

    /// All of them as one, files in order.
    pub fn finish(mut self) -> SourceChange {
        self.change.edits = self.edits.into_iter().filter(|(_, edits)| !edits.is_empty()).collect();
        self.change.edits.sort_by_key(|(file, _)| *file);
        for (_, edits) in &mut self.change.edits {
            edits.sort_by_key(|edit| edit.range);
        }
        self.change
    }
}

/// Whether two edits of one text overlap, or insert at one place.
fn touch(a: &TextEdit, b: &TextEdit) -> bool {
    let (a, b) = (a.range, b.range);
    a.0 < b.1 && b.0 < a.1 || a == b || (a.0 == a.1 || b.0 == b.1) && a.0 <= b.1 && b.0 <= a.1
}

impl SourceChange {
    /// The paths of files that come, go or move.
    pub fn paths(&self) -> impl Iterator<Item = &String> {
        let moved = self.moves.iter().flat_map(|(from, to)| [from, to]);
        self.create.iter().map(|(path, _)| path).chain(moved).chain(&self.delete)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn change(at: (u32, u32), text: &str) -> SourceChange {
        let edit = TextEdit { range: at, new_text: text.into() };
        SourceChange { edits: vec![(FileId(1), vec![edit])], ..SourceChange::default() }
    }

    #[test]
    fn of_two_changes_of_one_text_the_first_stays() {
        let mut all = Together::default();
        assert!(all.add(&change((4, 6), "a")));
        assert!(!all.add(&change((5, 9), "b")));
        assert!(!all.add(&change((6, 6), "c")), "where one ends another begins: postponed");
        assert!(all.add(&change((8, 8), "d")));
        assert!(all.add(&change((8, 8), "d")), "the same once more");
        assert!(!all.add(&change((8, 8), "e")));
        let edits: Vec<_> = all.finish().edits[0].1.iter().map(|edit| edit.new_text.clone()).collect();
        assert_eq!(edits, ["a", "d"]);
    }
}
