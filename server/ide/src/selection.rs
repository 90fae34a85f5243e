//! Growing selections: a name, its string, argument, call, tag, block, statement, file.

use project::FileId;
use project::layout::FileKind;
use syntax::jinja::lexemes::inner;
use syntax::jinja::{TagKind, Template};
use syntax::yaml::{Kind, Node};
use text::{LineIndex, TextRange, TextSize};

use crate::at::{At, at};
use crate::{Analysis, Cancellable};

/// For each offset the ranges around it, smallest first, each inside the next. The whole file is always last.
pub fn selection_ranges(
    analysis: &Analysis,
    file: FileId,
    offsets: &[TextSize],
) -> Cancellable<Option<Vec<Vec<TextRange>>>> {
    analysis.check()?;
    let (Some(entry), Some(text)) = (analysis.mesh.file(file), analysis.text(file)) else { return Ok(None) };
    let source = Source::new(entry.kind, text);
    let mut out = Vec::with_capacity(offsets.len());
    for offset in offsets {
        analysis.check()?;
        out.push(source.around((*offset).min(text::size(text.len()))));
    }
    Ok(Some(out))
}

/// A text and its parts, read once for all offsets.
struct Source<'t> {
    kind: FileKind,
    text: &'t str,
    lines: LineIndex,
    template: Option<Template>,
    sql: syntax::sql::Sql,
    tree: Option<syntax::yaml::Tree>,
}

impl<'t> Source<'t> {
    fn new(kind: FileKind, text: &'t str) -> Source<'t> {
        let template = match kind {
            FileKind::Docs => Some(syntax::jinja::parse_docs(text)),
            kind if kind.is_template() => Some(syntax::jinja::parse(text)),
            _ => None,
        };
        let sql = match &template {
            Some(template) if kind != FileKind::Docs => syntax::sql::read(text, &template.tags),
            _ => syntax::sql::Sql::default(),
        };
        let tree = kind.is_yaml().then(|| syntax::yaml::parse(text));
        Source { kind, text, lines: LineIndex::new(text), template, sql, tree }
    }

    fn around(&self, offset: TextSize) -> Vec<TextRange> {
        let mut found = vec![self.word(offset), self.line(offset)];
        found.extend(self.code(offset));
        if let Some(template) = &self.template {
            self.tags(template, &mut found);
            for block in &template.blocks {
                let end = block.close.map_or(block.full.end(), |close| close.start());
                found.push(TextRange::new(block.open.end(), end.max(block.open.end())));
                found.push(block.full);
            }
        }
        for inside in &self.sql.parens {
            let one = text::size(1);
            found.push(*inside);
            let end = (inside.end() + one).min(text::size(self.text.len()));
            found.push(TextRange::new(inside.start().checked_sub(one).unwrap_or_default(), end));
        }
        found.extend(self.sql.ctes.iter().map(|cte| cte.full));
        found.extend(&self.sql.comments);
        if let Some(root) = self.tree.as_ref().and_then(|tree| tree.root(self.text)) {
            yaml(root, offset, &mut found);
        }
        found.push(TextRange::new(0.into(), text::size(self.text.len())));
        nested(found, offset)
    }

    /// Letters, digits and underscores around an offset.
    fn word(&self, offset: TextSize) -> TextRange {
        let (before, behind) = self.text.split_at(floor(self.text, offset));
        let is_word = |c: &char| c.is_alphanumeric() || *c == '_';
        let left: usize = before.chars().rev().take_while(is_word).map(char::len_utf8).sum();
        let right: usize = behind.chars().take_while(is_word).map(char::len_utf8).sum();
        text::range(before.len() - left, before.len() + right)
    }

    /// The line without its indentation and end.
    fn line(&self, offset: TextSize) -> TextRange {
        let line = self.lines.line(offset);
        let start = self.lines.line_start(line).unwrap_or_default();
        let written = &self.text[TextRange::new(start, self.lines.line_end(line))];
        let indent = text::size(written.len() - written.trim_start().len());
        TextRange::at(start + indent, text::size(written.trim().len()))
    }

    /// Strings, arguments and calls, in whatever the file is.
    fn code(&self, offset: TextSize) -> Vec<TextRange> {
        let mut out = Vec::new();
        let At::Code(site, _) = at(self.kind, self.text, self.tree.as_ref(), offset) else { return out };
        let one = text::size(1);
        if let Some(string) = &site.string {
            out.push(string.content);
            let end = if string.terminated { string.content.end() + one } else { string.content.end() };
            out.push(TextRange::new(string.content.start().checked_sub(one).unwrap_or_default(), end));
        }
        out.push(site.word);
        for call in &site.calls {
            let end = call.close.unwrap_or_else(|| call.args.last().map_or(call.open, |arg| arg.range.end()));
            out.push(TextRange::new(call.open, end.max(call.open)));
            let behind = if call.close.is_some() { end + one } else { end };
            out.push(TextRange::new(call.name_range.start(), behind.max(call.name_range.end())));
            for arg in &call.args {
                out.push(arg.range);
                out.extend(arg.keyword.as_ref().map(|(_, keyword)| keyword.cover(arg.range)));
            }
        }
        out
    }

    fn tags(&self, template: &Template, found: &mut Vec<TextRange>) {
        for tag in &template.tags {
            if matches!(tag.kind, TagKind::Output | TagKind::Statement) {
                let inner = inner(self.text, tag);
                let written = &self.text[inner.clone()];
                let start = inner.start + written.len() - written.trim_start().len();
                found.push(TextRange::at(text::size(start), text::size(written.trim().len())));
            }
            found.push(tag.range);
        }
    }
}

fn floor(text: &str, offset: TextSize) -> usize {
    let mut offset = usize::from(offset).min(text.len());
    while !text.is_char_boundary(offset) {
        offset -= 1;
    }
    offset
}

/// The path of nodes to an offset.
fn yaml(root: Node<'_>, offset: TextSize, found: &mut Vec<TextRange>) {
    let mut node = root;
    // Bounded: what is deeper is not selected by itself.
    for _ in 0..64 {
        if node.is_alias() {
            break;
        }
        found.push(node.range());
        let next = match node.kind() {
            Kind::Mapping => {
                let entry =
                    node.entries().find(|entry| !entry.merged && entry.range.contains_inclusive(offset));
                entry.map(|entry| {
                    found.extend([entry.key_range, entry.range]);
                    entry.value
                })
            }
            Kind::Sequence => node.items().find(|item| item.range().contains_inclusive(offset)),
            _ => {
                found.extend(node.scalar().map(|scalar| scalar.content));
                None
            }
        };
        match next {
            Some(next) => node = next,
            None => break,
        }
    }
}

/// Those that contain the offset, smallest first, without such as only overlap.
fn nested(mut found: Vec<TextRange>, offset: TextSize) -> Vec<TextRange> {
    found.retain(|range| !range.is_empty() && range.contains_inclusive(offset));
    found.sort_by_key(|range| (range.len(), range.start()));
    let mut out: Vec<TextRange> = Vec::new();
    for range in found {
        if out.last().is_none_or(|last| range.contains_range(*last) && range != *last) {
            out.push(range);
        }
    }
    if out.is_empty() {
        out.push(TextRange::empty(offset));
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixture::fixture;
    use expect_test::{Expect, expect};

    fn check(path: &str, text: &str, expected: Expect) {
        let fixture = fixture(&format!("//- shop/dbt_project.yml\nname: shop\n//- shop/{path}\n{text}"));
        let pos = fixture.cursor.unwrap();
        let text = &fixture.texts[&pos.file];
        let found = selection_ranges(&fixture.analysis, pos.file, &[pos.offset]).unwrap().unwrap();
        let shown: Vec<String> = found[0].iter().map(|range| format!("{:?}", &text[*range])).collect();
        expected.assert_eq(&shown.join("\n"));
    }

    #[test]
    fn from_a_name_to_the_whole_template() {
        check(
            "models/a.sql",
            "with a as (\n  select 1 from {{ ref('plat', 'or$0ders', v=2) }}\n)\nselect 2",
            expect![[r#"
                "orders"
                "'orders'"
                "'plat', 'orders', v=2"
                "ref('plat', 'orders', v=2)"
                "{{ ref('plat', 'orders', v=2) }}"
                "select 1 from {{ ref('plat', 'orders', v=2) }}"
                "\n  select 1 from {{ ref('plat', 'orders', v=2) }}\n"
                "(\n  select 1 from {{ ref('plat', 'orders', v=2) }}\n)"
                "a as (\n  select 1 from {{ ref('plat', 'orders', v=2) }}\n)"
                "with a as (\n  select 1 from {{ ref('plat', 'orders', v=2) }}\n)\nselect 2""#]],
        );
    }

    #[test]
    fn half_typed_code_still_grows() {
        check(
            "models/a.sql",
            "{% if x %}\nselect {{ ref('or$0d\n{% endif %}",
            expect![[r#"
                "ord"
                "'ord"
                "ref('ord"
                "{{ ref('ord"
                "select {{ ref('ord"
                "\nselect {{ ref('ord\n"
                "{% if x %}\nselect {{ ref('ord\n{% endif %}""#]],
        );
    }

    #[test]
    fn yaml_grows_along_its_tree_and_into_jinja() {
        check(
            "models/s.yml",
            "models:\n  - name: a\n    description: \"{{ doc('x$0y') }}\"\n",
            expect![[r#"
                "xy"
                "'xy'"
                "doc('xy')"
                "{{ doc('xy') }}"
                "\"{{ doc('xy') }}\""
                "description: \"{{ doc('xy') }}\""
                "name: a\n    description: \"{{ doc('xy') }}\""
                "- name: a\n    description: \"{{ doc('xy') }}\""
                "models:\n  - name: a\n    description: \"{{ doc('xy') }}\""
                "models:\n  - name: a\n    description: \"{{ doc('xy') }}\"\n""#]],
        );
    }
}
