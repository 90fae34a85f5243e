//! `reference-cycle`: nodes that are built from each other, in one project or across several (spec §9).

use project::facts::Use;
use project::graph::{self, targets};
use project::node::{NodeRef, Target};
use project::refs::{Lookup, RefArgs, lookup};
use project::resolve::Resolver;
use project::{FileId, Mesh};
use syntax::calls::Reach;

use super::cycles::{Cycles, path, shown};
use super::site::missing_severity;
use super::{FileCx, site};
use crate::{Cancellable, Diagnostic, Place, Severity};

pub(super) const CODE: &str = "reference-cycle";

/// How many nodes of a long circle a message names.
const SHOWN: usize = 8;

pub(super) fn check(cx: &FileCx<'_>, out: &mut Vec<Diagnostic>) -> Cancellable<()> {
    let mesh = &cx.analysis.mesh;
    if !cx.facts.uses.iter().any(|used| lookup(&used.call.name) == Lookup::Ref) {
        return Ok(());
    }
    let circles = Cycles::of(cx.analysis)?;
    if circles.is_empty() {
        return Ok(());
    }
    for used in cx.facts.uses.iter().filter(|used| lookup(&used.call.name) == Lookup::Ref) {
        let Some(referrer) = graph::referrer(mesh, cx.file, used.by) else { continue };
        let Some(node) = referrer.node.clone().map(Target::Local) else { continue };
        let Some(circle) = circles.get(&node.key()) else { continue };
        if !is_edge(used) {
            continue;
        }
        let Some(severity) = missing_severity(cx, &referrer, used) else { continue };
        let next = targets(&cx.resolver, used)
            .into_iter()
            .find(|target| *target != node && circles.get(&target.key()) == Some(circle));
        let way = next.map(|next| path(mesh, circles, &next, &node)).unwrap_or_default();
        if way.is_empty() {
            continue;
        }
        out.push(found(cx, used, severity, &node, &way));
    }
    Ok(())
}

/// `way` leads from what is referred to back to `node`.
fn found(cx: &FileCx<'_>, used: &Use, severity: Severity, node: &Target, way: &[Target]) -> Diagnostic {
    let mesh = &cx.analysis.mesh;
    let mut names: Vec<String> =
        std::iter::once(node).chain(way).map(|node| shown(mesh, node).to_string()).collect();
    if names.len() > SHOWN {
        let left_out = names.len() - SHOWN;
        names.splice(SHOWN / 2..SHOWN / 2 + left_out, [format!("({left_out} more)")]);
    }
    let message = format!("these are built from each other: {}", names.join(" → "));
    let range = RefArgs::read(&used.call, cx.flavor()).name.map_or(used.call.range, |part| part.range);
    let mut certain = true;
    let mut related = Vec::new();
    for step in way.windows(2) {
        let place = match &step[0] {
            Target::Local(from) => {
                let edge = edge(mesh, from, &step[1]);
                certain &= edge.is_some_and(|(_, used)| used.call.reach == Reach::Always);
                edge.map(|(file, used)| Place::File { file, full: used.call.range, focus: used.call.range })
            }
            upstream => site::place(cx.analysis, upstream),
        };
        let what = format!("'{}' refers to '{}'", shown(mesh, &step[0]), shown(mesh, &step[1]));
        related.extend(place.map(|place| (place, what)));
    }
    // One branch that may not be taken, and there may be no circle.
    let severity = if certain { severity } else { severity.min(Severity::Hint) };
    let mut found = Diagnostic::new(CODE, range, severity, message);
    found.related = related;
    found
}

/// The call that makes `from` depend on `to`.
fn edge<'m>(mesh: &'m Mesh, from: &NodeRef, to: &Target) -> Option<(FileId, &'m Use)> {
    let resolver = Resolver::new(mesh, from.package)?;
    let files = [Some(from.file), from.entry.map(|site| site.file)];
    files.into_iter().flatten().find_map(|file| {
        let is_its_own = |used: &&Use| {
            let referrer = graph::referrer(mesh, file, used.by);
            is_edge(used) && referrer.is_some_and(|referrer| referrer.node.as_ref() == Some(from))
        };
        let found = mesh
            .facts(file)?
            .uses
            .iter()
            .filter(is_its_own)
            .find(|used| targets(&resolver, used).contains(to));
        found.map(|used| (file, used))
    })
}

/// Whether dbt sees the reference when it parses.
fn is_edge(used: &Use) -> bool {
    matches!(used.call.reach, Reach::Always | Reach::Maybe)
}
