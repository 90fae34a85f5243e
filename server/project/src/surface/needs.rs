//! What the consumers of a public model look for and do not find.
//!
//! None of it is wrong for dbt; a producer is told when it publishes.

use smol_str::SmolStr;

use crate::upstream::Manifest;
use crate::upstream::manifest::{Access, Column};

/// Something that a public model lacks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Need {
    /// The model, as dbt writes it.
    pub unique_id: SmolStr,
    /// `orders`, `orders v2`
    pub model: String,
    /// `it has no description`
    pub message: String,
}

/// What the public models of `package` lack, by unique id.
pub fn needs(manifest: &Manifest, package: &str) -> Vec<Need> {
    let own = manifest.models().filter(|node| node.package() == package && !node.external());
    let mut out = Vec::new();
    for node in own.filter(|node| node.access() == Access::Public && node.enabled()) {
        let shown = match node.version() {
            Some(version) => format!("{} v{version}", node.name()),
            None => node.name().to_owned(),
        };
        let mut add = |message: String| {
            out.push(Need { unique_id: node.unique_id().into(), model: shown.clone(), message });
        };
        if node.description().is_none() {
            add("it has no description".to_owned());
        }
        let columns: Vec<Column<'_>> = node.declared_columns().collect();
        if columns.is_empty() {
            add("it lists no columns: consumers cannot complete them".to_owned());
        }
        let lacking = |is_lacking: fn(&Column<'_>) -> bool| named(columns.iter().filter(|c| is_lacking(c)));
        if let Some(names) = lacking(|column| column.data_type.is_none()) {
            add(format!("no type is given for {names}"));
        }
        if let Some(names) = lacking(|column| column.description.is_none()) {
            add(format!("no description is given for {names}"));
        }
        if !node.contract_enforced() {
            add("its contract is not enforced: nothing keeps its columns as they are".to_owned());
        }
        if node.materialized() == Some("ephemeral") {
            add("it is ephemeral: there is no relation for others to read".to_owned());
        }
    }
    out.sort_by(|a, b| a.unique_id.cmp(&b.unique_id));
    out
}

/// `column id`, `columns id, total and 3 more`; `None` for none.
fn named<'a>(columns: impl Iterator<Item = &'a Column<'a>>) -> Option<String> {
    let names: Vec<&str> = columns.map(|column| column.name).collect();
    match names.as_slice() {
        [] => None,
        [one] => Some(format!("column {one}")),
        [first, second] => Some(format!("columns {first} and {second}")),
        [first, second, rest @ ..] => Some(format!("columns {first}, {second} and {} more", rest.len())),
    }
}

#[cfg(test)]
mod tests {
    use expect_test::expect;

    use super::needs;
    use crate::upstream::manifest::read_slice;

    #[test]
    fn only_public_models_of_the_project_are_looked_at() {
        let text = r#"{"metadata": {"project_name": "p"}, "nodes": {
            "model.p.full": {"access": "public", "description": "d", "path": "x", "contract": {"enforced": true},
                "columns": {"id": {"data_type": "int", "description": "d"}}},
            "model.p.bare.v1": {"access": "public", "version": 1, "path": "x", "config": {"materialized": "ephemeral"}},
            "model.p.half": {"access": "public", "description": "d", "path": "x", "contract": {"enforced": true},
                "columns": {"a": {"data_type": "int"}, "b": {}, "c": {}, "d": {}}},
            "model.p.internal": {"path": "x"}, "model.q.other": {"access": "public", "path": "x"}}}"#;
        let manifest = read_slice(text.as_bytes()).unwrap();
        let lines: Vec<String> =
            needs(&manifest, "p").iter().map(|need| format!("{}: {}\n", need.model, need.message)).collect();
        expect![[r#"
            bare.v1 v1: it has no description
            bare.v1 v1: it lists no columns: consumers cannot complete them
            bare.v1 v1: its contract is not enforced: nothing keeps its columns as they are
            bare.v1 v1: it is ephemeral: there is no relation for others to read
            half: no type is given for columns b, c and 1 more
            half: no description is given for columns a, b and 2 more
        "#]]
        .assert_eq(&lines.concat());
    }
}
