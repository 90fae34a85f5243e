//! Sets a graph beside a manifest: nodes and edges by unique_id, of the kinds that both can know.

use anyhow::{Context, Result};
use rustc_hash::FxHashSet;
use serde_json::Value;

/// Which nodes are compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kinds {
    /// Models, seeds, snapshots, sources, analyses, singular tests, functions and exposures.
    Main,
    /// Metrics, semantic models, saved queries and unit tests.
    Semantic,
    /// Macros of the project and its packages; edges are calls in the nodes of [`Kinds::Main`].
    Macros,
}

impl Kinds {
    fn has(self, unique_id: &str) -> bool {
        let kind = unique_id.split_once('.').map_or("", |(kind, _)| kind);
        match self {
            Kinds::Main => matches!(
                kind,
                "model" | "seed" | "snapshot" | "source" | "analysis" | "test" | "function" | "exposure"
            ),
            Kinds::Semantic => matches!(kind, "metric" | "semantic_model" | "saved_query" | "unit_test"),
            Kinds::Macros => kind == "macro",
        }
    }

    /// Whether edges into a node are compared.
    fn has_edges_of(self, unique_id: &str) -> bool {
        let by = if self == Kinds::Macros { Kinds::Main } else { self };
        by.has(unique_id)
    }

    fn has_edge(self, from: &str) -> bool {
        (self == Kinds::Macros) == from.starts_with("macro.")
    }
}

/// What one side has and the other has not.
#[derive(Debug, Default)]
pub struct Difference {
    /// How many dbt has.
    pub total: usize,
    /// dbt has them, the graph has not.
    pub missing: Vec<String>,
    /// Those of the missing that no `ref` or `source` in the node's own file names: a macro made them.
    pub by_macro: usize,
    /// The graph has them, dbt has not.
    pub extra: Vec<String>,
    /// The graph has them, and dbt knows them as disabled: the target or a variable decides, which the graph
    /// leaves open.
    pub open: Vec<String>,
}

impl Difference {
    fn of(dbt: &FxHashSet<String>, ours: &FxHashSet<String>) -> Difference {
        let sorted = |a: &FxHashSet<String>, b: &FxHashSet<String>| {
            let mut out: Vec<String> = a.difference(b).cloned().collect();
            out.sort();
            out
        };
        Difference {
            total: dbt.len(),
            missing: sorted(dbt, ours),
            by_macro: 0,
            extra: sorted(ours, dbt),
            open: Vec::new(),
        }
    }

    fn set_open(&mut self, is_open: impl Fn(&str) -> bool) {
        let (open, extra) = std::mem::take(&mut self.extra).into_iter().partition(|item| is_open(item));
        (self.open, self.extra) = (open, extra);
    }

    /// The share of dbt's that the graph has, in per cent.
    pub fn share(&self) -> String {
        percent(self.total - self.missing.len(), self.total)
    }

    /// The share of dbt's that the graph has, in per cent: of all, and without those that only macros made.
    pub fn shares(&self) -> String {
        let found = self.total - self.missing.len();
        format!("{} / {}", percent(found, self.total), percent(found, self.total - self.by_macro))
    }
}

fn percent(part: usize, whole: usize) -> String {
    if whole == 0 {
        return "–".to_owned();
    }
    // Rounded down: 100 is said only of all.
    format!("{:.2}", (part as f64 / whole as f64 * 10_000.0).floor() / 100.0)
}

/// Whether a `ref` or `source` written in this text names that parent.
fn is_written(code: &str, parent: &str) -> bool {
    let versioned = parent.rsplit_once('.').filter(|(_, last)| {
        last.strip_prefix('v').is_some_and(|version| version.starts_with(|c: char| c.is_ascii_digit()))
    });
    let name = versioned.map_or(parent, |(rest, _)| rest).rsplit('.').next().unwrap_or_default();
    ["ref(", "source(", "ref (", "source ("].iter().any(|call| {
        let rests = code.match_indices(call).map(|(at, _)| &code[at + call.len()..]);
        rests.map(|rest| rest.split(')').next().unwrap_or_default()).any(|arguments| {
            ['\'', '"'].iter().any(|quote| arguments.contains(&format!("{quote}{name}{quote}")))
        })
    })
}

/// A graph beside a manifest.
#[derive(Debug)]
pub struct Comparison {
    /// Nodes, by unique_id.
    pub nodes: Difference,
    /// Edges into the compared nodes, `from -> to`.
    pub edges: Difference,
}

/// Compares what `manifest.json` and `dbt-mesh-ls graph` know. Nodes of packages that dbt did not load, such
/// as a project in a folder below or an upstream, do not count; nor do generic tests and hooks.
pub fn compare(manifest: &Value, graph: &Value, kinds: Kinds) -> Result<Comparison> {
    let mut dbt = Known::default();
    let mut judged: FxHashSet<String> = FxHashSet::default();
    let (mut packages, mut named) = (FxHashSet::default(), FxHashSet::default());
    for key in [
        "nodes",
        "sources",
        "exposures",
        "functions",
        "metrics",
        "semantic_models",
        "saved_queries",
        "unit_tests",
    ] {
        for (unique_id, node) in manifest[key].as_object().into_iter().flatten() {
            let package = node["package_name"].as_str().unwrap_or_default();
            named.insert(package);
            // dbt-loom puts nodes without a file into the manifest: those dbt did not parse.
            if node["original_file_path"].as_str() == Some("") {
                continue;
            }
            packages.insert(package);
            if !node["test_metadata"].is_null() {
                continue;
            }
            if kinds.has(unique_id) {
                dbt.nodes.insert(unique_id.clone());
            }
            if kinds.has_edges_of(unique_id) {
                judged.insert(unique_id.clone());
                let parents =
                    ["nodes", "macros"].map(|of| node["depends_on"][of].as_array()).into_iter().flatten();
                for parent in parents.flatten().filter_map(Value::as_str) {
                    let package = parent.split('.').nth(1).unwrap_or_default();
                    if kinds.has_edge(parent) && !(kinds == Kinds::Macros && is_dbts(package)) {
                        dbt.edge(parent, unique_id);
                    }
                }
            }
        }
    }
    if kinds == Kinds::Macros {
        let macros = manifest["macros"].as_object().into_iter().flatten();
        let own = macros.filter(|(_, of)| !is_dbts(of["package_name"].as_str().unwrap_or_default()));
        for (unique_id, of) in own {
            dbt.nodes.insert(unique_id.clone());
            let package = of["package_name"].as_str().unwrap_or_default();
            packages.insert(package);
            named.insert(package);
        }
    }
    packages.extend(manifest["metadata"]["project_name"].as_str());
    let mut ours = Known::default();
    let mut into: FxHashSet<String> = FxHashSet::default();
    for node in graph["nodes"].as_array().context("the graph has no nodes")? {
        let unique_id = node["unique_id"].as_str().unwrap_or_default();
        if packages.contains(node["package"].as_str().unwrap_or_default()) {
            if kinds.has(unique_id) {
                ours.nodes.insert(unique_id.to_owned());
            }
            if kinds.has_edges_of(unique_id) {
                into.insert(unique_id.to_owned());
            }
        }
    }
    for edge in graph["edges"].as_array().context("the graph has no edges")? {
        let (from, to) = (edge[0].as_str().unwrap_or_default(), edge[1].as_str().unwrap_or_default());
        // Two projects of one folder may have the same package, and each its own parents for it.
        let of_other = from.split('.').nth(1).is_some_and(|package| !named.contains(package));
        // A node that the graph has too many is counted itself.
        let in_both = kinds != Kinds::Macros || judged.contains(to);
        if into.contains(to) && kinds.has_edge(from) && in_both && !of_other {
            ours.edge(from, to);
        }
    }
    let mut edges = Difference::of(&dbt.edges, &ours.edges);
    let by_macro = edges.missing.iter().filter(|edge| {
        let (from, to) = edge.split_once(ARROW).unwrap_or_default();
        let code = manifest["nodes"][to]["raw_code"].as_str();
        code.is_some_and(|code| !is_written(code, from))
    });
    edges.by_macro = by_macro.count();
    let is_open = |node: &str| !manifest["disabled"][node].is_null();
    edges.set_open(|edge| {
        let (from, to) = edge.split_once(ARROW).unwrap_or_default();
        is_open(from) || is_open(to)
    });
    let mut nodes = Difference::of(&dbt.nodes, &ours.nodes);
    nodes.set_open(is_open);
    Ok(Comparison { nodes, edges })
}

/// Packages of dbt and of adapters: their macros are no files of a project.
fn is_dbts(package: &str) -> bool {
    matches!(package, "dbt" | "dbt_duckdb" | "dbt_postgres")
}

const ARROW: &str = " -> ";

#[derive(Default)]
struct Known {
    nodes: FxHashSet<String>,
    edges: FxHashSet<String>,
}

impl Known {
    fn edge(&mut self, from: &str, to: &str) {
        self.edges.insert(format!("{from}{ARROW}{to}"));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn lists_what_only_one_side_has() {
        let manifest = json!({
            "metadata": { "project_name": "shop" },
            "nodes": {
                "model.shop.a": { "raw_code": "{{ ref('s') }}", "package_name": "shop", "depends_on": { "nodes": ["seed.shop.s"] } },
                "seed.shop.s": { "package_name": "shop" },
                "test.shop.not_null_a.1": { "package_name": "shop", "test_metadata": { "name": "not_null" } },
                "operation.shop.hook": { "package_name": "shop" },
            },
            "metrics": { "metric.shop.m": { "package_name": "shop", "depends_on": { "nodes": ["model.shop.a"] } } },
        });
        let graph = json!({
            "nodes": [
                { "unique_id": "model.shop.a", "package": "shop" },
                { "unique_id": "model.shop.b", "package": "shop" },
                { "unique_id": "model.nested.c", "package": "nested" },
            ],
            "edges": [["model.shop.a", "model.shop.b"], ["model.shop.a", "model.nested.c"]],
        });
        let main = compare(&manifest, &graph, Kinds::Main).unwrap();
        assert_eq!(main.nodes.missing, ["seed.shop.s"]);
        assert_eq!(main.nodes.extra, ["model.shop.b"]);
        assert_eq!(main.edges.missing, ["seed.shop.s -> model.shop.a"]);
        assert_eq!(main.edges.extra, ["model.shop.a -> model.shop.b"]);
        assert_eq!((main.edges.total, main.edges.shares()), (1, "0.00 / 0.00".to_owned()));
        let semantic = compare(&manifest, &graph, Kinds::Semantic).unwrap();
        assert_eq!(semantic.edges.missing, ["model.shop.a -> metric.shop.m"]);
    }

    #[test]
    fn edges_that_only_macros_make() {
        assert!(is_written("{{ ref('a', \"b\", v=2) }}", "model.a.b.v2"));
        assert!(is_written("{{ source('raw', 't') }}", "source.shop.raw.t"));
        assert!(!is_written("{{ generate_yaml(['b']) }} {{ ref('a') }}", "model.shop.b"));
    }
}
