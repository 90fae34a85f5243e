//! Publications of the dbt platform.

use project::upstream::manifest::{Access, ManifestKind};
use project::upstream::publication::read_slice;

const PUBLICATION: &str = r#"{"project_name": "platform",
  "metadata": {"dbt_schema_version": "https://schemas.getdbt.com/dbt/publication/v1.json", "dbt_version": "1.10.4",
    "generated_at": "2026-10-01T00:00:00Z", "adapter_type": "snowflake", "quoting": {}},
  "dependencies": ["base"],
  "public_models": {
    "model.platform.orders.v2": {"name": "orders", "package_name": "platform", "unique_id": "model.platform.orders.v2",
      "relation_name": "\"DB\".\"S\".\"ORDERS_V2\"", "database": "DB", "schema": "S", "identifier": "ORDERS_V2",
      "version": 2, "latest_version": 2, "public_node_dependencies": ["model.base.raw"],
      "generated_at": "2026-10-01T00:00:00Z", "deprecation_date": null},
    "model.platform.orders.v1": {"name": "orders", "version": 1, "latest_version": 2,
      "deprecation_date": "2024-01-01T00:00:00Z"}}}"#;

#[test]
fn public_models_read_like_those_of_a_manifest() {
    let publication = read_slice(PUBLICATION.as_bytes()).unwrap();
    assert_eq!(publication.kind, ManifestKind::Publication);
    assert_eq!(publication.project_name.as_deref(), Some("platform"));
    assert_eq!(publication.dependencies, ["base"]);
    assert_eq!(publication.schema_version, Some(1));
    assert_eq!(publication.public_count("platform"), 2);
    let versions: Vec<_> = publication.referable("platform").map(|node| node.version().unwrap()).collect();
    assert_eq!(versions, ["1", "2"]);
    let latest = publication.node("model.platform.orders.v2").unwrap();
    assert!(latest.is_latest() && latest.enabled() && !latest.external());
    assert_eq!(latest.access(), Access::Public);
    assert_eq!(latest.alias(), Some("ORDERS_V2"));
    assert_eq!(latest.depends_on().collect::<Vec<_>>(), ["model.base.raw"]);
    let old = publication.node("model.platform.orders.v1").unwrap();
    assert_eq!((old.package(), old.deprecation_date()), ("platform", Some("2024-01-01T00:00:00Z")));
}

#[test]
fn the_answer_of_the_api_is_unwrapped() {
    let wrapped = format!(r#"{{"status": {{}}, "data": {PUBLICATION}}}"#);
    assert_eq!(read_slice(wrapped.as_bytes()).unwrap().public_count("platform"), 2);
}

#[test]
fn other_documents_are_refused() {
    let error = |text: &str| read_slice(text.as_bytes()).unwrap_err().to_string();
    assert_eq!(error(r#"{"metadata": {}, "nodes": {}}"#), "a dbt manifest, not a publication");
    assert_eq!(error("{}"), "not a publication: it has no `public_models`");
    assert_eq!(
        error(r#"{"data": {"data": {"public_models": {}}}}"#),
        "not a publication: it has no `public_models`"
    );
    assert_eq!(
        error(&PUBLICATION[..PUBLICATION.len() - 1]),
        format!(
            "the file is incomplete: it ends in the middle of the JSON, after {} bytes",
            PUBLICATION.len() - 1
        )
    );
}
