//! `textDocument/prepareTypeHierarchy`, `typeHierarchy/supertypes`, `typeHierarchy/subtypes`: versions of a model.
//!
//! A version's supertype is the version before it, its subtypes the ones after: they replace it.

use super::Answer;
use super::call_hierarchy::{data, kind, unique_id};
use crate::snapshot::Snapshot;
use crate::to_proto::location::spot;
use crate::{analysis, from_proto, lsp};
use ide::lineage::LineageNode;
use std::cmp::Ordering;

/// The versioned models at a position.
pub fn prepare(
    snap: &Snapshot,
    params: lsp::TypeHierarchyPrepareParams,
) -> Answer<Option<Vec<lsp::TypeHierarchyItem>>> {
    let Some(at) = from_proto::file_pos(snap, &params.text_document_position_params) else {
        return Ok(None);
    };
    let mut versioned = Vec::new();
    for node in analysis::lineage_at(&snap.analysis, at)? {
        if !analysis::model_versions(&snap.analysis, &node.unique_id)?.is_empty() {
            versioned.push(node);
        }
    }
    let items = items(snap, versioned)?;
    Ok((!items.is_empty()).then_some(items))
}

/// The versions before it, the nearest first.
pub fn supertypes(
    snap: &Snapshot,
    params: lsp::TypeHierarchySupertypesParams,
) -> Answer<Option<Vec<lsp::TypeHierarchyItem>>> {
    versions(snap, params.item.data.as_ref(), Ordering::Greater)
}

/// The versions after it, the nearest first.
pub fn subtypes(
    snap: &Snapshot,
    params: lsp::TypeHierarchySubtypesParams,
) -> Answer<Option<Vec<lsp::TypeHierarchyItem>>> {
    versions(snap, params.item.data.as_ref(), Ordering::Less)
}

fn versions(
    snap: &Snapshot,
    from: Option<&lsp::LspAny>,
    side: Ordering,
) -> Answer<Option<Vec<lsp::TypeHierarchyItem>>> {
    let Some(unique_id) = unique_id(from) else { return Ok(None) };
    // Newest first.
    let mut all = analysis::model_versions(&snap.analysis, unique_id)?;
    let Some(at) = all.iter().position(|node| node.unique_id == unique_id) else { return Ok(None) };
    let wanted = match side {
        Ordering::Greater => all.split_off(at + 1),
        _ => all.drain(..at).rev().collect(),
    };
    Ok(Some(items(snap, wanted)?))
}

fn items(snap: &Snapshot, nodes: Vec<LineageNode>) -> Answer<Vec<lsp::TypeHierarchyItem>> {
    let mut out = Vec::new();
    for node in nodes {
        let Some(spot) = spot(snap, &node.place)? else { continue };
        out.push(lsp::TypeHierarchyItem {
            kind: kind(&node.kind),
            name: node.name,
            tags: None,
            detail: Some(node.detail),
            uri: spot.uri,
            range: spot.full,
            selection_range: spot.focus,
            data: Some(data(&node.unique_id)),
        });
    }
    Ok(out)
}
