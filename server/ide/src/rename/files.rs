//! Files that people rename or delete in their editor: what must change with them.

use project::config::ProjectConfig;
use project::layout::FileKind;
use project::names::FILE;
use project::{FileId, NodeRef, Package, Target};
use text::{TextRange, TextSize};

use super::thing;
use crate::usages::{self, Role, Subject};
use crate::{Analysis, Cancellable, ReadText, SourceChange};

/// The edits that keep everything resolving when files get other paths (absolute, with `/`). The files
/// themselves are moved by the editor. What cannot be kept stays as it is.
pub fn files_renamed(
    analysis: &Analysis,
    moves: &[(String, String)],
    read: &ReadText<'_>,
) -> Cancellable<SourceChange> {
    let mut out = SourceChange::default();
    for (from, to) in moves {
        analysis.check()?;
        if let Some(found) = one(analysis, from, to)? {
            merge(&mut out, found);
        } else {
            folder(analysis, from, to, read, &mut out);
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
fn folder(analysis: &Analysis, from: &str, to: &str, read: &ReadText<'_>, out: &mut SourceChange) {
    let mesh = &analysis.mesh;
    let Some(project) = mesh
        .projects()
        .find(|project| from.strip_prefix(&*project.root).is_some_and(|rest| rest.starts_with('/')))
    else {
        return;
    };
    let relative = |path: &str| {
        let rest = path.strip_prefix(&*project.root)?;
        rest.starts_with('/').then(|| rest.trim_matches('/').to_owned())
    };
    let (Some(from), Some(to)) = (relative(from), relative(to)) else { return };
    let Some(file) = project.file("dbt_project.yml") else { return };
    let Some(config) = mesh.facts(file).and_then(|facts| facts.project.as_deref()) else { return };
    let written = resource_paths(config, &from, &to);
    let mut places: Vec<_> = written.into_iter().map(|(range, path)| (file, range, path)).collect();
    if let Some((at, line)) = read(file).and_then(|text| written_out(project, config, &text, &from, &to)) {
        places.push((file, TextRange::empty(at), line));
    }
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

/// The folders written in dbt_project.yml that move along.
fn resource_paths(config: &ProjectConfig, from: &str, to: &str) -> Vec<(TextRange, String)> {
    let moved = |path: &str| {
        let rest = path.strip_prefix(from)?;
        (rest.is_empty() || rest.starts_with('/')).then(|| format!("{to}{rest}"))
    };
    config.written_paths.iter().filter_map(|(path, range)| Some((*range, moved(path)?))).collect()
}

/// Where dbt finds a kind of file unless told otherwise, and the key that tells it.
const DEFAULTS: [(&str, &str); 7] = [
    ("models", "model-paths"),
    ("seeds", "seed-paths"),
    ("snapshots", "snapshot-paths"),
    ("analyses", "analysis-paths"),
    ("tests", "test-paths"),
    ("macros", "macro-paths"),
    ("functions", "function-paths"),
];

/// A folder of dbt's own choice gets another name: the line that tells dbt, and where it is put in.
fn written_out(
    project: &Package,
    config: &ProjectConfig,
    text: &str,
    from: &str,
    to: &str,
) -> Option<(TextSize, String)> {
    let (_, key) = DEFAULTS.iter().find(|(folder, _)| *folder == from)?;
    let is_default = config.paths.all().any(|path| path == from)
        && config.written_paths.iter().all(|(path, _)| path != from);
    let (_, name) = config.name.as_ref().or(project.config.name.as_ref())?;
    let rest = text.get(usize::from(name.end())..).filter(|_| is_default)?;
    let line = format!("{key}: [\"{to}\"]");
    Some(match rest.find('\n') {
        Some(end) => (name.end() + text::size(end + 1), format!("{line}\n")),
        None => (text::size(text.len()), format!("\n{line}\n")),
    })
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

/// How many nodes are warned of at once.
const WARNED: usize = 10;

/// What still refers to files, or to what is in folders, that are about to go: a sentence for each that does.
pub fn files_deleted(analysis: &Analysis, paths: &[String]) -> Cancellable<Vec<String>> {
    let mesh = &analysis.mesh;
    let mut gone: Vec<FileId> = paths.iter().filter_map(|path| mesh.file_at(path)).collect();
    let folders: Vec<&str> = paths
        .iter()
        .filter(|path| mesh.file_at(path).is_none())
        .map(|path| path.trim_end_matches('/'))
        .collect();
    if !folders.is_empty() {
        for (file, _) in mesh.files() {
            analysis.check()?;
            let path = mesh.path(file).unwrap_or_default();
            let inside = |folder: &&str| path.strip_prefix(*folder).is_some_and(|rest| rest.starts_with('/'));
            gone.extend(folders.iter().any(inside).then_some(file));
        }
    }
    let mut out = Vec::new();
    for file in &gone {
        analysis.check()?;
        let Some(node) = node(analysis, *file) else { continue };
        let target = Target::Local(node);
        let subject = Subject::node(analysis, &target);
        let users = usages::find(analysis, &subject, None)?;
        let calls =
            users.iter().filter(|usage| matches!(usage.role, Role::Call(_) | Role::Implied(_) | Role::Value));
        let files: Vec<FileId> = {
            // Those that go, too, miss nothing.
            let mut files: Vec<FileId> =
                calls.map(|usage| usage.file).filter(|file| !gone.contains(file)).collect();
            files.dedup();
            files
        };
        let Some(first) = files.first().and_then(|file| mesh.path(*file)) else { continue };
        let more = match files.len() - 1 {
            0 => String::new(),
            more => format!(" and {more} more"),
        };
        out.push(format!("{} is still used by {first}{more}", usages::unique_id(analysis, &target)));
    }
    let more = out.len().saturating_sub(WARNED);
    out.truncate(WARNED);
    out.extend((more > 0).then(|| format!("and {more} more")));
    Ok(out)
}
