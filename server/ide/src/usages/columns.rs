//! Who names a column: the properties of its node, tests, rows of unit tests, semantic models, and the SQL of those who
//! read the node, as far as it is certain.

use project::facts::{ColumnUse, Entry, Section, columns_in_sql};
use project::names::FILE;
use project::{FileId, NodeKind, Target, graph};
use smol_str::SmolStr;
use syntax::columns::Sure;
use text::TextRange;

use super::{NodeSubject, Role, Search, Subject, Usage};
use crate::diagnostics::FileCx;
use crate::{Analysis, Cancellable, FilePos, thing};

/// The column that is described or named at a place.
pub(crate) fn column_at(analysis: &Analysis, pos: FilePos) -> Option<(Subject, TextRange)> {
    let cx = FileCx::new(analysis, pos.file)?;
    if let Some((name, range)) = described(&cx, pos) {
        let node = thing::node_around(analysis, pos.file, pos.offset)?;
        return Some((subject(analysis, &Target::Local(node), name)?, range));
    }
    let found = named(&cx, analysis.text(pos.file).map(|text| &**text));
    let found = found.into_iter().find(|column| column.range.contains_inclusive(pos.offset))?;
    let target = graph::targets(&cx.resolver, cx.facts.uses.get(found.used as usize)?).into_iter().next()?;
    Some((subject(analysis, &target, found.name)?, found.range))
}

fn subject(analysis: &Analysis, target: &Target, name: SmolStr) -> Option<Subject> {
    match Subject::family(analysis, target) {
        Subject::Node(node) => Some(Subject::Column { node, name }),
        _ => None,
    }
}

/// A name in the columns of an entry.
fn described(cx: &FileCx<'_>, pos: FilePos) -> Option<(SmolStr, TextRange)> {
    let entry = cx.facts.entries.iter().rev().find(|entry| entry.range.contains_inclusive(pos.offset))?;
    let has_columns =
        matches!(entry.section, Section::Models | Section::Seeds | Section::Snapshots | Section::Tables);
    let mut of = columns(entry).filter(|_| has_columns);
    of.find(|(_, range)| range.contains_inclusive(pos.offset)).map(|(name, range)| (name.clone(), range))
}

/// The columns of an entry and of its versions.
fn columns(entry: &Entry) -> impl Iterator<Item = (&SmolStr, TextRange)> {
    let versions = entry.versions.iter().flatten().filter_map(|version| version.columns.as_ref());
    let own = versions.flat_map(|columns| columns.own.iter());
    entry.columns.iter().chain(own).map(|column| (&column.name, column.name_range))
}

/// The columns of other nodes that a file names; of SQL its text is needed.
fn named(cx: &FileCx<'_>, text: Option<&str>) -> Vec<ColumnUse> {
    match text.filter(|_| cx.entry.kind.is_template()) {
        Some(text) => {
            let template = syntax::jinja::parse(text);
            columns_in_sql(text, &template.tags, &cx.facts.uses, Sure::Certain, |_| true)
        }
        None => cx.facts.columns.to_vec(),
    }
}

pub(super) fn of_column(
    search: Search<'_>,
    node: &NodeSubject,
    name: &str,
    out: &mut Vec<Usage>,
) -> Cancellable<()> {
    let analysis = search.analysis;
    for target in &node.targets {
        let Target::Local(local) = target else { continue };
        let entry = local.entry.or((local.item != FILE && local.kind == NodeKind::Source)
            .then_some(project::names::Site { file: local.file, item: local.item }));
        let Some((site, (_, entry))) = entry.and_then(|site| Some((site, analysis.mesh.entry(site)?))) else {
            continue;
        };
        let declared = columns(entry).filter(|(known, _)| known.eq_ignore_ascii_case(name));
        out.extend(declared.map(|(_, range)| Usage { file: site.file, range, role: Role::Declaration }));
    }
    search.each_mention(node.space, &node.name, |cx| {
        let mut meant: Vec<(u32, bool)> = Vec::new();
        let text = cx.entry.kind.is_template().then(|| (search.read)(cx.file)).flatten();
        for column in
            named(cx, text.as_deref()).iter().filter(|column| column.name.eq_ignore_ascii_case(name))
        {
            let known = meant.iter().find(|(used, _)| *used == column.used).map(|(_, is)| *is);
            let is_it = known.unwrap_or_else(|| means(cx, column, node));
            meant.push((column.used, is_it));
            if is_it {
                out.push(Usage { file: cx.file, range: column.range, role: Role::Value });
            }
        }
    })
}

/// Whether a column is one of the node.
fn means(cx: &FileCx<'_>, column: &ColumnUse, node: &NodeSubject) -> bool {
    let Some(used) = cx.facts.uses.get(column.used as usize) else { return false };
    let found = graph::targets(&cx.resolver, used);
    found.iter().any(|target| node.is(cx.analysis, target))
}

/// The text of an open file: all that is at hand where nobody reads files.
pub(super) fn open_text(analysis: &Analysis) -> impl Fn(FileId) -> Option<std::sync::Arc<str>> + '_ {
    move |file| analysis.text(file).cloned()
}
