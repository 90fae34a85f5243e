//! `textDocument/references`

use super::Answer;
use crate::lsp;
use crate::snapshot::Snapshot;
use crate::to_proto::location;
use crate::work::{Work, in_parts};
use crate::{analysis, from_proto};
use ide::Place;

/// Nodes of manifests that get a file in the cache each, for clients without documents of ours.
const FILES_AT_MOST: usize = 32;

/// Every place where the thing under the cursor is named.
pub fn handle(snap: &Snapshot, params: lsp::ReferenceParams) -> Answer<Option<Vec<lsp::Location>>> {
    let Some(at) = from_proto::file_pos(snap, &params.text_document_position_params) else {
        return Ok(None);
    };
    let token = params.work_done_progress_params.work_done_token;
    let work = Work::begin(&snap.client, token, "Finding references");
    let declaration = params.context.include_declaration;
    let Some(places) = analysis::references(&snap.analysis, at, declaration)? else { return Ok(None) };
    work.report(&format!("{} places", places.len()));
    let mut written = 0;
    let mut out = Vec::with_capacity(places.len());
    for place in &places {
        if snap.token.is_cancelled() {
            return Err(super::Refusal::Cancelled);
        }
        if matches!(place, Place::Upstream { .. }) && !snap.caps.virtual_documents {
            written += 1;
            if written > FILES_AT_MOST {
                break;
            }
        }
        let spot = location::spot(snap, place)?;
        out.extend(spot.map(|spot| lsp::Location { uri: spot.uri, range: spot.focus }));
    }
    Ok(Some(in_parts(&snap.client, params.partial_result_params.partial_result_token, out)))
}
