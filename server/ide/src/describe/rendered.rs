//! Descriptions as dbt renders them.

use project::facts::{Column, Def};
use project::names::Space;
use project::{Mesh, Package, PackageId};

use crate::diagnostics::FileCx;

/// What YAML says of an argument of a macro of `package`: its type and description, Markdown.
pub(crate) fn argument_docs(cx: &FileCx<'_>, package: &Package, def: &Def, name: &str) -> Option<String> {
    let mesh = &cx.analysis.mesh;
    let (_, patch) = mesh.entry(package.site(Space::MacroPatch, &def.index_name())?)?;
    let argument = patch.columns.iter().find(|argument| argument.name == name)?;
    argument_line(mesh, package.id, argument)
}

/// `` `string` · what it is for ``; `None` when nothing is said.
pub(crate) fn argument_line(mesh: &Mesh, package: PackageId, argument: &Column) -> Option<String> {
    let of = argument.data_type.iter().map(|of| format!("`{of}`"));
    let text = argument.description.as_deref().map(|text| with_docs(mesh, package, text));
    let parts: Vec<String> = of.chain(text).collect();
    (!parts.is_empty()).then(|| parts.join(" · "))
}

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
