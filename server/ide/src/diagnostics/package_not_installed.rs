//! `package-not-installed`: dbt counts the folders in the packages folder and refuses to parse when some are
//! missing (spec §12).

use project::Package;
use project::deps::{DependencyFacts, PackageDep};

use super::FileCx;
use crate::{Diagnostic, Severity};

pub(super) const CODE: &str = "package-not-installed";

pub(super) fn check(cx: &FileCx<'_>, facts: &DependencyFacts, out: &mut Vec<Diagnostic>) {
    for missing in cx.resolver.uninstalled() {
        let here = facts.packages.iter().any(|package| std::ptr::eq(package, missing));
        if here && !seems_installed(cx, missing) {
            let message = format!(
                "the package '{}' is not in {}: run 'dbt deps'",
                missing.source, cx.project.config.packages_path
            );
            out.push(Diagnostic::new(CODE, missing.source_range, Severity::Error, message));
        }
    }
}

/// Only the package itself says what it is called, but a repository or folder mostly has its name.
fn seems_installed(cx: &FileCx<'_>, package: &PackageDep) -> bool {
    let end = package.source.trim_end_matches('/').rsplit(['/', ':']).next().unwrap_or_default();
    let guess = end.trim_end_matches(".git").replace('-', "_");
    let root = || cx.resolver.packages().filter(|known| known.id != cx.project.id);
    let named = |known: &Package| {
        let folder = known.root.rsplit('/').next().unwrap_or_default();
        known.name() == guess || folder.replace('-', "_") == guess
    };
    package.name().is_none() && root().any(named)
}
