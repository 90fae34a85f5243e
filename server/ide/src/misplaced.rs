//! Configs that stand beside `config:` where they belong below it, as the schemas of dbt say.

use project::facts::Section;
use project::flavor::Flavor;
use project::layout::FileKind;
use project::schema::{self, Shape, Step};
use syntax::yaml::{Entry, Kind, Node};

use crate::diagnostics::FileCx;
use crate::yaml_edit::Nest;

/// How deep mappings are looked into.
const DEPTH: usize = 6;

/// Every mapping of a properties file with misplaced configs, in order.
pub(crate) fn all<'n>(cx: &FileCx<'_>, root: Node<'n>) -> Vec<Nest<'n>> {
    let mut out = Vec::new();
    let Some(file) = schema::shape_of(FileKind::Properties) else { return out };
    for list in root.entries().filter(|list| !list.merged && !list.value.is_alias()) {
        let moves = matches!(
            Section::of_key(&list.key),
            Some(
                Section::Models | Section::Seeds | Section::Snapshots | Section::Analyses | Section::Sources
            )
        );
        if !moves {
            continue;
        }
        if let Some(shape) = schema::walk(file, &[Step::Key(&list.key), Step::Item]) {
            for item in list.value.items() {
                inside(cx, item, shape, 0, &list.key, &mut out);
            }
        }
    }
    out
}

fn inside<'n>(
    cx: &FileCx<'_>,
    node: Node<'n>,
    shape: Shape,
    depth: usize,
    section: &str,
    out: &mut Vec<Nest<'n>>,
) {
    if depth > DEPTH || node.is_alias() || node.kind() != Kind::Mapping || shape.is_any() {
        return;
    }
    // Only a node's own configs have stood below `config` since before dbt 1.10.
    let is_old = depth == 0 && section != "sources";
    let takes = is_old || cx.flavor() == Flavor::V2 || !cx.project.config.admits_before(10);
    let config = node.entry("config").map(|entry| entry.value);
    let is_misplaced = |entry: &Entry<'_>| {
        !entry.merged
            && shape.key(&entry.key).is_none()
            && shape.misplaced(&entry.key).is_some()
            && config.is_none_or(|config| config.entry(&entry.key).is_none())
    };
    let keys: Vec<Entry<'n>> = node.entries().filter(is_misplaced).collect();
    if !keys.is_empty() && takes {
        out.push(Nest { mapping: node, keys, under: "config" });
    }
    for entry in node.entries().filter(|entry| !entry.merged && !entry.value.is_alias()) {
        // Generic tests have arguments of their own.
        if matches!(&*entry.key, "versions" | "data_tests" | "tests" | "meta" | "config") {
            continue;
        }
        let Some(below) = shape.key(&entry.key).map(|info| info.shape) else { continue };
        match entry.value.kind() {
            Kind::Mapping => inside(cx, entry.value, below, depth + 1, section, out),
            Kind::Sequence => {
                let Some(item) = below.item() else { continue };
                entry.value.items().for_each(|node| inside(cx, node, item, depth + 1, section, out));
            }
            _ => {}
        }
    }
}
