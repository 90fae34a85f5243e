//! Columns of other nodes that a file names: in the SQL around a `ref()` of another project, in tests, rows and semantic
//! models.

use smol_str::SmolStr;
use syntax::columns::{Query, Sure};
use syntax::jinja::{Tag, TagKind};
use syntax::yaml::{Kind, Node};
use text::TextRange;

use super::{Section, Use};
use crate::refs::{Lookup, lookup};

/// A column of what a call means.
#[derive(Debug, Clone, PartialEq)]
pub struct ColumnUse {
    /// The call: index into [`super::FileFacts::uses`].
    pub used: u32,
    /// As it is written.
    pub name: SmolStr,
    /// Its bytes, without quotes.
    pub range: TextRange,
    /// In SQL without the relation before it: a word of some dialect may look the same.
    pub bare: bool,
}

/// The columns that SQL takes from what `wanted` calls read. `tags` are those of the text.
pub fn in_sql(
    text: &str,
    tags: &[Tag],
    uses: &[Use],
    sure: Sure,
    mut wanted: impl FnMut(&Use) -> bool,
) -> Vec<ColumnUse> {
    let mut out = Vec::new();
    let mut query = None;
    for (used, at) in uses.iter().zip(0..) {
        if !matches!(lookup(&used.call.name), Lookup::Ref | Lookup::Source) || !wanted(used) {
            continue;
        }
        let around = tags.iter().find(|tag| tag.range.contains_range(used.call.range));
        // The tag writes what the call gives, and nothing else.
        let Some(tag) = around.filter(|tag| tag.kind == TagKind::Output && is_alone(text, tag, used)) else {
            continue;
        };
        let found = query.get_or_insert_with(|| Query::new(text, tags)).columns(tag.range, sure);
        out.extend(found.into_iter().map(|range| {
            let before = text[..range.start().into()].trim_end_matches(['"', '`']);
            ColumnUse { used: at, name: text[range].into(), range, bare: !before.ends_with('.') }
        }));
    }
    out
}

fn is_alone(text: &str, tag: &Tag, used: &Use) -> bool {
    let part = |from: usize, to: usize| text.get(from..to).unwrap_or("?").trim();
    let (tag, call) = (tag.range, used.call.range);
    matches!(part(tag.start().into(), call.start().into()), "{{" | "{{-" | "{{+")
        && matches!(part(call.end().into(), tag.end().into()), "}}" | "-}}" | "+}}")
}

/// Whether a call names another project.
pub(super) fn is_across(used: &Use) -> bool {
    let positional = used.call.args.iter().filter(|arg| arg.keyword.is_none());
    lookup(&used.call.name) == Lookup::Ref && positional.count() == 2
}

/// A column in YAML: the bytes of the text that holds the call, and the column.
pub(super) type Named = (TextRange, SmolStr, TextRange);

/// `field` of a test with `to`: the column of the other node.
pub(super) fn of_test(test: Node<'_>, out: &mut Vec<Named>) {
    for given in std::iter::once(test).chain(test.get("arguments")) {
        if let (Some(to), Some(field)) = (given.get("to"), given.get("field")) {
            name(to.range(), field, out);
        }
    }
}

/// The keys of the rows that a unit test gives, and what a semantic model reads.
pub(super) fn of_entry(section: Section, node: Node<'_>, out: &mut Vec<Named>) {
    match section {
        Section::UnitTests => {
            for given in node.get("given").into_iter().flat_map(Node::items) {
                let (Some(input), Some(rows)) = (given.get("input"), given.get("rows")) else { continue };
                for entry in rows.items().flat_map(Node::entries) {
                    let range = entry.key_node.scalar().map_or(entry.key_range, |scalar| scalar.content);
                    out.push((input.range(), SmolStr::new(&entry.key), range));
                }
            }
        }
        Section::SemanticModels => {
            let Some(model) = node.get("model") else { return };
            for key in ["entities", "dimensions", "measures"] {
                for part in node.get(key).into_iter().flat_map(Node::items) {
                    if let Some(column) = part.get("expr").or_else(|| part.get("name")) {
                        name(model.range(), column, out);
                    }
                }
            }
        }
        _ => {}
    }
}

/// A text that is one name.
fn name(of: TextRange, column: Node<'_>, out: &mut Vec<Named>) {
    let (Some(text), Some(scalar)) = (column.text(), column.scalar()) else { return };
    let is_name = text.chars().all(|c| c.is_alphanumeric() || c == '_')
        && text.chars().next().is_some_and(|c| c.is_alphabetic() || c == '_');
    if is_name && column.kind() == Kind::Scalar {
        out.push((of, SmolStr::new(text), scalar.content));
    }
}

/// Each with the call that is in its text. `uses` are in source order.
pub(super) fn linked(named: Vec<Named>, uses: &[Use]) -> Box<[ColumnUse]> {
    let of = |(of, name, range): Named| {
        let at = uses.partition_point(|used| used.call.range.start() < of.start());
        let used = uses.get(at).filter(|used| of.contains_range(used.call.range))?;
        let is_relation = matches!(lookup(&used.call.name), Lookup::Ref | Lookup::Source);
        is_relation.then_some(ColumnUse { used: at as u32, name, range, bare: false })
    };
    named.into_iter().filter_map(of).collect()
}
