//! `invalid-function`: the entry of a function that lacks what dbt needs (dbt 1.11). Its cases are facts of the file,
//! see `project::facts::resources`.

pub(super) const CODE: &str = "invalid-function";

#[cfg(test)]
mod tests {
    use expect_test::expect;

    use crate::diagnostics::tests::{check, check_v2};

    const SHOP: &str = "
//- shop/dbt_project.yml
name: shop
//- shop/functions/fine.sql
x
//- shop/functions/bare.sql
x
//- shop/functions/order.sql
x
//- shop/functions/_functions.yml
functions:
  - name: fine
    arguments: [{name: x, data_type: int}, {name: y, data_type: int, default_value: 1}]
    returns: {data_type: int}
  - name: bare
  - name: order
    arguments: [{name: x, data_type: int, default_value: 1}, {name: y, data_type: int}, {name: z}]
    returns: {}
";

    #[test]
    fn what_dbt_v1_refuses() {
        check(
            SHOP,
            expect![[r#"
            error[invalid-function]: a function needs 'returns'
             --> shop/functions/_functions.yml:5:11
              |
            5 |   - name: bare
              |           ^^^^
            error[invalid-function]: an argument without a 'default_value' stands behind one that has it: move it before, or give it one
             --> shop/functions/_functions.yml:7:69
              |
            7 |     arguments: [{name: x, data_type: int, default_value: 1}, {name: y, data_type: int}, {name: z}]
              |                                                                     ^
            error[invalid-function]: an argument needs 'data_type'
             --> shop/functions/_functions.yml:7:96
              |
            7 |     arguments: [{name: x, data_type: int, default_value: 1}, {name: y, data_type: int}, {name: z}]
              |                                                                                                ^
            error[invalid-function]: an argument without a 'default_value' stands behind one that has it: move it before, or give it one
             --> shop/functions/_functions.yml:7:96
              |
            7 |     arguments: [{name: x, data_type: int, default_value: 1}, {name: y, data_type: int}, {name: z}]
              |                                                                                                ^
            error[invalid-function]: 'returns' needs 'data_type'
             --> shop/functions/_functions.yml:8:14
              |
            8 |     returns: {}
              |              ^^
        "#]],
        );
    }

    #[test]
    fn what_dbt_v2_refuses() {
        check_v2(
            SHOP,
            expect![[r#"
            error[invalid-function]: an argument without a 'default_value' stands behind one that has it: move it before, or give it one
             --> shop/functions/_functions.yml:7:69
              |
            7 |     arguments: [{name: x, data_type: int, default_value: 1}, {name: y, data_type: int}, {name: z}]
              |                                                                     ^
            error[invalid-function]: an argument without a 'default_value' stands behind one that has it: move it before, or give it one
             --> shop/functions/_functions.yml:7:96
              |
            7 |     arguments: [{name: x, data_type: int, default_value: 1}, {name: y, data_type: int}, {name: z}]
              |                                                                                                ^
        "#]],
        );
    }
}
