//! One definition of the settings: the documentation and the VS Code extension say what the server reads.

use super::{assert_none, read};
use serde_json::Value;

fn defined() -> serde_json::Map<String, Value> {
    let text = read("server/lsp/src/config/settings.json");
    serde_json::from_str(&text).expect("settings.json is an object")
}

#[test]
fn every_setting_is_documented() {
    let docs = read("docs/configuration.md");
    let defined = defined();
    let missing = defined.keys().filter(|key| !docs.contains(&format!("\n| `{key}` |"))).cloned();
    assert_none("docs/configuration.md, table of editor settings", missing.collect());
}

#[test]
fn the_extension_has_exactly_the_settings_of_the_server_and_its_own() {
    let package: Value = serde_json::from_str(&read("editors/vscode/package.json")).expect("JSON");
    let properties = package["contributes"]["configuration"]["properties"]
        .as_object()
        .expect("the extension has settings");
    let defined = defined();
    let mut wrong = Vec::new();
    for (key, definition) in &defined {
        // What a client finds out by itself is no setting of a person's.
        if definition["scope"] == "client" {
            continue;
        }
        if properties.get(&format!("dbt-mesh.{key}")) != Some(definition) {
            wrong.push(format!("dbt-mesh.{key} differs: run `npm run settings` in editors/vscode"));
        }
    }
    for key in properties.keys() {
        let name = key.strip_prefix("dbt-mesh.").unwrap_or(key);
        // What the extension keeps for itself stands below one of these.
        let own =
            ["server.", "lineage.", "files.", "features."].iter().any(|prefix| name.starts_with(prefix));
        if !own && defined.get(name).is_none_or(|definition| definition["scope"] == "client") {
            wrong.push(format!("{key}: the server knows no such setting"));
        }
    }
    assert_none("editors/vscode/package.json", wrong);
}
