//! The catalog that goes along with a manifest: from beside it to beside where it is published.

use loader::{Target, manifest_bytes};
use project::upstream::catalog::{name_beside, read_slice};
use project::upstream::reduce::Kept;
use serde_json::{Map, Value};
use std::path::{Path, PathBuf};

/// A catalog on its way.
pub struct Along {
    pub target: Target,
    pub body: Vec<u8>,
}

/// Where a catalog belongs to a manifest at `target`; `None` when its name says nothing.
pub fn place(target: &Target) -> Option<Target> {
    match target {
        Target::File(file) => beside(file).map(Target::File),
        Target::Object(remote) => remote.catalog().map(|remote| Target::Object(Box::new(remote))),
    }
}

fn beside(path: &Path) -> Option<PathBuf> {
    Some(path.with_file_name(name_beside(path.file_name()?.to_str()?)?))
}

/// The catalog beside the manifest at `path`, if there is one and a place for it beside `target`. `kept`: only what
/// consumers may read of it.
pub fn along(path: &Path, target: &Target, kept: Option<&Kept>) -> anyhow::Result<Option<Along>> {
    let (Some(path), Some(target)) = (beside(path).filter(|path| path.is_file()), place(target)) else {
        return Ok(None);
    };
    let bytes = manifest_bytes(&path).map_err(anyhow::Error::msg)?;
    let failed = |why: String| anyhow::anyhow!("{}: {why}", path.display());
    read_slice(&bytes).map_err(|why| failed(why.to_string()))?;
    let body = match kept {
        Some(kept) => reduced(&bytes, kept).map_err(|why| failed(why.to_string()))?,
        None => bytes,
    };
    Ok(Some(Along { target, body }))
}

/// The columns of what is `kept`, without the warehouse's owners and statistics.
fn reduced(bytes: &[u8], kept: &Kept) -> serde_json::Result<Vec<u8>> {
    let mut catalog: Value = serde_json::from_slice(bytes)?;
    if let Some(metadata) = catalog.get_mut("metadata").and_then(Value::as_object_mut) {
        // Variables of the producer's environment.
        metadata.remove("env");
    }
    let mut nodes = Map::new();
    if let Some(Value::Object(all)) = catalog.get_mut("nodes").map(Value::take) {
        for (id, node) in all.into_iter().filter(|(id, _)| kept.has(id)) {
            let table = |key: &str| (key.to_owned(), node["metadata"][key].clone());
            let metadata: Map<_, _> = ["type", "database", "schema", "name"].map(table).into_iter().collect();
            let told = serde_json::json!({ "metadata": metadata, "columns": node["columns"], "stats": {}, "unique_id": id });
            nodes.insert(id, told);
        }
    }
    let reduced =
        serde_json::json!({ "metadata": catalog["metadata"], "nodes": nodes, "sources": {}, "errors": null });
    let mut out = serde_json::to_vec(&reduced)?;
    out.push(b'\n');
    Ok(out)
}
