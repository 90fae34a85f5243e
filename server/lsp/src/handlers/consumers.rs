//! `dbt-mesh/consumers`: which nodes of other projects read one project's nodes.

use super::Answer;
use crate::cli::graph::Node as GraphNode;
use crate::lsp;
use crate::snapshot::Snapshot;
use crate::to_proto::location;
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// Whose.
#[derive(Debug, Clone, Deserialize)]
pub struct Params {
    /// The name of a project of the workspace or of an upstream.
    project: String,
}

/// One node of another project, and what it reads.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Use {
    /// The node that reads.
    consumer: Named,
    project: String,
    uri: Option<lsp::Uri>,
    range: Option<lsp::Range>,
    /// The node of the project asked for.
    reads: Named,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Named {
    unique_id: String,
    name: String,
    kind: String,
    version: Option<Value>,
}

/// By the consumer's project and unique id; what only a manifest knows of is among them.
pub fn handle(snap: &Snapshot, params: Params) -> Answer<Vec<Use>> {
    let mut out = Vec::new();
    let lineage = snap.analysis.lineage();
    let node = |at: u32| lineage.graph.nodes.get(at as usize);
    for (at, reader) in (0..).zip(&lineage.graph.nodes) {
        if reader.package == params.project {
            continue;
        }
        snap.analysis.ide.check()?;
        for read in lineage.parents(at).iter().filter_map(|at| node(*at)) {
            if read.package != params.project {
                continue;
            }
            // Writing a file for each of many nodes is not worth it.
            let reachable =
                snap.caps.virtual_documents || matches!(reader.place, Some(ide::Place::File { .. }));
            let spot = match &reader.place {
                Some(place) if reachable => location::spot(snap, place)?,
                _ => None,
            };
            let (uri, range) = spot.map(|spot| (spot.uri, spot.focus)).unzip();
            let project = reader.package.clone();
            out.push(Use { consumer: named(reader), project, uri, range, reads: named(read) });
        }
    }
    out.sort_by(|a, b| {
        let key =
            |of: &'_ Use| (of.project.clone(), of.consumer.unique_id.clone(), of.reads.unique_id.clone());
        key(a).cmp(&key(b))
    });
    Ok(out)
}

fn named(node: &GraphNode) -> Named {
    Named {
        unique_id: node.unique_id.clone(),
        name: node.name.clone(),
        kind: node.resource_type.clone(),
        version: node.version.clone(),
    }
}
