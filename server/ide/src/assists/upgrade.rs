//! Moves every ref that pins an old version to the latest one: of the file, of the project, or of the workspace.

use project::FileId;
use project::layout::FileKind;
use project::refs::{Lookup, Part, RefArgs, lookup};
use project::resolve::Resolution;
use text::TextEdit;

use super::{Cx, pin};
use crate::diagnostics::FileCx;
use crate::{Cancellable, SourceChange, usages};

pub(super) fn assist(cx: &mut Cx<'_>) -> Cancellable<()> {
    let analysis = cx.file.analysis;
    let mesh = &analysis.mesh;
    if matches!(cx.file.entry.kind, FileKind::ProjectFile | FileKind::Dependencies) {
        let own = change(cx, cx.file.package.files().collect())?;
        if own.is_some() {
            cx.add("Upgrade every ref of this project to the latest version".to_owned(), own.clone());
        }
        let ours = |package: &&project::Package| !mesh.registry.outside.contains(&package.id);
        let all: Vec<FileId> = mesh.projects().filter(ours).flat_map(project::Package::files).collect();
        let all = change(cx, all)?;
        if all != own {
            cx.add("Upgrade every ref of the workspace to the latest version".to_owned(), all);
        }
        return Ok(());
    }
    let here = change(cx, vec![cx.file.file])?;
    cx.add("Upgrade every ref of this file to the latest version".to_owned(), here);
    Ok(())
}

fn change(cx: &Cx<'_>, mut files: Vec<FileId>) -> Cancellable<Option<SourceChange>> {
    let analysis = cx.file.analysis;
    let mut out = SourceChange::default();
    files.sort();
    for file in files {
        let Some(facts) = analysis.mesh.facts(file) else { continue };
        let calls = || facts.uses.iter().map(|used| &used.call);
        let is_pinned = |call: &&syntax::calls::Call| {
            call.complete && lookup(&call.name) == Lookup::Ref && pin::pinned(call)
        };
        if calls().find(is_pinned).is_none() {
            continue;
        }
        analysis.check()?;
        let Some(file_cx) = FileCx::new(analysis, file) else { continue };
        let edits: Vec<TextEdit> =
            calls().filter(is_pinned).filter_map(|call| upgraded(&file_cx, call)).collect();
        if !edits.is_empty() {
            out.edits.push((file, edits));
        }
    }
    Ok((!out.edits.is_empty()).then_some(out))
}

fn upgraded(cx: &FileCx<'_>, call: &syntax::calls::Call) -> Option<TextEdit> {
    let args = RefArgs::read(call, cx.flavor());
    let (name, version) = (args.name.as_ref()?.single()?, args.version.as_ref()?.single()?);
    let package = match &args.package {
        Some(package) => Some(Part::single(package)?),
        None => None,
    };
    let find = |version| match cx.resolver.reference(package, name, version) {
        Resolution::Found { target, dotted: false, .. } => Some(target),
        _ => None,
    };
    let (old, new) = (find(Some(version))?, find(None)?);
    if pin::is_made_here(cx, &new) {
        return None;
    }
    let (old, new) = (usages::version(&old)?, usages::version(&new)?);
    pin::is_before(old, new).then(|| cx.pin(call, new)).flatten()
}
