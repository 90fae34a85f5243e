//! The read-only document of a node that only an upstream's manifest knows.

use project::registry::Supply;
use project::upstream::Manifest;

use crate::describe::manifest_node;
use crate::{Analysis, Cancellable};

/// A document's text, and where its SQL can be read from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UpstreamDocument {
    /// Markdown: relation, access, version, contract, columns, tests, description, owner, origin and age.
    pub markdown: String,
    /// The manifest that holds the node's SQL: a path or address.
    pub manifest: std::sync::Arc<str>,
}

/// The facts of node `unique_id` of upstream `project`, whichever project of the workspace has it loaded.
pub fn upstream_document(
    analysis: &Analysis,
    project: &str,
    unique_id: &str,
) -> Cancellable<Option<UpstreamDocument>> {
    analysis.check()?;
    for consumer in analysis.mesh.projects() {
        for upstream in analysis.mesh.registry.upstreams(consumer.id) {
            let Some(Supply::Manifest { manifest, key, .. }) = &upstream.supply else { continue };
            if manifest.project_name.as_deref() != Some(project) && upstream.name != project {
                continue;
            }
            let Some(index) = manifest.index_of(unique_id) else { continue };
            return Ok(Some(UpstreamDocument {
                markdown: markdown(analysis, manifest, index, key),
                manifest: key.clone(),
            }));
        }
    }
    Ok(None)
}

fn markdown(analysis: &Analysis, manifest: &Manifest, index: u32, key: &str) -> String {
    let mut of = manifest_node(manifest, index);
    let written = manifest.generated_at.as_deref().map_or("at an unknown time", |at| at);
    let dbt = manifest.dbt_version.as_deref().unwrap_or("unknown");
    of.origin = format!("Read-only: from {key}, written {written} by dbt {dbt}. The code is in another repository.");
    let body = crate::hover::render(&of, &analysis.today().to_string(), usize::MAX);
    let path = manifest.node_at(index).and_then(|node| node.original_file_path().map(str::to_owned));
    let path = path.map(|path| format!("\n\nIts file there: `{path}`\n")).unwrap_or_default();
    format!("# {}\n\n{body}{path}", of.unique_id)
}
