//! `duplicate-dependency`: the same project or package twice in one file (spec §12).

use project::deps::DependencyFacts;
use rustc_hash::FxHashMap;

use super::FileCx;
use super::dependencies::{DepSite, remove};
use super::package_not_installed::in_its_folder;
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
    let mut folders: Vec<(&str, &str)> = Vec::new();
    for package in facts.packages.iter().filter(|package| !package.source.is_empty()) {
        // A repository may hold several packages, each in a subdirectory of its own.
        if !matches!(package.kind.as_str(), "package" | "local") {
            continue;
        }
        if let Some(local) = in_its_folder(cx, package).filter(|local| !local.name().is_empty()) {
            let (name, root) = (local.name(), &*local.root);
            if folders.iter().any(|(known, other)| *known == name && *other != root) {
                let message = format!("another package is named '{name}' too: dbt takes only one of them");
                out.push(Diagnostic::new(CODE, package.source_range, Severity::Error, message));
            }
            folders.push((name, root));
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

#[cfg(test)]
mod tests {
    use expect_test::expect;

    use crate::diagnostics::tests::{PLATFORM, check, check_fix};

    fn finance(dependencies: &str) -> String {
        format!(
            "//- finance/dbt_project.yml\nname: finance\n//- finance/models/report.sql\n\
             select * from {{{{ ref('platform', 'orders') }}}}\n//- finance/dependencies.yml\n$0{dependencies}{PLATFORM}"
        )
    }

    #[test]
    fn a_project_twice() {
        let source = finance("projects:\n  - name: platform # ours\n  - name: platform # again\n");
        check(
            &source,
            expect![[r#"
            warning[duplicate-dependency]: the project 'platform' is declared twice: remove one of the entries
             --> finance/dependencies.yml:3:11
              |
            2 |   - name: platform # ours
              |           -------- first declared here
            3 |   - name: platform # again
              |           ^^^^^^^^ unused
              |
              = fix: Remove 'platform'
        "#]],
        );
        check_fix(
            &source,
            "Remove",
            expect![[r#"
                projects:
                  - name: platform # ours
            "#]],
        );
    }

    #[test]
    fn a_package_twice_and_two_of_one_repository() {
        check(
            "
//- shop/dbt_project.yml
name: shop
//- shop/dbt_packages/dbt_utils/dbt_project.yml
name: dbt_utils
//- shop/dbt_packages/a/dbt_project.yml
name: a
//- shop/dbt_packages/b/dbt_project.yml
name: b
//- shop/packages.yml
packages:
  - package: dbt-labs/dbt_utils
    version: 1.3.0
  - {package: dbt-labs/dbt_utils, version: 1.2.0}
  - {git: https://example.com/mono.git, subdirectory: a}
  - {git: https://example.com/mono.git, subdirectory: b}
",
            expect![[r#"
                warning[duplicate-dependency]: the package 'dbt-labs/dbt_utils' is listed twice: remove one of the entries
                 --> shop/packages.yml:4:15
                  |
                2 |   - package: dbt-labs/dbt_utils
                  |              ------------------ first listed here
                3 |     version: 1.3.0
                4 |   - {package: dbt-labs/dbt_utils, version: 1.2.0}
                  |               ^^^^^^^^^^^^^^^^^^
                  |
                  = fix: Remove 'dbt-labs/dbt_utils'
            "#]],
        );
    }

    #[test]
    fn two_folders_with_one_name() {
        check(
            "
//- w/shop/dbt_project.yml
name: shop
//- w/a/dbt_project.yml
name: tools
//- w/b/dbt_project.yml
name: tools
//- w/shop/dbt_packages/tools/dbt_project.yml
name: tools
//- w/shop/dbt_packages/more/dbt_project.yml
name: more
//- w/shop/packages.yml
packages:
  - local: ../a
  - local: ../b
",
            expect![[r#"
                error[duplicate-dependency]: another package is named 'tools' too: dbt takes only one of them
                 --> w/shop/packages.yml:3:12
                  |
                3 |   - local: ../b
                  |            ^^^^
            "#]],
        );
    }
}
