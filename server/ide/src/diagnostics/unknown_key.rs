//! `unknown-key`: a key of `dependencies.yml` or `packages.yml` that means nothing to dbt (spec §12).

use project::deps::DepProblem;

use super::dependencies::{instead, shape_severity};
use super::{FileCx, wording};
use crate::Diagnostic;

pub(super) const CODE: &str = "unknown-key";

pub(super) fn found(cx: &FileCx<'_>, problem: &DepProblem, fatal: bool) -> Diagnostic {
    let message = format!("{}{}", problem.message, wording::did_you_mean(problem.instead.as_deref()));
    Diagnostic::new(CODE, problem.range, shape_severity(cx, fatal), message).fix(instead(
        cx,
        problem,
        problem.range,
    ))
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
        check(SHOP, expect![[r#"
            warning[unknown-key]: 'project' is no key of this file: use 'projects' or 'packages'; did you mean 'projects'?
             --> shop/dependencies.yml:1:1
              |
            1 | project:
              | ^^^^^^^
              |
              = fix: Change to 'projects' (preferred)
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
            warning[unknown-key]: 'nmae' is no key of a project: only 'name' is; did you mean 'name'?
             --> shop/dependencies.yml:7:5
              |
            7 |     nmae: books
              |     ^^^^
              |
              = fix: Change to 'name' (preferred)
        "#]]);
    }

    #[test]
    fn dbt_v2_refuses() {
        check_v2(SHOP, expect![[r#"
            error[unknown-key]: 'project' is no key of this file: use 'projects' or 'packages'; did you mean 'projects'?
             --> shop/dependencies.yml:1:1
              |
            1 | project:
              | ^^^^^^^
              |
              = fix: Change to 'projects' (preferred)
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
            error[unknown-key]: 'nmae' is no key of a project: only 'name' is; did you mean 'name'?
             --> shop/dependencies.yml:7:5
              |
            7 |     nmae: books
              |     ^^^^
              |
              = fix: Change to 'name' (preferred)
        "#]]);
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
                error[unknown-key]: 'package' is no key of this file: use 'projects' or 'packages'; did you mean 'packages'?
                 --> shop/packages.yml:4:1
                  |
                4 | package: x
                  | ^^^^^^^
                  |
                  = fix: Change to 'packages' (preferred)
            "#]],
        );
    }
}
