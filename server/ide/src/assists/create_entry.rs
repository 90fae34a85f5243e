//! Gives a model that no properties file describes an entry, with the columns that it is known to have.

use super::{Cx, model};
use crate::{Cancellable, columns};

pub(super) fn assist(cx: &mut Cx<'_>) -> Cancellable<()> {
    let Some(node) = model::model(cx).filter(|node| node.entry.is_none()) else { return Ok(()) };
    let known = columns::known(cx.file.analysis, cx.files, &node);
    let rest = known.map(|known| columns::list(&known, 2)).unwrap_or_default();
    let change = model::new_entry(cx.file.analysis, cx.files, &node, &rest);
    cx.add(format!("Describe '{}' in YAML", node.name), change);
    Ok(())
}
