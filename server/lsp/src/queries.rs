//! What the command line prints beside findings: projects, upstreams, files, the graph.

mod macros;

use crate::analysis::Analysis;
use crate::cli::graph::{Graph, Node};
use crate::cli::report;
use project::macro_edges::{MacroEdges, called_by_node};
use project::node::Tri;
use project::registry::{self, State, Supply, SupplyKind};
use project::{FileId, Mesh, NodeKind, NodeRef, Package, Target};
use rustc_hash::FxHashSet;
use serde_json::Value;
use text::{TextRange, TextSize};

/// The workspace's projects by name, with roots relative to `base`.
pub fn projects(analysis: &Analysis, base: &str) -> Vec<report::Project> {
    let mesh = analysis.mesh();
    let mut out: Vec<report::Project> = workspace_projects(mesh)
        .map(|project| report::Project {
            name: project.name().to_owned(),
            root: match relative(&project.root, base) {
                "" => ".".to_owned(),
                root => root.to_owned(),
            },
            models: models(mesh, project).filter(|node| mesh.enabled(node) != Tri::No).count(),
        })
        .collect();
    out.sort_by(|a, b| (&a.name, &a.root).cmp(&(&b.name, &b.root)));
    out
}

/// Projects that are in the workspace, not merely beside it.
pub fn workspace_projects(mesh: &Mesh) -> impl Iterator<Item = &Package> {
    mesh.projects().filter(|project| !mesh.registry.outside.contains(&project.id))
}

/// The models of a package that have a file, whether or not they are enabled.
pub fn models<'m>(mesh: &'m Mesh, package: &'m Package) -> impl Iterator<Item = NodeRef> + 'm {
    let sites = package.names(project::names::Space::Model).flat_map(|(_, sites)| sites.iter());
    sites.filter_map(|site| mesh.node_of_file(site.file))
}

/// `path` below `base`; empty for `base` itself; as it is when it lies elsewhere.
pub fn relative<'a>(path: &'a str, base: &str) -> &'a str {
    match path.strip_prefix(base) {
        Some("") => "",
        Some(rest) => rest.strip_prefix('/').unwrap_or(path),
        None => path,
    }
}

/// The name of an upstream that only its manifest would tell.
pub const UNKNOWN: &str = "?";

/// The upstreams that any project declares, each with the source that supplies it.
pub fn upstreams(analysis: &Analysis, base: &str) -> Vec<report::Upstream> {
    let mesh = analysis.mesh();
    let mut out: Vec<report::Upstream> = Vec::new();
    for project in workspace_projects(mesh) {
        let declared = mesh.registry.upstreams(project.id).iter().filter(|upstream| upstream.is_declared());
        for upstream in declared {
            let mut row = report::Upstream {
                name: upstream.name.to_string(),
                source: None,
                kind: upstream.kind.map(|kind| kind.as_str().to_owned()),
                state: match &upstream.state {
                    State::Ready => "ready".to_owned(),
                    State::Loading => "loading".to_owned(),
                    State::Failed(_) => "failed".to_owned(),
                    State::Missing => "missing".to_owned(),
                },
                dbt_version: None,
                generated_at: None,
                checked_at: upstream
                    .remote
                    .as_ref()
                    .and_then(|remote| remote.checked)
                    .map(project::date::utc),
                failure: upstream.failure.clone().filter(|_| upstream.supply.is_some()),
                public_models: 0,
            };
            match &upstream.supply {
                Some(Supply::Live(id)) => {
                    if let Some(package) = mesh.package(*id) {
                        row.source = Some(match relative(&package.root, base) {
                            "" => ".".to_owned(),
                            root => root.to_owned(),
                        });
                        row.state = "live".to_owned();
                        row.public_models = mesh.public_models(package);
                    }
                }
                Some(Supply::Manifest { manifest, package, key }) => {
                    row.source = Some(relative(registry::shown(key), base).to_owned());
                    row.dbt_version = manifest.dbt_version.as_ref().map(ToString::to_string);
                    row.generated_at = manifest.generated_at.as_ref().map(ToString::to_string);
                    row.public_models = manifest.public_count(package);
                }
                None => row.source = why(&upstream.state),
            }
            if !out.contains(&row) {
                out.push(row);
            }
        }
        for unread in mesh.registry.unread(project.id) {
            let mut upstreams = mesh.registry.upstreams(project.id).iter();
            let is_told = upstreams.any(|upstream| upstream.tells(unread.failure));
            let row = report::Upstream {
                name: UNKNOWN.to_owned(),
                source: Some(unread.failure.to_owned()),
                kind: Some(SupplyKind::Mesh.as_str().to_owned()),
                state: "failed".to_owned(),
                dbt_version: None,
                generated_at: None,
                checked_at: unread.remote.checked.map(project::date::utc),
                failure: None,
                public_models: 0,
            };
            if !is_told && !out.contains(&row) {
                out.push(row);
            }
        }
    }
    out.sort_by(|a, b| (&a.name, &a.source).cmp(&(&b.name, &b.source)));
    out
}

fn why(state: &State) -> Option<String> {
    match state {
        State::Failed(why) => Some(why.clone()),
        _ => None,
    }
}

/// All files that may have findings, with the name of their project, in path order.
pub fn files(analysis: &Analysis) -> Vec<(FileId, String)> {
    let mesh = analysis.mesh();
    let mut out: Vec<(String, FileId, String)> = Vec::new();
    for project in workspace_projects(mesh) {
        for file in project.files() {
            if let Some(path) = mesh.path(file) {
                out.push((path, file, project.name().to_owned()));
            }
        }
    }
    out.sort();
    out.into_iter().map(|(_, file, project)| (file, project)).collect()
}

/// Nodes and edges over all projects and their upstreams, by unique id; on demand with the macros of projects and
/// packages, and who calls them.
pub fn graph(analysis: &Analysis, base: &str, with_macros: bool) -> Graph {
    let mesh = analysis.mesh();
    let mut out = Graph::default();
    let mut seen: FxHashSet<String> = FxHashSet::default();
    let mut edges = MacroEdges::new(mesh);
    for package in mesh.packages() {
        for node in nodes(mesh, package) {
            if mesh.enabled(&node) == Tri::No {
                continue;
            }
            add(analysis, base, &Target::Local(node.clone()), &mut seen, &mut out);
            let to = mesh.unique_id(&node).to_string();
            for parent in edges.parents(&node) {
                let from = add(analysis, base, &parent, &mut seen, &mut out);
                out.edges.push((from, to.clone()));
            }
            if with_macros {
                macros::called(mesh, called_by_node(mesh, &node), &to, &mut out);
            }
        }
        if with_macros {
            macros::add(mesh, base, package, &mut seen, &mut out);
        }
    }
    upstream_nodes(analysis, base, &mut seen, &mut out);
    out.nodes.sort_by(|a, b| a.unique_id.cmp(&b.unique_id));
    out.edges.sort();
    out.edges.dedup();
    out
}

/// Everything that a manifest knows of the upstreams it supplies.
fn upstream_nodes(analysis: &Analysis, base: &str, seen: &mut FxHashSet<String>, out: &mut Graph) {
    let mesh = analysis.mesh();
    for project in workspace_projects(mesh) {
        for upstream in mesh.registry.upstreams(project.id) {
            let Some(Supply::Manifest { manifest, package, .. }) = &upstream.supply else { continue };
            for node in manifest.nodes().filter(|node| node.package() == package && !node.external()) {
                let Some(index) = manifest.index_of(node.unique_id()) else { continue };
                let target =
                    Target::Upstream { manifest: manifest.clone(), project: package.clone(), node: index };
                add(analysis, base, &target, seen, out);
                for parent in node.depends_on() {
                    // What a package of the upstream has comes along where it is read.
                    if !seen.contains(parent) {
                        let Some(node) = manifest.index_of(parent) else { continue };
                        let (manifest, project) = (manifest.clone(), package.clone());
                        add(analysis, base, &Target::Upstream { manifest, project, node }, seen, out);
                    }
                    out.edges.push((parent.to_owned(), node.unique_id().to_owned()));
                }
            }
        }
    }
}

/// Every node of a package that has parents or can be one.
fn nodes(mesh: &Mesh, package: &Package) -> Vec<NodeRef> {
    use project::names::Space;
    let mut out: Vec<NodeRef> = Vec::new();
    for space in [Space::Model, Space::Analysis, Space::SingularTest, Space::Seed, Space::Function] {
        let sites = package.names(space).flat_map(|(_, sites)| sites.iter());
        out.extend(sites.filter_map(|site| mesh.node_of_file(site.file)));
    }
    out.extend(package.names(Space::Snapshot).filter_map(|(name, _)| mesh.snapshot(package, name)));
    out.extend(package.names(Space::Table).filter_map(|(name, _)| mesh.table(package, name)));
    let yaml = [
        (Space::Exposure, NodeKind::Exposure),
        (Space::SemanticModel, NodeKind::SemanticModel),
        (Space::Metric, NodeKind::Metric),
        (Space::SavedQuery, NodeKind::SavedQuery),
    ];
    for (space, kind) in yaml {
        out.extend(package.names(space).filter_map(|(name, _)| mesh.yaml_node(package, kind, space, name)));
    }
    let unit_tests = package.names(Space::UnitTest).flat_map(|(_, sites)| sites.iter());
    out.extend(unit_tests.flat_map(|site| mesh.unit_tests(package, *site)));
    out
}

/// Adds a node once; its unique id.
fn add(
    analysis: &Analysis,
    base: &str,
    target: &Target,
    seen: &mut FxHashSet<String>,
    out: &mut Graph,
) -> String {
    let mesh = analysis.mesh();
    let node = match target {
        Target::Local(node) => {
            let package = mesh.package(node.package).map(|package| package.name().to_owned());
            let is_model = node.kind == NodeKind::Model;
            Node {
                unique_id: mesh.unique_id(node).to_string(),
                name: node
                    .name
                    .rsplit('.')
                    .next()
                    .filter(|_| matches!(node.kind, NodeKind::Source | NodeKind::UnitTest))
                    .unwrap_or(&node.name)
                    .to_owned(),
                resource_type: node.kind.as_str().to_owned(),
                package: package.unwrap_or_default(),
                version: node.version.as_deref().map(version),
                access: is_model
                    .then(|| mesh.access(node))
                    .flatten()
                    .map(|access| access.as_str().to_owned()),
                group: mesh.group(node).ok().flatten().map(String::from),
                file: mesh.path(node.file).map(|path| relative(&path, base).to_owned()),
                place: Some(ide::Place::File {
                    file: node.file,
                    full: start(mesh, node),
                    focus: start(mesh, node),
                }),
            }
        }
        Target::Upstream { manifest, node, project } => {
            let Some(node) = manifest.node_at(*node) else { return String::new() };
            let is_model = node.resource_type() == project::upstream::ResourceType::Model;
            Node {
                unique_id: node.unique_id().to_owned(),
                name: node.name().to_owned(),
                resource_type: node.resource_type().as_str().to_owned(),
                package: node.package().to_owned(),
                version: node.version().map(version),
                access: is_model.then(|| node.access().as_str().to_owned()),
                group: node.group().map(str::to_owned),
                file: node.original_file_path().map(str::to_owned),
                place: Some(ide::Place::Upstream {
                    project: project.clone(),
                    unique_id: node.unique_id().into(),
                }),
            }
        }
    };
    let id = node.unique_id.clone();
    if seen.insert(id.clone()) {
        out.nodes.push(node);
    }
    id
}

/// Where a node's name stands: the start of its file, or of the name of its block or entry.
fn start(mesh: &Mesh, node: &NodeRef) -> TextRange {
    let nowhere = TextRange::empty(TextSize::from(0));
    if node.item == project::names::FILE {
        return nowhere;
    }
    let Some(facts) = mesh.facts(node.file) else { return nowhere };
    let at = node.item as usize;
    let range = match node.kind {
        NodeKind::Snapshot => facts.defs.get(at).map(|def| def.name_range),
        _ => None,
    };
    range.or_else(|| facts.entries.get(at).map(|entry| entry.name_range)).unwrap_or(nowhere)
}

/// A version as dbt writes it in JSON: a number where it is one.
fn version(text: &str) -> Value {
    match (text.parse::<i64>(), text.parse::<f64>()) {
        (Ok(number), _) => number.into(),
        (_, Ok(number)) if number.is_finite() => number.into(),
        _ => text.into(),
    }
}
