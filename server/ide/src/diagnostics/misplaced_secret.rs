//! `misplaced-secret`: a `DBT_ENV_SECRET…` variable outside profiles.yml and packages.yml (spec §10).

use super::variables::{VarCall, may_be_secret};
use crate::Diagnostic;

pub(super) const CODE: &str = "misplaced-secret";

/// Names that start so are secrets to dbt.
const PREFIX: &str = "DBT_ENV_SECRET";

pub(super) fn check(call: &VarCall<'_>) -> Option<Diagnostic> {
    if !call.name.starts_with(PREFIX) || may_be_secret(call.cx.entry.kind) {
        return None;
    }
    let message = format!("'{}' is a secret: dbt lets only profiles.yml and packages.yml read it", call.name);
    Some(Diagnostic::new(CODE, call.range, call.severity()?, message))
}

#[cfg(test)]
mod tests {
    use expect_test::expect;

    use crate::diagnostics::tests::check;

    #[test]
    fn outside_profiles_and_packages() {
        check(
            "
//- shop/dbt_project.yml
name: shop
models: {shop: {+schema: \"{{ env_var('DBT_ENV_SECRET_A', 'x') }}\"}}
//- shop/packages.yml
packages: [{git: \"https://{{ env_var('DBT_ENV_SECRET_A') }}@example.com/x.git\"}]
//- shop/models/orders.sql
select {{ env_var('DBT_ENV_SECRET_A') }}
//- shop/macros/m.sql
{% macro m() %}{{ env_var('DBT_ENV_SECRET_A') }}{% endmacro %}
",
            expect![[r#"
                error[misplaced-secret]: 'DBT_ENV_SECRET_A' is a secret: dbt lets only profiles.yml and packages.yml read it
                 --> shop/dbt_project.yml:2:39
                  |
                2 | models: {shop: {+schema: "{{ env_var('DBT_ENV_SECRET_A', 'x') }}"}}
                  |                                       ^^^^^^^^^^^^^^^^
                error[package-not-installed]: the package 'https://{{ env_var('DBT_ENV_SECRET_A') }}@example.com/x.git' is not in dbt_packages: run 'dbt deps'
                 --> shop/packages.yml:1:19
                  |
                1 | packages: [{git: "https://{{ env_var('DBT_ENV_SECRET_A') }}@example.com/x.git"}]
                  |                   ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
                error[misplaced-secret]: 'DBT_ENV_SECRET_A' is a secret: dbt lets only profiles.yml and packages.yml read it
                 --> shop/models/orders.sql:1:20
                  |
                1 | select {{ env_var('DBT_ENV_SECRET_A') }}
                  |                    ^^^^^^^^^^^^^^^^
                hint[misplaced-secret]: 'DBT_ENV_SECRET_A' is a secret: dbt lets only profiles.yml and packages.yml read it
                 --> shop/macros/m.sql:1:28
                  |
                1 | {% macro m() %}{{ env_var('DBT_ENV_SECRET_A') }}{% endmacro %}
                  |                            ^^^^^^^^^^^^^^^^
            "#]],
        );
    }
}
