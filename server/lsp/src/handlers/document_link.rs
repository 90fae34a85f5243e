//! `textDocument/documentLink`

use super::Answer;
use crate::snapshot::Snapshot;
use crate::to_proto::diagnostic;
use crate::{analysis, lsp, to_proto, uri};
use ide::LinkTarget;

/// What leads elsewhere; a link to a file only when the file is there.
pub fn handle(snap: &Snapshot, params: lsp::DocumentLinkParams) -> Answer<Option<Vec<lsp::DocumentLink>>> {
    let Some(file) = snap.file(&params.text_document.uri) else { return Ok(None) };
    let Some(text) = snap.text(file) else { return Ok(None) };
    let mut out = Vec::new();
    for link in ide::links(&snap.analysis.ide, file)? {
        let target = match &link.target {
            LinkTarget::Url(url) => url.parse().ok(),
            LinkTarget::Code(code) => diagnostic::page(code),
            LinkTarget::Paths(paths) => {
                paths.iter().find(|path| analysis::is_file(path)).and_then(|path| uri::from_path(path))
            }
        };
        if target.is_some() {
            out.push(lsp::DocumentLink {
                range: to_proto::range(&text, link.range, snap.encoding()),
                target,
                tooltip: link.tooltip.filter(|_| snap.caps.link_tooltips),
                data: None,
            });
        }
    }
    Ok(Some(out))
}
