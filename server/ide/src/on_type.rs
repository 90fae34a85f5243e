//! While a tag is typed: completes `{%` and `{{` to pairs, keeps blanks inside of whole tags, and takes back what was
//! completed when the person types it too.
//!
//! Looks at one line. Nothing is inserted at the cursor itself: editors disagree on which side of it that goes.

use project::layout::FileKind;
use syntax::jinja::lexemes::inner;
use syntax::jinja::{Tag, TagKind};
use text::{LineIndex, TextEdit};

use crate::{Analysis, Cancellable, FilePos};

/// The characters after which editors should ask.
pub const ON_TYPE: [&str; 4] = ["{", "%", "}", "#"];

/// The edits after `typed`, which stands right before `pos`.
pub fn on_type(analysis: &Analysis, pos: FilePos, typed: &str) -> Cancellable<Option<Vec<TextEdit>>> {
    analysis.check()?;
    let (Some(entry), Some(text)) = (analysis.mesh.file(pos.file), analysis.text(pos.file)) else {
        return Ok(None);
    };
    let in_prose = entry.kind == FileKind::Docs;
    if !entry.kind.is_template() && !entry.kind.is_yaml() {
        return Ok(None);
    }
    let lines = LineIndex::new(text);
    let at = usize::from(pos.offset);
    let line = lines.line(pos.offset);
    let (start, end) = (lines.line_start(line).unwrap_or_default().into(), lines.line_end(line).into());
    let (Some(before), Some(after)) = (text.get(start..at), text.get(at..end)) else { return Ok(None) };
    let line = Line { before, after, start, at };
    let mut out = Vec::new();
    match typed {
        "}" if !before.ends_with('}') => {}
        "}" => {
            // Braces in a string or in `raw` close nothing.
            let ends_here = |tag: &Tag| tag.closed && tag.range.end() == pos.offset;
            let closes = !entry.kind.is_template() || syntax::jinja::parse(text).tags.iter().any(ends_here);
            if closes {
                out.extend(line.pad(in_prose));
            }
            out.extend(line.typed_again("}", "}}").or_else(|| line.stray().filter(|_| closes)));
        }
        "%" | "#" => {
            let close = if typed == "%" { "%}" } else { "#}" };
            let edit =
                line.typed_again(typed, close).or_else(|| line.complete(typed, close, entry.kind.is_yaml()));
            out.extend(edit);
        }
        // In YAML and prose a brace is mostly something else.
        "{" if !entry.kind.is_yaml() && !in_prose => out.extend(line.complete("{", "}}", false)),
        _ => {}
    }
    Ok((!out.is_empty()).then_some(out))
}

struct Line<'t> {
    before: &'t str,
    /// With its end.
    after: &'t str,
    /// Offsets of the line and the cursor in the text.
    start: usize,
    at: usize,
}

impl Line<'_> {
    /// Replaces what follows the cursor.
    fn behind(&self, bytes: usize, new: impl Into<String>) -> TextEdit {
        TextEdit::replace(text::range(self.at, self.at + bytes), new)
    }

    /// The tag that the cursor is behind.
    fn tag(&self) -> Option<Tag> {
        let tags = syntax::jinja::parse(self.before).tags;
        tags.into_iter()
            .next_back()
            .filter(|tag| tag.closed && usize::from(tag.range.end()) == self.before.len())
    }

    /// `{{x}}` → `{{ x }}`
    fn pad(&self, in_prose: bool) -> Vec<TextEdit> {
        let Some(tag) = self.tag().filter(|tag| tag.kind != TagKind::Raw) else { return Vec::new() };
        if in_prose && tag.kind != TagKind::Statement {
            return Vec::new();
        }
        let inner = inner(self.before, &tag);
        let written = &self.before[inner.clone()];
        let mut out = Vec::new();
        if written.trim().is_empty() {
            return out;
        }
        let mut blank = |at: usize| out.push(TextEdit::insert(text::size(self.start + at), " "));
        if !written.starts_with(char::is_whitespace) {
            blank(inner.start);
        }
        if !written.ends_with(char::is_whitespace) {
            blank(inner.end);
        }
        out
    }

    /// `{%` → `{% %}`, whether or not the editor has put a `}` behind the cursor.
    fn complete(&self, typed: &str, close: &str, strict: bool) -> Option<TextEdit> {
        let opened = self.before.strip_suffix(typed)?;
        if !opened.ends_with('{') || opened.ends_with("{{") {
            return None;
        }
        if self.after.starts_with('}') && !self.after.starts_with("}}") {
            return Some(self.behind(1, format!(" {close}")));
        }
        // Through the line's end, so that the edit begins at the cursor and does not push it.
        let rest = self.after.trim_end_matches(['\r', '\n']);
        let ends = self.after.len() > rest.len() && rest.trim().is_empty();
        (ends && !strict).then(|| {
            let line_end = &self.after[rest.len()..];
            self.behind(self.after.len(), format!(" {close}{line_end}"))
        })
    }

    /// `{% if x %| %}` → `{% if x %|}`: the person types what was completed.
    fn typed_again(&self, typed: &str, close: &str) -> Option<TextEdit> {
        let rest = self.after.trim_start_matches([' ', '\t']);
        let blanks = self.after.len() - rest.len();
        if !rest.starts_with(close) {
            return None;
        }
        let open = if close == "}}" { "{{" } else { &format!("{{{typed}") };
        let before = self.before.strip_suffix(typed)?;
        let inside = &before[before.rfind(open)? + open.len()..];
        // `{% set x = 7 % 2 %}` and `{{ {'a': 1} }}` are meant.
        let meant = match typed {
            "}" => inside.ends_with('}') || braces(inside) > 0,
            "%" => !inside.ends_with(' ') || inside.trim().is_empty() || blanks == 0,
            _ => inside.trim().is_empty(),
        };
        (!meant).then(|| self.behind(blanks + typed.len(), ""))
    }

    /// `{% if x %}|}` → `{% if x %}|`: nothing was open that the brace closes.
    fn stray(&self) -> Option<TextEdit> {
        let tag = self.tag()?;
        let outside = &self.before[..tag.range.start().into()];
        let stray = self.after.starts_with('}') && !self.after.starts_with("}}") && braces(outside) <= 0;
        stray.then(|| self.behind(1, ""))
    }
}

/// How many braces are open.
fn braces(text: &str) -> i64 {
    text.bytes().map(|byte| i64::from(byte == b'{') - i64::from(byte == b'}')).sum()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixture::fixture;
    use text::TextRange;

    /// Types one character at `$0` and applies the edits; an editor's cursor is `|`.
    fn typed(path: &str, before: &str, key: &str) -> String {
        let with_key = before.replacen("$0", &format!("{key}$0"), 1);
        let fixture = fixture(&format!("//- s/dbt_project.yml\nname: s\n//- s/{path}\n{with_key}"));
        let pos = fixture.cursor.unwrap();
        let text = &fixture.texts[&pos.file];
        let edits = on_type(&fixture.analysis, pos, key).unwrap().unwrap_or_default();
        // Edits before the cursor move it, those from it on do not.
        let left = TextRange::new(0.into(), pos.offset);
        let moved: i64 = edits
            .iter()
            .filter(|edit| edit.range().end() <= pos.offset && left.contains_range(edit.range()))
            .filter(|edit| edit.range().start() < pos.offset)
            .map(|edit| edit.new_text.len() as i64 - i64::from(u32::from(edit.range().len())))
            .sum();
        let mut out = text::apply_edits(text, &edits).unwrap();
        out.insert((i64::from(u32::from(pos.offset)) + moved) as usize, '|');
        out
    }

    #[test]
    fn pairs_are_completed_and_padded_and_taken_back() {
        let sql = "models/a.sql";
        for (path, before, key, wanted) in [
            // The editor closes braces itself.
            (sql, "{$0}", "%", "{%| %}"),
            (sql, "{$0}", "#", "{#| #}"),
            (sql, "{{$0}}", "{", "{{{|}}"),
            (sql, "{$0}}", "{", "{{|}}"),
            (sql, "{$0}", "{", "{{| }}"),
            // It does not.
            (sql, "a {$0\r\nb", "%", "a {%| %}\r\nb"),
            (sql, "a {$0\nb", "{", "a {{| }}\nb"),
            (sql, "a {$0 b\n", "%", "a {%| b\n"),
            (sql, "a {$0", "%", "a {%|"),
            // Blanks inside of what is whole.
            (sql, "🪴 {{ref('x')}$0", "}", "🪴 {{ ref('x') }}|"),
            (sql, "{%-if x-%$0", "}", "{%- if x -%}|"),
            (sql, "{{ ref('x') }$0", "}", "{{ ref('x') }}|"),
            (sql, "{{}$0", "}", "{{}}|"),
            (sql, "{{ f({'a': {'b': 1}$0) }}", "}", "{{ f({'a': {'b': 1}}|) }}"),
            // Typed although it was there.
            (sql, "{% if x $0 %}", "%", "{% if x %|}"),
            (sql, "{% if x %$0}", "}", "{% if x %}|"),
            (sql, "{$0 %}", "%", "{%| %}"),
            (sql, "{$0%}", "%", "{%|%}"),
            (sql, "{% raw %}{{x}$0{% endraw %}", "}", "{% raw %}{{x}}|{% endraw %}"),
            (sql, "{{ '}$0' }}", "}", "{{ '}}|' }}"),
            (sql, "{% set x = 7 $0 2 %}", "%", "{% set x = 7 %| 2 %}"),
            (sql, "{{ x $0 }}", "}", "{{ x }|}"),
            (sql, "{{ x }$0}", "}", "{{ x }}|"),
            (sql, "{{ {'a': 1$0 }}", "}", "{{ {'a': 1}| }}"),
            (sql, "{\"a\": {% x %$0}", "}", "{\"a\": {% x %}|}"),
            ("models/d.md", "use `{{x}$0`", "}", "use `{{x}}|`"),
            ("models/d.md", "{%docs x%$0", "}", "{% docs x %}|"),
            ("models/s.yml", "a: \"{{ref('x')}$0\"", "}", "a: \"{{ ref('x') }}|\""),
            ("models/s.yml", "a: {$0\n", "{", "a: {{|\n"),
            ("models/p.py", "x = {$0\n", "%", "x = {%|\n"),
        ] {
            assert_eq!(typed(path, before, key), wanted, "{before} {key}");
        }
    }
}
