//! `invalid-selector`: selectors.yml has something that dbt does not take. Its cases are in `project::checks`.

pub(super) const CODE: &str = "invalid-selector";

#[cfg(test)]
mod tests {
    use expect_test::expect;

    use crate::diagnostics::tests::{check, check_v2};

    const SHOP: &str = "
//- shop/dbt_project.yml
name: shop
//- shop/selectors.yml
selectors:
  - name: nightly
    default: true
    definition:
      union:
        - tag:nightly+
        - {method: config.materialized, value: table, indirect_selection: nope}
        - exclude: [{method: selector, value: weekly}, tgas:slow]
        - exclude: [5]
  - name: weekly
    default: true
    definition: {method: selector, value: nigthly}
  - name: short
    definition: {selector: weekly}
  - name: half
    definition: {method: tag}
  - definition: [a]
  - name: both
    definition: {union: [a], intersection: [b]}
    why: none
  - name: rendered
    definition: {method: tag, value: \"{{ var('tag', 'x') }}\"}
  -
";

    #[test]
    fn what_dbt_v1_refuses() {
        check(
            SHOP,
            expect![[r#"
            error[invalid-selector]: 'indirect_selection' is eager, cautious, buildable or empty
             --> shop/selectors.yml:7:75
              |
            7 |         - {method: config.materialized, value: table, indirect_selection: nope}
              |                                                                           ^^^^
            error[invalid-selector]: 'weekly' is defined below: dbt v1 reads selectors from the top
             --> shop/selectors.yml:8:47
              |
            8 |         - exclude: [{method: selector, value: weekly}, tgas:slow]
              |                                               ^^^^^^
            error[invalid-selector]: there is no method 'tgas'
             --> shop/selectors.yml:8:56
              |
            8 |         - exclude: [{method: selector, value: weekly}, tgas:slow]
              |                                                        ^^^^^^^^^
            error[invalid-selector]: one 'exclude' is enough: join their lists
             --> shop/selectors.yml:9:11
              |
            9 |         - exclude: [5]
              |           ^^^^^^^
            error[invalid-selector]: there is a default already: 'nightly'
              --> shop/selectors.yml:11:5
               |
            11 |     default: true
               |     ^^^^^^^
            error[invalid-selector]: there is no selector 'nigthly'; did you mean 'nightly'?
              --> shop/selectors.yml:12:43
               |
            12 |     definition: {method: selector, value: nigthly}
               |                                           ^^^^^^^
               |
               = fix: Change to 'nightly' (preferred)
            error[invalid-selector]: 'selector' stands in its long form only: {method: selector, value: <name>}
              --> shop/selectors.yml:14:28
               |
            14 |     definition: {selector: weekly}
               |                            ^^^^^^
            error[invalid-selector]: a 'method' needs a 'value'
              --> shop/selectors.yml:16:18
               |
            16 |     definition: {method: tag}
               |                  ^^^^^^
            error[invalid-selector]: a definition is no list: write it below 'union' or 'intersection'
              --> shop/selectors.yml:17:5
               |
            17 |   - definition: [a]
               |     ^^^^^^^^^^
            error[invalid-selector]: a selector needs a 'name'
              --> shop/selectors.yml:17:5
               |
            17 |   - definition: [a]
               |     ^^^^^^^^^^
            error[invalid-selector]: 'union' stands alone: nest anything else below it
              --> shop/selectors.yml:19:18
               |
            19 |     definition: {union: [a], intersection: [b]}
               |                  ^^^^^
            error[unknown-key]: 'why' is no key of a selector
              --> shop/selectors.yml:20:5
               |
            20 |     why: none
               |     ^^^
        "#]],
        );
    }

    #[test]
    fn what_dbt_v2_refuses() {
        check_v2(
            SHOP,
            expect![[r#"
                error[invalid-selector]: 'indirect_selection' is eager, cautious, buildable or empty
                 --> shop/selectors.yml:7:75
                  |
                7 |         - {method: config.materialized, value: table, indirect_selection: nope}
                  |                                                                           ^^^^
                error[invalid-selector]: there is no method 'tgas'
                 --> shop/selectors.yml:8:56
                  |
                8 |         - exclude: [{method: selector, value: weekly}, tgas:slow]
                  |                                                        ^^^^^^^^^
                error[invalid-selector]: there is a default already: 'nightly'
                  --> shop/selectors.yml:11:5
                   |
                11 |     default: true
                   |     ^^^^^^^
                error[invalid-selector]: there is no selector 'nigthly'; did you mean 'nightly'?
                  --> shop/selectors.yml:12:43
                   |
                12 |     definition: {method: selector, value: nigthly}
                   |                                           ^^^^^^^
                   |
                   = fix: Change to 'nightly' (preferred)
                error[invalid-selector]: a selector needs a 'name'
                  --> shop/selectors.yml:17:5
                   |
                17 |   - definition: [a]
                   |     ^^^^^^^^^^
                error[invalid-selector]: 'union' stands alone: nest anything else below it
                  --> shop/selectors.yml:19:18
                   |
                19 |     definition: {union: [a], intersection: [b]}
                   |                  ^^^^^
                error[unknown-key]: 'why' is no key of a selector
                  --> shop/selectors.yml:20:5
                   |
                20 |     why: none
                   |     ^^^
            "#]],
        );
    }

    #[test]
    fn no_list_of_selectors() {
        check(
            "\n//- shop/dbt_project.yml\nname: shop\n//- shop/selectors.yml\nselector: []\n",
            expect![[r#"
                error[invalid-selector]: selectors.yml has no key 'selectors'
                 --> shop/selectors.yml:1:1
                  |
                1 | selector: []
                  | ^^^^^^^^
                error[unknown-key]: 'selector' is no key of selectors.yml; did you mean 'selectors'?
                 --> shop/selectors.yml:1:1
                  |
                1 | selector: []
                  | ^^^^^^^^
                  |
                  = fix: Change to 'selectors' (preferred)
            "#]],
        );
        check(
            "\n//- shop/dbt_project.yml\nname: shop\n//- shop/selectors.yml\n- a\n",
            expect![[r#"
            error[invalid-selector]: selectors.yml is a mapping: write 'selectors:' first
             --> shop/selectors.yml:1:1
              |
            1 | - a
              | ^^^
        "#]],
        );
        check_v2(
            "\n//- shop/dbt_project.yml\nname: shop\n//- shop/selectors.yml\n# none\n",
            expect![[r#"
            error[invalid-selector]: selectors.yml is empty: write 'selectors: []'
             --> shop/selectors.yml:1:1
              |
            1 | # none
              | ^
        "#]],
        );
    }
}
