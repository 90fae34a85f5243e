//! `jinja-in-dependencies`: dbt v1 takes the braces literally, and nobody renders project names (spec §12).

use project::deps::DepProblem;

use crate::{Diagnostic, Severity};

pub(super) const CODE: &str = "jinja-in-dependencies";

pub(super) fn found(problem: &DepProblem) -> Diagnostic {
    Diagnostic::new(CODE, problem.range, Severity::Warning, problem.message.clone())
}

#[cfg(test)]
mod tests {
    use expect_test::expect;

    use crate::diagnostics::tests::{check, check_v2};

    const SHOP: &str = "
//- shop/dbt_project.yml
name: shop
//- shop/dbt_packages/utils/dbt_project.yml
name: utils
//- shop/dependencies.yml
$0projects:
  - name: \"{{ env_var('P') }}\"
packages:
  - git: \"https://{{ env_var('TOKEN') }}@example.com/utils.git\"
    revision: main
";

    #[test]
    fn in_dependencies_braces_stay_braces() {
        check(
            SHOP,
            expect![[r#"
            warning[jinja-in-dependencies]: dbt does not render Jinja in dependencies.yml: write the value, or move packages that need it to packages.yml
             --> shop/dependencies.yml:2:12
              |
            2 |   - name: "{{ env_var('P') }}"
              |            ^^^^^^^^^^^^^^^^^^
            warning[jinja-in-dependencies]: dbt does not render Jinja in dependencies.yml: write the value, or move packages that need it to packages.yml
             --> shop/dependencies.yml:4:11
              |
            4 |   - git: "https://{{ env_var('TOKEN') }}@example.com/utils.git"
              |           ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
        "#]],
        );
        check_v2(
            SHOP,
            expect![[r#"
            warning[jinja-in-dependencies]: dbt does not render Jinja in dependencies.yml: write the value, or move packages that need it to packages.yml
             --> shop/dependencies.yml:2:12
              |
            2 |   - name: "{{ env_var('P') }}"
              |            ^^^^^^^^^^^^^^^^^^
            warning[jinja-in-dependencies]: dbt does not render Jinja in dependencies.yml: write the value, or move packages that need it to packages.yml
             --> shop/dependencies.yml:4:11
              |
            4 |   - git: "https://{{ env_var('TOKEN') }}@example.com/utils.git"
              |           ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
        "#]],
        );
    }

    #[test]
    fn packages_yml_is_rendered() {
        check(
            "
//- shop/dbt_project.yml
name: shop
//- shop/dbt_packages/utils/dbt_project.yml
name: utils
//- shop/packages.yml
packages:
  - git: \"https://{{ env_var('TOKEN') }}@example.com/utils.git\"
    revision: main
",
            expect![[r#"
                nothing
            "#]],
        );
    }
}
