//! The columns that a node is known to have: from the warehouse's catalog, from what its SQL selects, from what it
//! passes on of another node. And how they are written into properties.

use project::layout::FileKind;
use project::{NodeRef, Target, graph};
use smol_str::SmolStr;
use syntax::select::{self, Output};
use syntax::yaml::{Kind, Node};
use text::TextEdit;

use crate::diagnostics::FileCx;
use crate::yaml_edit::{Doc, scalar};
use crate::{Analysis, Files};

/// One column.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Known {
    pub name: SmolStr,
    pub data_type: Option<SmolStr>,
    pub description: Option<String>,
}

impl Known {
    /// Whether it goes by a name.
    pub fn is(&self, name: &str) -> bool {
        self.name.eq_ignore_ascii_case(name)
    }
}

/// How many nodes a column is followed through.
const DEPTH: usize = 8;

/// All columns of a node in order; `None` when it may have others. What its properties say of a column is included.
pub(crate) fn known(analysis: &Analysis, files: &dyn Files, node: &NodeRef) -> Option<Vec<Known>> {
    of_node(analysis, files, node, 0)
}

fn of_node(analysis: &Analysis, files: &dyn Files, node: &NodeRef, depth: usize) -> Option<Vec<Known>> {
    if depth > DEPTH {
        return None;
    }
    let mesh = &analysis.mesh;
    let mut out = from_catalog(analysis, files, node)
        .or_else(|| from_sql(analysis, files, node, depth))
        .or_else(|| {
            // An enforced contract lists all of them.
            let all = mesh.contract(node) == Some(true);
            all.then(|| {
                mesh.columns(node)
                    .into_iter()
                    .map(|column| Known { name: column.name.clone(), data_type: None, description: None })
                    .collect()
            })
        })?;
    for column in mesh.columns(node) {
        let Some(known) = out.iter_mut().find(|known| known.is(&column.name)) else { continue };
        known.data_type = column.data_type.clone().or_else(|| known.data_type.take());
        known.description =
            column.description.as_deref().map(str::to_owned).or_else(|| known.description.take());
    }
    let unique = out.iter().enumerate().all(|(at, one)| !out[..at].iter().any(|other| other.is(&one.name)));
    (unique && !out.is_empty()).then_some(out)
}

fn from_catalog(analysis: &Analysis, files: &dyn Files, node: &NodeRef) -> Option<Vec<Known>> {
    let project = analysis.mesh.project_of(node.package)?;
    let catalog = files.built(project.id).catalog?;
    let columns = catalog.columns(&analysis.mesh.unique_id(node)).filter(|columns| columns.len() > 0)?;
    // Snowflake spells what nobody quoted in capitals.
    let name = |name: &str| match name.chars().any(char::is_lowercase) {
        true => SmolStr::new(name),
        false => SmolStr::new(name.to_lowercase()),
    };
    let column = |column: project::upstream::catalog::Column<'_>| Known {
        name: name(column.name),
        data_type: column.data_type.map(SmolStr::from),
        description: None,
    };
    Some(columns.map(column).collect())
}

fn from_sql(analysis: &Analysis, files: &dyn Files, node: &NodeRef, depth: usize) -> Option<Vec<Known>> {
    let cx = FileCx::new(analysis, node.file).filter(|cx| cx.entry.kind == FileKind::Model)?;
    let text = files.text(node.file)?;
    match select::output(&text, &syntax::jinja::parse(&text))? {
        Output::Columns(columns) => {
            let column = |column: select::Selected| Known {
                name: column.name.into(),
                data_type: column.data_type.map(SmolStr::from),
                description: None,
            };
            Some(columns.into_iter().map(column).collect())
        }
        Output::All(tag) => {
            let mut calls = cx.facts.uses.iter().filter(|used| tag.contains_range(used.call.range));
            let (Some(used), None) = (calls.next(), calls.next()) else { return None };
            // `{{ ref('a') }}` and nothing else.
            let inner = text.get(usize::from(tag.start()) + 2..usize::from(tag.end()) - 2)?;
            let call = text.get(usize::from(used.call.range.start())..usize::from(used.call.range.end()))?;
            if inner.trim_matches(['-', ' ', '\t', '\r', '\n']) != call {
                return None;
            }
            match graph::targets(&cx.resolver, used).as_slice() {
                [Target::Local(parent)] => of_node(analysis, files, parent, depth + 1),
                [Target::Upstream { manifest, node, .. }] => {
                    let node = manifest.node_at(*node).filter(|node| node.contract_enforced())?;
                    let column = |column: project::upstream::manifest::Column<'_>| Known {
                        name: column.name.into(),
                        data_type: column.data_type.map(SmolStr::new),
                        description: column.description.filter(|text| !text.is_empty()).map(str::to_owned),
                    };
                    Some(node.columns().map(column).collect())
                }
                _ => None,
            }
        }
    }
}

/// A key `columns` with all of them, indented by twos from `margin` on.
pub(crate) fn list(known: &[Known], margin: usize) -> String {
    let margin = " ".repeat(margin);
    let items: Vec<String> = known
        .iter()
        .map(|column| format!("{margin}  {}", item(column).replace('\n', &format!("\n{margin}  "))))
        .collect();
    format!("{margin}columns:\n{}", items.join("\n"))
}

/// One item, from its dash on.
fn item(column: &Known) -> String {
    let mut out = format!("- name: {}", scalar(&column.name));
    if let Some(kind) = &column.data_type {
        out.push_str(&format!("\n  data_type: {}", scalar(kind)));
    }
    // A text of several lines, or with Jinja, is not copied.
    let plain = |text: &&String| !text.contains(['\n', '{']);
    if let Some(text) = column.description.as_ref().filter(plain) {
        out.push_str(&format!("\n  description: {}", scalar(text)));
    }
    out
}

/// Adds the columns, and types of columns, that an entry does not have; `None` when it has all.
pub(crate) fn fill(doc: &Doc, entry: Node<'_>, known: &[Known]) -> Option<Vec<TextEdit>> {
    let Some(columns) = entry.entry("columns").filter(|entry| !entry.merged) else {
        return Some(vec![doc.add_key(entry, None, &list(known, 0))?]);
    };
    if columns.value.kind() == Kind::Null {
        let indent = entry.indent()? as usize;
        return Some(vec![doc.below_key(columns.key_range, indent, &list(known, 0))]);
    }
    let written: Vec<(SmolStr, Node<'_>)> = columns
        .value
        .items()
        .map(|item| Some((SmolStr::new(item.get("name")?.text()?), item)))
        .collect::<Option<_>>()?;
    let mut edits = Vec::new();
    for column in known {
        match written.iter().find(|(name, _)| column.is(name)) {
            Some((_, item)) if item.get("data_type").is_none() => {
                let Some(kind) = &column.data_type else { continue };
                if item.is_block() {
                    edits.push(doc.add_key(*item, Some("name"), &format!("data_type: {}", scalar(kind)))?);
                } else if item.is_closed() && !item.is_alias() && !kind.contains([',', '[', ']', '{', '}']) {
                    let last = item.entries().last()?;
                    edits.push(TextEdit::insert(last.range.end(), format!(", data_type: {}", scalar(kind))));
                } else {
                    return None;
                }
            }
            Some(_) => {}
            None if columns.value.is_block() => edits.push(doc.add_item(columns.value, &item(column))?),
            None => return None,
        }
    }
    (!edits.is_empty()).then_some(edits)
}
