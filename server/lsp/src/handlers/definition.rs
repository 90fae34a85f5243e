//! `textDocument/definition`

use super::Answer;
use crate::analysis;
use crate::lsp;
use crate::snapshot::Snapshot;
use crate::{from_proto, to_proto};

/// Where the name under the cursor leads, most specific first.
pub fn handle(snap: &Snapshot, params: lsp::DefinitionParams) -> Answer<Option<lsp::DefinitionResponse>> {
    let Some(at) = from_proto::file_pos(snap, &params.text_document_position_params) else {
        return Ok(None);
    };
    let Some(definition) = analysis::definition(&snap.analysis, at)? else { return Ok(None) };
    let origin = snap.text(at.file).map(|text| to_proto::range(&text, definition.origin, snap.encoding()));
    let mut links = Vec::new();
    for target in &definition.targets {
        if let Some(spot) = to_proto::location::spot(snap, &target.place)? {
            links.push(lsp::LocationLink {
                origin_selection_range: origin,
                target_uri: spot.uri,
                target_range: spot.full,
                target_selection_range: spot.focus,
            });
        }
    }
    if links.is_empty() {
        return Ok(None);
    }
    Ok(Some(if snap.caps.definition_links {
        lsp::DefinitionResponse::DefinitionLinkList(links)
    } else {
        let plain = |link: lsp::LocationLink| lsp::Location {
            uri: link.target_uri,
            range: link.target_selection_range,
        };
        lsp::DefinitionResponse::Definition(links.into_iter().map(plain).collect::<Vec<_>>().into())
    }))
}
