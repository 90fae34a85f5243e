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
        check(SHOP, expect![[r#""#]]);
    }

    #[test]
    fn what_dbt_v2_refuses() {
        check_v2(SHOP, expect![[r#""#]]);
    }

    #[test]
    fn no_list_of_catalogs() {
        let file =
            |text: &str| format!("\n//- shop/dbt_project.yml\nname: shop\n//- shop/catalogs.yml\n{text}\n");
        check(&file("catalogs:"), expect![[r#""#]]);
        check(&file("# none"), expect![[r#""#]]);
        check(&file("catalogs: []\nother: 1"), expect![[r#""#]]);
    }
}
