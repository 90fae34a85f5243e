//! Pins the version of a ref, takes the pin away, or moves it to the latest: here, or wherever the old one is pinned.

use project::layout::FileKind;
use project::package::Role as PackageRole;
use project::refs::{Lookup, Part, RefArgs, lookup};
use project::resolve::Resolution;
use project::version::Version;
use project::{FileId, PackageId, Target};
use syntax::calls::Call;
use text::TextEdit;

use super::{Cx, model};
use crate::diagnostics::FileCx;
use crate::usages::{self, Role, Subject};
use crate::{Cancellable, SourceChange};

pub(super) fn assist(cx: &mut Cx<'_>) -> Cancellable<()> {
    if cx.file.entry.kind == FileKind::Properties {
        version_entry(cx)?;
    }
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
    let reads_itself = newest.as_ref().is_some_and(|newest| is_made_here(&cx.file, newest));
    let Some(version) = &args.version else {
        let change = edits(&cx.file, cx.file.pin(call, latest));
        cx.add(format!("Pin version {latest}"), change);
        return Ok(());
    };
    let pinned = version.single().and_then(|version| find(Some(version)));
    if let Some(old) = pinned.filter(|old| usages::version(old).is_some_and(|old| is_before(old, latest))) {
        let change = edits(&cx.file, cx.file.pin(call, latest)).filter(|_| !reads_itself);
        cx.add(format!("Upgrade to version {latest}"), change);
        upgrades(cx, &old, name, latest)?;
    }
    let change = edits(&cx.file, cx.file.unpin(call)).filter(|_| !reads_itself);
    cx.add("Remove the version: always the latest".to_owned(), change);
    Ok(())
}

/// On an old version in YAML.
fn version_entry(cx: &mut Cx<'_>) -> Cancellable<()> {
    let Some(node) = model::model(cx).filter(|node| node.entry.is_some()) else { return Ok(()) };
    let mesh = &cx.file.analysis.mesh;
    let Some((_, entry)) = node.entry.and_then(|site| mesh.entry(site)) else { return Ok(()) };
    let at = cx.range.start();
    let mut versions = entry.versions.iter().flatten();
    let version = versions.find(|version| version.range.contains_inclusive(at));
    let Some(version) = version.and_then(|version| version.version.as_ref()) else { return Ok(()) };
    let Some(package) = model::package(cx, &node) else { return Ok(()) };
    let Some(family) = mesh.family(package, &node.name) else { return Ok(()) };
    let (Some(latest), Some(member)) = (family.latest.clone(), family.member(&version.text)) else {
        return Ok(());
    };
    let Some(old) = mesh.member_node(package, &family, Some(member)) else { return Ok(()) };
    if !is_before(&version.text, &latest) {
        return Ok(());
    }
    // Perhaps nobody pins it.
    let old = Target::Local(old);
    match everywhere(cx, &old, &latest, None)? {
        Some(_) => upgrades(cx, &old, &node.name, &latest),
        None => Ok(()),
    }
}

/// Moves refs to the latest version wherever the old one is pinned.
fn upgrades(cx: &mut Cx<'_>, old: &Target, name: &str, latest: &str) -> Cancellable<()> {
    let was = usages::version(old).unwrap_or_default().to_owned();
    let title = format!("Upgrade every ref to version {was} of '{name}' to version {latest}");
    if cx.file.analysis.mesh.projects().nth(1).is_some() {
        let here = cx.file.project.id;
        let change = everywhere(cx, old, latest, Some(here))?;
        cx.add(format!("{title} in this project"), change);
    }
    cx.add_costly(title, |cx| everywhere(cx, old, latest, None))
}

/// Whether a version comes before another one.
pub(super) fn is_before(old: &str, new: &str) -> bool {
    let version = |text: &str| Version { text: text.into(), is_str: true };
    version(old).order(&version(new)).is_lt()
}

fn edits(file: &FileCx<'_>, edit: Option<TextEdit>) -> Option<SourceChange> {
    Some(SourceChange { edits: vec![(file.file, vec![edit?])], ..SourceChange::default() })
}

/// Every ref in the workspace, or in one project of it, that pins the old version.
fn everywhere(
    cx: &Cx<'_>,
    old: &Target,
    latest: &str,
    only: Option<PackageId>,
) -> Cancellable<Option<SourceChange>> {
    let analysis = cx.file.analysis;
    let subject = Subject::node(analysis, old);
    let mut versions = usages::versions(analysis, old).into_iter();
    let new = versions.find(|target| usages::version(target) == Some(latest));
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
            && !analysis.mesh.registry.outside.contains(&file.package.id)
            && only.is_none_or(|only| only == file.package.id);
        let reads_itself = new.as_ref().is_some_and(|new| is_made_here(&file, new));
        let used = file.facts.uses.get(at as usize).filter(|_| is_ours && !reads_itself);
        let Some(used) = used else { continue };
        let Some(edit) = pinned(&used.call).then(|| file.pin(&used.call, latest)).flatten() else { continue };
        match change.edits.last_mut().filter(|(last, _)| *last == usage.file) {
            Some((_, list)) => list.push(edit),
            None => change.edits.push((usage.file, vec![edit])),
        }
    }
    Ok((!change.edits.is_empty()).then_some(change))
}

/// Whether a file makes a version itself: the new one may be made from the old one, and must not read itself.
pub(super) fn is_made_here(cx: &FileCx<'_>, version: &Target) -> bool {
    cx.analysis.mesh.node_of_file(cx.file).map(Target::Local).as_ref() == Some(version)
}

/// Whether a call says which version it means.
pub(super) fn pinned(call: &Call) -> bool {
    let is_version = |name: &str| matches!(name, "v" | "version");
    call.args.iter().any(|arg| arg.keyword.as_ref().is_some_and(|(name, _)| is_version(name)))
}
