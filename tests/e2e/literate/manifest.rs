//! A manifest.json from one line a node, as dbt 1.12 would write it.
//!
//! `model orders v=2 latest=2 public group=books deprecated=2024-01-01 disabled from=tools depends=orders_raw`:
//! the resource type, the name, and what is not as usual. `from` is the package inside the upstream.

use serde_json::{Map, Value, json};

/// The manifest of a project.
pub fn json(project: &str, lines: &str) -> String {
    let (mut nodes, mut disabled, mut groups) = (Map::new(), Map::new(), Map::new());
    for line in lines.lines().map(str::trim).filter(|line| !line.is_empty()) {
        let mut words = line.split_whitespace();
        let (kind, name) = (
            words.next().expect("the line is not empty"),
            words.next().expect("a line has a type and a name"),
        );
        let words: Vec<(&str, Option<&str>)> = words
            .map(|word| word.split_once('=').map_or((word, None), |(key, value)| (key, Some(value))))
            .collect();
        let get = |wanted: &str| words.iter().find(|(key, _)| *key == wanted).and_then(|(_, value)| *value);
        let package = get("from").unwrap_or(project);
        if kind == "group" {
            let id = format!("group.{package}.{name}");
            groups.insert(
                id.clone(),
                json!({"unique_id": id, "name": name, "package_name": package,
                "resource_type": "group", "owner": {"email": format!("{name}@example.com")}}),
            );
            continue;
        }
        let version = get("v").map(number);
        let id = match get("v") {
            Some(version) => format!("{kind}.{package}.{name}.v{version}"),
            None => format!("{kind}.{package}.{name}"),
        };
        let depends: Vec<String> =
            get("depends").into_iter().flat_map(|list| list.split(',')).map(str::to_owned).collect();
        let access = words.iter().find_map(|(key, value)| {
            (value.is_none() && matches!(*key, "public" | "protected" | "private")).then_some(*key)
        });
        let node = json!({
            "unique_id": id, "name": name, "resource_type": kind, "package_name": package,
            "path": format!("{name}.sql"), "original_file_path": format!("models/{name}.sql"),
            "version": version, "latest_version": get("latest").map(number),
            "access": access.unwrap_or("protected"), "group": get("group"),
            "deprecation_date": get("deprecated").map(|date| format!("{date}T00:00:00+00:00")),
            "relation_name": format!("\"db\".\"main\".\"{name}\""),
            "config": {"enabled": true, "materialized": "table"},
            "depends_on": {"macros": [], "nodes": depends}, "columns": {}, "description": "",
        });
        if words.iter().any(|(key, _)| *key == "disabled") {
            disabled.insert(id, json!([node]));
        } else {
            nodes.insert(id, node);
        }
    }
    json!({
        "metadata": {
            "dbt_schema_version": "https://schemas.getdbt.com/dbt/manifest/v12.json",
            "dbt_version": "1.12.6", "generated_at": "2026-01-01T00:00:00Z", "project_name": project,
        },
        "nodes": nodes, "sources": {}, "macros": {}, "docs": {}, "exposures": {}, "metrics": {},
        "groups": groups, "disabled": disabled,
    })
    .to_string()
}

fn number(text: &str) -> Value {
    serde_json::from_str(text).unwrap_or_else(|_| text.into())
}
