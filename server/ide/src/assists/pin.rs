//! Pins the version of a ref, takes the pin away, or moves it to the latest: here, or wherever the old one is pinned.

use project::package::Role as PackageRole;
use project::refs::{Lookup, Part, RefArgs, lookup};
use project::resolve::Resolution;
use project::{FileId, Target};
use syntax::calls::Call;
use text::TextEdit;

use super::Cx;
use crate::diagnostics::FileCx;
use crate::usages::{self, Role, Subject};
use crate::{Cancellable, SourceChange};

pub(super) fn assist(cx: &mut Cx<'_>) -> Cancellable<()> {
    let at = cx.range.start();
    let facts = cx.file.facts;
    let mut around =
        facts.uses.iter().map(|used| &used.call).filter(|call| call.range.contains_inclusive(at));
    let Some(call) = around.rfind(|call| call.complete && lookup(&call.name) == Lookup::Ref) else {
        return Ok(());
    };
    let args = RefArgs::read(call, cx.file.flavor());
    let known = |part: &Option<Part>| part.as_ref().is_none_or(|part| part.single().is_some());
    let name = args.name.as_ref().and_then(Part::single);
    let (Some(name), true, true) = (name, known(&args.package), args.problems.is_empty()) else {
        return Ok(());
    };
    let package = args.package.as_ref().and_then(Part::single);
    let find = |version| match cx.file.resolver.reference(package, name, version) {
        Resolution::Found { target, dotted: false, .. } => Some(target),
        _ => None,
    };
    let newest = find(None);
    let Some(latest) = newest.as_ref().and_then(usages::version) else { return Ok(()) };
    let Some(version) = &args.version else {
        let change = edits(&cx.file, cx.file.pin(call, latest));
        cx.add(format!("Pin version {latest}"), change);
        return Ok(());
    };
    let pinned = version.single().and_then(|version| find(Some(version)));
    if let Some(old) = pinned.filter(|old| usages::version(old) != Some(latest)) {
        let change = edits(&cx.file, cx.file.pin(call, latest));
        cx.add(format!("Upgrade to version {latest}"), change);
        let was = usages::version(&old).unwrap_or_default();
        let title = format!("Upgrade every ref to version {was} of '{name}' to version {latest}");
        cx.add_costly(title, |cx| everywhere(cx, &old, latest))?;
    }
    let change = edits(&cx.file, cx.file.unpin(call));
    cx.add("Remove the version: always the latest".to_owned(), change);
    Ok(())
}

fn edits(file: &FileCx<'_>, edit: Option<TextEdit>) -> Option<SourceChange> {
    Some(SourceChange { edits: vec![(file.file, vec![edit?])], ..SourceChange::default() })
}

/// Every ref in the workspace that pins the old version.
fn everywhere(cx: &Cx<'_>, old: &Target, latest: &str) -> Cancellable<Option<SourceChange>> {
    let analysis = cx.file.analysis;
    let subject = Subject::node(analysis, old);
    let mut change = SourceChange::default();
    let mut done: Option<(FileId, u32)> = None;
    for usage in usages::find(analysis, &subject, None)? {
        let Role::Call(at) = usage.role else { continue };
        if done == Some((usage.file, at)) {
            continue;
        }
        done = Some((usage.file, at));
        let Some(file) = FileCx::new(analysis, usage.file) else { continue };
        let is_ours = file.package.role == PackageRole::Project
            && !analysis.mesh.registry.outside.contains(&file.package.id);
        let Some(used) = file.facts.uses.get(at as usize).filter(|_| is_ours) else { continue };
        let Some(edit) = pinned(&used.call).then(|| file.pin(&used.call, latest)).flatten() else { continue };
        match change.edits.last_mut().filter(|(last, _)| *last == usage.file) {
            Some((_, list)) => list.push(edit),
            None => change.edits.push((usage.file, vec![edit])),
        }
    }
    Ok((!change.edits.is_empty()).then_some(change))
}

/// Whether a call says which version it means.
fn pinned(call: &Call) -> bool {
    let is_version = |name: &str| matches!(name, "v" | "version");
    call.args.iter().any(|arg| arg.keyword.as_ref().is_some_and(|(name, _)| is_version(name)))
}
