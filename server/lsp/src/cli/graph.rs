//! `dbt-mesh-ls graph`

use super::{base, existing, load};
use crate::config::Config;
use crate::queries;
use clap::ValueEnum;
use serde::Serialize;
use serde_json::Value;
use std::io::{self, Write};
use std::path::PathBuf;
use std::process::ExitCode;

/// Arguments of `graph`.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// A directory with dbt projects below it. Default: the current directory.
    #[arg(value_name = "PATH")]
    path: Option<PathBuf>,
    /// How the graph is printed.
    #[arg(long, value_enum, default_value_t = Format::Json)]
    format: Format,
    /// With macros, which node calls them, and which macro.
    #[arg(long)]
    macros: bool,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum Format {
    /// Nodes and edges by unique_id.
    Json,
    /// Graphviz.
    Dot,
    /// Mermaid, for Markdown.
    Mermaid,
    /// A page to look around in: one file that needs nothing else.
    Html,
}

/// Nodes and edges over all projects of the workspace and their upstreams.
#[derive(Debug, Default, Serialize)]
pub struct Graph {
    /// By unique_id.
    pub nodes: Vec<Node>,
    /// From the node that is used to the one that uses it.
    pub edges: Vec<(String, String)>,
}

/// One node of the graph.
#[derive(Debug, Default, Serialize)]
pub struct Node {
    /// As dbt writes it.
    pub unique_id: String,
    /// As `ref()` names it.
    pub name: String,
    /// `model`, `seed`, `snapshot`, `source`, `exposure`, `macro` …
    pub resource_type: String,
    /// The project or package it belongs to.
    pub package: String,
    /// As dbt writes it: a number or a string.
    pub version: Option<Value>,
    /// `private`, `protected` or `public`; models only.
    pub access: Option<String>,
    /// The group's name.
    pub group: Option<String>,
    /// Relative to PATH, with `/`; to the upstream's root when only a manifest knows it.
    pub file: Option<String>,
    /// Where an editor finds it.
    #[serde(skip)]
    pub place: Option<ide::Place>,
}

/// Loads and prints.
pub fn run(args: &Args) -> anyhow::Result<ExitCode> {
    let paths = existing(args.path.as_slice())?;
    let analysis = load(&paths, &Config::default(), |_| {})?;
    let graph = queries::graph(&analysis, &base(&paths), args.macros);
    let mut out = io::BufWriter::new(io::stdout().lock());
    match args.format {
        Format::Json => json(&mut out, &graph)?,
        Format::Dot => dot(&mut out, &graph)?,
        Format::Mermaid => mermaid(&mut out, &graph)?,
        Format::Html => html(&mut out, &graph)?,
    }
    out.flush()?;
    Ok(ExitCode::SUCCESS)
}

fn json(out: &mut impl Write, graph: &Graph) -> io::Result<()> {
    serde_json::to_writer_pretty(&mut *out, graph)?;
    writeln!(out)
}

/// The page that editors/lineage builds, with a place for the graph.
const PAGE: &str = include_str!("../../assets/lineage.html");
const PLACE: &str = "__GRAPH__";

fn html(out: &mut impl Write, graph: &Graph) -> io::Result<()> {
    let (before, after) = PAGE.split_once(PLACE).unwrap_or((PAGE, ""));
    // No name of a node may end the element that holds the graph.
    let graph = serde_json::to_string(graph)?.replace('<', "\\u003c");
    out.write_all(before.as_bytes())?;
    out.write_all(graph.as_bytes())?;
    out.write_all(after.as_bytes())
}

/// What a box shows: `orders v2`.
fn label(node: &Node) -> String {
    match &node.version {
        Some(Value::String(version)) => format!("{} v{version}", node.name),
        Some(version) => format!("{} v{version}", node.name),
        None => node.name.clone(),
    }
}

/// The nodes of each package, packages by name.
fn by_package(graph: &Graph) -> Vec<(&str, Vec<(usize, &Node)>)> {
    let mut packages: Vec<(&str, Vec<(usize, &Node)>)> = Vec::new();
    let mut nodes: Vec<(usize, &Node)> = graph.nodes.iter().enumerate().collect();
    nodes.sort_by_key(|(at, node)| (node.package.as_str(), *at));
    for (at, node) in nodes {
        match packages.last_mut() {
            Some((name, members)) if *name == node.package => members.push((at, node)),
            _ => packages.push((&node.package, vec![(at, node)])),
        }
    }
    packages
}

fn dot(out: &mut impl Write, graph: &Graph) -> io::Result<()> {
    let quoted = |text: &str| format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\""));
    writeln!(out, "digraph mesh {{\n  rankdir=LR;\n  node [shape=box];")?;
    for (package, nodes) in by_package(graph) {
        writeln!(out, "  subgraph {} {{", quoted(&format!("cluster_{package}")))?;
        writeln!(out, "    label={};", quoted(package))?;
        for (_, node) in nodes {
            let style = if node.access.as_deref() == Some("public") { ", style=bold" } else { "" };
            writeln!(out, "    {} [label={}{style}];", quoted(&node.unique_id), quoted(&label(node)))?;
        }
        writeln!(out, "  }}")?;
    }
    for (from, to) in &graph.edges {
        writeln!(out, "  {} -> {};", quoted(from), quoted(to))?;
    }
    writeln!(out, "}}")
}

fn mermaid(out: &mut impl Write, graph: &Graph) -> io::Result<()> {
    let quoted = |text: &str| format!("\"{}\"", text.replace('"', "#quot;"));
    let numbers: rustc_hash::FxHashMap<&str, usize> =
        graph.nodes.iter().enumerate().map(|(at, node)| (node.unique_id.as_str(), at)).collect();
    writeln!(out, "flowchart LR")?;
    for (number, (package, nodes)) in by_package(graph).into_iter().enumerate() {
        writeln!(out, "  subgraph p{number}[{}]", quoted(package))?;
        for (at, node) in nodes {
            writeln!(out, "    n{at}[{}]", quoted(&label(node)))?;
        }
        writeln!(out, "  end")?;
    }
    for (from, to) in &graph.edges {
        if let (Some(from), Some(to)) = (numbers.get(from.as_str()), numbers.get(to.as_str())) {
            writeln!(out, "  n{from} --> n{to}")?;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use expect_test::{Expect, expect};

    fn check(write: impl FnOnce(&mut Vec<u8>, &Graph) -> io::Result<()>, expected: Expect) {
        let node = |unique_id: &str, version: Option<u32>, access: &str| {
            let mut parts = unique_id.splitn(4, '.').map(str::to_owned);
            let mut part = || parts.next().unwrap();
            Node {
                unique_id: unique_id.to_owned(),
                resource_type: part(),
                package: part(),
                name: part(),
                version: version.map(Value::from),
                access: Some(access.to_owned()),
                group: None,
                file: Some("models/x.sql".to_owned()),
                place: None,
            }
        };
        let graph = Graph {
            nodes: vec![
                node("model.sales.report", None, "protected"),
                node("model.platform.orders.v2", Some(2), "public"),
            ],
            edges: vec![("model.platform.orders.v2".into(), "model.sales.report".into())],
        };
        let mut out = Vec::new();
        write(&mut out, &graph).unwrap();
        expected.assert_eq(&String::from_utf8(out).unwrap());
    }

    #[test]
    fn dot_groups_nodes_by_project() {
        check(
            dot,
            expect![[r#"
                digraph mesh {
                  rankdir=LR;
                  node [shape=box];
                  subgraph "cluster_platform" {
                    label="platform";
                    "model.platform.orders.v2" [label="orders v2", style=bold];
                  }
                  subgraph "cluster_sales" {
                    label="sales";
                    "model.sales.report" [label="report"];
                  }
                  "model.platform.orders.v2" -> "model.sales.report";
                }
            "#]],
        );
    }

    #[test]
    fn mermaid_numbers_its_nodes() {
        check(
            mermaid,
            expect![[r#"
                flowchart LR
                  subgraph p0["platform"]
                    n1["orders v2"]
                  end
                  subgraph p1["sales"]
                    n0["report"]
                  end
                  n1 --> n0
            "#]],
        );
    }

    #[test]
    fn html_holds_the_graph_and_fetches_nothing() {
        let evil = Node { unique_id: "model.a.</script><b>".into(), ..Node::default() };
        let mut out = Vec::new();
        html(&mut out, &Graph { nodes: vec![evil], edges: Vec::new() }).unwrap();
        let page = String::from_utf8(out).unwrap();
        let data = page.split_once(r#"<script id="graph" type="application/json">"#).unwrap().1;
        let data: Value = serde_json::from_str(data.split_once("</script>").unwrap().0).unwrap();
        assert_eq!(data["nodes"][0]["unique_id"], "model.a.</script><b>");
        let policy = page.split_once("Content-Security-Policy\" content=\"").unwrap().1;
        let policy = policy.split_once('"').unwrap().0;
        assert!(policy.starts_with("default-src 'none'") && !policy.contains("unsafe"), "{policy}");
        for fetched in [" src=", " href=", "@import", "url("] {
            let markup = page.split_once("<body>").unwrap().0;
            assert!(!markup.contains(fetched), "{fetched}");
        }
    }

    #[test]
    fn json_edges_are_pairs() {
        let mut out = Vec::new();
        let graph = Graph { nodes: Vec::new(), edges: vec![("a".into(), "b".into())] };
        json(&mut out, &graph).unwrap();
        let value: Value = serde_json::from_slice(&out).unwrap();
        assert_eq!(value, serde_json::json!({ "nodes": [], "edges": [["a", "b"]] }));
    }
}
