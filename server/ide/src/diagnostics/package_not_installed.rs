//! `package-not-installed`: dbt counts the folders in the packages folder and refuses to parse when some are
//! missing (spec §12).

use project::Package;
use project::deps::{DependencyFacts, PackageDep};
use project::flavor::Flavor;

use super::FileCx;
use crate::{Diagnostic, Severity};

pub(super) const CODE: &str = "package-not-installed";

pub(super) fn check(cx: &FileCx<'_>, facts: &DependencyFacts, out: &mut Vec<Diagnostic>) {
    let missing: Vec<&PackageDep> = cx.resolver.uninstalled().collect();
    let unnamed = unnamed(cx, &missing);
    for package in missing {
        let here = facts.packages.iter().any(|known| std::ptr::eq(known, package));
        let surely = package.name().is_some() || unnamed.iter().any(|known| std::ptr::eq(*known, package));
        if here && surely {
            let folder = &cx.project.config.packages_path;
            let message = format!("the package '{}' is not in {folder}: run 'dbt deps'", package.source);
            // dbt v2 takes a folder that is there as it is.
            let read = cx.flavor() == Flavor::V2 && in_its_folder(cx, package).is_some();
            let severity = if read { Severity::Warning } else { Severity::Error };
            out.push(Diagnostic::new(CODE, package.source_range, severity, message));
        }
    }
}

/// The project that a `local` package is, in its own folder, where it is known.
pub(super) fn in_its_folder<'a>(cx: &FileCx<'a>, package: &PackageDep) -> Option<&'a Package> {
    cx.analysis.mesh.package_at(&package.folder(&cx.project.root)?)
}

/// Those among the missing packages whose names only they themselves know, and for which no installed package
/// is left over: git repositories, archives, folders.
fn unnamed<'a>(cx: &FileCx<'_>, missing: &[&'a PackageDep]) -> Vec<&'a PackageDep> {
    let listed: Vec<&str> = ["packages.yml", "dependencies.yml"]
        .into_iter()
        .filter_map(|path| cx.analysis.mesh.facts(cx.project.file(path)?)?.dependencies.as_deref())
        .flat_map(|facts| facts.packages.iter().filter_map(PackageDep::name))
        .collect();
    let installed = cx.project.installed.iter().filter_map(|id| cx.analysis.mesh.package(*id));
    let mut left: Vec<&Package> = installed.filter(|known| !listed.contains(&known.name())).collect();
    let mut unnamed: Vec<&PackageDep> =
        missing.iter().copied().filter(|package| package.name().is_none()).collect();
    // A repository or folder mostly has the name of its package.
    unnamed.retain(|package| match left.iter().position(|known| is_likely(known, &package.source)) {
        Some(at) => {
            left.swap_remove(at);
            false
        }
        None => true,
    });
    if left.len() >= unnamed.len() { Vec::new() } else { unnamed }
}

fn is_likely(package: &Package, source: &str) -> bool {
    let end = source.trim_end_matches('/').rsplit(['/', ':']).next().unwrap_or_default();
    let guess = end.trim_end_matches(".git").replace('-', "_");
    let folder = package.root.rsplit('/').next().unwrap_or_default();
    package.name() == guess || folder.replace('-', "_") == guess
}

#[cfg(test)]
mod tests {
    use expect_test::expect;

    use crate::diagnostics::tests::{check, check_v2};

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
    fn v2_reads_a_folder_where_it_is() {
        check_v2(
            "
//- w/shop/dbt_project.yml
name: shop
//- w/tools/dbt_project.yml
name: tools
//- w/shop/packages.yml
packages:
  - local: ./../tools
",
            expect![[r#"
                warning[package-not-installed]: the package './../tools' is not in dbt_packages: run 'dbt deps'
                 --> w/shop/packages.yml:2:12
                  |
                2 |   - local: ./../tools
                  |            ^^^^^^^^^^
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
