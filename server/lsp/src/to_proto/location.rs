//! Places as locations. An upstream's node is a document of ours, or a file in the cache.

use crate::handlers::Answer;
use crate::lsp;
use crate::snapshot::Snapshot;
use crate::{analysis, to_proto, uri};
use ide::Place;

/// A place as the protocol tells it.
pub struct Spot {
    /// Where.
    pub uri: lsp::Uri,
    /// The whole thing.
    pub full: lsp::Range,
    /// Its name.
    pub focus: lsp::Range,
}

/// The spot of a place; `None` when the client has no way to get there.
pub fn spot(snap: &Snapshot, place: &Place) -> Answer<Option<Spot>> {
    let top = lsp::Range::default();
    Ok(match place {
        Place::File { file, full, focus } => {
            let (Some(uri), Some(text)) = (snap.uri(*file), snap.text(*file)) else { return Ok(None) };
            let range = |range| to_proto::range(&text, range, snap.encoding());
            // The protocol wants the name inside the whole.
            let full = if full.contains_range(*focus) { *full } else { full.cover(*focus) };
            Some(Spot { uri, full: range(full), focus: range(*focus) })
        }
        Place::Path(path) => {
            let path = path.to_string_lossy().replace('\\', "/");
            uri::from_path(&path).map(|uri| Spot { uri, full: top, focus: top })
        }
        Place::Upstream { project, unique_id } => {
            let uri = if snap.caps.virtual_documents {
                uri::upstream(project, unique_id)
            } else {
                analysis::upstream_document(&snap.analysis, project, unique_id)?
                    .and_then(|text| analysis::materialize(project, unique_id, &text))
                    .and_then(|path| uri::from_path(&path))
            };
            uri.map(|uri| Spot { uri, full: top, focus: top })
        }
    })
}
