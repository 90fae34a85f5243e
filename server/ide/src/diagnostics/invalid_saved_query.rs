//! `invalid-saved-query`: a saved query that lacks what dbt needs. Its cases are facts of the file, see
//! `project::facts::resources`.

pub(super) const CODE: &str = "invalid-saved-query";

#[cfg(test)]
mod tests {
    use expect_test::expect;

    use crate::diagnostics::tests::check;

    const SHOP: &str = "
//- shop/dbt_project.yml
name: shop
//- shop/models/_queries.yml
saved_queries:
  - name: fine
    query_params: {metrics: []}
    exports: [{name: out, config: {export_as: view}}]
  - name: bare
  - name: exported
    query_params: {metrics: none}
    exports: [{name: out, config: {export_as: tabel}}, {config: {}}]
";

    #[test]
    fn what_dbt_v1_refuses() {
        check(
            SHOP,
            expect![[r#"
            error[invalid-saved-query]: a saved query needs 'query_params'
             --> shop/models/_queries.yml:5:11
              |
            5 |   - name: bare
              |           ^^^^
            error[invalid-saved-query]: 'metrics' must be a list: begin each element with '- '
             --> shop/models/_queries.yml:7:29
              |
            7 |     query_params: {metrics: none}
              |                             ^^^^
            error[invalid-saved-query]: 'export_as' cannot be 'tabel'; did you mean 'table'?
             --> shop/models/_queries.yml:8:47
              |
            8 |     exports: [{name: out, config: {export_as: tabel}}, {config: {}}]
              |                                               ^^^^^
              |
              = fix: Change to 'table'
            error[invalid-saved-query]: an export needs 'name'
             --> shop/models/_queries.yml:8:57
              |
            8 |     exports: [{name: out, config: {export_as: tabel}}, {config: {}}]
              |                                                         ^^^^^^
        "#]],
        );
    }
}
