//! Who uses a node, macro or docs block: every call that leads to it, in all projects of the workspace.
//!
//! Goes by the index of mentioned names, so it costs what the files that mention the name cost.

use project::facts::{By, Use};
use project::names::{Site, Space};
use project::refs::{Lookup, RefArgs, SourceArgs, lookup};
use project::resolve::Resolver;
use project::{FileId, NodeKind, NodeRef, Target, graph};
use smol_str::SmolStr;
use text::TextRange;

use crate::diagnostics::FileCx;
use crate::thing::{Thing, macro_named};
use crate::{Analysis, Cancellable};

/// What is used.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Subject {
    /// A node; without a version every version of it.
    Node(NodeRef),
    /// A macro by its block, and its name.
    Macro(Site, SmolStr),
    /// A docs block, and its name.
    Doc(Site, SmolStr),
}

/// One use.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct FoundUse {
    pub file: FileId,
    /// The name in the call.
    pub range: TextRange,
    pub by: By,
}

/// Every use that is certain, by file and place.
pub(crate) fn uses(analysis: &Analysis, subject: &Subject) -> Cancellable<Vec<FoundUse>> {
    let (space, name) = match subject {
        Subject::Node(node) => match node.kind {
            NodeKind::Source => (Space::Table, &node.name),
            NodeKind::Metric => (Space::Metric, &node.name),
            NodeKind::Function => (Space::Function, &node.name),
            _ => (Space::Model, &node.name),
        },
        Subject::Macro(_, name) => (Space::Macro, name),
        Subject::Doc(_, name) => (Space::Doc, name),
    };
    let mut out = Vec::new();
    for package in analysis.mesh.packages() {
        let mentioning = package.mentions(space, name);
        if mentioning.is_empty() {
            continue;
        }
        let Some(resolver) = Resolver::new(&analysis.mesh, package.id) else { continue };
        for file in mentioning {
            analysis.check()?;
            let Some(cx) = FileCx::new(analysis, *file) else { continue };
            for used in &cx.facts.uses {
                if leads_to(&cx, &resolver, used, subject) {
                    out.push(FoundUse { file: *file, range: place(&cx, used), by: used.by });
                }
            }
        }
    }
    out.sort_by_key(|found| (found.file, found.range.start()));
    Ok(out)
}

fn leads_to(cx: &FileCx<'_>, resolver: &Resolver<'_>, used: &Use, subject: &Subject) -> bool {
    match (lookup(&used.call.name), subject) {
        (Lookup::Ref | Lookup::Source | Lookup::Metric | Lookup::Function, Subject::Node(wanted)) => {
            // Most calls of a file name something else: compared before anything is resolved.
            let last = wanted.name.rsplit('.').next().unwrap_or_default();
            let says = |value: &syntax::calls::Value| {
                value
                    .possible()
                    .iter()
                    .any(|lit| matches!(lit, syntax::calls::Lit::Str(text) if text.contains(last)))
            };
            used.call.args.iter().any(|arg| says(&arg.value))
                && graph::targets(resolver, used).iter().any(|target| {
                    matches!(target, Target::Local(node)
                        if node.package == wanted.package
                            && node.kind == wanted.kind
                            && node.name == wanted.name
                            && (wanted.version.is_none() || node.version == wanted.version))
                })
        }
        (Lookup::Macro, Subject::Macro(site, name)) => {
            used.call.name.rsplit('.').next() == Some(name.as_str())
                && matches!(macro_named(cx, &used.call.name), Some(Thing::Def(found)) if found == *site)
        }
        (Lookup::Doc, Subject::Doc(site, _)) => {
            crate::docs::find(&cx.analysis.mesh, cx.package.id, &used.call)
                .is_some_and(|(found, _)| found == *site)
        }
        _ => false,
    }
}

/// The name inside the call.
fn place(cx: &FileCx<'_>, used: &Use) -> TextRange {
    let call = &used.call;
    let part = match lookup(&call.name) {
        Lookup::Ref => RefArgs::read(call, cx.flavor()).name,
        Lookup::Source => SourceArgs::read(call).table,
        _ => None,
    };
    match (part, lookup(&call.name)) {
        (Some(part), _) => part.range,
        (None, Lookup::Doc | Lookup::Metric | Lookup::Function) => {
            call.args.last().map_or(call.name_range, |arg| arg.inner_range())
        }
        _ => call.name_range,
    }
}
