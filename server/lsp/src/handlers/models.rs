//! `dbt-mesh/models`: the public models of one project.

use super::Answer;
use crate::lsp;
use crate::snapshot::Snapshot;
use crate::to_proto::location;
use serde::{Deserialize, Serialize};

/// Whose.
#[derive(Debug, Clone, Deserialize)]
pub struct Params {
    /// The name of a project of the workspace or of an upstream.
    project: String,
}

/// A model that other projects may read.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Model {
    unique_id: String,
    name: String,
    version: Option<String>,
    latest: bool,
    prerelease: bool,
    group: Option<String>,
    /// `YYYY-MM-DD`
    deprecation_date: Option<String>,
    /// Markdown.
    description: Option<String>,
    /// How many columns `dbt-mesh/columns` will list.
    columns: usize,
    uri: Option<lsp::Uri>,
}

/// By name, versions newest first. Empty for a project that is not known.
pub fn handle(snap: &Snapshot, params: Params) -> Answer<Vec<Model>> {
    let models = ide::public_models(&snap.analysis.ide, &params.project)?;
    let mut out = Vec::with_capacity(models.len());
    for model in models {
        // Writing a file for each of many models is not worth it.
        let reachable = snap.caps.virtual_documents || matches!(model.place, ide::Place::File { .. });
        let spot = if reachable { location::spot(snap, &model.place)? } else { None };
        out.push(Model {
            unique_id: model.unique_id.into(),
            name: model.name.into(),
            version: model.version.map(String::from),
            latest: model.latest,
            prerelease: model.prerelease,
            group: model.group.map(String::from),
            deprecation_date: model.deprecation,
            description: model.description,
            columns: model.columns,
            uri: spot.map(|spot| spot.uri),
        });
    }
    Ok(out)
}
