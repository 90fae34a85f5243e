//! `textDocument/foldingRange`

use super::Answer;
use crate::lsp;
use crate::snapshot::Snapshot;
use crate::to_proto;
use ide::FoldKind;

/// What can be folded; whole lines for clients that fold nothing else, the largest where they set a limit.
pub fn handle(snap: &Snapshot, params: lsp::FoldingRangeParams) -> Answer<Option<Vec<lsp::FoldingRange>>> {
    let Some(file) = snap.file(&params.text_document.uri) else { return Ok(None) };
    let Some(text) = snap.text(file) else { return Ok(None) };
    let by_line = snap.caps.line_folding_only;
    let mut out: Vec<lsp::FoldingRange> = Vec::new();
    for fold in ide::folding(&snap.analysis.ide, file)? {
        let range = to_proto::range(&text, fold.range, snap.encoding());
        let kept = u32::from(by_line && fold.closed);
        let end_line = range.end.line.saturating_sub(kept);
        // Editors fold a line once: of several, the outermost comes first.
        if end_line <= range.start.line || out.last().is_some_and(|last| last.start_line == range.start.line)
        {
            continue;
        }
        out.push(lsp::FoldingRange {
            start_line: range.start.line,
            start_character: (!by_line).then_some(range.start.character),
            end_line,
            end_character: (!by_line).then_some(range.end.character),
            kind: (fold.kind == FoldKind::Comment).then_some(lsp::FoldingRangeKind::Comment),
            collapsed_text: None,
        });
    }
    if let Some(limit) = snap.caps.folding_limit.filter(|limit| *limit < out.len()) {
        out.sort_by_key(|fold| std::cmp::Reverse(fold.end_line - fold.start_line));
        out.truncate(limit);
        out.sort_by_key(|fold| fold.start_line);
    }
    Ok(Some(out))
}
