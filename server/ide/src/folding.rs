//! What can be folded: blocks, long tags, comments, common table expressions, YAML below a key.

use project::FileId;
use project::layout::FileKind;
use rustc_hash::FxHashMap;
use syntax::jinja::{BlockKind, TagKind, Template};
use syntax::yaml::{Kind, Node};
use text::{LineIndex, TextRange, TextSize};

use crate::{Analysis, Cancellable};

/// A range that an editor can hide.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Fold {
    /// What is hidden, from behind what stays visible.
    pub range: TextRange,
    /// What it is.
    pub kind: FoldKind,
    /// The line on which it ends stays visible: something that closes stands there.
    pub closed: bool,
}

/// What a fold hides.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[allow(missing_docs)]
pub enum FoldKind {
    Comment,
    Code,
}

/// What can be folded in an open file, sorted; each over more than one line.
pub fn folding(analysis: &Analysis, file: FileId) -> Cancellable<Vec<Fold>> {
    analysis.check()?;
    let (Some(entry), Some(text)) = (analysis.mesh.file(file), analysis.text(file)) else {
        return Ok(Vec::new());
    };
    let lines = LineIndex::new(text);
    let mut folds = Folds { text, lines: &lines, out: Vec::new() };
    match entry.kind {
        kind if kind.is_yaml() => folds.yaml(),
        FileKind::Docs => folds.template(&syntax::jinja::parse_docs(text)),
        kind if kind.is_template() => {
            let template = syntax::jinja::parse(text);
            folds.template(&template);
            folds.sql(&template);
        }
        _ => {}
    }
    let mut out = folds.out;
    out.sort_by_key(|fold| (fold.range.start(), std::cmp::Reverse(fold.range.end())));
    out.dedup();
    Ok(out)
}

struct Folds<'t> {
    text: &'t str,
    lines: &'t LineIndex,
    out: Vec<Fold>,
}

impl Folds<'_> {
    fn add(&mut self, start: TextSize, end: TextSize, kind: FoldKind, closed: bool) {
        if start < end && self.lines.line(start) < self.lines.line(end) {
            self.out.push(Fold { range: TextRange::new(start, end), kind, closed });
        }
    }

    /// Blocks, branch by branch, and tags over several lines.
    fn template(&mut self, template: &Template) {
        let opens: FxHashMap<TextSize, usize> =
            template.blocks.iter().enumerate().map(|(at, block)| (block.open.start(), at)).collect();
        let mut from: Vec<(usize, TextSize)> = Vec::new();
        for tag in &template.tags {
            let one = text::size(1);
            match tag.kind {
                TagKind::Comment => {
                    self.add(tag.range.start() + one + one, tag.range.end(), FoldKind::Comment, false)
                }
                _ if tag.closed => {
                    let end = tag.range.end().checked_sub(one + one).unwrap_or_default();
                    self.add(tag.range.start() + one + one, end, FoldKind::Code, true);
                }
                _ => {}
            }
            while from.last().is_some_and(|(at, _)| template.blocks[*at].full.end() <= tag.range.start()) {
                from.pop();
            }
            let inner = from.last().copied();
            if let Some(at) = opens.get(&tag.range.start()) {
                if template.blocks[*at].close.is_some() {
                    from.push((*at, tag.range.end()));
                }
                continue;
            }
            let Some((at, start)) = inner else { continue };
            let block = &template.blocks[at];
            let branch = matches!(tag.keyword.as_deref(), Some("else" | "elif"))
                && matches!(block.kind, BlockKind::If | BlockKind::For);
            if branch || block.close == Some(tag.range) {
                self.add(start, tag.range.start(), FoldKind::Code, true);
                from.pop();
            }
            if branch {
                from.push((at, tag.range.end()));
            }
        }
        for block in template.blocks.iter().filter(|block| block.kind == BlockKind::Raw) {
            if let Some(close) = block.close {
                self.add(block.open.end(), close.start(), FoldKind::Code, true);
            }
        }
    }

    fn sql(&mut self, template: &Template) {
        let sql = syntax::sql::read(self.text, &template.tags);
        for inside in &sql.parens {
            self.add(inside.start(), inside.end(), FoldKind::Code, true);
        }
        self.comments(&sql.comments);
    }

    /// Comments, and runs of comments that have their lines for themselves.
    fn comments(&mut self, comments: &[TextRange]) {
        let alone = |range: &TextRange| {
            let start = self.lines.line_start(self.lines.line(range.start())).unwrap_or_default();
            self.text[TextRange::new(start, range.start())].trim().is_empty()
        };
        let mut runs: Vec<TextRange> = Vec::new();
        let mut last: Option<TextRange> = None;
        for comment in comments.iter().filter(|range| alone(range)) {
            last = Some(match last {
                Some(run) if self.lines.line(run.end()) + 1 == self.lines.line(comment.start()) => {
                    run.cover(*comment)
                }
                run => {
                    runs.extend(run);
                    *comment
                }
            });
        }
        runs.extend(last);
        for run in runs {
            let first = self.lines.line_end(self.lines.line(run.start()));
            let first =
                text::size(self.text[TextRange::new(run.start(), first)].trim_end().len()) + run.start();
            self.add(first.min(run.end()), run.end(), FoldKind::Comment, false);
        }
    }

    fn yaml(&mut self) {
        let tree = syntax::yaml::parse(self.text);
        if let Some(root) = tree.root(self.text) {
            self.below(root, 0);
        }
        self.comments(tree.comments());
    }

    fn below(&mut self, node: Node<'_>, depth: usize) {
        if depth > DEPTH || node.is_alias() {
            return;
        }
        match node.kind() {
            Kind::Mapping => {
                for entry in node.entries().filter(|entry| !entry.merged) {
                    // The whole value folds into the line of its key; what closes a bracket stays.
                    let flow = !entry.value.is_block() && entry.value.kind() != Kind::Scalar;
                    let start = if flow {
                        entry.value.range().start() + text::size(1)
                    } else {
                        self.line_end(entry.key_range)
                    };
                    let end = entry.value.range().end();
                    let end = if flow { end.checked_sub(text::size(1)).unwrap_or_default() } else { end };
                    self.add(start, end, FoldKind::Code, flow);
                    self.below(entry.value, depth + 1);
                }
            }
            Kind::Sequence => {
                for item in node.items() {
                    let first = item.entries().next().filter(|_| item.is_block());
                    if let Some(first) = first {
                        self.add(self.line_end(first.key_range), item.range().end(), FoldKind::Code, false);
                    }
                    self.below(item, depth + 1);
                }
            }
            _ => {}
        }
    }

    /// Behind the last character of the line on which a range ends.
    fn line_end(&self, range: TextRange) -> TextSize {
        let line =
            TextRange::new(range.end(), self.lines.line_end(self.lines.line(range.end())).max(range.end()));
        range.end() + text::size(self.text[line].trim_end().len())
    }
}

/// How deep YAML is folded.
const DEPTH: usize = 64;

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixture::fixture;
    use expect_test::{Expect, expect};

    /// Each fold by its first and its last hidden line, from 1, and its kind.
    fn check(path: &str, text: &str, expected: Expect) {
        let fixture = fixture(&format!("//- shop/dbt_project.yml\nname: shop\n//- shop/{path}\n{text}"));
        let file = *fixture.texts.iter().find(|(_, known)| ***known == *text).unwrap().0;
        let lines = LineIndex::new(text);
        let shown = |fold: Fold| {
            let (from, to) = (lines.line(fold.range.start()) + 1, lines.line(fold.range.end()) + 1);
            let kind = if fold.kind == FoldKind::Comment { " comment" } else { "" };
            format!("{from}-{}{kind}\n", if fold.closed { to - 1 } else { to })
        };
        let found: String = folding(&fixture.analysis, file).unwrap().into_iter().map(shown).collect();
        expected.assert_eq(&found);
    }

    #[test]
    fn blocks_branches_tags_comments_and_ctes_fold() {
        check(
            "models/a.sql",
            "-- one\n-- two\n{{ config(\n  a=1\n) }}\nwith a as (\n  select 1\n)\n{% if x %}\n1\n{% elif y %}\n2\n{% else \
             %}\n3\n{% endif %}\n{% for a in b %}\n{{ a }}\n{% endfor %}\n{# a\nb #}\n{% macro half() %}\n",
            expect![[r#"
                1-2 comment
                3-4
                6-7
                9-10
                11-12
                13-14
                16-17
                19-20 comment
            "#]],
        );
    }

    #[test]
    fn yaml_folds_below_keys_and_items() {
        check(
            "models/s.yml",
            "# one\n# two\nmodels:\n  - name: a\n    columns:\n      - name: x\n        tests: [\n          \
             unique,\n        ]\n    description: |\n      long\n      text\n  - name: b\n",
            expect![[r#"
                1-2 comment
                3-13
                4-12
                5-9
                6-9
                7-8
                10-12
            "#]],
        );
    }

    #[test]
    fn a_half_typed_block_hides_nothing_of_its_neighbours() {
        check(
            "models/a.sql",
            "{% if a %}\n{% if b %}\nselect (\n1\n{% endif %}\n",
            expect![[r#"
                2-4
                3-5
            "#]],
        );
    }
}
