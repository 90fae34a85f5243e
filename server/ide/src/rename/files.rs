//! Files that people rename or delete in their editor: what must change with them.

use project::layout::FileKind;
use project::names::FILE;
use project::{FileId, NodeRef, Target};

use super::thing;
use crate::usages::{self, Role, Subject};
use crate::{Analysis, Cancellable, SourceChange};

/// The edits that keep everything resolving when files get other paths (absolute, with `/`). The files
/// themselves are moved by the editor. What cannot be kept stays as it is.
pub fn files_renamed(analysis: &Analysis, moves: &[(String, String)]) -> Cancellable<SourceChange> {
    let mut out = SourceChange::default();
    for (from, to) in moves {
        analysis.check()?;
        if let Some(found) = one(analysis, from, to)? {
            merge(&mut out, found);
        } else {
            folder(analysis, from, to, &mut out);
        }
    }
    Ok(out)
}

/// A model's or seed's file with another stem is a rename of the model.
fn one(analysis: &Analysis, from: &str, to: &str) -> Cancellable<Option<SourceChange>> {
    let Some(node) = analysis.mesh.file_at(from).and_then(|file| node(analysis, file)) else {
        return Ok(None);
    };
    let stem =
        |path: &str| path.rsplit('/').next().and_then(|name| name.split('.').next()).map(str::to_owned);
    let (Some(old), Some(new)) = (stem(from), stem(to)) else { return Ok(None) };
    if old == new {
        return Ok(Some(SourceChange::default()));
    }
    let target = Target::Local(node.clone());
    // The file of a version may be called anything: its name in YAML follows.
    if let Some(version) = &node.version {
        let same = format!("{}_v{version}", node.name);
        let subject = Subject::node(analysis, &target);
        let stems =
            usages::find(analysis, &subject, None)?.into_iter().filter(|usage| usage.role == Role::Stem);
        let places: Vec<_> = stems.map(|usage| (usage.file, usage.range, new.clone())).collect();
        return Ok(Some(if places.is_empty() && new != same {
            SourceChange::default()
        } else {
            super::change(places)
        }));
    }
    let renamed = thing::rename(analysis, &Subject::family(analysis, &target), &new)?;
    Ok(Some(renamed.map(|change| SourceChange { moves: Vec::new(), ..change }).unwrap_or_default()))
}

fn node(analysis: &Analysis, file: FileId) -> Option<NodeRef> {
    let kind = analysis.mesh.file(file)?.kind;
    let is_named =
        matches!(kind, FileKind::Model | FileKind::PythonModel | FileKind::Seed | FileKind::Function);
    analysis.mesh.node_of_file(file).filter(|node| is_named && node.item == FILE)
}

/// A folder below a resource path: the levels of config trees that stand for it; a resource path itself.
fn folder(analysis: &Analysis, from: &str, to: &str, out: &mut SourceChange) {
    let mesh = &analysis.mesh;
    let Some(project) = mesh
        .projects()
        .find(|project| from.strip_prefix(&*project.root).is_some_and(|rest| rest.starts_with('/')))
    else {
        return;
    };
    let relative =
        |path: &str| path.strip_prefix(&*project.root).map(|rest| rest.trim_matches('/').to_owned());
    let (Some(from), Some(to)) = (relative(from), relative(to)) else { return };
    let Some(file) = project.file("dbt_project.yml") else { return };
    let Some(config) = mesh.facts(file).and_then(|facts| facts.project.as_deref()) else { return };
    let mut places = Vec::new();
    for root in config.paths.folders() {
        let inside = |path: &str| project::layout::relative_to(path, root).map(str::to_owned);
        let (Some(old), Some(new)) = (inside(&from), inside(&to)) else { continue };
        let (old, new): (Vec<&str>, Vec<&str>) = (old.split('/').collect(), new.split('/').collect());
        // Only the last folder's name may differ: elsewhere in the tree other settings hold.
        if old.len() != new.len() || old[..old.len() - 1] != new[..new.len() - 1] {
            continue;
        }
        let stands_for = |path: &[smol_str::SmolStr]| {
            let mut levels = path.iter().map(smol_str::SmolStr::as_str);
            levels.next() == Some(project.name()) && levels.eq(old.iter().copied())
        };
        let levels = config.levels.iter().filter(|level| stands_for(&level.path));
        places.extend(levels.map(|level| (file, level.range, new[new.len() - 1].to_owned())));
    }
    merge(out, super::change(places));
}

fn merge(out: &mut SourceChange, more: SourceChange) {
    for (file, edits) in more.edits {
        match out.edits.iter_mut().find(|(known, _)| *known == file) {
            Some((_, list)) => {
                list.extend(edits);
                list.sort_by_key(|edit| edit.range().start());
                list.dedup();
            }
            None => out.edits.push((file, edits)),
        }
    }
    out.caution = out.caution.take().or(more.caution);
}

/// What still refers to files that are about to go: a sentence for each that does.
pub fn files_deleted(analysis: &Analysis, paths: &[String]) -> Cancellable<Vec<String>> {
    let mut out = Vec::new();
    for path in paths {
        analysis.check()?;
        let Some(node) = analysis.mesh.file_at(path).and_then(|file| node(analysis, file)) else { continue };
        let target = Target::Local(node);
        let subject = Subject::node(analysis, &target);
        let users = usages::find(analysis, &subject, None)?;
        let calls =
            users.iter().filter(|usage| matches!(usage.role, Role::Call(_) | Role::Implied(_) | Role::Value));
        let files: Vec<FileId> = {
            let mut files: Vec<FileId> = calls.map(|usage| usage.file).collect();
            files.dedup();
            files
        };
        let Some(first) = files.first().and_then(|file| analysis.mesh.path(*file)) else { continue };
        let more = match files.len() - 1 {
            0 => String::new(),
            more => format!(" and {more} more"),
        };
        out.push(format!("{} is still used by {first}{more}", usages::unique_id(analysis, &target)));
    }
    Ok(out)
}
