//! The read-only document of a node that only an upstream's manifest knows.

use std::sync::Arc;

use project::registry::{self, ManifestKey, Supply};
use project::upstream::Manifest;

use crate::describe::{age, catalog, manifest_node};
use crate::{Analysis, Cancellable, render};

/// A document's text, and where its SQL can be read from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UpstreamDocument {
    /// Markdown: relation, access, version, contract, columns, tests, description, owner, origin and age.
    pub markdown: String,
    /// The file with the node's SQL; empty where there is none here.
    pub manifest: ManifestKey,
}

/// The facts of node `unique_id` of upstream `project`, whichever project of the workspace has it loaded.
/// `None` when no loaded manifest has it.
pub fn upstream_document(
    analysis: &Analysis,
    project: &str,
    unique_id: &str,
) -> Cancellable<Option<UpstreamDocument>> {
    analysis.check()?;
    let Some((manifest, key, index)) = locate(analysis, project, unique_id) else { return Ok(None) };
    let markdown = markdown(analysis, manifest, index, key);
    let slot = analysis.mesh.registry.manifests.get(key);
    let file = match slot.and_then(|slot| slot.remote.as_ref()) {
        Some(remote) => remote.file.clone().unwrap_or_default(),
        None => key.clone(),
    };
    Ok(Some(UpstreamDocument { markdown, manifest: file }))
}

/// The project's own manifest before any other: copies in other manifests know less.
fn locate<'a>(
    analysis: &'a Analysis,
    project: &str,
    unique_id: &str,
) -> Option<(&'a Arc<Manifest>, &'a ManifestKey, u32)> {
    let registry = &analysis.mesh.registry;
    let consumers = analysis.mesh.projects().flat_map(|consumer| registry.upstreams(consumer.id));
    let supplies = consumers.filter(|upstream| upstream.name == project).filter_map(|up| up.supply.as_ref());
    let named = supplies.filter_map(|supply| match supply {
        Supply::Manifest { manifest, key, .. } => Some((manifest, key)),
        Supply::Live(_) => None,
    });
    // A package inside an upstream has no entry of its own.
    let any = registry.manifests.iter().filter_map(|(key, slot)| Some((slot.manifest.as_ref()?, key)));
    named.chain(any).find_map(|(manifest, key)| Some((manifest, key, manifest.index_of(unique_id)?)))
}

fn markdown(analysis: &Analysis, manifest: &Manifest, index: u32, key: &str) -> String {
    let mut of = manifest_node(manifest, index);
    let mut origin = format!("Read-only: from {}", registry::shown(key));
    if let Some(at) = manifest.generated_at.as_deref() {
        origin.push_str(&format!(", written {at}"));
        origin.extend(age(analysis, at).map(|age| format!(" ({age})")));
    }
    origin.extend(manifest.dbt_version.as_deref().map(|version| format!(", by dbt {version}")));
    origin.extend(catalog(manifest).map(|text| format!(", {text}")));
    of.origin = format!("{origin}. The project itself is not checked out here.");
    let body = render::node(&of, &analysis.today().to_string(), usize::MAX);
    let path = manifest.node_at(index).and_then(|node| node.original_file_path());
    let path = path.map(|path| format!("\n\nIts file there: `{path}`")).unwrap_or_default();
    format!("# {}\n\n{body}{path}\n", of.summary.unique_id)
}
