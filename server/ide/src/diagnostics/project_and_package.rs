//! `project-and-package`: one name as an upstream and as a package; the package's copy wins in every ref.

use project::{FileId, Package};
use text::TextRange;

use super::FileCx;
use super::dependencies::DepSite;
use crate::{Diagnostic, Place, Severity};

pub(super) const CODE: &str = "project-and-package";

pub(super) fn check(site: &DepSite<'_>) -> Option<Diagnostic> {
    let (cx, name) = (site.cx, &site.dep.name);
    let installed =
        cx.resolver.packages().find(|package| package.id != cx.project.id && package.name() == name);
    let listed = listed(cx, name);
    let place = listed.map(|(file, range)| Place::File { file, full: range, focus: range });
    if installed.is_none() && place.is_none() {
        return None;
    }
    let place = place.or_else(|| home(installed?));
    let message = format!(
        "'{name}' is declared as a project and installed as a package, whose models win in every ref: keep one of the two"
    );
    Some(
        Diagnostic::new(CODE, site.dep.name_range, Severity::Warning, message)
            .related(place, format!("the package '{name}'"))
            .fix(site.remove()),
    )
}

/// The entry of a package whose source tells its name.
fn listed(cx: &FileCx<'_>, name: &str) -> Option<(FileId, TextRange)> {
    ["packages.yml", "dependencies.yml"].into_iter().find_map(|path| {
        let file = cx.project.file(path)?;
        let facts = cx.analysis.mesh.facts(file)?.dependencies.as_deref()?;
        let package = facts.packages.iter().find(|package| package.name() == Some(name))?;
        Some((file, package.source_range))
    })
}

fn home(package: &Package) -> Option<Place> {
    let range = package.config.name.as_ref().map(|(_, range)| *range)?;
    Some(Place::File { file: package.file("dbt_project.yml")?, full: range, focus: range })
}

#[cfg(test)]
mod tests {
    use expect_test::expect;

    use crate::diagnostics::tests::{PLATFORM, check};

    #[test]
    fn installed_or_listed() {
        let finance = "//- finance/dbt_project.yml\nname: finance\n\
             //- finance/dbt_packages/platform/dbt_project.yml\nname: platform\n\
             //- finance/dependencies.yml\n$0projects:\n  - name: platform\n";
        check(
            &format!("{finance}{PLATFORM}"),
            expect![[r#"
            warning[project-and-package]: 'platform' is declared as a project and installed as a package, whose models win in every ref: keep one of the two
             --> finance/dependencies.yml:2:11
              |
            2 |   - name: platform
              |           ^^^^^^^^
              |
              = note: the package 'platform': finance/dbt_packages/platform/dbt_project.yml:1
              = fix: Remove 'platform'
        "#]],
        );
        let packages = "packages:\n  - {package: us/platform, version: 1.0.0}\n";
        check(
            &format!("{finance}{packages}{PLATFORM}"),
            expect![[r#"
            warning[project-and-package]: 'platform' is declared as a project and installed as a package, whose models win in every ref: keep one of the two
             --> finance/dependencies.yml:2:11
              |
            2 |   - name: platform
              |           ^^^^^^^^
            3 | packages:
            4 |   - {package: us/platform, version: 1.0.0}
              |               ----------- the package 'platform'
              |
              = fix: Remove 'platform'
        "#]],
        );
    }

    #[test]
    fn different_names_are_fine() {
        check(
            &format!(
                "//- finance/dbt_project.yml\nname: finance\n//- finance/dbt_packages/utils/dbt_project.yml\nname: utils\n\
                 //- finance/models/r.sql\nselect * from {{{{ ref('platform', 'orders') }}}}\n\
                 //- finance/dependencies.yml\n$0projects:\n  - name: platform\npackages:\n  - local: ../utils\n{PLATFORM}"
            ),
            expect![[r#"
                nothing
            "#]],
        );
    }
}
