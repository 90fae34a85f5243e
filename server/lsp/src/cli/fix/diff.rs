//! What fixes would change, as a unified diff that `patch -p1` and `git apply` take.

use super::Outcome;
use crate::queries::relative;
use similar::TextDiff;
use std::path::Path;

/// How many unchanged lines stand around a change.
const CONTEXT: usize = 3;

/// The diff of all files, in the order of their paths, which are relative to `base`.
pub fn unified(outcome: &Outcome, base: &str) -> String {
    let mut out = String::new();
    for (path, (old, new)) in &outcome.files {
        let name = relative(path, base);
        let (from, to) = (format!("a/{name}"), format!("b/{name}"));
        let from = if old.is_some() { from.as_str() } else { "/dev/null" };
        // `patch` compares bytes: a mark that stays is part of the first line.
        let bom = old.is_some() && loader::read_text(Path::new(path)).is_ok_and(|text| text.bom);
        let marked = |text: &str| if bom { format!("\u{feff}{text}") } else { text.to_owned() };
        let (old, new) = (marked(old.as_deref().unwrap_or_default()), marked(new));
        let diff = TextDiff::from_lines(&old, &new);
        out.push_str(&diff.unified_diff().context_radius(CONTEXT).header(from, &to).to_string());
    }
    out
}
