//! Inlay hints: what an unpinned ref means today, what a ref is called in the warehouse, how a model is built when
//! its own files do not say.

#[cfg(test)]
mod tests;

use project::facts::{By, Use};
use project::layout::FileKind;
use project::node::NodeKind;
use project::refs::{Lookup, RefArgs, lookup};
use project::{Target, graph};
use syntax::calls::Lit;
use text::{LineIndex, TextEdit, TextRange, TextSize};

use crate::describe::relation_of;
use crate::diagnostics::FileCx;
use crate::{Analysis, Cancellable, FileRange};

/// Text that an editor shows between the characters of a file.
#[derive(Debug, Clone, PartialEq)]
pub struct Hint {
    /// In front of this offset.
    pub at: TextSize,
    /// What is shown.
    pub label: String,
    /// What a person sees when pointing at it.
    pub tooltip: String,
    /// Writes out what the hint says.
    pub edit: Option<TextEdit>,
    /// A blank is shown in front of it.
    pub apart: bool,
}

/// Which hints are wanted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct HintOptions {
    /// The version that an unpinned ref means.
    pub versions: bool,
    /// The relation that a ref or source means.
    pub relations: bool,
    /// How a model is built, where only `dbt_project.yml` says so.
    pub materializations: bool,
}

impl Default for HintOptions {
    fn default() -> HintOptions {
        HintOptions { versions: true, relations: false, materializations: true }
    }
}

/// The hints in a part of an open file, in order.
pub fn hints(analysis: &Analysis, at: FileRange, options: HintOptions) -> Cancellable<Vec<Hint>> {
    analysis.check()?;
    let mut out = Vec::new();
    let (Some(cx), Some(text)) = (FileCx::new(analysis, at.file), analysis.text(at.file)) else {
        return Ok(out);
    };
    for used in &cx.facts.uses {
        let call = &used.call;
        let looks_up = matches!(lookup(&call.name), Lookup::Ref | Lookup::Source);
        if !looks_up || !call.complete || call.range.intersect(at.range).is_none() {
            continue;
        }
        analysis.check()?;
        // With several values of a variable there is no one answer.
        if let [target] = graph::targets(&cx.resolver, used).as_slice() {
            out.extend(version(&cx, used, target).filter(|_| options.versions));
            out.extend(relation(&cx, used, target).filter(|_| options.relations));
        }
    }
    if options.materializations {
        out.extend(materialization(&cx, text).filter(|hint| at.range.contains_inclusive(hint.at)));
    }
    out.sort_by_key(|hint| hint.at);
    Ok(out)
}

/// `ref('orders'⟨, v=2⟩)`
fn version(cx: &FileCx<'_>, used: &Use, target: &Target) -> Option<Hint> {
    if lookup(&used.call.name) != Lookup::Ref || RefArgs::read(&used.call, cx.flavor()).version.is_some() {
        return None;
    }
    let version = match target {
        Target::Local(node) => node.version.clone()?,
        Target::Upstream { manifest, node, .. } => manifest.node_at(*node)?.version()?.into(),
    };
    // Written so already, with a value that dbt ignores, there is nothing to add.
    if used.call.args.iter().any(|arg| arg.keyword.is_some()) {
        return None;
    }
    let edit = cx.pin(&used.call, &version)?;
    Some(Hint {
        at: edit.range().start(),
        label: edit.new_text.clone(),
        tooltip: format!("Not pinned: means the latest version, {}", cx.unique_id(target)),
        edit: Some(edit),
        apart: false,
    })
}

/// `ref('orders')⟨ analytics.marts.orders⟩`
fn relation(cx: &FileCx<'_>, used: &Use, target: &Target) -> Option<Hint> {
    let relation = relation_of(cx, target)?;
    Some(Hint {
        at: used.call.range.end(),
        label: relation.replace(['"', '`'], ""),
        tooltip: format!("Relation of {}", cx.unique_id(target)),
        edit: None,
        apart: true,
    })
}

/// `config(tags='x'⟨, materialized='table'⟩)`, or behind the first line of a file without `config`.
fn materialization(cx: &FileCx<'_>, text: &str) -> Option<Hint> {
    const KEY: &str = "materialized";
    let mesh = &cx.analysis.mesh;
    if !matches!(cx.entry.kind, FileKind::Model | FileKind::PythonModel) {
        return None;
    }
    let node = mesh.node_of_file(cx.file).filter(|node| node.kind == NodeKind::Model)?;
    if cx.facts.settings.get(KEY).is_some() || mesh.yaml_setting(&node, KEY).is_some() {
        return None;
    }
    let value = mesh.setting(&node, KEY)?;
    let Lit::Str(word) = value.single()? else { return None };
    let tooltip = "Set by dbt_project.yml".to_owned();
    let quote = if cx.entry.kind == FileKind::PythonModel { '"' } else { '\'' };
    let written = format!("{KEY}={quote}{word}{quote}");
    let is_config = |used: &&Use| lookup(&used.call.name) == Lookup::Config && used.by == By::File;
    if let Some(config) = cx.facts.uses.iter().find(is_config) {
        if !config.call.complete {
            return None;
        }
        let close = config.call.range.end().checked_sub(text::size(1))?;
        let before = text.get(config.call.name_range.end().into()..close.into())?;
        let label = match before.trim_end().chars().next_back()? {
            '(' => written,
            ',' => format!(" {written}"),
            _ => format!(", {written}"),
        };
        // Behind the last argument, not on the line of the parenthesis.
        let at = config.call.name_range.end() + text::size(before.trim_end().len());
        // A dictionary as argument goes before any keyword, but a comment in between would swallow it.
        let edit = (!before.contains('#')).then(|| TextEdit::insert(at, label.clone()));
        return Some(Hint { at, label, tooltip, edit, apart: false });
    }
    let lines = LineIndex::new(text);
    let first = TextRange::new(0.into(), lines.line_end(0));
    let at = text::size(text[first].trim_end().len());
    Some(Hint { at, label: written, tooltip, edit: None, apart: true })
}
