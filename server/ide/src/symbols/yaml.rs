//! The outline of YAML files: nodes with columns, tests and versions; keys of all other files.

use project::facts::Section;
use project::layout::FileKind;
use syntax::yaml::{Entry, Kind, Node};
use text::TextRange;

use super::{DEPTH, Symbol, SymbolKind};

pub(super) fn outline(kind: FileKind, text: &str) -> Vec<Symbol> {
    let tree = syntax::yaml::parse(text);
    let Some(root) = tree.root(text) else { return Vec::new() };
    let entries = root.entries().filter(|entry| !entry.merged);
    if kind != FileKind::Properties {
        return entries.filter_map(|entry| key(&entry, 0)).collect();
    }
    let section = |entry: Entry<'_>| match Section::of_key(&entry.key) {
        Some(section) => {
            let of = of_section(section);
            let children = entry.value.items().filter_map(|item| node(item, of)).collect();
            Some(Symbol { kind: SymbolKind::Section, children, ..key(&entry, DEPTH)? })
        }
        None => key(&entry, 0),
    };
    entries.filter_map(section).collect()
}

fn of_section(section: Section) -> SymbolKind {
    match section {
        Section::Models => SymbolKind::Model,
        Section::Seeds => SymbolKind::Seed,
        Section::Snapshots => SymbolKind::Snapshot,
        Section::Analyses => SymbolKind::Analysis,
        Section::Macros => SymbolKind::Macro,
        Section::DataTests => SymbolKind::Test,
        Section::Functions => SymbolKind::Function,
        Section::Sources => SymbolKind::Source,
        Section::Tables => SymbolKind::Table,
        Section::Groups => SymbolKind::Group,
        Section::Exposures => SymbolKind::Exposure,
        Section::Metrics => SymbolKind::Metric,
        Section::SemanticModels => SymbolKind::SemanticModel,
        Section::SavedQueries => SymbolKind::SavedQuery,
        Section::UnitTests => SymbolKind::UnitTest,
        Section::Measures | Section::Dimensions | Section::Entities => SymbolKind::Column,
    }
}

/// An element with a `name`.
fn node(item: Node<'_>, kind: SymbolKind) -> Option<Symbol> {
    let mut out = named(item, "name", kind)?;
    for entry in item.entries().filter(|entry| !entry.merged) {
        let inside = entry.value.items();
        match &*entry.key {
            "columns" => out.children.extend(inside.filter_map(column)),
            "tests" | "data_tests" => out.children.extend(inside.filter_map(test)),
            "tables" if kind == SymbolKind::Source => {
                out.children.extend(inside.filter_map(|table| node(table, SymbolKind::Table)));
            }
            "versions" => out.children.extend(inside.filter_map(version)),
            // A semantic model's parts.
            "entities" | "dimensions" | "measures" => {
                out.children.extend(inside.filter_map(|part| named(part, "name", SymbolKind::Column)));
            }
            "arguments" => {
                out.children.extend(inside.filter_map(|part| named(part, "name", SymbolKind::Variable)));
            }
            _ => {}
        }
    }
    Some(out)
}

fn version(item: Node<'_>) -> Option<Symbol> {
    let mut out = named(item, "v", SymbolKind::Version)?;
    out.name.insert(0, 'v');
    out.detail = item.get("defined_in").and_then(Node::text).map(|text| text.into_owned());
    let columns = item.get("columns").into_iter().flat_map(Node::items);
    out.children = columns.filter_map(column).collect();
    Some(out)
}

fn column(item: Node<'_>) -> Option<Symbol> {
    let mut out = named(item, "name", SymbolKind::Column)?;
    out.detail = item.get("data_type").and_then(Node::text).map(|text| text.into_owned());
    let tests = ["data_tests", "tests"].into_iter().filter_map(|key| item.get(key));
    out.children = tests.flat_map(Node::items).filter_map(test).collect();
    Some(out)
}

/// `- unique`, `- accepted_values: {…}`
fn test(item: Node<'_>) -> Option<Symbol> {
    let (name, focus) = match item.kind() {
        Kind::Scalar => (item.text()?.into_owned(), item.range()),
        Kind::Mapping => {
            let first = item.entries().next()?;
            (first.key.into_owned(), first.key_range)
        }
        _ => return None,
    };
    symbol(name, SymbolKind::Test, item.range(), focus)
}

/// An element by the value of one of its keys.
fn named(item: Node<'_>, by: &str, kind: SymbolKind) -> Option<Symbol> {
    let name = item.get(by)?;
    symbol(name.text()?.into_owned(), kind, item.range(), name.scalar()?.content)
}

fn symbol(name: String, kind: SymbolKind, range: TextRange, focus: TextRange) -> Option<Symbol> {
    // An alias names something that stands elsewhere.
    let range = if range.contains_range(focus) { range } else { return None };
    (!name.is_empty()).then(|| Symbol { name, detail: None, kind, range, focus, children: Vec::new() })
}

/// Any key with what is below; the value of a plain one stands beside it.
fn key(entry: &Entry<'_>, depth: usize) -> Option<Symbol> {
    let mut out = symbol(entry.key.to_string(), SymbolKind::Key, entry.range, entry.key_range)?;
    out.detail = entry.value.text().filter(|text| text.len() <= 80).map(|text| text.into_owned());
    if depth < DEPTH && !entry.value.is_alias() {
        out.children = match entry.value.kind() {
            Kind::Mapping => below(entry.value, depth + 1),
            Kind::Sequence => entry.value.items().filter_map(|item| element(item, depth + 1)).collect(),
            _ => Vec::new(),
        };
    }
    Some(out)
}

fn below(node: Node<'_>, depth: usize) -> Vec<Symbol> {
    node.entries().filter(|entry| !entry.merged).filter_map(|entry| key(&entry, depth)).collect()
}

/// An element of a list: by its name, else by its first key.
fn element(item: Node<'_>, depth: usize) -> Option<Symbol> {
    match item.kind() {
        Kind::Scalar => symbol(item.text()?.into_owned(), SymbolKind::Key, item.range(), item.range()),
        Kind::Mapping => {
            let first = item.entries().next()?;
            let named = named(item, "name", SymbolKind::Key);
            let mut out = match named {
                Some(named) => named,
                None => {
                    let value = first.value.text().unwrap_or_default();
                    symbol(format!("{} {value}", first.key), SymbolKind::Key, item.range(), first.key_range)?
                }
            };
            if depth < DEPTH && item.entries().nth(1).is_some() {
                out.children = below(item, depth + 1);
            }
            Some(out)
        }
        _ => None,
    }
}
