//! The outline of a file: common table expressions and blocks in SQL, the tree of nodes in YAML.
//!
//! From the text alone, so it has an answer for the most broken one; knows nothing of the mesh.

mod template;
#[cfg(test)]
mod tests;
mod yaml;

use project::FileId;
use project::layout::FileKind;
use text::TextRange;

use crate::{Analysis, Cancellable};

/// One line of the outline, with what is inside.
#[derive(Debug, Clone, PartialEq)]
pub struct Symbol {
    /// Its name.
    pub name: String,
    /// Shown dimmed behind the name: a data type, parameters.
    pub detail: Option<String>,
    /// What it is.
    pub kind: SymbolKind,
    /// The whole of it.
    pub range: TextRange,
    /// Its name's bytes, inside of `range`.
    pub focus: TextRange,
    /// What stands inside, in source order.
    pub children: Vec<Symbol>,
}

/// What a symbol is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[allow(missing_docs)]
pub enum SymbolKind {
    Project,
    Model,
    Seed,
    Snapshot,
    Analysis,
    Source,
    Table,
    Column,
    Version,
    Test,
    Exposure,
    Metric,
    SemanticModel,
    SavedQuery,
    UnitTest,
    Group,
    Function,
    Macro,
    Materialization,
    Docs,
    /// A common table expression.
    Cte,
    /// `{% set x %}`
    Variable,
    /// `{% call … %}`, `{% filter … %}`
    Call,
    /// A list of a YAML file: `models`.
    Section,
    /// Any other key of a YAML file.
    Key,
}

/// The outline of an open file; empty for what has none.
pub fn document_symbols(analysis: &Analysis, file: FileId) -> Cancellable<Vec<Symbol>> {
    analysis.check()?;
    let (Some(entry), Some(text)) = (analysis.mesh.file(file), analysis.text(file)) else {
        return Ok(Vec::new());
    };
    Ok(of(entry.kind, text))
}

/// The outline of a text.
pub(crate) fn of(kind: FileKind, text: &str) -> Vec<Symbol> {
    match kind {
        FileKind::PythonModel => template::python(text),
        kind if kind.is_yaml() => yaml::outline(kind, text),
        kind if kind.is_template() => template::outline(kind, text),
        _ => Vec::new(),
    }
}

/// Puts symbols into those that contain them. What only overlaps stays beside.
fn nest(mut flat: Vec<Symbol>) -> Vec<Symbol> {
    flat.sort_by_key(|symbol| (symbol.range.start(), std::cmp::Reverse(symbol.range.end())));
    let mut out: Vec<Symbol> = Vec::new();
    let mut open: Vec<Symbol> = Vec::new();
    let close = |open: &mut Vec<Symbol>, out: &mut Vec<Symbol>| {
        if let Some(done) = open.pop() {
            match open.last_mut() {
                Some(parent) => parent.children.push(done),
                None => out.push(done),
            }
        }
    };
    for symbol in flat {
        while open.last().is_some_and(|last| !last.range.contains_range(symbol.range)) {
            close(&mut open, &mut out);
        }
        // Deeper than anyone looks: beside instead of inside, so that no reader of the tree goes too deep.
        if open.len() >= DEPTH {
            close(&mut open, &mut out);
        }
        open.push(symbol);
    }
    while !open.is_empty() {
        close(&mut open, &mut out);
    }
    out
}

/// How deep an outline goes.
const DEPTH: usize = 24;
