//! Renaming a thing of the mesh: its declarations, everyone who names it in any project of the workspace, its files.

use project::facts::DefKind;
use project::layout;
use project::names::{FILE, Site, Space};
use project::node::Access;
use project::package::Role as PackageRole;
use project::resolve::Resolver;
use project::{FileId, NodeKind, Package, Target};
use smol_str::SmolStr;
use text::TextRange;

use super::{change, written};
use crate::catalog;
use crate::impact::{self, Named};
use crate::usages::{self, NodeSubject, Role, Subject, Usage, name};
use crate::{Analysis, Cancellable, SourceChange};

/// The name that people change; `Ok(None)` when it is the subject's own. `Err` says why nobody can.
pub(super) fn may_change(analysis: &Analysis, subject: &Subject) -> Result<Option<String>, String> {
    if let Subject::Column { .. } = subject {
        return Err("a column gets its name in SQL, which is not understood well enough to change it".into());
    }
    let home = home(analysis, subject)?;
    if let PackageRole::Installed { .. } = home.role {
        return Err(format!(
            "it belongs to package {}, which is installed: rename it where it is made",
            home.name()
        ));
    }
    if analysis.mesh.registry.outside.contains(&home.id) {
        return Err(format!("it belongs to project {}, which is not in this workspace", home.name()));
    }
    if let Subject::Def(site) = subject {
        let def = def(analysis, *site).ok_or("it is gone")?;
        match def.kind {
            DefKind::Materialization => {
                return Err("a materialization is found by its name in configurations of every level".into());
            }
            DefKind::Macro if def.name.contains("__") => {
                let (_, base) = def.name.split_once("__").unwrap_or_default();
                return Err(format!("adapter.dispatch finds it by this name: rename '{base}'"));
            }
            DefKind::Macro if catalog::lookup(&def.name).is_some() || catalog::is_internal(&def.name) => {
                return Err(format!(
                    "dbt calls its own '{0}' by this name, which this stands in for",
                    def.name
                ));
            }
            _ => {}
        }
    }
    Ok(match subject {
        Subject::Node(node) => Some(match (&node.version, node.space) {
            (Some(version), _) => version.to_string(),
            (None, Space::Table) => node.name.rsplit('.').next().unwrap_or_default().to_owned(),
            _ => node.name.to_string(),
        }),
        _ => None,
    })
}

/// What the subject is called now.
pub(super) fn shown(subject: &Subject, analysis: &Analysis) -> String {
    match subject {
        Subject::Node(node) => node.name.to_string(),
        Subject::Project(name) | Subject::Var { name, .. } | Subject::Column { name, .. } => name.to_string(),
        Subject::Def(site) => def(analysis, *site).map(|def| def.name.to_string()).unwrap_or_default(),
        Subject::Source(site) | Subject::Group(site) | Subject::Entry(site) => {
            analysis.mesh.entry(*site).map(|(_, entry)| entry.name.to_string()).unwrap_or_default()
        }
    }
}

/// The package that the thing belongs to.
fn home<'a>(analysis: &'a Analysis, subject: &Subject) -> Result<&'a Package, String> {
    let mesh = &analysis.mesh;
    let of_file = |file: FileId| mesh.package(mesh.file(file)?.package);
    let found = match subject {
        Subject::Node(node) | Subject::Column { node, .. } => match node.targets.first() {
            Some(Target::Local(node)) => mesh.package(node.package),
            Some(Target::Upstream { project, .. }) => {
                return Err(format!("only the manifest of {project} is at hand, not its files"));
            }
            None => None,
        },
        Subject::Source(site) | Subject::Def(site) | Subject::Group(site) | Subject::Entry(site) => {
            of_file(site.file)
        }
        Subject::Var { project, .. } => mesh.package(*project),
        Subject::Project(name) => {
            let mut known = mesh.projects().filter(|project| project.name() == name);
            let found = known.next();
            if found.is_none() {
                return Err(format!("the files of {name} are not at hand"));
            }
            found
        }
    };
    found.ok_or_else(|| "it is gone".to_owned())
}

fn def(analysis: &Analysis, site: Site) -> Option<&project::facts::Def> {
    analysis.mesh.facts(site.file)?.defs.get(site.item as usize)
}

/// The whole change.
pub(super) fn rename(
    analysis: &Analysis,
    subject: &Subject,
    to: &str,
) -> Cancellable<Result<SourceChange, String>> {
    let checked = may_change(analysis, subject).and_then(|_| {
        let home = home(analysis, subject)?;
        is_name(analysis, subject, to)?;
        is_free(analysis, home, subject, to)?;
        Ok(home)
    });
    let home = match checked {
        Ok(home) => home,
        Err(why) => return Ok(Err(why)),
    };
    let usages = usages::find(analysis, subject, None)?;
    let usages: Vec<Usage> = usages.into_iter().filter(|usage| is_edited(analysis, usage.file)).collect();
    let old = may_change(analysis, subject).ok().flatten().unwrap_or_else(|| shown(subject, analysis));
    let mut places = Vec::new();
    let mut moves = Vec::new();
    for usage in &usages {
        match usage.role {
            Role::Stem | Role::Implied(_) => {}
            _ if usage.range.is_empty() => {}
            _ => match written::at(analysis, subject, usage, &old, to) {
                Ok(new) => places.push((usage.file, usage.range, new)),
                Err(why) => {
                    let path = analysis.mesh.path(usage.file).unwrap_or_default();
                    return Ok(Err(format!("{path} {why}")));
                }
            },
        }
    }
    if let Some(why) = written::meant_otherwise(analysis, home, subject, &usages, to)? {
        return Ok(Err(why));
    }
    let made = match subject {
        Subject::Node(node) => of_files(analysis, node, to, &mut places, &mut moves),
        Subject::Source(site) => of_source(analysis, *site, to, &mut places),
        Subject::Def(site) => {
            dispatched(analysis, home, *site, to, &mut places)?;
            Ok(())
        }
        _ => Ok(()),
    };
    if let Err(why) = made {
        return Ok(Err(why));
    }
    for (_, new) in &moves {
        if analysis.mesh.file_at(new).is_some() {
            return Ok(Err(format!("{new} exists already")));
        }
    }
    let caution = caution(analysis, home, subject)?;
    Ok(Ok(SourceChange { moves, caution, ..change(places) }))
}

/// Files of packages are not ours to edit.
pub(super) fn is_edited(analysis: &Analysis, file: FileId) -> bool {
    let mesh = &analysis.mesh;
    let package = mesh.file(file).and_then(|entry| mesh.package(entry.package));
    package.is_some_and(|package| {
        package.role == PackageRole::Project && !mesh.registry.outside.contains(&package.id)
    })
}

fn is_name(analysis: &Analysis, subject: &Subject, to: &str) -> Result<(), String> {
    let is_word = |c: char| c.is_alphanumeric() || c == '_';
    let starts = to.chars().next().is_some_and(|c| c.is_alphabetic() || c == '_');
    let ok = match subject {
        Subject::Node(node) if node.version.is_some() => return written::version(to),
        Subject::Node(_)
        | Subject::Source(_)
        | Subject::Group(_)
        | Subject::Entry(_)
        | Subject::Column { .. } => !to.is_empty() && to.chars().all(|c| is_word(c) || c == '-'),
        // They are keys of a mapping: no more than what needs no quotes.
        Subject::Var { .. } => starts && to.chars().all(|c| is_word(c) || matches!(c, '-' | '.')),
        Subject::Def(_) | Subject::Project(_) => starts && to.chars().all(is_word),
    };
    if !ok {
        return Err(format!("'{to}' is no name that dbt takes: use letters, digits and _"));
    }
    match subject {
        Subject::Project(_) => project::checks::reserved(to).map_or(Ok(()), Err),
        Subject::Def(site) if is_macro(analysis, *site) && catalog::lookup(to).is_some() => {
            Err(format!("'{to}' is a name of dbt's: whoever means that would get this"))
        }
        _ if !written::is_text(to) => Err(format!("'{to}' is no text where YAML names it")),
        _ => Ok(()),
    }
}

fn is_macro(analysis: &Analysis, site: Site) -> bool {
    def(analysis, site).is_some_and(|def| def.kind == DefKind::Macro)
}

fn is_free(analysis: &Analysis, home: &Package, subject: &Subject, to: &str) -> Result<(), String> {
    let taken =
        |spaces: &[Space], name: &str| spaces.iter().any(|space| !home.sites(*space, name).is_empty());
    let clash = match subject {
        Subject::Node(NodeSubject { version: Some(version), targets, .. }) => {
            let others = targets.first().map(|target| usages::versions(analysis, target)).unwrap_or_default();
            version.as_str() != to && others.iter().any(|target| usages::version(target) == Some(to))
        }
        Subject::Node(node) => match node.space {
            Space::Table => {
                let source = node.name.rsplit_once('.').map_or("", |(source, _)| source);
                taken(&[Space::Table], &format!("{source}.{to}"))
            }
            Space::Model => taken(&[Space::Model, Space::Seed, Space::Snapshot, Space::ModelPatch], to),
            space => taken(&[space], to),
        },
        Subject::Source(_) => taken(&[Space::Source], to),
        Subject::Group(_) => taken(&[Space::Group], to),
        Subject::Def(site) => match def(analysis, *site).map(|def| def.kind) {
            Some(DefKind::Docs) => taken(&[Space::Doc], to),
            Some(DefKind::Test) => taken(&[Space::Macro], &format!("test_{to}")),
            _ => taken(&[Space::Macro], to),
        },
        Subject::Project(name) => name != to && analysis.mesh.projects().any(|project| project.name() == to),
        Subject::Var { name, .. } => name != to && taken(&[Space::Var], to),
        Subject::Column { .. } => false,
        Subject::Entry(site) => {
            let space = analysis.mesh.entry(*site).map(|(_, entry)| entry.section.space());
            space.is_some_and(|space| taken(&[space], to))
        }
    };
    if clash { Err(format!("'{to}' exists already in {}", home.name())) } else { Ok(()) }
}

/// The files that carry the name, and where YAML names them.
fn of_files(
    analysis: &Analysis,
    subject: &NodeSubject,
    to: &str,
    places: &mut Vec<(FileId, TextRange, String)>,
    moves: &mut Vec<(String, String)>,
) -> Result<(), String> {
    let mesh = &analysis.mesh;
    let is_versioned = subject.version.is_some();
    for target in &subject.targets {
        let Target::Local(node) = target else { continue };
        if is_versioned {
            places.extend(latest_version(analysis, node, to));
        }
        if node.item != FILE || !matches!(node.kind, NodeKind::Model | NodeKind::Seed | NodeKind::Function) {
            continue;
        }
        let Some(path) = mesh.path(node.file) else { continue };
        let (folder, file) = path.rsplit_once('/').unwrap_or(("", &path));
        let (stem, extension) = file.split_once('.').unwrap_or((file, ""));
        let Some(new) = new_stem(stem, name(target), node.version.as_deref(), is_versioned, to) else {
            continue;
        };
        moves.push((path.clone(), format!("{folder}/{new}.{extension}")));
        let element = mesh.version_entry(node).and_then(|element| element.defined_in.as_ref());
        if let (Some((_, range)), Some(entry)) = (element, node.entry) {
            places.push((entry.file, *range, new));
        }
    }
    if is_versioned {
        for target in &subject.targets {
            let Target::Local(node) = target else { continue };
            config_keys(analysis, node, &mesh.fqn(node), &format!("v{to}"), places)?;
        }
        return Ok(());
    }
    for target in &subject.targets {
        let Target::Local(node) = target else { continue };
        let fqn = mesh.fqn(node);
        let versions = usize::from(node.version.is_some());
        config_keys(analysis, node, &fqn[..fqn.len().saturating_sub(versions)], to, places)?;
    }
    Ok(())
}

/// The key of a source in the tree `sources:`, which stands for all its tables.
fn of_source(
    analysis: &Analysis,
    site: Site,
    to: &str,
    places: &mut Vec<(FileId, TextRange, String)>,
) -> Result<(), String> {
    let mesh = &analysis.mesh;
    let Some((facts, _)) = mesh.entry(site) else { return Ok(()) };
    let package = mesh.file(site.file).and_then(|file| mesh.package(file.package));
    let tables = facts
        .entries
        .iter()
        .filter(|entry| entry.section == project::facts::Section::Tables && entry.parent == Some(site.item));
    let first = tables.map(|table| table.index_name(facts)).next();
    let node = package.zip(first).and_then(|(package, name)| mesh.table(package, &name));
    let Some(node) = node else { return Ok(()) };
    let fqn = mesh.fqn(&node);
    config_keys(analysis, &node, &fqn[..fqn.len().saturating_sub(1)], to, places)
}

/// What a file is called afterwards: `None` when its name says nothing of the model's.
fn new_stem(stem: &str, model: &str, version: Option<&str>, is_versioned: bool, to: &str) -> Option<String> {
    if is_versioned {
        let rest = stem.strip_suffix(version?)?;
        return rest.ends_with("_v").then(|| format!("{rest}{to}"));
    }
    let rest = stem.strip_prefix(model)?;
    (rest.is_empty() || rest.starts_with('_')).then(|| format!("{to}{rest}"))
}

/// `latest_version` of a version that gets another number.
fn latest_version(
    analysis: &Analysis,
    node: &project::NodeRef,
    to: &str,
) -> Option<(FileId, TextRange, String)> {
    let site = node.entry?;
    let (_, entry) = analysis.mesh.entry(site)?;
    let latest = entry.settings.get("latest_version")?;
    let text = latest.value.single()?.python_str()?;
    (Some(&text) == node.version.as_ref()).then(|| (site.file, latest.value_range, to.to_owned()))
}

/// A node, or the source of a table, as the last level of a config tree: `models: shop: marts: orders: +…`.
fn config_keys(
    analysis: &Analysis,
    node: &project::NodeRef,
    fqn: &[SmolStr],
    to: &str,
    places: &mut Vec<(FileId, TextRange, String)>,
) -> Result<(), String> {
    let mesh = &analysis.mesh;
    let Some(tree) = node.kind.tree_key() else { return Ok(()) };
    for project in mesh.projects().filter(|project| !mesh.registry.outside.contains(&project.id)) {
        let Some(file) = project.file("dbt_project.yml") else { continue };
        let facts = mesh.facts(file).and_then(|facts| facts.project.as_deref());
        let levels = facts.into_iter().flat_map(|facts| facts.levels.iter());
        let mut levels = levels.filter(|level| level.tree == tree && *level.path == *fqn).peekable();
        if levels.peek().is_some() && node.kind != NodeKind::Source && is_folder(analysis, node, fqn) {
            let path = mesh.path(file).unwrap_or_default();
            return Err(format!(
                "{path} configures a folder by the same key: rename one of them there first"
            ));
        }
        places.extend(levels.map(|level| (file, level.range, to.to_owned())));
    }
    Ok(())
}

/// Whether the levels also lead to a folder with files.
fn is_folder(analysis: &Analysis, node: &project::NodeRef, fqn: &[SmolStr]) -> bool {
    let mesh = &analysis.mesh;
    let Some(package) = mesh.package(node.package) else { return false };
    let inside = fqn.get(1..).unwrap_or_default().join("/");
    let roots = package.config.paths.of_tree(node.kind.tree_key().unwrap_or_default());
    let paths = || package.files().filter_map(|file| Some(&*mesh.file(file)?.path));
    roots.iter().any(|root| {
        let below = |path: &str| {
            layout::relative_to(path, root).and_then(|path| layout::relative_to(path, &inside)).is_some()
        };
        paths().any(below)
    })
}

/// A macro's implementations for adapters with their calls, and the dispatch that finds them.
fn dispatched(
    analysis: &Analysis,
    home: &Package,
    site: Site,
    to: &str,
    places: &mut Vec<(FileId, TextRange, String)>,
) -> Cancellable<()> {
    let mesh = &analysis.mesh;
    let Some(old) = def(analysis, site).filter(|def| def.kind == DefKind::Macro) else { return Ok(()) };
    let mut found = false;
    for file in home.mentions(Space::Macro, "dispatch") {
        let uses = mesh.facts(*file).into_iter().flat_map(|facts| facts.uses.iter());
        for used in uses.filter(|used| used.call.name == "adapter.dispatch") {
            let first = used.call.args.first().filter(|arg| arg.value.as_str() == Some(&old.name));
            found |= first.is_some();
            places.extend(first.map(|arg| (*file, arg.inner_range(), to.to_owned())));
        }
    }
    if !found {
        return Ok(());
    }
    // Other projects may have implementations of their own of what a package dispatches.
    let has_it = |project: &&Package| {
        let used = || Resolver::new(mesh, project.id)?.packages().find(|used| used.name() == home.name());
        project.id == home.id || used().is_some()
    };
    let packages = mesh.projects().filter(has_it);
    for (name, sites) in packages.flat_map(|package| package.names(Space::Macro)) {
        let Some((prefix, _)) = name.split_once("__").filter(|(_, base)| *base == old.name) else { continue };
        for site in sites {
            let usages = usages::find(analysis, &Subject::Def(*site), None)?;
            let usages = usages.into_iter().filter(|usage| is_edited(analysis, usage.file));
            places.extend(usages.map(|usage| (usage.file, usage.range, format!("{prefix}__{to}"))));
        }
    }
    Ok(())
}

/// What people outside of this workspace may feel.
fn caution(analysis: &Analysis, home: &Package, subject: &Subject) -> Cancellable<Option<String>> {
    let mesh = &analysis.mesh;
    Ok(match subject {
        Subject::Node(node) if node.space == Space::Table => Some(
            "The name of a source's table is its name in the warehouse too, unless 'identifier' says otherwise".into(),
        ),
        Subject::Node(node) => {
            let mut said: Vec<String> = outside(analysis, home, node)?.into_iter().collect();
            let is_public = node.targets.iter().any(|target| match target {
                Target::Local(node) => mesh.access(node) == Some(Access::Public),
                Target::Upstream { .. } => true,
            });
            said.extend(is_public.then(|| {
                format!(
                    "The model is public: projects outside of this workspace may read it from {} by its old name",
                    home.name()
                )
            }));
            (!said.is_empty()).then(|| said.join(". "))
        }
        Subject::Project(name) => Some(format!(
            "Projects outside of this workspace, schedules and environments may know the project as {name}"
        )),
        Subject::Var { name, .. } => {
            Some(format!("Schedules and commands that set the variable with --vars know it as {name}"))
        }
        _ => None,
    })
}

/// Those who are known to read a node and cannot be changed from here: they break.
fn outside(analysis: &Analysis, home: &Package, of: &NodeSubject) -> Cancellable<Option<String>> {
    let mesh = &analysis.mesh;
    let mut readers: Vec<String> = Vec::new();
    for target in &of.targets {
        let Target::Local(node) = target else { continue };
        let unique_id = mesh.unique_id(node);
        let family = mesh.family(home, &node.name);
        let latest = family.is_none_or(|family| family.latest.as_ref() == node.version.as_ref());
        let version = node.version.as_deref();
        let named = Named { project: home.name(), unique_id: &unique_id, name: &node.name, version, latest };
        for consumer in impact::consumers(analysis, named)? {
            if consumer.place.is_some_and(|(file, _)| is_edited(analysis, file)) {
                continue;
            }
            readers.push(consumer.unique_id.map_or_else(|| consumer.project.to_string(), String::from));
        }
    }
    readers.sort();
    readers.dedup();
    let more = readers.len().saturating_sub(SHOWN);
    readers.truncate(SHOWN);
    let rest = if more > 0 { format!(" and {more} more") } else { String::new() };
    Ok((!readers.is_empty())
        .then(|| format!("Outside of this workspace {}{rest} will not find it any more", readers.join(", "))))
}

/// How many readers a note names.
const SHOWN: usize = 5;
