//! The user's word on findings: severities, switched-off codes, comments in place.

use super::FileCx;
use crate::Diagnostic;

/// Applies `rules:` and `dbt-mesh: ignore` comments, and puts findings in order.
pub(super) fn finish(cx: &FileCx<'_>, out: &mut Vec<Diagnostic>) {
    out.retain_mut(|found| {
        let silenced = cx.facts.suppressions.iter().any(|comment| comment.covers(found.code, found.range));
        match cx.analysis.rules.level(cx.project.id, found.code, found.severity) {
            Some(level) if !silenced => {
                found.severity = level;
                true
            }
            _ => false,
        }
    });
    out.sort_by(|a, b| {
        (a.range.start(), a.range.end(), a.code).cmp(&(b.range.start(), b.range.end(), b.code))
    });
    out.dedup_by(|a, b| a.code == b.code && a.range == b.range && a.message == b.message);
}
