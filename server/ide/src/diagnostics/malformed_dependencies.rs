//! `malformed-dependencies`: the file is no YAML, or not of the shape that dbt reads (spec §12).

use project::deps::{DepProblem, DependencyFacts};
use project::flavor::Flavor;

use super::dependencies::{instead, shape_severity};
use super::{FileCx, syntax_error};
use crate::{Diagnostic, Severity};

pub(super) const CODE: &str = "malformed-dependencies";

/// What stops every engine: the YAML itself.
pub(super) fn syntax(cx: &FileCx<'_>, out: &mut Vec<Diagnostic>) {
    out.extend(cx.facts.errors.iter().map(|error| syntax_error::of(cx, CODE, error)));
}

pub(super) fn found(
    cx: &FileCx<'_>,
    facts: &DependencyFacts,
    problem: &DepProblem,
    fatal: bool,
) -> Diagnostic {
    // The quotes of a string belong to what is replaced.
    let entry = facts.projects.iter().find(|project| project.name_range == problem.range);
    let range = entry.map_or(problem.range, |project| project.range);
    Diagnostic::new(CODE, range, shape_severity(cx, fatal), problem.message.clone())
        .fix(instead(cx, problem, range))
}

/// dbt v1 refuses `projects` in packages.yml; v2 reads it there.
pub(super) fn projects_in_packages(cx: &FileCx<'_>, facts: &DependencyFacts, out: &mut Vec<Diagnostic>) {
    let Some(key) = facts.projects_key.filter(|_| cx.flavor() == Flavor::V1) else { return };
    let message = "dbt refuses 'projects' in packages.yml: move it to dependencies.yml";
    out.push(Diagnostic::new(CODE, key, Severity::Error, message));
}

#[cfg(test)]
mod tests {
    use expect_test::expect;

    use crate::diagnostics::tests::{check, check_fix, check_v2};

    fn shop(dependencies: &str) -> String {
        format!("//- shop/dbt_project.yml\nname: shop\n//- shop/dependencies.yml\n$0{dependencies}")
    }

    #[test]
    fn dbt_v1_does_not_look_at_projects_and_v2_refuses() {
        check(
            &shop("projects: platform\n"),
            expect![[r#"
            warning[malformed-dependencies]: 'projects' must be a list of '- name: <project>'
             --> shop/dependencies.yml:1:11
              |
            1 | projects: platform
              |           ^^^^^^^^
        "#]],
        );
        check_v2(
            &shop("projects: platform\n"),
            expect![[r#"
            error[malformed-dependencies]: 'projects' must be a list of '- name: <project>'
             --> shop/dependencies.yml:1:11
              |
            1 | projects: platform
              |           ^^^^^^^^
        "#]],
        );
    }

    #[test]
    fn what_dbt_v1_refuses_too() {
        check(
            &shop("packages: dbt_utils\n"),
            expect![[r#"
            error[malformed-dependencies]: 'packages' must be a list
             --> shop/dependencies.yml:1:11
              |
            1 | packages: dbt_utils
              |           ^^^^^^^^^
        "#]],
        );
        check(
            &shop("42\n"),
            expect![[r#"
            error[malformed-dependencies]: the file must be a mapping with the keys 'projects' and 'packages'
             --> shop/dependencies.yml:1:1
              |
            1 | 42
              | ^^
        "#]],
        );
        check(
            &shop("packages:\n  - dbt_utils\n  - version: 1.0.0\n  - package: dbt-labs/dbt_utils\n"),
            expect![[r#"
            error[malformed-dependencies]: a package is a mapping with 'package', 'git', 'local', 'tarball' or 'private'
             --> shop/dependencies.yml:2:5
              |
            2 |   - dbt_utils
              |     ^^^^^^^^^
            error[malformed-dependencies]: a package needs one of 'package', 'git', 'local', 'tarball' or 'private'
             --> shop/dependencies.yml:3:5
              |
            3 |   - version: 1.0.0
              |     ^^^^^^^
            error[malformed-dependencies]: a package of the hub needs a 'version'
             --> shop/dependencies.yml:4:5
              |
            4 |   - package: dbt-labs/dbt_utils
              |     ^^^^^^^
            error[package-not-installed]: the package 'dbt-labs/dbt_utils' is not in dbt_packages: run 'dbt deps'
             --> shop/dependencies.yml:4:14
              |
            4 |   - package: dbt-labs/dbt_utils
              |              ^^^^^^^^^^^^^^^^^^
        "#]],
        );
    }

    #[test]
    fn a_bare_name_becomes_an_entry() {
        check(
            &shop("projects:\n  - 'platform'\n"),
            expect![[r#"
            warning[malformed-dependencies]: a project is written '- name: platform'
             --> shop/dependencies.yml:2:5
              |
            2 |   - 'platform'
              |     ^^^^^^^^^^
              |
              = fix: Change to 'name: platform' (preferred)
        "#]],
        );
        check_fix(
            &shop("projects:\n  - 'platform'\n"),
            "Change",
            expect![[r#"
            projects:
              - name: platform
        "#]],
        );
    }

    #[test]
    fn broken_yaml_is_told_once() {
        check(
            &shop("projects:\n  - name: \"platform\n    branch: main\n"),
            expect![[r#"
            error[malformed-dependencies]: this `"` is never closed
             --> shop/dependencies.yml:2:11
              |
            2 |   - name: "platform
              |           ^^^^^^^^^
        "#]],
        );
    }

    #[test]
    fn empty_files_are_fine() {
        check(
            &shop(""),
            expect![[r#"
            nothing
        "#]],
        );
        check(
            &shop("projects:\npackages:\n"),
            expect![[r#"
            nothing
        "#]],
        );
    }

    #[test]
    fn projects_in_packages_yml() {
        let source =
            "//- shop/dbt_project.yml\nname: shop\n//- shop/packages.yml\nprojects: [{name: platform}]\n";
        check(
            source,
            expect![[r#"
            error[malformed-dependencies]: dbt refuses 'projects' in packages.yml: move it to dependencies.yml
             --> shop/packages.yml:1:1
              |
            1 | projects: [{name: platform}]
              | ^^^^^^^^
        "#]],
        );
        check_v2(
            source,
            expect![[r#"
            nothing
        "#]],
        );
    }
}
