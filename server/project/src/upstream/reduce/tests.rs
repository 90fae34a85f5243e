//! What is left of a manifest.

use expect_test::expect;

use super::{Kept, reduce};
use crate::upstream::manifest::{ManifestError, read_slice};

const MANIFEST: &str = r#"{
  "metadata": {"dbt_schema_version": "https://schemas.getdbt.com/dbt/manifest/v12.json", "dbt_version": "1.10.4",
    "project_name": "platform", "user_id": "me", "env": {"DBT_ENV_CUSTOM_ENV_TOKEN": "hidden"}, "adapter_type": "duckdb"},
  "nodes": {
    "model.platform.orders.v2": {"unique_id": "model.platform.orders.v2", "name": "orders", "package_name": "platform",
      "resource_type": "model", "version": 2, "latest_version": 2, "access": "public", "group": "sales", "schema": "main",
      "raw_code": "select hidden", "compiled_code": "select hidden", "path": "orders.sql", "original_file_path": "models/orders.sql",
      "description": "Ümsätze \"netto\"\n", "config": {"materialized": "table", "pre-hook": ["grant hidden"], "meta": {"owner": "a", "rank": [1, 2.5, null, {}]}},
      "columns": {"id": {"name": "id", "data_type": "int", "tests": "hidden",
        "constraints": [{"type": "check", "expression": "hidden > 0"}, {"type": "not_null"}]}, "b": {"name": "b"}},
      "depends_on": {"macros": ["macro.hidden.x"], "nodes": ["model.platform.hidden", "model.platform.customers", 7]}},
    "model.platform.customers": {"unique_id": "model.platform.customers", "name": "customers", "package_name": "platform",
      "config": {"access": "public"}, "path": "c.sql", "original_file_path": "models/c.sql", "columns": [{"name": "id", "hidden": 1}, {"name": "x"}]},
    "model.platform.hidden": {"unique_id": "model.platform.hidden", "name": "hidden", "package_name": "platform", "access": "protected"},
    "model.other.hidden": {"unique_id": "model.other.hidden", "name": "hidden", "package_name": "other", "access": "public"}
  },
  "groups": {"group.platform.sales": {"name": "sales", "package_name": "platform", "owner": {"name": "Sales"}},
    "group.platform.hidden": {"name": "hidden"}},
  "macros": {"macro.hidden.x": {"macro_sql": "hidden"}}, "disabled": null, "parent_map": [1], "new_in_v13": {"hidden": 1}
}"#;

fn reduced(text: &str) -> Result<String, ManifestError> {
    let mut out = Vec::new();
    let kept = Kept::public(&read_slice(MANIFEST.as_bytes()).unwrap(), "platform");
    reduce(text.as_bytes(), &mut out, &kept)?;
    Ok(String::from_utf8(out).unwrap())
}

#[test]
fn public_models_stay_and_everything_else_goes() {
    let text = reduced(MANIFEST).unwrap();
    assert!(!text.contains("hidden"), "{text}");
    let value: serde_json::Value = serde_json::from_str(&text).unwrap();
    expect![[r#"
        {
          "metadata": {
            "dbt_schema_version": "https://schemas.getdbt.com/dbt/manifest/v12.json",
            "dbt_version": "1.10.4",
            "project_name": "platform",
            "adapter_type": "duckdb"
          },
          "nodes": {
            "model.platform.orders.v2": {
              "unique_id": "model.platform.orders.v2",
              "name": "orders",
              "package_name": "platform",
              "resource_type": "model",
              "version": 2,
              "latest_version": 2,
              "access": "public",
              "group": "sales",
              "schema": "main",
              "path": "orders.sql",
              "original_file_path": "models/orders.sql",
              "description": "Ümsätze \"netto\"\n",
              "config": {
                "materialized": "table",
                "meta": {
                  "owner": "a",
                  "rank": [
                    1,
                    2.5,
                    null,
                    {}
                  ]
                }
              },
              "columns": {
                "id": {
                  "name": "id",
                  "data_type": "int",
                  "constraints": [
                    {
                      "type": "check"
                    },
                    {
                      "type": "not_null"
                    }
                  ]
                },
                "b": {
                  "name": "b"
                }
              },
              "depends_on": {
                "nodes": [
                  "model.platform.customers"
                ]
              }
            },
            "model.platform.customers": {
              "unique_id": "model.platform.customers",
              "name": "customers",
              "package_name": "platform",
              "config": {
                "access": "public"
              },
              "path": "c.sql",
              "original_file_path": "models/c.sql",
              "columns": [
                {
                  "name": "id"
                },
                {
                  "name": "x"
                }
              ]
            }
          },
          "groups": {
            "group.platform.sales": {
              "name": "sales",
              "package_name": "platform",
              "owner": {
                "name": "Sales"
              }
            }
          },
          "macros": {},
          "disabled": {},
          "parent_map": {}
        }"#]]
    .assert_eq(&serde_json::to_string_pretty(&value).unwrap());
    let manifest = read_slice(text.as_bytes()).unwrap();
    assert_eq!(manifest.project_name.as_deref(), Some("platform"));
    let names: Vec<_> = manifest.models().map(|node| node.unique_id()).collect();
    assert_eq!(names, ["model.platform.orders.v2", "model.platform.customers"]);
}

#[test]
fn broken_text_is_an_error_and_deep_text_is_cut() {
    assert!(matches!(reduced(&MANIFEST[..900]), Err(ManifestError::Truncated { .. })));
    assert!(matches!(reduced("{} x"), Err(ManifestError::NotJson { .. })));
    let deep = format!(r#"{{"metadata": {{"quoting": {}1{}}}}}"#, "[".repeat(100_000), "]".repeat(100_000));
    let text = reduced(&deep).unwrap();
    assert!(text.len() < 400 && text.contains("null"), "{text}");
}

#[test]
fn a_full_disk_is_told() {
    struct Full;
    impl std::io::Write for Full {
        fn write(&mut self, _: &[u8]) -> std::io::Result<usize> {
            Err(std::io::ErrorKind::StorageFull.into())
        }
        fn flush(&mut self) -> std::io::Result<()> {
            Ok(())
        }
    }
    let error = reduce(MANIFEST.as_bytes(), &mut Full, &Kept::default()).unwrap_err();
    assert!(matches!(error, ManifestError::Io(_)), "{error}");
}
