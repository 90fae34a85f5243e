//! Brings `packages.yml` into `dependencies.yml`, where dbt reads it the same.

use project::layout::FileKind;

use super::Cx;
use crate::yaml_edit::Doc;
use crate::{Cancellable, SourceChange};

pub(super) fn assist(cx: &mut Cx<'_>) -> Cancellable<()> {
    if cx.file.entry.kind == FileKind::Packages {
        let change = change(cx);
        cx.add("Move to dependencies.yml".to_owned(), change);
    }
    Ok(())
}

fn change(cx: &Cx<'_>) -> Option<SourceChange> {
    let facts = cx.file.facts.dependencies.as_deref().filter(|_| cx.file.facts.errors.is_empty())?;
    let text = cx.files.text(cx.file.file)?;
    // dbt does not render Jinja there, and tokens of private packages come from Jinja or the platform.
    let is_private = facts.packages.iter().any(|package| package.kind == "private");
    if text.contains("{{") || text.contains("{%") || is_private || !facts.problems.is_empty() {
        return None;
    }
    let doc = Doc::new(cx.file.file, text)?;
    let root = doc.root().filter(|root| root.is_block())?;
    if root.entries().any(|entry| entry.key != "packages") || facts.packages.is_empty() {
        return None;
    }
    let from = cx.file.analysis.mesh.path(cx.file.file)?;
    let to = format!("{}/dependencies.yml", cx.file.package.root);
    let Some(other) = cx.file.package.file("dependencies.yml") else {
        return Some(SourceChange { moves: vec![(from, to)], ..SourceChange::default() });
    };
    let known = cx.file.analysis.mesh.facts(other)?;
    let other_facts = known.dependencies.as_deref().filter(|_| known.errors.is_empty())?;
    if other_facts.packages_key.is_some() || !other_facts.problems.is_empty() {
        return None;
    }
    let target = Doc::new(other, cx.files.text(other)?)?;
    if target.root().is_some_and(|root| !root.is_block()) {
        return None;
    }
    let line_break = target.line_break();
    let gap = if target.text.is_empty() || target.text.ends_with('\n') { "" } else { line_break };
    let body: Vec<&str> = doc.text.trim_end().lines().collect();
    let new = format!("{gap}{line_break}{}{line_break}", body.join(line_break));
    let edit = text::TextEdit::insert(text::size(target.text.len()), new);
    let edits = target.checked(vec![edit])?;
    Some(SourceChange { edits: vec![(other, edits)], delete: vec![from], ..SourceChange::default() })
}
