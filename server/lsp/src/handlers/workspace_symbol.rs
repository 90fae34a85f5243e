//! `workspace/symbol`

use super::Answer;
use crate::lsp;
use crate::snapshot::Snapshot;
use crate::to_proto::{location, symbol};
use crate::work::{Work, in_parts};
use ide::{Place, WorkspaceSymbol};
use serde_json::json;

/// Nodes of upstreams that get a file in the cache each, for clients without documents of ours: not a folder full
/// of them for every few letters.
const FILES_AT_MOST: usize = 16;

/// Names that match, best first. Where the client resolves symbols, no file is looked into before it does.
pub fn handle(
    snap: &Snapshot,
    params: lsp::WorkspaceSymbolParams,
) -> Answer<Option<lsp::WorkspaceSymbolResponse>> {
    let _work =
        Work::begin(&snap.client, params.work_done_progress_params.work_done_token, "Searching names");
    let parts = params.partial_result_params.partial_result_token;
    let found = ide::workspace_symbols(&snap.analysis.ide, &params.query)?;
    let mut written = 0;
    let mut out = Vec::with_capacity(found.len());
    for symbol in found {
        if matches!(symbol.place, Place::Upstream { .. }) && !snap.caps.virtual_documents {
            written += 1;
            if written > FILES_AT_MOST {
                continue;
            }
        }
        out.extend(to_proto(snap, symbol)?);
    }
    if snap.caps.symbol_resolve {
        let out = in_parts(&snap.client, parts, out);
        return Ok(Some(lsp::WorkspaceSymbolResponse::WorkspaceSymbolList(out)));
    }
    let plain = |symbol: lsp::WorkspaceSymbol| {
        let lsp::WorkspaceSymbolLocation::Location(location) = symbol.location else { return None };
        #[expect(deprecated, reason = "the type has the field")]
        Some(lsp::SymbolInformation {
            deprecated: None,
            location,
            base_symbol_information: symbol.base_symbol_information,
        })
    };
    let plain: Vec<_> = out.into_iter().filter_map(plain).collect();
    let plain = in_parts(&snap.client, parts, plain);
    Ok(Some(lsp::WorkspaceSymbolResponse::SymbolInformationList(plain)))
}

fn to_proto(snap: &Snapshot, symbol: WorkspaceSymbol) -> Answer<Option<lsp::WorkspaceSymbol>> {
    let (location, data) = match &symbol.place {
        Place::File { file, focus, .. } if focus.is_empty() || snap.caps.symbol_resolve => {
            let Some(uri) = snap.uri(*file) else { return Ok(None) };
            // The top of a file is where it is, whatever the file says.
            if focus.is_empty() {
                let location = lsp::Location { uri, range: lsp::Range::default() };
                (lsp::WorkspaceSymbolLocation::Location(location), None)
            } else {
                let data = json!([u32::from(focus.start()), u32::from(focus.end())]);
                (lsp::WorkspaceSymbolLocation::LocationUriOnly(lsp::LocationUriOnly { uri }), Some(data))
            }
        }
        place => {
            let Some(spot) = location::spot(snap, place)? else { return Ok(None) };
            let location = lsp::Location { uri: spot.uri, range: spot.focus };
            (lsp::WorkspaceSymbolLocation::Location(location), None)
        }
    };
    let base_symbol_information = lsp::BaseSymbolInformation {
        name: symbol.name,
        kind: symbol::kind(symbol.kind),
        tags: (symbol.deprecated && snap.caps.symbol_tags).then(|| vec![lsp::SymbolTag::Deprecated]),
        container_name: Some(symbol.container).filter(|container| !container.is_empty()),
    };
    Ok(Some(lsp::WorkspaceSymbol { location, data, base_symbol_information }))
}
