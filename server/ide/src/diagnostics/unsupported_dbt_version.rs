//! `unsupported-dbt-version`: `require-dbt-version` cannot be read, or met (spec §13).

pub(super) const CODE: &str = "unsupported-dbt-version";

#[cfg(test)]
mod tests {
    use expect_test::expect;

    use crate::diagnostics::tests::{check, check_v2};

    fn shop(requirement: &str) -> String {
        format!("\n//- shop/dbt_project.yml\nname: shop\nrequire-dbt-version: {requirement}\n")
    }

    #[test]
    fn readable_and_met() {
        let met = ["'>=1.8.0,<2.0.0'", "['>=1.8.0', '<3.0.0']", "", "[]", "\"{{ var('v', '1') }}\""];
        let unchecked = "'>=9.0.0'\nflags: {version_check: false}";
        for requirement in met.into_iter().chain([unchecked]) {
            let found = expect![[r#"
                nothing
            "#]];
            check(&shop(requirement), found);
        }
    }

    #[test]
    fn not_readable_or_never_met() {
        check(
            &shop("'>= 1.8'"),
            expect![[r#"
            error[unsupported-dbt-version]: '>= 1.8' is no version that dbt reads: write it as '>=1.8.0', with three numbers and no blanks
             --> shop/dbt_project.yml:2:23
              |
            2 | require-dbt-version: '>= 1.8'
              |                       ^^^^^^
        "#]],
        );
        check(
            &shop("['>=1.8.0,<2.0.0', 1.0]"),
            expect![[r#"
                error[unsupported-dbt-version]: in a list each version is an item of its own
                 --> shop/dbt_project.yml:2:24
                  |
                2 | require-dbt-version: ['>=1.8.0,<2.0.0', 1.0]
                  |                        ^^^^^^^^^^^^^^
                error[unsupported-dbt-version]: a version must be a text: put it in quotes
                 --> shop/dbt_project.yml:2:41
                  |
                2 | require-dbt-version: ['>=1.8.0,<2.0.0', 1.0]
                  |                                         ^^^
            "#]],
        );
        check(
            &shop("['>=1.9.0', '<1.8.0']"),
            expect![[r#"
            error[unsupported-dbt-version]: no dbt can meet all of these versions at once
             --> shop/dbt_project.yml:2:1
              |
            2 | require-dbt-version: ['>=1.9.0', '<1.8.0']
              | ^^^^^^^^^^^^^^^^^^^
        "#]],
        );
        check(
            &shop("<1.0.0"),
            expect![[r#"
            error[unsupported-dbt-version]: no dbt 1.x meets this requirement
             --> shop/dbt_project.yml:2:22
              |
            2 | require-dbt-version: <1.0.0
              |                      ^^^^^^
        "#]],
        );
    }

    #[test]
    fn dbt_v2_does_not_look() {
        check_v2(
            &shop("<1.0.0"),
            expect![[r#"
                nothing
            "#]],
        );
    }
}
