//! Switches a finding off where it is, by a comment above its line.

use project::layout::FileKind;
use project::suppress;
use text::{TextEdit, TextRange};

use super::Cx;
use crate::{Fix, SourceChange};

/// How the titles begin.
pub(crate) const SUPPRESS: &str = "Suppress ";

pub(super) fn repair(cx: &Cx<'_>) -> Option<Fix> {
    let text = cx.files.text(cx.file.file)?;
    let code = cx.found.code;
    let edit = extended(&text, code, cx.found.range).or_else(|| above(cx, &text))?;
    // The comment must be one, and reach the finding.
    let new = text::apply_edits(&text, std::slice::from_ref(&edit))?;
    let by = text::size(edit.new_text.len() - usize::from(edit.range().len()));
    let moved = TextRange::new(cx.found.range.start() + by, cx.found.range.end() + by);
    let reaches = suppress::find(&new).iter().any(|known| known.covers(code, moved));
    if !reaches || !is_comment(cx.file.entry.kind, &text, &new, &edit) {
        return None;
    }
    let change = SourceChange { edits: vec![(cx.file.file, vec![edit])], ..SourceChange::default() };
    Some(Fix { title: format!("{SUPPRESS}{code} here"), preferred: false, change })
}

/// One more code in a comment that is there already, on the line above.
fn extended(text: &str, code: &str, at: TextRange) -> Option<TextEdit> {
    let start = usize::from(at.start());
    let line = text[..start].rfind('\n').map_or(0, |at| at + 1);
    let above = text[..line.checked_sub(1)?].rfind('\n').map_or(0, |at| at + 1);
    let comment = &text[above..line];
    let list = comment.find("dbt-mesh: ignore[")?;
    let close = above + list + comment[list..].find(']')?;
    Some(TextEdit::insert(text::size(close), format!(", {code}")))
}

fn above(cx: &Cx<'_>, text: &str) -> Option<TextEdit> {
    let start = usize::from(cx.found.range.start());
    let line = text[..start].rfind('\n').map_or(0, |at| at + 1);
    let margin: String = text[line..].chars().take_while(|c| matches!(c, ' ' | '\t')).collect();
    let phrase = format!("dbt-mesh: ignore[{}]", cx.found.code);
    let comment = match cx.file.entry.kind {
        FileKind::PythonModel => format!("# {phrase}"),
        kind if kind.is_yaml() => format!("# {phrase}"),
        FileKind::Docs => return None,
        // dbt takes such a comment out, whatever the warehouse thinks of comments.
        kind if kind.is_template() => format!("{{# {phrase} #}}"),
        _ => return None,
    };
    let line_break = if text.contains("\r\n") { "\r\n" } else { "\n" };
    Some(TextEdit::insert(text::size(line), format!("{margin}{comment}{line_break}")))
}

/// Whether the edit made a comment, and nothing else.
fn is_comment(kind: FileKind, old: &str, new: &str, edit: &TextEdit) -> bool {
    if kind == FileKind::PythonModel {
        // Not inside of a long string.
        let before = &old[..edit.range.0 as usize];
        let odd = |quotes: &str| before.matches(quotes).count() % 2 == 1;
        return !odd("\"\"\"") && !odd("'''") && !before.trim_end_matches(['\n', '\r']).ends_with('\\');
    }
    let is_new = edit.new_text.contains('\n');
    if kind.is_yaml() {
        let (before, after) = (syntax::yaml::parse(old), syntax::yaml::parse(new));
        return after.comments().len() == before.comments().len() + usize::from(is_new)
            && after.errors.len() == before.errors.len();
    }
    let (before, after) = (syntax::jinja::parse(old), syntax::jinja::parse(new));
    let comments = |template: &syntax::jinja::Template| {
        template.tags.iter().filter(|tag| tag.kind == syntax::jinja::TagKind::Comment).count()
    };
    comments(&after) == comments(&before) + usize::from(is_new)
        && after.tags.len() == before.tags.len() + usize::from(is_new)
        && after.errors.len() == before.errors.len()
}
