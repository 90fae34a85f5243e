//! The thing of the mesh that a cursor is on: one answer for definition, hover and whatever comes next.

mod code;
#[cfg(test)]
mod tests;
mod yaml;

use project::facts::DefKind;
use project::names::{FILE, Site, Space};
use project::registry::Upstream;
use project::resolve::{Missing, Resolution};
use project::{FileId, NodeRef, PackageId, Target};
use smol_str::SmolStr;
use text::{TextRange, TextSize};

use crate::at::{At, at};
use crate::diagnostics::FileCx;
use crate::named::columns;
use crate::{Analysis, FilePos};

/// Something that has a definition.
#[derive(Debug, Clone)]
pub(crate) enum Thing {
    /// What a name can resolve to: one node, unless the name is ambiguous or has several values. Never empty.
    Nodes(Vec<Target>),
    /// A package of the project, or the project itself.
    Package(PackageId),
    /// An upstream project.
    Upstream(Box<Upstream>),
    /// A YAML entry: a source, a group, an exposure …
    Entry(Site),
    /// A block: a macro, a docs block.
    Def(Site),
    /// A variable of dbt_project.yml or vars.yml.
    Var(Site),
    /// A selector of selectors.yml.
    Selector(Site),
    /// A file that is no node: rows of a unit test.
    File(FileId),
    /// A column that YAML or a manifest describes.
    Column(Box<columns::Known>),
    /// A parameter of a macro or generic test: its block, and which one.
    Parameter(Site, u32),
    /// An environment variable.
    EnvVar(SmolStr),
    /// A folder of nodes, as config trees and selectors name it, with how many there are.
    Folder { name: SmolStr, nodes: usize },
}

impl Thing {
    fn node(target: Target) -> Thing {
        Thing::Nodes(vec![target])
    }
}

/// A thing and the bytes of its name under the cursor.
pub(crate) struct Found<'a> {
    pub cx: FileCx<'a>,
    pub range: TextRange,
    pub thing: Thing,
}

/// The thing at a place of an open document.
pub(crate) fn find(analysis: &Analysis, pos: FilePos) -> Option<Found<'_>> {
    let cx = FileCx::new(analysis, pos.file)?;
    let text = analysis.text(pos.file)?;
    let tree = cx.entry.kind.is_yaml().then(|| syntax::yaml::parse(text));
    let (range, thing) = match at(cx.entry.kind, text, tree.as_ref(), pos.offset) {
        At::Code(site, _) => code::find(&cx, text, &site, pos.offset)?,
        At::Yaml(site) => {
            let by_place = || crate::named::at(&cx, text, &site, pos.offset);
            let by_test = || crate::generic_tests::at(&cx, text, &site);
            yaml::find(&cx, pos.offset).or_else(by_test).or_else(by_place)?
        }
        At::Nothing if cx.entry.kind.is_template() => crate::named::sql::at(&cx, text, pos.offset)?,
        At::Nothing => return None,
    };
    Some(Found { cx, range, thing })
}

/// The node that is defined or described around a place, wherever in it the cursor is.
pub(crate) fn node_around(analysis: &Analysis, file: FileId, offset: TextSize) -> Option<NodeRef> {
    let cx = FileCx::new(analysis, file)?;
    let thing = match cx.facts.defs.iter().position(|def| def.full.contains_inclusive(offset)) {
        Some(def) => block(&cx, def),
        None => yaml::around(&cx, offset)?,
    };
    match thing {
        Thing::Nodes(targets) => match targets.into_iter().next()? {
            Target::Local(node) => Some(node),
            Target::Upstream { .. } => None,
        },
        _ => None,
    }
}

/// What `ref(package, name, v=version)` means. Where dbt would refuse it, what it is nearest to: the model
/// whose version is not there, the model whose file is named, every candidate of an ambiguous name.
pub(crate) fn referenced(
    cx: &FileCx<'_>,
    package: Option<&str>,
    name: &str,
    version: Option<&str>,
) -> Vec<Target> {
    let found = |name: &str, version: Option<&str>| match cx.resolver.reference(package, name, version) {
        Resolution::Found { target, .. } | Resolution::Disabled(target) => Some(target),
        _ => None,
    };
    match cx.resolver.reference(package, name, version) {
        Resolution::Found { target, .. } | Resolution::Disabled(target) => vec![target],
        Resolution::Ambiguous(targets) => targets,
        Resolution::Missing(Missing::Unversioned(target)) => vec![target],
        Resolution::Missing(Missing::Version { known, .. }) => {
            let latest = found(name, None);
            latest.or_else(|| known.iter().find_map(|known| found(name, Some(known)))).into_iter().collect()
        }
        Resolution::Missing(Missing::Stem { name, version }) => {
            found(&name, Some(&version)).into_iter().collect()
        }
        _ => Vec::new(),
    }
}

/// A package or upstream by name.
pub(crate) fn project_named(cx: &FileCx<'_>, name: &str) -> Option<Thing> {
    if let Some(package) = cx.resolver.packages().find(|package| package.name() == name) {
        return Some(Thing::Package(package.id));
    }
    let upstream = cx.resolver.upstreams().iter().find(|upstream| upstream.name == name)?;
    Some(Thing::Upstream(Box::new(upstream.clone())))
}

/// A macro as dbt looks it up: `package.name`, else the own package's, then the root project's (spec §10).
pub(crate) fn macro_named(cx: &FileCx<'_>, name: &str) -> Option<Thing> {
    let in_package = |site: Option<Site>| site.map(Thing::Def);
    match name.rsplit_once('.') {
        Some((package, name)) => {
            let package = cx.resolver.packages().find(|known| known.name() == package)?;
            in_package(package.site(Space::Macro, name))
        }
        None => {
            in_package(cx.package.site(Space::Macro, name).or_else(|| cx.project.site(Space::Macro, name)))
        }
    }
}

/// A group of the project or one of its packages, the asking package's own first.
pub(crate) fn group_named(cx: &FileCx<'_>, name: &str) -> Option<Thing> {
    let packages = std::iter::once(cx.package).chain(cx.resolver.packages());
    packages.into_iter().find_map(|package| package.site(Space::Group, name)).map(Thing::Entry)
}

/// What a resource's name means, disabled or not: what YAML alone declares is its entry.
pub(crate) fn resource(found: Resolution) -> Option<Thing> {
    let (Resolution::Found { target, .. } | Resolution::Disabled(target)) = found else { return None };
    Some(match target {
        Target::Local(node) if node.item != FILE => Thing::Entry(Site { file: node.file, item: node.item }),
        target => Thing::node(target),
    })
}

/// What a block defines: a snapshot is a node, all others are themselves.
fn block(cx: &FileCx<'_>, at: usize) -> Thing {
    let site = Site { file: cx.file, item: at as u32 };
    let snapshot = cx
        .facts
        .defs
        .get(at)
        .filter(|def| def.kind == DefKind::Snapshot)
        .and_then(|def| cx.analysis.mesh.snapshot(cx.package, &def.name));
    snapshot.map_or(Thing::Def(site), |node| Thing::node(Target::Local(node)))
}
