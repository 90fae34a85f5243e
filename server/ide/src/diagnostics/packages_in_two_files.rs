//! `packages-in-two-files`: dbt reads packages from one file only (spec §12).

use project::deps::DependencyFacts;
use project::flavor::Flavor;
use project::layout::FileKind;

use super::FileCx;
use crate::{Diagnostic, Place, Severity};

pub(super) const CODE: &str = "packages-in-two-files";

pub(super) fn check(cx: &FileCx<'_>, facts: &DependencyFacts, out: &mut Vec<Diagnostic>) {
    // One finding for the two files.
    let Some(key) = facts.packages_key.filter(|_| cx.entry.kind == FileKind::Dependencies) else { return };
    let Some(file) = cx.project.file("packages.yml") else { return };
    let other = cx.analysis.mesh.facts(file).and_then(|facts| facts.dependencies.as_deref());
    let Some((other, range)) = other.and_then(|other| Some((other, other.packages_key?))) else { return };
    // dbt v1 minds the key, v2 only two lists with something in them.
    if cx.flavor() == Flavor::V2 && (facts.packages.is_empty() || other.packages.is_empty()) {
        return;
    }
    let place = Place::File { file, full: range, focus: range };
    let message = "'packages' is also in packages.yml, and dbt takes it from one file only: move all packages there, or \
                   all of them here";
    out.push(Diagnostic::new(CODE, key, Severity::Error, message).related(Some(place), "the other list"));
}

#[cfg(test)]
mod tests {
    use expect_test::expect;

    use crate::diagnostics::tests::{check, check_v2};

    fn shop(here: &str, there: &str) -> String {
        format!(
            "//- shop/dbt_project.yml\nname: shop\n//- shop/dbt_packages/a/dbt_project.yml\nname: a\n\
             //- shop/dependencies.yml\n{here}//- shop/packages.yml\n{there}"
        )
    }

    const LIST: &str = "packages:\n  - {package: x/a, version: 1.0.0}\n";

    #[test]
    fn two_lists() {
        check(
            &shop(LIST, LIST),
            expect![[r#"
            error[packages-in-two-files]: 'packages' is also in packages.yml, and dbt takes it from one file only: move all packages there, or all of them here
             --> shop/dependencies.yml:1:1
              |
            1 | packages:
              | ^^^^^^^^
              |
              = note: the other list: shop/packages.yml:1
        "#]],
        );
    }

    #[test]
    fn an_empty_list_counts_for_dbt_v1_only() {
        check(
            &shop(LIST, "packages: []\n"),
            expect![[r#"
            error[packages-in-two-files]: 'packages' is also in packages.yml, and dbt takes it from one file only: move all packages there, or all of them here
             --> shop/dependencies.yml:1:1
              |
            1 | packages:
              | ^^^^^^^^
              |
              = note: the other list: shop/packages.yml:1
        "#]],
        );
        check_v2(
            &shop(LIST, "packages: []\n"),
            expect![[r#"
            nothing
        "#]],
        );
    }

    #[test]
    fn one_list_and_projects_are_the_usual_case() {
        check(
            &shop("projects: []\n", LIST),
            expect![[r#"
            nothing
        "#]],
        );
    }
}
