#![no_main]
//! Any bytes are offered as a catalog: no panic, both ways of reading agree, and a manifest takes what it says.

use libfuzzer_sys::fuzz_target;
use project::upstream::catalog::{read_from, read_slice};
use project::upstream::manifest;

/// It has nodes of the ids that the seeds have.
const MANIFEST: &[u8] = br#"{"metadata": {"project_name": "p"}, "nodes": {
    "model.p.a": {"name": "a", "package_name": "p", "columns": {"id": {"name": "id"}, "Id": {"name": "Id"}}},
    "model.p.b": {"name": "b", "package_name": "p", "columns": {}}}}"#;

fuzz_target!(|bytes: &[u8]| {
    let whole = read_slice(bytes);
    assert_eq!(whole.is_ok(), read_from(bytes).is_ok(), "reading at once and reading in pieces disagree");
    let Ok(catalog) = whole else { return };
    let manifest = manifest::read_slice(MANIFEST).expect("it is one").with_catalog(&catalog);
    for node in manifest.nodes() {
        let declared = if node.name() == "a" { 2 } else { 0 };
        assert_eq!(node.declared_columns().count(), declared, "a catalog declares nothing");
        assert!(node.columns().all(|column| !column.name.is_empty()));
        let known = catalog.columns(node.unique_id()).map_or(0, |columns| columns.len());
        assert!(node.columns().len() <= declared + known);
    }
});
