//! `duplicate-dependency`: the same project or package twice in one file (spec §12).

use project::deps::DependencyFacts;
use rustc_hash::FxHashMap;

use super::FileCx;
use super::dependencies::{DepSite, remove};
use crate::{Diagnostic, Severity, Tag};

pub(super) const CODE: &str = "duplicate-dependency";

pub(super) fn check(site: &DepSite<'_>) -> Option<Diagnostic> {
    let name = &site.dep.name;
    let first = site.facts.projects[..site.at].iter().find(|earlier| earlier.name == *name)?;
    Some(
        Diagnostic::new(
            CODE,
            site.dep.name_range,
            Severity::Warning,
            format!("the project '{name}' is declared twice: remove one of the entries"),
        )
        .related(Some(site.cx.here(first.name_range)), "first declared here")
        .tag(Tag::Unused)
        .fix(site.remove()),
    )
}

/// Packages of the same kind and source.
pub(super) fn packages(cx: &FileCx<'_>, facts: &DependencyFacts, out: &mut Vec<Diagnostic>) {
    let mut seen = FxHashMap::default();
    for package in facts.packages.iter().filter(|package| !package.source.is_empty()) {
        // A repository may hold several packages, each in a subdirectory of its own.
        if !matches!(package.kind.as_str(), "package" | "local") {
            continue;
        }
        let Some(first) = seen.insert((&package.kind, &package.source), package.source_range) else {
            continue;
        };
        seen.insert((&package.kind, &package.source), first);
        let message = format!("the package '{}' is listed twice: remove one of the entries", package.source);
        let fix = remove(cx, package.range, None, format!("Remove '{}'", package.source));
        out.push(
            Diagnostic::new(CODE, package.source_range, Severity::Warning, message)
                .related(Some(cx.here(first)), "first listed here")
                .fix(fix),
        );
    }
}
