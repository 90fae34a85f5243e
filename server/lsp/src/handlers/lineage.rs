//! `dbt-mesh/lineage`: what lies around a node, across projects.

use super::Answer;
use crate::lsp;
use crate::snapshot::Snapshot;
use crate::to_proto::location;
use crate::{from_proto, uri};
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// Where to look. Either `uniqueId`, or a document with a position in it.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Params {
    /// As dbt writes it.
    unique_id: Option<String>,
    /// A file of a project, or a read-only document of ours.
    text_document: Option<lsp::TextDocumentIdentifier>,
    /// In a properties file it decides which node is meant.
    position: Option<lsp::Position>,
    /// Steps towards what the node uses; 1 when not given.
    up: Option<u32>,
    /// Steps towards what uses the node; 1 when not given.
    down: Option<u32>,
    /// At most so many nodes; 2,000 when not given.
    max: Option<usize>,
}

/// Nodes around one, and the edges between them.
#[derive(Debug, Serialize)]
pub struct Lineage {
    focus: String,
    nodes: Vec<Node>,
    /// Unique ids: from the node that is used to the one that uses it.
    edges: Vec<(String, String)>,
    truncated: bool,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Node {
    unique_id: String,
    name: String,
    kind: String,
    project: String,
    version: Option<Value>,
    access: Option<String>,
    group: Option<String>,
    /// Where it is; `None` when the client has no way to get there.
    uri: Option<lsp::Uri>,
    range: Option<lsp::Range>,
    /// How many nodes it uses, and how many use it: also those that are not among these.
    parents: usize,
    children: usize,
}

/// The part of the graph around the node that is asked for; `null` when there is none.
pub fn handle(snap: &Snapshot, params: Params) -> Answer<Option<Lineage>> {
    let Some(focus) = focus(snap, &params) else { return Ok(None) };
    snap.analysis.ide.check()?;
    let lineage = snap.analysis.lineage();
    let Some(at) = lineage.find(&focus) else { return Ok(None) };
    let (up, down) = (params.up.unwrap_or(1), params.down.unwrap_or(1));
    let part = lineage.around(at, up, down, params.max.unwrap_or(2000));
    let mut nodes = Vec::with_capacity(part.nodes.len());
    for at in &part.nodes {
        let Some(node) = lineage.graph.nodes.get(*at as usize) else { continue };
        // Writing a file for each of thousands of nodes is not worth it.
        let reachable = snap.caps.virtual_documents || matches!(node.place, Some(ide::Place::File { .. }));
        let spot = match &node.place {
            Some(place) if reachable => location::spot(snap, place)?,
            _ => None,
        };
        let (uri, range) = spot.map(|spot| (spot.uri, spot.focus)).unzip();
        nodes.push(Node {
            unique_id: node.unique_id.clone(),
            name: node.name.clone(),
            kind: node.resource_type.clone(),
            project: node.package.clone(),
            version: node.version.clone(),
            access: node.access.clone(),
            group: node.group.clone(),
            uri,
            range,
            parents: lineage.parents(*at).len(),
            children: lineage.children(*at).len(),
        });
    }
    let id = |at: u32| lineage.graph.nodes[at as usize].unique_id.clone();
    let edges = part.edges.iter().map(|(from, to)| (id(*from), id(*to))).collect();
    Ok(Some(Lineage { focus, nodes, edges, truncated: part.truncated }))
}

fn focus(snap: &Snapshot, params: &Params) -> Option<String> {
    if params.unique_id.is_some() {
        return params.unique_id.clone();
    }
    let document = params.text_document.as_ref()?;
    if let Some((_, unique_id)) = uri::as_upstream(&document.uri) {
        return Some(unique_id);
    }
    let file = snap.file(&document.uri)?;
    let offset = params
        .position
        .zip(snap.text(file))
        .map(|(at, text)| from_proto::offset(&text, at, snap.encoding()))
        .unwrap_or_default();
    ide::node_in_focus(&snap.analysis.ide, file, offset).map(String::from)
}
