//! Descriptions as dbt renders them.

use project::{Mesh, PackageId};

/// Replaces `{{ doc('name') }}` by the text of the block, as dbt does for a node of `package`. A name that
/// is not found stays as it is written.
pub(crate) fn with_docs(mesh: &Mesh, package: PackageId, text: &str) -> String {
    if !text.contains("{{") {
        return text.to_owned();
    }
    let mut out = String::with_capacity(text.len());
    let mut done = 0;
    for call in syntax::jinja::parse(text).calls.iter().filter(|call| call.name == "doc") {
        let (start, end) = (usize::from(call.range.start()), usize::from(call.range.end()));
        let (Some(before), Some(behind)) = (text.get(done..start), text.get(end..)) else { continue };
        let (Some(open), Some(close)) = (before.rfind("{{"), behind.find("}}")) else { continue };
        let Some((_, block)) = crate::docs::find(mesh, package, call) else { continue };
        out.push_str(&before[..open]);
        out.push_str(block.body.as_deref().unwrap_or_default());
        done = end + close + 2;
    }
    out.push_str(&text[done..]);
    out
}
