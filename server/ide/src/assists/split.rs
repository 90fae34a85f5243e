//! Splits a properties file that describes several models into one file for each.

use project::layout::FileKind;
use syntax::yaml::{Kind, Node};
use text::{TextEdit, TextRange};

use super::Cx;
use crate::yaml_edit::Doc;
use crate::{Cancellable, SourceChange};

pub(super) fn assist(cx: &mut Cx<'_>) -> Cancellable<()> {
    if cx.file.entry.kind != FileKind::Properties {
        return Ok(());
    }
    let models = |entry: &&project::facts::Entry| entry.section == project::facts::Section::Models;
    if cx.file.facts.entries.iter().filter(models).count() < 2 || !cx.file.facts.errors.is_empty() {
        return Ok(());
    }
    let change = change(cx);
    cx.add("Split into one file for each model".to_owned(), change);
    Ok(())
}

fn change(cx: &Cx<'_>) -> Option<SourceChange> {
    let mesh = &cx.file.analysis.mesh;
    let path = mesh.path(cx.file.file)?;
    let (folder, own) = path.rsplit_once('/')?;
    let extension = own.rsplit_once('.')?.1;
    let doc = Doc::new(cx.file.file, cx.files.text(cx.file.file)?)?;
    let root = doc.root().filter(|root| root.is_block() && doc.is_without_aliases())?;
    let models = root
        .entry("models")
        .filter(|entry| entry.value.is_block() && entry.value.kind() == Kind::Sequence)?;
    let line_break = doc.line_break();
    let version = root.entry("version").filter(|entry| entry.value.kind() == Kind::Scalar);
    let head = version
        .as_ref()
        .map(|entry| format!("{}{line_break}{line_break}", doc.at(entry.range)))
        .unwrap_or_default();

    let items: Vec<Node<'_>> = models.value.items().collect();
    let mut begins: Vec<usize> = items.iter().map(|item| start(&doc, *item)).collect::<Option<_>>()?;
    let end = usize::from(doc.lines(models.range).end());
    let first = *begins.first()?;
    begins.push(end);
    let mut out = SourceChange::default();
    for (at, item) in items.iter().enumerate() {
        let name = item.get("name")?.text()?;
        let is_word = !name.is_empty() && name.chars().all(|c| c.is_alphanumeric() || matches!(c, '_' | '-'));
        let new = format!("{folder}/{name}.{extension}");
        let is_taken =
            new != path && mesh.file_at(&new).is_some() || out.create.iter().any(|(known, _)| *known == new);
        if !is_word || is_taken || item.is_alias() {
            return None;
        }
        let body = doc.text[begins[at]..begins[at + 1]].trim_end();
        out.create.push((new, format!("{head}models:{line_break}{body}{line_break}")));
    }
    // What else the file says stays in it.
    let key = usize::from(doc.lines(models.key_range).start());
    let rest = format!("{}{}", &doc.text[..key], &doc.text[end..]);
    let others = root.entries().any(|entry| !matches!(&*entry.key, "version" | "models"));
    let has_comment = rest.lines().any(|line| line.trim_start().starts_with('#'));
    let between = doc.text.get(usize::from(models.key_range.end()) + 1..first)?.trim();
    if !between.is_empty() {
        return None;
    }
    let stays = out.create.iter().position(|(new, _)| *new == path);
    match stays {
        // A model that is named like the file keeps it.
        Some(at) if !others && !has_comment => {
            let (_, text) = out.create.remove(at);
            let whole = TextRange::new(0.into(), text::size(doc.text.len()));
            out.edits.push((doc.file, vec![TextEdit::replace(whole, text)]));
        }
        Some(at) => {
            out.create.remove(at);
            let mut cuts = Vec::new();
            for other in (0..items.len()).filter(|other| *other != at) {
                cuts.push(TextEdit::replace(text::range(begins[other], begins[other + 1]), ""));
            }
            out.edits.push((doc.file, cuts));
        }
        None if others || has_comment => {
            let cut = TextEdit::replace(text::range(key, end), "");
            out.edits.push((doc.file, vec![cut]));
        }
        None => out.delete.push(path.clone()),
    }
    Some(out)
}

/// Where an item begins: at its dash, or at the comments right above it.
fn start(doc: &Doc, item: Node<'_>) -> Option<usize> {
    let mut line = usize::from(doc.lines(TextRange::empty(item.range().start())).start());
    let before = doc.text[line..usize::from(item.range().start())].trim();
    if before != "-" {
        return None;
    }
    while line > 0 {
        let above = doc.text[..line - 1].rfind('\n').map_or(0, |at| at + 1);
        if !doc.text[above..line].trim_start().starts_with('#') {
            break;
        }
        line = above;
    }
    Some(line)
}
