//! `duplicate-key`: a key stands twice in one mapping of a YAML file (spec §3).

pub(super) const CODE: &str = "duplicate-key";

#[cfg(test)]
mod tests {
    use expect_test::expect;

    use crate::diagnostics::tests::{check, check_v2};

    const SHOP: &str = "
//- shop/dbt_project.yml
name: shop
models:
  shop: {+tags: a, +tags: b}
//- shop/models/_models.yml
models:
  - &first
    name: orders
    description: All orders.
    'description': Orders since 2020.
  - <<: *first
    name: items
//- shop/models/orders.sql
select 1
//- shop/selectors.yml
selectors: []
selectors: []
";

    #[test]
    fn dbt_v1_warns_where_it_looks() {
        check(
            SHOP,
            expect![[r#"
                warning[duplicate-key]: '+tags' stands twice in this mapping: only this one counts
                 --> shop/dbt_project.yml:3:20
                  |
                3 |   shop: {+tags: a, +tags: b}
                  |                    ^^^^^
                warning[duplicate-key]: 'description' stands twice in this mapping: only this one counts
                 --> shop/models/_models.yml:5:5
                  |
                5 |     'description': Orders since 2020.
                  |     ^^^^^^^^^^^^^
                warning[unmatched-entry]: no model 'items' in this package, so its entry under 'models' is ignored
                 --> shop/models/_models.yml:7:11
                  |
                7 |     name: items
                  |           ^^^^^
            "#]],
        );
    }

    #[test]
    fn dbt_v2_refuses() {
        check_v2(
            SHOP,
            expect![[r#"
                error[duplicate-key]: '+tags' stands twice in this mapping: only this one counts
                 --> shop/dbt_project.yml:3:20
                  |
                3 |   shop: {+tags: a, +tags: b}
                  |                    ^^^^^
                error[duplicate-key]: 'description' stands twice in this mapping: only this one counts
                 --> shop/models/_models.yml:5:5
                  |
                5 |     'description': Orders since 2020.
                  |     ^^^^^^^^^^^^^
                warning[unmatched-entry]: no model 'items' in this package, so its entry under 'models' is ignored
                 --> shop/models/_models.yml:7:11
                  |
                7 |     name: items
                  |           ^^^^^
                error[duplicate-key]: 'selectors' stands twice in this mapping: only this one counts
                 --> shop/selectors.yml:2:1
                  |
                2 | selectors: []
                  | ^^^^^^^^^
            "#]],
        );
    }
}
