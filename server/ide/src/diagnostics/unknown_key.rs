//! `unknown-key`: a key of `dependencies.yml` or `packages.yml` that means nothing to dbt (spec §12).

use project::deps::{DepProblem, DependencyFacts};

use super::dependencies::{instead, shape_severity};
use super::{FileCx, wording};
use crate::Diagnostic;

pub(super) const CODE: &str = "unknown-key";

pub(super) fn found(
    cx: &FileCx<'_>,
    facts: &DependencyFacts,
    problem: &DepProblem,
    fatal: bool,
) -> Diagnostic {
    let near = problem.instead.as_deref().filter(|near| !is_taken(facts, problem, near));
    let message = format!("{}{}", problem.message, wording::did_you_mean(near));
    let fix = near.and_then(|_| instead(cx, problem, problem.range));
    Diagnostic::new(CODE, problem.range, shape_severity(cx, fatal), message).fix(fix)
}

/// Whether the suggested key is there already.
fn is_taken(facts: &DependencyFacts, problem: &DepProblem, key: &str) -> bool {
    match key {
        "projects" => facts.projects_key.is_some(),
        "packages" => facts.packages_key.is_some(),
        "name" => facts.projects.iter().any(|project| project.range.contains_range(problem.range)),
        kind => facts
            .packages
            .iter()
            .any(|package| package.range.contains_range(problem.range) && package.kind == kind),
    }
}

#[cfg(test)]
mod tests {
    use expect_test::expect;

    use crate::diagnostics::tests::{check, check_v2};

    const SHOP: &str = "
//- shop/dbt_project.yml
name: shop
//- shop/dependencies.yml
$0project:
  - name: x
models: []
projects:
  - name: books
    branch: main
    nmae: books
//- shop/models/report.sql
select * from {{ ref('books', 'ledger') }}
//- shop @manifest books
model ledger public
";

    #[test]
    fn dbt_v1_is_silent() {
        check(
            SHOP,
            expect![[r#"
            warning[unknown-key]: 'project' is no key of this file: use 'projects' or 'packages'
             --> shop/dependencies.yml:1:1
              |
            1 | project:
              | ^^^^^^^
            warning[unknown-key]: 'models' is no key of this file: use 'projects' or 'packages'
             --> shop/dependencies.yml:3:1
              |
            3 | models: []
              | ^^^^^^
            warning[unknown-key]: 'branch' is no key of a project: only 'name' is
             --> shop/dependencies.yml:6:5
              |
            6 |     branch: main
              |     ^^^^^^
            warning[unknown-key]: 'nmae' is no key of a project: only 'name' is
             --> shop/dependencies.yml:7:5
              |
            7 |     nmae: books
              |     ^^^^
        "#]],
        );
    }

    #[test]
    fn dbt_v2_refuses() {
        check_v2(
            SHOP,
            expect![[r#"
            error[unknown-key]: 'project' is no key of this file: use 'projects' or 'packages'
             --> shop/dependencies.yml:1:1
              |
            1 | project:
              | ^^^^^^^
            error[unknown-key]: 'models' is no key of this file: use 'projects' or 'packages'
             --> shop/dependencies.yml:3:1
              |
            3 | models: []
              | ^^^^^^
            error[unknown-key]: 'branch' is no key of a project: only 'name' is
             --> shop/dependencies.yml:6:5
              |
            6 |     branch: main
              |     ^^^^^^
            error[unknown-key]: 'nmae' is no key of a project: only 'name' is
             --> shop/dependencies.yml:7:5
              |
            7 |     nmae: books
              |     ^^^^
        "#]],
        );
    }

    #[test]
    fn in_a_package_and_in_packages_yml_both_refuse() {
        check(
            "
//- shop/dbt_project.yml
name: shop
//- shop/dbt_packages/utils/dbt_project.yml
name: utils
//- shop/packages.yml
packages:
  - git: https://example.com/utils.git
    revison: main
package: x
",
            expect![[r#"
                error[unknown-key]: 'revison' is no key of a package; did you mean 'revision'?
                 --> shop/packages.yml:3:5
                  |
                3 |     revison: main
                  |     ^^^^^^^
                  |
                  = fix: Change to 'revision' (preferred)
                error[unknown-key]: 'package' is no key of this file: use 'projects' or 'packages'
                 --> shop/packages.yml:4:1
                  |
                4 | package: x
                  | ^^^^^^^
            "#]],
        );
    }
}
