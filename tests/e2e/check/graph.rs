//! `graph` against what dbt itself wrote about the same projects.

use super::{json, output};
use crate::sample::{Sample, hybrid_manifest};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};

const PROJECTS: [&str; 5] = ["platform", "finance", "marketing", "sales", "logistics"];

/// What is not in the graph yet: tests of columns.
fn is_out(node: &Value) -> bool {
    !node["test_metadata"].is_null()
}

/// The project's own nodes in the manifest that dbt wrote.
fn dbts_nodes(project: &str) -> BTreeMap<String, Value> {
    let manifest: Value = serde_json::from_slice(&hybrid_manifest(project)).expect("JSON");
    let kinds =
        ["nodes", "sources", "exposures", "metrics", "semantic_models", "saved_queries", "unit_tests"];
    let all = kinds.iter().flat_map(|kind| manifest[*kind].as_object().cloned().unwrap_or_default());
    let own = all.filter(|(_, node)| node["package_name"] == project && !is_out(node));
    own.collect()
}

#[test]
fn nodes_and_edges_are_those_of_dbt() {
    let sample = Sample::hybrid();
    let graph = json(sample.root(), &["graph", "--format", "json"], 0);
    assert_eq!(super::keys(&graph), ["edges", "nodes"]);
    let nodes: BTreeMap<&str, &Value> = graph["nodes"]
        .as_array()
        .expect("a list")
        .iter()
        .map(|node| (node["unique_id"].as_str().expect("an id"), node))
        .collect();
    let edge = |edge: &Value| (edge[0].as_str().unwrap().to_owned(), edge[1].as_str().unwrap().to_owned());
    let edges: BTreeSet<(String, String)> =
        graph["edges"].as_array().expect("a list").iter().map(edge).collect();
    for (from, to) in &edges {
        assert!(nodes.contains_key(from.as_str()) && nodes.contains_key(to.as_str()), "{from} → {to}");
    }
    for project in PROJECTS {
        let dbts = dbts_nodes(project);
        for (id, theirs) in &dbts {
            let ours = nodes.get(id.as_str()).unwrap_or_else(|| panic!("{id} is in the graph"));
            assert_eq!(
                super::keys(ours),
                ["access", "file", "group", "name", "package", "resource_type", "unique_id", "version"]
            );
            assert_eq!(ours["name"], theirs["name"], "{id}");
            assert_eq!(ours["resource_type"], theirs["resource_type"], "{id}");
            assert_eq!(ours["package"], project, "{id}");
            assert_eq!(ours["group"], theirs["group"], "{id}");
            let file = format!("{project}/{}", theirs["original_file_path"].as_str().expect("a path"));
            assert_eq!(ours["file"], file.as_str(), "{id}");
            if id.starts_with("model.") {
                assert_eq!(ours["access"], theirs["access"], "{id}");
                assert_eq!(ours["version"], theirs["version"], "{id}");
            }
            let depends_on = theirs["depends_on"]["nodes"].as_array().cloned().unwrap_or_default();
            let wanted: BTreeSet<&str> = depends_on.iter().filter_map(Value::as_str).collect();
            let found: BTreeSet<&str> =
                edges.iter().filter(|(_, to)| to == id).map(|(from, _)| from.as_str()).collect();
            assert_eq!(found, wanted, "what {id} depends on");
        }
        let own = nodes.iter().filter(|(_, node)| node["package"] == project);
        let extra: Vec<&&str> = own.map(|(id, _)| id).filter(|id| !dbts.contains_key(**id)).collect();
        assert!(extra.is_empty(), "dbt knows nothing of {extra:?}");
    }
}

#[test]
fn an_upstream_known_by_its_manifest_is_in_the_graph_as_if_it_were_here() {
    let sample = Sample::some(&["finance"], &["platform"]);
    let graph = json(&sample.path("finance"), &["graph"], 0);
    let ids: BTreeSet<&str> =
        graph["nodes"].as_array().expect("a list").iter().filter_map(|n| n["unique_id"].as_str()).collect();
    let models: Vec<String> =
        dbts_nodes("platform").into_keys().filter(|id| id.starts_with("model.")).collect();
    assert!(models.len() > 15);
    for id in &models {
        assert!(ids.contains(id.as_str()), "{id} is in the graph");
    }
    assert!(ids.contains("model.utils_pkg.calendar"), "what its packages have comes along");
    let edges = graph["edges"].as_array().expect("a list");
    for edge in edges {
        for end in [&edge[0], &edge[1]] {
            assert!(end.as_str().is_some_and(|id| ids.contains(id)), "{end} is a node");
        }
    }
    for (from, to) in [
        ("model.platform.fct_orders", "model.finance.monthly_revenue"),
        ("model.platform.dim_customers.v2", "model.finance.fct_receivables"),
        ("model.platform.dim_products.v2", "model.finance.product_revenue"),
        ("model.platform.int_order_totals", "model.platform.fct_orders"),
        ("model.platform.fct_orders", "exposure.finance.board_pack"),
    ] {
        assert!(edges.contains(&serde_json::json!([from, to])), "{from} → {to}");
    }
}

#[test]
fn pictures_have_all_nodes_and_edges() {
    let sample = Sample::hybrid();
    let graph = json(sample.root(), &["graph"], 0);
    let (nodes, edges) = (graph["nodes"].as_array().unwrap().len(), graph["edges"].as_array().unwrap().len());
    let dot = output(sample.root(), &["graph", "--format", "dot"], 0);
    assert!(dot.starts_with("digraph ") && dot.trim_end().ends_with('}'), "{dot}");
    assert_eq!(dot.matches(" -> ").count(), edges);
    assert_eq!(dot.matches("[label=").count(), nodes);
    assert!(
        dot.contains("\"model.platform.dim_customers.v2\" [label=\"dim_customers v2\", style=bold];"),
        "{dot}"
    );
    let mermaid = output(sample.root(), &["graph", "--format", "mermaid"], 0);
    assert!(mermaid.starts_with("flowchart "), "{mermaid}");
    assert_eq!(mermaid.matches(" --> ").count(), edges);
    assert_eq!(mermaid.matches("[\"").count(), nodes + PROJECTS.len() + 1, "{mermaid}");
}
