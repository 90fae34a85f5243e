//! `invalid-project-name`: the project has no name, or one that dbt does not take (spec §13).

pub(super) const CODE: &str = "invalid-project-name";

#[cfg(test)]
mod tests {
    use expect_test::expect;

    use crate::diagnostics::tests::{check, check_v2};

    #[test]
    fn names_that_are_none() {
        for (name, v1) in [
            (
                "my-shop",
                expect![[r#"
                error[invalid-project-name]: a project's name has letters, digits and underscores only, and no digit first
                 --> shop/dbt_project.yml:1:7
                  |
                1 | name: my-shop
                  |       ^^^^^^^
                  |
                  = fix: Change to 'my_shop' (preferred)
            "#]],
            ),
            (
                "1shop",
                expect![[r#"
                error[invalid-project-name]: a project's name has letters, digits and underscores only, and no digit first
                 --> shop/dbt_project.yml:1:7
                  |
                1 | name: 1shop
                  |       ^^^^^
            "#]],
            ),
            (
                "target",
                expect![[r#"
                error[invalid-project-name]: 'target' is a word of dbt's own, so no project can be called that
                 --> shop/dbt_project.yml:1:7
                  |
                1 | name: target
                  |       ^^^^^^
            "#]],
            ),
            (
                "123",
                expect![[r#"
                error[invalid-project-name]: the project's name must be a text: '123' is none
                 --> shop/dbt_project.yml:1:7
                  |
                1 | name: 123
                  |       ^^^
            "#]],
            ),
            (
                "",
                expect![[r#"
                error[invalid-project-name]: the project has no 'name'
                 --> shop/dbt_project.yml:1:1
                  |
                1 | name:
                  | ^^^^
            "#]],
            ),
        ] {
            check(&format!("\n//- shop/dbt_project.yml\nname: {name}\n"), v1);
        }
        let fine = |name: &str| format!("//- {name}/dbt_project.yml\nname: {name}\n");
        check(
            &["größe", "SHOP", "\"{{ env_var('NAME') }}\""].map(fine).concat(),
            expect![[r#"
            nothing
        "#]],
        );
    }

    #[test]
    fn dbt_v2_minds_blanks_only() {
        check_v2(
            "\n//- shop/dbt_project.yml\nname: my-shop\n",
            expect![[r#"
                nothing
            "#]],
        );
        check_v2(
            "\n//- shop/dbt_project.yml\nname: my shop\n",
            expect![[r#"
            error[invalid-project-name]: a project's name has letters, digits and underscores only, and no digit first
             --> shop/dbt_project.yml:1:7
              |
            1 | name: my shop
              |       ^^^^^^^
              |
              = fix: Change to 'my_shop' (preferred)
        "#]],
        );
        check_v2(
            "\n//- shop/dbt_project.yml\nversion: '1.0'\n",
            expect![[r#"
            error[invalid-project-name]: the project has no 'name'
             --> shop/dbt_project.yml:1:1
              |
            1 | version: '1.0'
              | ^^^^^^^
        "#]],
        );
    }
}
