//! `missing-plus`: a config in dbt_project.yml without its `+` (spec §13).

pub(super) const CODE: &str = "missing-plus";

#[cfg(test)]
mod tests {
    use expect_test::expect;

    use crate::diagnostics::tests::{check, check_v2};

    const SHOP: &str = "
//- shop/dbt_project.yml
name: shop
models:
  enabled: true
  shop:
    meta: {owner: me}
    tags:
      +materialized: view
    staging:
      materialized: view
      later:
";

    #[test]
    fn dbt_v1_guesses() {
        check(
            SHOP,
            expect![[r#"
                warning[unused-config-path]: nothing is below 'models', so this has no effect
                 --> shop/dbt_project.yml:2:1
                  |
                2 | models:
                  | ^^^^^^
                hint[missing-plus]: 'enabled' is a config, so write '+enabled': to dbt v2 a key without '+' is a folder
                 --> shop/dbt_project.yml:3:3
                  |
                3 |   enabled: true
                  |   ^^^^^^^
                  |
                  = fix: Change to '+enabled' (preferred)
                hint[missing-plus]: 'meta' is a config, so write '+meta': to dbt v2 a key without '+' is a folder
                 --> shop/dbt_project.yml:5:5
                  |
                5 |     meta: {owner: me}
                  |     ^^^^
                  |
                  = fix: Change to '+meta' (preferred)
                warning[unused-config-path]: nothing is below 'models.shop.meta', so this has no effect
                 --> shop/dbt_project.yml:5:5
                  |
                5 |     meta: {owner: me}
                  |     ^^^^
                warning[unused-config-path]: nothing is below 'models.shop.tags', so this has no effect
                 --> shop/dbt_project.yml:6:5
                  |
                6 |     tags:
                  |     ^^^^
                warning[unused-config-path]: nothing is below 'models.shop.staging', so this has no effect
                 --> shop/dbt_project.yml:8:5
                  |
                8 |     staging:
                  |     ^^^^^^^
                hint[missing-plus]: 'materialized' is a config, so write '+materialized': to dbt v2 a key without '+' is a folder
                 --> shop/dbt_project.yml:9:7
                  |
                9 |       materialized: view
                  |       ^^^^^^^^^^^^
                  |
                  = fix: Change to '+materialized' (preferred)
            "#]],
        );
    }

    #[test]
    fn dbt_v2_refuses() {
        check_v2(
            SHOP,
            expect![[r#"
                warning[unused-config-path]: nothing is below 'models', so this has no effect
                 --> shop/dbt_project.yml:2:1
                  |
                2 | models:
                  | ^^^^^^
                error[missing-plus]: 'enabled' is a config, so write '+enabled': to dbt v2 a key without '+' is a folder
                 --> shop/dbt_project.yml:3:3
                  |
                3 |   enabled: true
                  |   ^^^^^^^
                  |
                  = fix: Change to '+enabled' (preferred)
                error[missing-plus]: 'meta' is a config, so write '+meta': to dbt v2 a key without '+' is a folder
                 --> shop/dbt_project.yml:5:5
                  |
                5 |     meta: {owner: me}
                  |     ^^^^
                  |
                  = fix: Change to '+meta' (preferred)
                warning[unused-config-path]: nothing is below 'models.shop.meta', so this has no effect
                 --> shop/dbt_project.yml:5:5
                  |
                5 |     meta: {owner: me}
                  |     ^^^^
                warning[unused-config-path]: nothing is below 'models.shop.tags', so this has no effect
                 --> shop/dbt_project.yml:6:5
                  |
                6 |     tags:
                  |     ^^^^
                warning[unused-config-path]: nothing is below 'models.shop.staging', so this has no effect
                 --> shop/dbt_project.yml:8:5
                  |
                8 |     staging:
                  |     ^^^^^^^
                error[missing-plus]: 'materialized' is a config, so write '+materialized': to dbt v2 a key without '+' is a folder
                 --> shop/dbt_project.yml:9:7
                  |
                9 |       materialized: view
                  |       ^^^^^^^^^^^^
                  |
                  = fix: Change to '+materialized' (preferred)
                warning[unknown-key]: 'later' has no value: dbt passes over it
                  --> shop/dbt_project.yml:10:7
                   |
                10 |       later:
                   |       ^^^^^
            "#]],
        );
    }
}
