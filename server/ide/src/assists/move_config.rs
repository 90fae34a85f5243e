//! Moves configs that stand beside `config:` below it: of the mapping at the cursor, or of the whole file.

use project::layout::FileKind;

use super::Cx;
use crate::yaml_edit::Doc;
use crate::{Cancellable, SourceChange, misplaced};

pub(super) fn assist(cx: &mut Cx<'_>) -> Cancellable<()> {
    let at = cx.range.start();
    let change = change(cx, |doc| {
        let all = misplaced::all(&cx.file, doc.root()?);
        let nest = all
            .into_iter()
            .rev()
            .find(|nest| nest.keys.iter().any(|key| doc.lines(key.range).contains(at)))?;
        doc.nest(&nest)
    });
    cx.add("Move what are configs below 'config'".to_owned(), change);
    Ok(())
}

/// All of the file that can be moved.
pub(super) fn all(cx: &mut Cx<'_>) -> Cancellable<()> {
    let change = change(cx, |doc| {
        let all = misplaced::all(&cx.file, doc.root()?);
        let edits: Vec<_> = all.iter().filter_map(|nest| doc.nest(nest)).flatten().collect();
        (!edits.is_empty()).then_some(edits)
    });
    cx.add("Move all configs of this file below 'config'".to_owned(), change);
    Ok(())
}

fn change(cx: &Cx<'_>, edits: impl FnOnce(&Doc) -> Option<Vec<text::TextEdit>>) -> Option<SourceChange> {
    if cx.file.entry.kind != FileKind::Properties {
        return None;
    }
    let doc = Doc::new(cx.file.file, cx.files.text(cx.file.file)?)?;
    let edits = doc.checked(edits(&doc)?)?;
    Some(SourceChange { edits: vec![(doc.file, edits)], ..SourceChange::default() })
}
