//! Files that people rename or delete in their editor: what must change with them.

use project::config::ProjectConfig;
use project::layout::{self, FileKind, behind};
use project::names::FILE;
use project::{FileId, NodeRef, Package, Target};
use smol_str::SmolStr;
use text::{TextEdit, TextRange, TextSize};

use super::thing;
use crate::usages::{self, Role, Subject};
use crate::yaml_edit::{self, Doc};
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
        let name = match renamed(analysis, from, to, read)? {
            Renamed::No => None,
            Renamed::To(name, change) => {
                let stays = parent(from) == parent(to);
                merge(&mut out, if stays { change } else { without_levels(analysis, from, change) });
                Some(name)
            }
            Renamed::Gone(change) => {
                merge(&mut out, change);
                continue;
            }
        };
        moved(analysis, from, to, name.as_deref(), read, &mut out);
    }
    Ok(out)
}

/// Whether what a file is goes by another name afterwards.
enum Renamed {
    /// As before, or nothing goes by the file's name.
    No,
    /// By this name; who named it has to follow.
    To(String, SourceChange),
    /// dbt does not read it any more.
    Gone(SourceChange),
}

fn parent(path: &str) -> Option<&str> {
    path.rsplit_once('/').map(|(folder, _)| folder)
}

/// The change but for keys of the project's config trees: they go to another place as a whole.
fn without_levels(analysis: &Analysis, from: &str, mut change: SourceChange) -> SourceChange {
    let mesh = &analysis.mesh;
    let file = project_of(analysis, from).and_then(|project| project.file("dbt_project.yml"));
    let config = file.and_then(|file| mesh.facts(file)?.project.as_deref());
    for (_, edits) in change.edits.iter_mut().filter(|(known, _)| Some(*known) == file) {
        let is_level = |edit: &TextEdit| {
            config.is_some_and(|config| config.levels.iter().any(|level| level.range == edit.range()))
        };
        edits.retain(|edit| !is_level(edit));
    }
    change
}

fn project_of<'a>(analysis: &'a Analysis, path: &str) -> Option<&'a Package> {
    analysis.mesh.projects().find(|project| behind(path, &project.root).is_some())
}

/// A model's or seed's file with another stem is a rename of the model.
fn renamed(analysis: &Analysis, from: &str, to: &str, read: &ReadText<'_>) -> Cancellable<Renamed> {
    let Some(node) = analysis.mesh.file_at(from).and_then(|file| node(analysis, file)) else {
        return Ok(Renamed::No);
    };
    let (old, new) = (layout::stem(from).to_owned(), layout::stem(to).to_owned());
    // Where dbt reads no such file it is as good as deleted.
    if !is_read_the_same(analysis, &node, to) {
        let said = files_deleted(analysis, &[from.to_owned()])?;
        let caution = (!said.is_empty()).then(|| said.join(". "));
        return Ok(Renamed::Gone(SourceChange { caution, ..SourceChange::default() }));
    }
    if old == new {
        return Ok(Renamed::No);
    }
    let target = Target::Local(node.clone());
    if node.version.is_some() {
        let change = version(analysis, &node, &new, read)?;
        return Ok(Renamed::To(node.name.to_string(), change));
    }
    let renamed = thing::rename(analysis, &Subject::family(analysis, &target), &new)?;
    let change = renamed.map(|change| SourceChange { moves: Vec::new(), ..change }).unwrap_or_default();
    Ok(Renamed::To(new, change))
}

/// Whether a file is of the same kind in another place.
fn is_read_the_same(analysis: &Analysis, node: &NodeRef, to: &str) -> bool {
    let (Some(entry), Some(package)) = (analysis.mesh.file(node.file), analysis.mesh.package(node.package))
    else {
        return false;
    };
    let inside = layout::relative_to(to, &package.root);
    inside.and_then(|path| layout::classify(path, &package.config)) == Some(entry.kind)
}

/// The file of a version is called otherwise: YAML says how, unless it is named after another version, which it
/// becomes then.
fn version(analysis: &Analysis, node: &NodeRef, new: &str, read: &ReadText<'_>) -> Cancellable<SourceChange> {
    let mesh = &analysis.mesh;
    let target = Target::Local(node.clone());
    let subject = Subject::node(analysis, &target);
    let stems = usages::find(analysis, &subject, None)?.into_iter().filter(|usage| usage.role == Role::Stem);
    let places: Vec<_> = stems.map(|usage| (usage.file, usage.range, new.to_owned())).collect();
    if !places.is_empty() {
        return Ok(super::change(places));
    }
    let number = new.strip_prefix(node.name.as_str()).and_then(|rest| rest.strip_prefix("_v"));
    if let Some(to) = number.filter(|to| to.chars().all(|c| c.is_ascii_digit()))
        && let Ok(change) = thing::rename(analysis, &subject, to)?
    {
        return Ok(SourceChange { moves: Vec::new(), ..change });
    }
    let defined_in = || {
        let site = node.entry?;
        let doc = Doc::new(site.file, read(site.file)?)?;
        let (_, entry) = mesh.entry(site)?;
        let item = doc.version(doc.entry(entry)?, mesh.version_entry(node)?)?;
        let line = format!("defined_in: {}", yaml_edit::scalar(new));
        let edit = match item.is_block() {
            true => doc.add_key(item, Some("v"), &line)?,
            false => TextEdit::insert(
                item.entries().last().filter(|_| item.is_closed())?.range.end(),
                format!(", {line}"),
            ),
        };
        Some((site.file, doc.checked(vec![edit])?))
    };
    let edits: Vec<_> = defined_in().into_iter().collect();
    let caution = edits.is_empty().then(|| {
        let shown = node.version.as_deref().unwrap_or_default();
        format!(
            "Version {shown} of {} has no file any more: write 'defined_in: {new}' in its YAML",
            node.name
        )
    });
    Ok(SourceChange { edits, caution, ..SourceChange::default() })
}

fn node(analysis: &Analysis, file: FileId) -> Option<NodeRef> {
    let kind = analysis.mesh.file(file)?.kind;
    let is_named =
        matches!(kind, FileKind::Model | FileKind::PythonModel | FileKind::Seed | FileKind::Function);
    analysis.mesh.node_of_file(file).filter(|node| is_named && node.item == FILE)
}

/// What names a folder or a file by its path: resource paths, levels of config trees, selectors. `name`: what the node of
/// a file is called afterwards, if that is something else.
fn moved(
    analysis: &Analysis,
    from: &str,
    to: &str,
    name: Option<&str>,
    read: &ReadText<'_>,
    out: &mut SourceChange,
) {
    let mesh = &analysis.mesh;
    let Some(project) = project_of(analysis, from) else { return };
    let relative = |path: &str| behind(path, &project.root).map(|rest| rest.trim_matches('/').to_owned());
    let node = mesh.file_at(from).and_then(|file| node(analysis, file));
    let (Some(from), Some(to)) = (relative(from), relative(to)) else { return };
    let mut places = Vec::new();
    let selectors = project.file("selectors.yml");
    let facts = selectors.and_then(|file| mesh.facts(file)?.selectors.as_deref());
    for chosen in facts.iter().flat_map(|facts| &facts.chosen).filter(|chosen| chosen.method == "path") {
        places.extend(
            selectors.zip(carried(&chosen.value, &from, &to)).map(|(file, path)| (file, chosen.range, path)),
        );
    }
    let file = project.file("dbt_project.yml");
    let config = file.and_then(|file| mesh.facts(file)?.project.as_deref());
    if let Some((file, config)) = file.zip(config) {
        let written = resource_paths(config, &from, &to);
        places.extend(written.into_iter().map(|(range, path)| (file, range, path)));
        let text = read(file);
        let line = text.as_deref().and_then(|text| written_out(project, config, text, &from, &to));
        places.extend(line.map(|(at, line)| (file, TextRange::empty(at), line)));
        if let Some(doc) = text.and_then(|text| Doc::new(file, text)) {
            let ways =
                Ways { project, config, fqn: node.map(|node| (mesh.fqn(&node), node.version.is_some())) };
            merge(out, ways.levels(&doc, &from, &to, name));
        }
    }
    merge(out, super::change(places));
}

/// The ways of keys that lead to what has moved.
struct Ways<'a> {
    project: &'a Package,
    config: &'a ProjectConfig,
    /// Of a file: the fully qualified name of its node, and whether a version ends it.
    fqn: Option<(Vec<SmolStr>, bool)>,
}

impl Ways<'_> {
    /// The keys of config trees that stand for what has moved below resource paths.
    fn levels(&self, doc: &Doc, from: &str, to: &str, name: Option<&str>) -> SourceChange {
        let mut edits = Vec::new();
        let mut left = Vec::new();
        for level in &self.config.levels {
            let old = self.way_from(&level.tree, from).filter(|old| *level.path == **old);
            let (Some(old), Some(new)) = (old, self.way_to(&level.tree, to, name)) else { continue };
            if old == new {
                continue;
            }
            let (last, above) = (old.len() - 1, new.len() - 1);
            if old[..last] == new[..above] {
                edits.extend(doc.key(level.range, &new[above]));
                continue;
            }
            let keys = |way| std::iter::once(&level.tree).chain(way).map(SmolStr::as_str).collect::<Vec<_>>();
            match doc.transplant(&keys(&old), &keys(&new)) {
                Some(moved) => edits.extend(moved),
                None => left.push(keys(&old).join(".")),
            }
        }
        let caution = (!left.is_empty()).then(|| {
            format!("dbt_project.yml still has '{}', which stands for nothing any more", left.join("', '"))
        });
        SourceChange { edits: vec![(doc.file, edits)], caution, ..SourceChange::default() }
    }

    /// The folders below a resource path of a tree. Generic tests stand where the properties that list them do.
    fn inside(&self, tree: &str, path: &str) -> Option<Vec<SmolStr>> {
        let paths = &self.config.paths;
        let more: &[SmolStr] = if matches!(tree, "tests" | "data_tests") { &paths.models } else { &[] };
        let mut roots = paths.of_tree(tree).iter().chain(more);
        let inside = roots.find_map(|root| layout::relative_to(path, root))?;
        let project = std::iter::once(SmolStr::new(self.project.name()));
        Some(project.chain(inside.split('/').map(SmolStr::new)).collect())
    }

    fn way_from(&self, tree: &str, from: &str) -> Option<Vec<SmolStr>> {
        let way = self.inside(tree, from)?;
        Some(self.fqn.as_ref().map_or(way, |(fqn, _)| fqn.clone()))
    }

    fn way_to(&self, tree: &str, to: &str, name: Option<&str>) -> Option<Vec<SmolStr>> {
        let mut way = self.inside(tree, to)?;
        let Some((fqn, is_versioned)) = &self.fqn else { return Some(way) };
        way.pop();
        let own = fqn.len().checked_sub(1 + usize::from(*is_versioned))?;
        way.extend(fqn[own..].iter().cloned());
        if let Some(name) = name.filter(|_| !is_versioned) {
            *way.last_mut()? = name.into();
        }
        Some(way)
    }
}

/// The folders written in dbt_project.yml that move along.
fn resource_paths(config: &ProjectConfig, from: &str, to: &str) -> Vec<(TextRange, String)> {
    config.written_paths.iter().filter_map(|(path, range)| Some((*range, carried(path, from, to)?))).collect()
}

/// Where something is once a folder or file, it or one above it, has moved.
fn carried(path: &str, from: &str, to: &str) -> Option<String> {
    behind(path, from).map(|rest| format!("{to}{rest}"))
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
    for (file, mut edits) in more.edits.into_iter().filter(|(_, edits)| !edits.is_empty()) {
        let Some((_, list)) = out.edits.iter_mut().find(|(known, _)| *known == file) else {
            out.edits.push((file, edits));
            continue;
        };
        edits.retain(|edit| !list.contains(edit));
        // Half of what moves something would lose it: all or none.
        if !edits.iter().any(|edit| list.iter().any(|known| meet(known.range(), edit.range()))) {
            list.extend(edits);
            list.sort_by_key(|edit| edit.range().start());
        }
    }
    out.caution = match (out.caution.take(), more.caution) {
        (Some(one), Some(more)) => Some(format!("{one}. {more}")),
        (one, more) => one.or(more),
    };
}

/// Whether two edits change the same place, or the order of what they write would matter.
fn meet(a: TextRange, b: TextRange) -> bool {
    a.intersect(b).is_some_and(|shared| !shared.is_empty() || a.is_empty() || b.is_empty())
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
            gone.extend(folders.iter().any(|folder| behind(&path, folder).is_some()).then_some(file));
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
