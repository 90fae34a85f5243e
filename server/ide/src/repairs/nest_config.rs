//! `misplaced-key`: moves the config below `config:`.

use super::Cx;
use crate::diagnostics::MISPLACED_KEY;
use crate::yaml_edit::Doc;
use crate::{Fix, SourceChange, misplaced};

pub(super) fn repair(cx: &Cx<'_>) -> Option<Fix> {
    if cx.found.code != MISPLACED_KEY {
        return None;
    }
    let doc = Doc::new(cx.file.file, cx.files.text(cx.file.file)?)?;
    let all = misplaced::all(cx.file, doc.root()?);
    let here = |nest: &crate::yaml_edit::Nest<'_>| {
        nest.keys.iter().any(|key| key.key_range.contains_range(cx.found.range))
    };
    // All of the mapping together: each alone would make a `config` of its own.
    let nest = all.into_iter().find(here)?;
    let edits = doc.checked(doc.nest(&nest)?)?;
    let title = match nest.keys.as_slice() {
        [one] => format!("Move '{}' below 'config'", one.key),
        _ => "Move what are configs below 'config'".to_owned(),
    };
    let change = SourceChange { edits: vec![(doc.file, edits)], ..SourceChange::default() };
    Some(Fix { title, preferred: true, change })
}
