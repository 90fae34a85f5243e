//! `dbt-mesh/columns`: the columns of one node, as its properties list them.

use super::Answer;
use crate::snapshot::Snapshot;
use serde::{Deserialize, Serialize};

/// Of what.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Params {
    /// The project's name.
    project: String,
    /// As dbt writes it.
    unique_id: String,
}

/// One column.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Column {
    name: String,
    data_type: Option<String>,
    /// Markdown.
    description: Option<String>,
}

/// In the order of the properties. Empty for a node that is not known.
pub fn handle(snap: &Snapshot, params: Params) -> Answer<Vec<Column>> {
    let columns = ide::columns(&snap.analysis.ide, &params.project, &params.unique_id)?;
    let columns = columns.into_iter().map(|column| Column {
        name: column.name.into(),
        data_type: column.data_type.map(String::from),
        description: column.description,
    });
    Ok(columns.collect())
}
