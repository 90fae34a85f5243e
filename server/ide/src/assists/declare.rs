//! Declares an upstream project in `dependencies.yml`, or takes a declared one out.

use project::layout::FileKind;
use project::registry::Upstream;

use super::Cx;
use crate::Cancellable;
use crate::diagnostics::{declare, is_used, remove_declared};

/// More would bury what else is offered.
const SHOWN: usize = 8;

pub(super) fn assist(cx: &mut Cx<'_>) -> Cancellable<()> {
    if cx.file.entry.kind != FileKind::Dependencies {
        return Ok(());
    }
    let Some(facts) = cx.file.facts.dependencies.as_deref() else { return Ok(()) };
    let at = cx.range.start();
    if let Some(dep) = facts.projects.iter().find(|dep| dep.range.contains_inclusive(at)) {
        if let Some(mut fix) = remove_declared(&cx.file, &dep.name) {
            if is_used(&cx.file, &dep.name) {
                let caution = format!("refs of this project still read models of '{}'.", dep.name);
                fix.change.caution = Some(caution);
            }
            cx.add(fix.title, Some(fix.change));
        }
        return Ok(());
    }
    let known = |upstream: &&Upstream| !upstream.is_declared() && upstream.supply.is_some();
    let mut names: Vec<_> =
        cx.file.resolver.upstreams().iter().filter(known).map(|upstream| upstream.name.clone()).collect();
    names.sort();
    for name in names.into_iter().take(SHOWN) {
        if let Some(fix) = declare(&cx.file, &name, false) {
            cx.add(fix.title, Some(fix.change));
        }
    }
    Ok(())
}
