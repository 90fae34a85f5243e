//! `missing-name`: an entry under `projects:` without a name (spec §12).

use project::deps::DepProblem;

use super::FileCx;
use super::dependencies::shape_severity;
use crate::Diagnostic;

pub(super) const CODE: &str = "missing-name";

pub(super) fn found(cx: &FileCx<'_>, problem: &DepProblem) -> Diagnostic {
    Diagnostic::new(CODE, problem.range, shape_severity(cx, false), problem.message.clone())
}

#[cfg(test)]
mod tests {
    use expect_test::expect;

    use crate::diagnostics::tests::{check, check_v2};

    const SHOP: &str = "
//- shop/dbt_project.yml
name: shop
//- shop/dependencies.yml
projects:
  - name:
  - {}
  -
";

    #[test]
    fn nothing_behind_the_key_or_no_key() {
        check(
            SHOP,
            expect![[r#"
            warning[missing-name]: this project has no name: use the 'name' of its dbt_project.yml
             --> shop/dependencies.yml:2:5
              |
            2 |   - name:
              |     ^^^^
            warning[missing-name]: this project has no name: use the 'name' of its dbt_project.yml
             --> shop/dependencies.yml:3:5
              |
            3 |   - {}
              |     ^^
            warning[missing-name]: this project has no name: write '- name: <name in its dbt_project.yml>'
             --> shop/dependencies.yml:4:4
              |
            4 |   -
              |    ^
        "#]],
        );
    }

    #[test]
    fn dbt_v2_refuses() {
        check_v2(
            SHOP,
            expect![[r#"
            error[missing-name]: this project has no name: use the 'name' of its dbt_project.yml
             --> shop/dependencies.yml:2:5
              |
            2 |   - name:
              |     ^^^^
            error[missing-name]: this project has no name: use the 'name' of its dbt_project.yml
             --> shop/dependencies.yml:3:5
              |
            3 |   - {}
              |     ^^
            error[missing-name]: this project has no name: write '- name: <name in its dbt_project.yml>'
             --> shop/dependencies.yml:4:4
              |
            4 |   -
              |    ^
        "#]],
        );
    }
}
