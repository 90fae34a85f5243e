//! `workspaceSymbol/resolve`

use super::Answer;
use crate::snapshot::Snapshot;
use crate::{lsp, to_proto};
use serde::Deserialize as _;

/// The symbol with its range: all that is needed is in its data, bytes of the file as it was.
pub fn handle(snap: &Snapshot, mut symbol: lsp::WorkspaceSymbol) -> Answer<lsp::WorkspaceSymbol> {
    let lsp::WorkspaceSymbolLocation::LocationUriOnly(place) = &symbol.location else { return Ok(symbol) };
    let uri = place.uri.clone();
    let bytes = symbol.data.as_ref().and_then(|data| <[u32; 2]>::deserialize(data).ok());
    let text = snap.file(&uri).and_then(|file| snap.text(file));
    let range = match (bytes, text) {
        (Some([start, end]), Some(text)) => {
            let range = text::TextRange::new(start.min(end).into(), end.into());
            to_proto::range(&text, range, snap.encoding())
        }
        _ => lsp::Range::default(),
    };
    symbol.location = lsp::WorkspaceSymbolLocation::Location(lsp::Location { uri, range });
    Ok(symbol)
}
