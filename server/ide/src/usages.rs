//! Who names a thing of the mesh: every call and every key, in every project of the workspace.
//!
//! Candidates come from the index of mentions; each is resolved as dbt would, so that two models of one name in
//! two projects are never mixed up.

mod calls;
mod columns;
mod declared;
mod given;
mod parameters;
mod projects;
mod resources;
mod scan;
mod selectors;
#[cfg(test)]
mod tests;
mod variables;

use project::deps::DependencyFacts;
use project::facts::{DefKind, FileFacts, Section};
use project::names::{Site, Space};
use project::package::Role as PackageRole;
use project::resolve::Resolver;
use project::{FileEntry, FileId, Mesh, Package, PackageId, Target};
use rustc_hash::FxHashSet;
use smol_str::SmolStr;
use text::TextRange;

pub(crate) use self::columns::column_at;
pub(crate) use self::parameters::callers;
pub(crate) use self::variables::unset;
use crate::diagnostics::FileCx;
use crate::thing::{Found, Thing};
use crate::{Analysis, Cancellable, ReadText};

/// One place where a thing is named.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Usage {
    /// The file.
    pub file: FileId,
    /// The bytes of the name, without quotes. Empty at the start of the file when the file itself is meant.
    pub range: TextRange,
    /// What stands there.
    pub role: Role,
}

/// What a name stands for at its place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Role {
    /// The thing is made here: its file, its block, its YAML entry.
    Declaration,
    /// The stem of a file that a version of it lives in: `defined_in`.
    Stem,
    /// An argument of a call: the index of the call among the file's uses.
    Call(u32),
    /// The name in a call that means this version without naming it. The number is as in [`Role::Call`].
    Implied(u32),
    /// A YAML key's value.
    Value,
    /// A variable, an expression or a larger value that has the name in it.
    Computed,
}

/// A thing that can be named in many files.
#[derive(Debug, Clone)]
pub(crate) enum Subject {
    /// A model with all its versions, one version, a seed, a snapshot, a source's table, a metric, a function.
    Node(NodeSubject),
    /// A source with all its tables.
    Source(Site),
    /// A macro or docs block.
    Def(Site),
    /// A group.
    Group(Site),
    /// A project or package by its name.
    Project(SmolStr),
    /// A YAML entry that nothing else names.
    Entry(Site),
    /// A variable of a project and the packages that are installed into it, set anywhere or not.
    Var {
        /// The project.
        project: PackageId,
        /// As `var()` asks for it.
        name: SmolStr,
    },
    /// A column of a node, whichever its version.
    Column {
        /// The node.
        node: NodeSubject,
        /// As it is written.
        name: SmolStr,
    },
}

/// Nodes that go by one name.
#[derive(Debug, Clone)]
pub(crate) struct NodeSubject {
    /// Where references to it are indexed.
    pub space: Space,
    /// The name in that index: `source.table` for tables.
    pub name: SmolStr,
    /// The unique ids meant.
    pub ids: FxHashSet<SmolStr>,
    /// Only this version is meant.
    pub version: Option<SmolStr>,
    /// What the name resolved to: for its declarations.
    pub targets: Vec<Target>,
}

impl Subject {
    /// What the cursor is on. On a version's number only that version is meant, on a model's name all.
    pub(crate) fn of(found: &Found<'_>) -> Option<Subject> {
        let analysis = found.cx.analysis;
        Some(match &found.thing {
            Thing::Nodes(targets) => {
                let written = analysis.text(found.cx.file).and_then(|text| {
                    text.get(usize::from(found.range.start())..usize::from(found.range.end()))
                });
                let on_version = |target: &Target| {
                    version(target).is_some()
                        && written.is_some_and(|word| word != name(target) && word != "ref")
                };
                match targets.as_slice() {
                    [target] if on_version(target) => Subject::node(analysis, target),
                    [target] => Subject::family(analysis, target),
                    _ => return None,
                }
            }
            Thing::Package(id) => Subject::project(analysis, *id)?,
            Thing::Upstream(upstream) => Subject::Project(upstream.name.clone()),
            Thing::Entry(site) => match analysis.mesh.entry(*site)?.1.section {
                Section::Sources => Subject::Source(*site),
                Section::Groups => Subject::Group(*site),
                _ => Subject::Entry(*site),
            },
            Thing::Def(site) => Subject::Def(*site),
            Thing::Var(site) => variables::subject(analysis, *site)?,
            // What no call names, or is named by its file.
            Thing::Selector(_) | Thing::File(_) => return None,
            Thing::Column(_) | Thing::Parameter(..) | Thing::EnvVar(_) | Thing::Folder { .. } => return None,
        })
    }

    fn project(analysis: &Analysis, id: PackageId) -> Option<Subject> {
        let name = analysis.mesh.package(id)?.name();
        (!name.is_empty()).then(|| Subject::Project(name.into()))
    }

    /// Exactly this node.
    pub(crate) fn node(analysis: &Analysis, target: &Target) -> Subject {
        let ids = std::iter::once(unique_id(analysis, target)).collect();
        Subject::Node(NodeSubject {
            space: space(target),
            name: name(target).into(),
            ids,
            version: version(target).map(SmolStr::new),
            targets: vec![target.clone()],
        })
    }

    /// The node with all versions of its model.
    pub(crate) fn family(analysis: &Analysis, target: &Target) -> Subject {
        let targets = versions(analysis, target);
        let ids = targets.iter().map(|target| unique_id(analysis, target)).collect();
        Subject::Node(NodeSubject {
            space: space(target),
            name: name(target).into(),
            ids,
            version: None,
            targets,
        })
    }
}

impl NodeSubject {
    /// Whether a target is one of the nodes. Two projects of one name have nodes of one unique id.
    pub(crate) fn is(&self, analysis: &Analysis, target: &Target) -> bool {
        let project = |target: &Target| match target {
            Target::Local(node) => {
                let package = analysis.mesh.package(node.package)?;
                (package.role == PackageRole::Project).then_some(package.id)
            }
            Target::Upstream { .. } => None,
        };
        let theirs = project(target);
        let mut ours = self.targets.iter().filter_map(project).peekable();
        let other = theirs.is_some() && ours.peek().is_some() && !ours.any(|ours| Some(ours) == theirs);
        !other && self.ids.contains(&unique_id(analysis, target))
    }
}

/// Every place where the subject is named, by file and place, each once; only those in one file with `within`.
pub(crate) fn find(
    analysis: &Analysis,
    subject: &Subject,
    within: Option<FileId>,
) -> Cancellable<Vec<Usage>> {
    find_reading(analysis, subject, within, &columns::open_text(analysis))
}

/// The same, with texts of files that are not open: a column is looked for in SQL.
pub(crate) fn find_reading(
    analysis: &Analysis,
    subject: &Subject,
    within: Option<FileId>,
    read: &ReadText<'_>,
) -> Cancellable<Vec<Usage>> {
    let cx = Search { analysis, within, read };
    let mut out = match subject {
        Subject::Node(node) => {
            let mut out = declared::of_node(analysis, node);
            calls::of_node(cx, node, &mut out)?;
            given::of_node(cx, node, &mut out)?;
            scan::of_node(cx, node, &mut out)?;
            out
        }
        Subject::Source(site) => {
            let mut out = declared::of_entry(analysis, *site);
            calls::of_source(cx, *site, &mut out)?;
            out
        }
        Subject::Def(site) => {
            let mut out = declared::of_def(analysis, *site);
            calls::of_def(cx, *site, &mut out)?;
            scan::of_def(cx, *site, &mut out)?;
            out
        }
        Subject::Group(site) => {
            let mut out = declared::of_entry(analysis, *site);
            scan::of_group(cx, *site, &mut out)?;
            out
        }
        Subject::Project(name) => {
            let mut out = declared::of_project(analysis, name);
            projects::of_project(cx, name, &mut out)?;
            out
        }
        Subject::Var { project, name } => {
            let mut out = Vec::new();
            variables::of_var(cx, *project, name, &mut out)?;
            out
        }
        Subject::Column { node, name } => {
            let mut out = Vec::new();
            columns::of_column(cx, node, name, &mut out)?;
            out
        }
        Subject::Entry(site) => {
            let mut out = declared::of_entry(analysis, *site);
            resources::of_entry(cx, *site, &mut out)?;
            out
        }
    };
    selectors::of(cx, subject, &mut out)?;
    out.retain(|usage| cx.wants(usage.file));
    out.sort_by_key(|usage| (usage.file, usage.range.start(), usage.range.end()));
    out.dedup_by_key(|usage| (usage.file, usage.range));
    Ok(out)
}

/// The name that `ref()` and the like use.
pub(crate) fn name(target: &Target) -> &str {
    match target {
        Target::Local(node) => &node.name,
        Target::Upstream { manifest, node, .. } => manifest.node_at(*node).map_or("", |node| node.name()),
    }
}

/// The version of a model's version.
pub(crate) fn version(target: &Target) -> Option<&str> {
    match target {
        Target::Local(node) => node.version.as_deref(),
        Target::Upstream { manifest, node, .. } => manifest.node_at(*node)?.version(),
    }
}

/// As dbt writes it.
pub(crate) fn unique_id(analysis: &Analysis, target: &Target) -> SmolStr {
    match target {
        Target::Local(node) => analysis.mesh.unique_id(node),
        Target::Upstream { manifest, node, .. } => {
            manifest.node_at(*node).map(|node| node.unique_id().into()).unwrap_or_default()
        }
    }
}

/// All versions of the model that a target is one of; the target itself where there are none.
pub(crate) fn versions(analysis: &Analysis, target: &Target) -> Vec<Target> {
    let mesh = &analysis.mesh;
    let all: Vec<Target> = match target {
        Target::Local(node) => {
            let package = mesh.package(node.package).filter(|_| node.version.is_some());
            let family = package.and_then(|package| Some((package, mesh.family(package, &node.name)?)));
            let of = |(package, family): (&Package, project::node::Family)| {
                let members = family.versions.iter();
                let nodes = members.filter_map(|member| mesh.member_node(package, &family, Some(member)));
                nodes.map(Target::Local).collect()
            };
            family.map(of).unwrap_or_default()
        }
        Target::Upstream { manifest, project, node } => {
            let Some(of) = manifest.node_at(*node).filter(|node| node.version().is_some()) else {
                return vec![target.clone()];
            };
            let (manifest, project) = (manifest.clone(), project.clone());
            let sibling = |index: &u32| Target::Upstream {
                manifest: manifest.clone(),
                project: project.clone(),
                node: *index,
            };
            manifest.by_name(of.package(), of.name()).iter().map(sibling).collect()
        }
    };
    if all.is_empty() { vec![target.clone()] } else { all }
}

/// Where references to it are indexed.
fn space(target: &Target) -> Space {
    use project::NodeKind::{Function, Metric, Source};
    match target {
        Target::Local(node) => match node.kind {
            Source => Space::Table,
            Metric => Space::Metric,
            Function => Space::Function,
            _ => Space::Model,
        },
        Target::Upstream { .. } => Space::Model,
    }
}

/// Whether a block is another one, or the same in a checkout that is installed as a package by a link to it
/// (`local: ../utils`).
pub(crate) fn is_same(analysis: &Analysis, found: Site, wanted: Site) -> bool {
    if found == wanted {
        return true;
    }
    let mesh = &analysis.mesh;
    let (Some(theirs), Some(ours)) = (mesh.file(found.file), mesh.file(wanted.file)) else { return false };
    let packages = || mesh.package(theirs.package).zip(mesh.package(ours.package));
    found.item == wanted.item
        && theirs.path == ours.path
        && packages().is_some_and(|(package, project)| is_linked(mesh, package, project))
}

/// The project that is here which a project uses as a package of that name: through a link, or where `dbt deps` would make
/// one.
pub(crate) fn used_here(mesh: &Mesh, project: PackageId, name: &str) -> Option<PackageId> {
    let resolver = Resolver::new(mesh, project)?;
    let found = resolver.packages().find(|package| package.name() == name && package.id != project)?;
    match found.role {
        PackageRole::Project => Some(found.id),
        PackageRole::Installed { .. } => {
            mesh.projects().find(|here| is_linked(mesh, found, here)).map(|here| here.id)
        }
    }
}

/// Whether an installed package is a link to a checkout.
pub(crate) fn is_linked(mesh: &Mesh, package: &Package, project: &Package) -> bool {
    let PackageRole::Installed { into } = package.role else { return false };
    let Some(into) = mesh.package(into).filter(|_| package.name() == project.name()) else { return false };
    let listed = ["packages.yml", "dependencies.yml"].into_iter().filter_map(|name| into.file(name));
    let mut listed = listed.filter_map(|file| mesh.facts(file)?.dependencies.as_deref());
    listed.any(|facts: &DependencyFacts| {
        let mut folders = facts.packages.iter().filter_map(|dep| dep.folder(&into.root));
        folders.any(|folder| folder == *project.root)
    })
}

/// The name space of a block's uses.
fn space_of_def(kind: DefKind) -> Space {
    match kind {
        DefKind::Docs => Space::Doc,
        _ => Space::Macro,
    }
}

/// Where is looked.
#[derive(Clone, Copy)]
struct Search<'a> {
    analysis: &'a Analysis,
    /// Only in this file.
    within: Option<FileId>,
    read: &'a ReadText<'a>,
}

impl<'a> Search<'a> {
    fn wants(self, file: FileId) -> bool {
        self.within.is_none_or(|within| within == file)
    }

    /// Every file that mentions a name, with its context.
    fn each_mention(self, space: Space, name: &str, mut each: impl FnMut(&FileCx<'a>)) -> Cancellable<()> {
        for package in self.analysis.mesh.packages() {
            for file in package.mentions(space, name).iter().filter(|file| self.wants(**file)) {
                self.analysis.check()?;
                if let Some(cx) = FileCx::new(self.analysis, *file) {
                    each(&cx);
                }
            }
        }
        Ok(())
    }

    /// Every file with its facts.
    fn each_file(self, mut each: impl FnMut(FileId, &'a FileEntry, &'a FileFacts)) -> Cancellable<()> {
        let mesh = &self.analysis.mesh;
        if let Some(file) = self.within {
            if let (Some(entry), Some(facts)) = (mesh.file(file), mesh.facts(file)) {
                each(file, entry, facts);
            }
            return Ok(());
        }
        for (file, entry) in mesh.files() {
            self.analysis.check()?;
            if let Some(facts) = &entry.facts {
                each(file, entry, facts);
            }
        }
        Ok(())
    }
}
