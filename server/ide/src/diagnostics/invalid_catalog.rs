//! `invalid-catalog`: catalogs.yml has something that dbt does not take. Its rules are in `project::checks`.

pub(super) const CODE: &str = "invalid-catalog";

#[cfg(test)]
mod tests {
    use expect_test::expect;

    use crate::diagnostics::tests::{check, check_v2};

    const SHOP: &str = "
//- shop/dbt_project.yml
name: shop
//- shop/catalogs.yml
catalogs:
  - name: lake
    active_write_integration: glu
    write_integrations:
      - {name: glue, catalog_type: iceberg_rest, external_volume: 5}
      - {name: horizon, catalog_typ: built_in}
      - {name: glue, catalog_type: built_in, adapter_properties: x}
  - name: two
    write_integrations: [{name: a, catalog_type: built_in}, {name: b, catalog_type: built_in}]
  - name: one
    write_integrations: [{name: a, catalog_type: built_in, table_format: iceberg}]
  - name: \"{{ var('x') }}\"
    active_write_integration: \"{{ var('y') }}\"
    write_integrations: [{name: a, catalog_type: built_in}]
  - name: newer
    type: glue
    table_format: iceberg
    config: {}
  - write_integrations: x
";

    #[test]
    fn what_dbt_v1_refuses() {
        check(
            SHOP,
            expect![[r#"
            error[invalid-catalog]: no write integration is named 'glu'; did you mean 'glue'?
             --> shop/catalogs.yml:3:31
              |
            3 |     active_write_integration: glu
              |                               ^^^
              |
              = fix: Change to 'glue' (preferred)
            error[invalid-catalog]: 'external_volume' is a text: quote it
             --> shop/catalogs.yml:5:67
              |
            5 |       - {name: glue, catalog_type: iceberg_rest, external_volume: 5}
              |                                                                   ^
            error[invalid-catalog]: a write integration needs a 'catalog_type'
             --> shop/catalogs.yml:6:10
              |
            6 |       - {name: horizon, catalog_typ: built_in}
              |          ^^^^
            error[unknown-key]: 'catalog_typ' is no key of a write integration; did you mean 'catalog_type'?
             --> shop/catalogs.yml:6:25
              |
            6 |       - {name: horizon, catalog_typ: built_in}
              |                         ^^^^^^^^^^^
              |
              = fix: Change to 'catalog_type' (preferred)
            error[invalid-catalog]: there are two 'write_integrations' named 'glue'
             --> shop/catalogs.yml:7:10
              |
            7 |       - {name: glue, catalog_type: built_in, adapter_properties: x}
              |          ^^^^
            error[invalid-catalog]: 'adapter_properties' is a mapping: names and values
             --> shop/catalogs.yml:7:46
              |
            7 |       - {name: glue, catalog_type: built_in, adapter_properties: x}
              |                                              ^^^^^^^^^^^^^^^^^^
            error[invalid-catalog]: name one of the write integrations as 'active_write_integration'
             --> shop/catalogs.yml:8:11
              |
            8 |   - name: two
              |           ^^^
            error[invalid-catalog]: a catalog needs a 'name'
              --> shop/catalogs.yml:19:5
               |
            19 |   - write_integrations: x
               |     ^^^^^^^^^^^^^^^^^^
            error[invalid-catalog]: 'write_integrations' is a list of mappings
              --> shop/catalogs.yml:19:5
               |
            19 |   - write_integrations: x
               |     ^^^^^^^^^^^^^^^^^^
        "#]],
        );
    }

    #[test]
    fn what_dbt_v2_refuses() {
        check_v2(
            SHOP,
            expect![[r#"
            error[invalid-catalog]: no write integration is named 'glu'; did you mean 'glue'?
             --> shop/catalogs.yml:3:31
              |
            3 |     active_write_integration: glu
              |                               ^^^
              |
              = fix: Change to 'glue' (preferred)
            error[invalid-catalog]: a write integration needs a 'catalog_type'
             --> shop/catalogs.yml:6:10
              |
            6 |       - {name: horizon, catalog_typ: built_in}
              |          ^^^^
            error[invalid-catalog]: a catalog needs a 'name'
              --> shop/catalogs.yml:19:5
               |
            19 |   - write_integrations: x
               |     ^^^^^^^^^^^^^^^^^^
            error[invalid-catalog]: 'write_integrations' is a list of mappings
              --> shop/catalogs.yml:19:5
               |
            19 |   - write_integrations: x
               |     ^^^^^^^^^^^^^^^^^^
        "#]],
        );
    }

    #[test]
    fn no_list_of_catalogs() {
        let file =
            |text: &str| format!("\n//- shop/dbt_project.yml\nname: shop\n//- shop/catalogs.yml\n{text}\n");
        check(
            &file("catalogs:"),
            expect![[r#"
            error[invalid-catalog]: 'catalogs' has no value: write [] or list the catalogs
             --> shop/catalogs.yml:1:1
              |
            1 | catalogs:
              | ^^^^^^^^
        "#]],
        );
        check(
            &file("# none"),
            expect![[r#"
            error[invalid-catalog]: catalogs.yml is empty: write 'catalogs: []', or take the file away
             --> shop/catalogs.yml:1:1
              |
            1 | # none
              | ^
        "#]],
        );
        check(
            &file("catalogs: []\nother: 1"),
            expect![[r#"
            nothing
        "#]],
        );
    }
}
