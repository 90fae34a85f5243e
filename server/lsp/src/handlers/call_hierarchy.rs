//! `textDocument/prepareCallHierarchy`, `callHierarchy/incomingCalls`, `callHierarchy/outgoingCalls`: lineage.
//!
//! What a node is made of comes in, what is made of it goes out. So any editor walks the whole mesh.

use super::Answer;
use crate::snapshot::Snapshot;
use crate::to_proto::location::spot;
use crate::{analysis, from_proto, lsp};
use ide::lineage::LineageNode;
use serde_json::{Value, json};

/// The nodes at a position.
pub fn prepare(
    snap: &Snapshot,
    params: lsp::CallHierarchyPrepareParams,
) -> Answer<Option<Vec<lsp::CallHierarchyItem>>> {
    let Some(at) = from_proto::file_pos(snap, &params.text_document_position_params) else {
        return Ok(None);
    };
    let nodes = analysis::lineage_at(&snap.analysis, at)?;
    let items = items(snap, nodes)?;
    Ok((!items.is_empty()).then_some(items))
}

/// Its parents.
pub fn incoming(
    snap: &Snapshot,
    params: lsp::CallHierarchyIncomingCallsParams,
) -> Answer<Option<Vec<lsp::CallHierarchyIncomingCall>>> {
    let Some(unique_id) = unique_id(params.item.data.as_ref()) else { return Ok(None) };
    let from = items(snap, analysis::parents(&snap.analysis, unique_id)?)?;
    let call = |from: lsp::CallHierarchyItem| {
        let from_ranges = vec![from.selection_range];
        lsp::CallHierarchyIncomingCall { from, from_ranges }
    };
    Ok(Some(from.into_iter().map(call).collect()))
}

/// Its children.
pub fn outgoing(
    snap: &Snapshot,
    params: lsp::CallHierarchyOutgoingCallsParams,
) -> Answer<Option<Vec<lsp::CallHierarchyOutgoingCall>>> {
    let Some(unique_id) = unique_id(params.item.data.as_ref()) else { return Ok(None) };
    let here = params.item.selection_range;
    let to = items(snap, analysis::children(&snap.analysis, unique_id)?)?;
    let call = |to| lsp::CallHierarchyOutgoingCall { to, from_ranges: vec![here] };
    Ok(Some(to.into_iter().map(call).collect()))
}

fn items(snap: &Snapshot, nodes: Vec<LineageNode>) -> Answer<Vec<lsp::CallHierarchyItem>> {
    let mut out = Vec::new();
    for node in nodes {
        let Some(spot) = spot(snap, &node.place)? else { continue };
        out.push(lsp::CallHierarchyItem {
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

/// What an item carries to be found again.
pub fn data(unique_id: &str) -> Value {
    json!({ "unique_id": unique_id })
}

/// The unique id that an item carries.
pub fn unique_id(data: Option<&Value>) -> Option<&str> {
    data?.get("unique_id")?.as_str()
}

/// The nearest thing an editor has a symbol for.
pub fn kind(resource_type: &str) -> lsp::SymbolKind {
    match resource_type {
        "source" => lsp::SymbolKind::Interface,
        "seed" => lsp::SymbolKind::File,
        "exposure" => lsp::SymbolKind::Event,
        "metric" | "saved_query" => lsp::SymbolKind::Number,
        "semantic_model" => lsp::SymbolKind::Struct,
        "test" | "unit_test" => lsp::SymbolKind::Method,
        "function" => lsp::SymbolKind::Function,
        _ => lsp::SymbolKind::Class,
    }
}
