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

#[cfg(test)]
mod tests {
    use expect_test::expect;

    use crate::diagnostics::tests::{check};

    #[test]
    fn listed_and_not_there() {
        check(
            "
//- shop/dbt_project.yml
name: shop
//- shop/dbt_packages/dbt_utils/dbt_project.yml
name: dbt_utils
//- shop/packages.yml
packages:
  - package: dbt-labs/dbt_utils
    version: 1.3.0
  - package: calogica/dbt_date
    version: 0.1.0
  - git: https://example.com/things.git
    revision: main
",
            expect![[r#"
                error[package-not-installed]: the package 'calogica/dbt_date' is not in dbt_packages: run 'dbt deps'
                 --> shop/packages.yml:4:14
                  |
                4 |   - package: calogica/dbt_date
                  |              ^^^^^^^^^^^^^^^^^
                error[package-not-installed]: the package 'https://example.com/things.git' is not in dbt_packages: run 'dbt deps'
                 --> shop/packages.yml:6:10
                  |
                6 |   - git: https://example.com/things.git
                  |          ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
            "#]],
        );
    }

    #[test]
    fn all_there() {
        check(
            "
//- shop/dbt_project.yml
name: shop
//- shop/dbt_packages/dbt_utils/dbt_project.yml
name: dbt_utils
//- shop/dbt_packages/things/dbt_project.yml
name: whatever
//- shop/packages.yml
packages:
  - package: dbt-labs/dbt_utils
    version: 1.3.0
  - git: https://example.com/things.git
    revision: main
",
            expect![[r#"
                nothing
            "#]],
        );
    }
}
