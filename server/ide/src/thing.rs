//! The thing of the mesh that a cursor is on: one answer for definition, hover and whatever comes next.

use std::sync::Arc;

use project::facts::{Entry, Section};
use project::layout::FileKind;
use project::names::{Site, Space};
use project::refs::{Lookup, Part, RefArgs, lookup};
use project::registry::Upstream;
use project::resolve::{Missing, Resolution};
use project::{FileId, NodeKind, PackageId, Target};
use syntax::cursor::{CallSite, TagSite};
use text::{TextRange, TextSize};

use crate::at::{At, as_call, at};
use crate::diagnostics::FileCx;
use crate::{Analysis, FilePos};

/// Something that has a definition.
#[derive(Debug, Clone)]
pub(crate) enum Thing {
    /// A node.
    Node(Target),
    /// A package of the project, or the project itself.
    Package(PackageId),
    /// An upstream project.
    Upstream(Box<Upstream>),
    /// A YAML entry: a source, a group, an exposure …
    Entry(Site),
    /// A block: a macro, a docs block (index into the file's `defs`).
    Def(FileId, u32),
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
    let text: Arc<str> = analysis.text(pos.file)?.clone();
    let tree = cx.entry.kind.is_yaml().then(|| syntax::yaml::parse(&text));
    let (range, thing) = match at(cx.entry.kind, &text, tree.as_ref(), pos.offset) {
        At::Code(site) => in_code(&cx, &site, pos.offset)?,
        At::Yaml(_) => in_yaml(&cx, pos.offset)?,
        At::Nothing => in_block_names(&cx, pos.offset)?,
    };
    Some(Found { cx, range, thing })
}

fn in_code(cx: &FileCx<'_>, site: &TagSite, offset: TextSize) -> Option<(TextRange, Thing)> {
    // The name of a macro's own definition.
    if let Some(found) = in_block_names(cx, offset) {
        return Some(found);
    }
    let inside = site.calls.iter().rev().find(|call| {
        call.name_range.contains_inclusive(offset) || in_arguments(call, offset) && names_something(call)
    });
    if let Some(call) = inside
        && let Some(found) = in_call(cx, call, offset)
    {
        return Some(found);
    }
    // A call just behind the word: `my_macro(`.
    if site.string.is_none() && !site.word.is_empty() {
        return macro_named(cx, &site.word_text).map(|thing| (site.word, thing));
    }
    None
}

fn in_arguments(call: &CallSite, offset: TextSize) -> bool {
    offset >= call.open && call.close.is_none_or(|close| offset <= close)
}

fn names_something(call: &CallSite) -> bool {
    !matches!(lookup(&call.name), Lookup::Macro | Lookup::Config)
}

fn in_call(cx: &FileCx<'_>, site: &CallSite, offset: TextSize) -> Option<(TextRange, Thing)> {
    let call = as_call(site);
    let on_name = site.name_range.contains_inclusive(offset);
    let touches = |part: &Part| part.range.contains_inclusive(offset);
    match lookup(&call.name) {
        Lookup::Ref => {
            let args = RefArgs::read(&call, cx.flavor());
            if let Some(package) = args.package.as_ref().filter(|part| touches(part)) {
                return project_named(cx, package.single()?).map(|thing| (package.range, thing));
            }
            let range = if on_name { site.name_range } else { args.name.as_ref()?.range };
            let version = args.version.as_ref();
            let range = version.filter(|part| touches(part)).map_or(range, |part| part.range);
            reference(cx, &args).map(|target| (range, Thing::Node(target)))
        }
        Lookup::Source => {
            let args = project::refs::SourceArgs::read(&call);
            let source = args.source?;
            let name = source.single()?;
            if touches(&source) {
                let site = cx.resolver.packages().find_map(|package| package.site(Space::Source, name))?;
                return Some((source.range, Thing::Entry(site)));
            }
            let table = args.table?;
            match cx.resolver.table(name, table.single()?) {
                Resolution::Found { target, .. } | Resolution::Disabled(target) => {
                    Some((if on_name { site.name_range } else { table.range }, Thing::Node(target)))
                }
                _ => None,
            }
        }
        Lookup::Doc => {
            let names: Vec<&str> = call.args.iter().filter_map(|arg| arg.value.as_str()).collect();
            let (package, name) = match names.as_slice() {
                [name] => (None, *name),
                [package, name] => (Some(*package), *name),
                _ => return None,
            };
            let arg = call.args.last()?;
            let (file, def) = crate::docs::find(cx, package, name)?;
            let at = cx.analysis.mesh.facts(file)?.defs.iter().position(|known| known == def)?;
            Some((arg.inner_range(), Thing::Def(file, at as u32)))
        }
        _ if on_name => macro_named(cx, &call.name).map(|thing| (site.name_range, thing)),
        _ => None,
    }
}

/// What a ref means, an unknown or disabled version falling back to what is nearest: the model itself.
fn reference(cx: &FileCx<'_>, args: &RefArgs) -> Option<Target> {
    let package = match &args.package {
        Some(part) => Some(part.single()?),
        None => None,
    };
    let name = args.name.as_ref()?.single()?;
    let version = args.version.as_ref().and_then(Part::single);
    match cx.resolver.reference(package, name, version) {
        Resolution::Found { target, .. } | Resolution::Disabled(target) => Some(target),
        Resolution::Ambiguous(targets) => targets.into_iter().next(),
        Resolution::Missing(Missing::Unversioned(target)) => Some(target),
        Resolution::Missing(Missing::Version { .. }) if version.is_some() => {
            match cx.resolver.reference(package, name, None) {
                Resolution::Found { target, .. } => Some(target),
                _ => None,
            }
        }
        Resolution::Missing(Missing::Stem { name, version }) => {
            match cx.resolver.reference(package, &name, Some(&version)) {
                Resolution::Found { target, .. } => Some(target),
                _ => None,
            }
        }
        _ => None,
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
    let (packages, name): (Vec<_>, &str) = match name.rsplit_once('.') {
        Some((package, name)) => {
            (cx.resolver.packages().filter(|known| known.name() == package).collect(), name)
        }
        None => (vec![cx.package, cx.project], name),
    };
    let site = packages.into_iter().find_map(|package| package.site(Space::Macro, name))?;
    Some(Thing::Def(site.file, site.item))
}

/// The name of a block where it is defined.
fn in_block_names(cx: &FileCx<'_>, offset: TextSize) -> Option<(TextRange, Thing)> {
    let at = cx.facts.defs.iter().position(|def| def.name_range.contains_inclusive(offset))?;
    Some((cx.facts.defs[at].name_range, Thing::Def(cx.file, at as u32)))
}

fn in_yaml(cx: &FileCx<'_>, offset: TextSize) -> Option<(TextRange, Thing)> {
    match cx.entry.kind {
        FileKind::Properties => in_properties(cx, offset),
        FileKind::Dependencies | FileKind::Packages => {
            let facts = cx.facts.dependencies.as_deref()?;
            let project = facts.projects.iter().find(|dep| dep.name_range.contains_inclusive(offset));
            if let Some(dep) = project {
                return project_named(cx, &dep.name).map(|thing| (dep.name_range, thing));
            }
            let dep = facts.packages.iter().find(|dep| dep.source_range.contains_inclusive(offset))?;
            let name = dep.name().or_else(|| dep.source.trim_end_matches('/').rsplit('/').next());
            let name = name?.trim_end_matches(".git");
            let package = cx.resolver.packages().find(|package| package.name() == name)?;
            Some((dep.source_range, Thing::Package(package.id)))
        }
        _ => None,
    }
}

fn in_properties(cx: &FileCx<'_>, offset: TextSize) -> Option<(TextRange, Thing)> {
    let mesh = &cx.analysis.mesh;
    // Tables stand inside their source: the last entry around the offset is the innermost.
    let at = cx.facts.entries.iter().rposition(|entry| entry.range.contains_inclusive(offset))?;
    let entry = &cx.facts.entries[at];
    let site = Site { file: cx.file, item: at as u32 };
    if entry.name_range.contains_inclusive(offset) {
        return Some((entry.name_range, named(cx, entry, site)));
    }
    if let Some(version) = entry.versions.iter().flatten().find(|version| version.range.contains_inclusive(offset)) {
        let defined_in = version.defined_in.as_ref().filter(|(_, range)| range.contains_inclusive(offset));
        let on_v = version.v_range.contains_inclusive(offset).then_some(version.v_range);
        if let Some(range) = defined_in.map(|(_, range)| *range).or(on_v) {
            let family = mesh.family(cx.package, &entry.name)?;
            let member = family.member(&version.version.as_ref()?.text)?;
            let node = mesh.member_node(cx.package, &family, Some(member))?;
            return Some((range, Thing::Node(Target::Local(node))));
        }
    }
    let of_version = entry.versions.iter().flatten().flat_map(|version| version.settings.0.iter());
    let setting = entry.settings.0.iter().chain(of_version).find(|setting| {
        setting.value_range.contains_inclusive(offset)
    })?;
    let value = setting.value.as_str()?;
    match (setting.key.as_str(), entry.section) {
        ("group", _) => {
            let site = cx.resolver.packages().find_map(|package| package.site(Space::Group, value))?;
            Some((setting.value_range, Thing::Entry(site)))
        }
        ("model", Section::UnitTests) => match cx.resolver.reference(Some(cx.package.name()), value, None) {
            Resolution::Found { target, .. } => Some((setting.value_range, Thing::Node(target))),
            _ => None,
        },
        _ => None,
    }
}

/// What an entry's name stands for: the node it describes, else the entry itself.
fn named(cx: &FileCx<'_>, entry: &Entry, site: Site) -> Thing {
    let mesh = &cx.analysis.mesh;
    let node = match entry.section {
        Section::Models => mesh.family(cx.package, &entry.name).and_then(|family| {
            let member = family.latest.as_deref().and_then(|latest| family.member(latest)).cloned();
            mesh.member_node(cx.package, &family, member.as_ref())
        }),
        Section::Seeds => mesh.seed(cx.package, &entry.name),
        Section::Snapshots => mesh.snapshot(cx.package, &entry.name),
        Section::Tables => mesh.table(cx.package, &entry.index_name(cx.facts)),
        Section::Macros => {
            return match cx.package.site(Space::Macro, &entry.name) {
                Some(site) => Thing::Def(site.file, site.item),
                None => Thing::Entry(site),
            };
        }
        Section::Exposures => {
            mesh.yaml_node(cx.package, NodeKind::Exposure, Space::Exposure, &entry.name)
        }
        _ => None,
    };
    node.map_or(Thing::Entry(site), |node| Thing::Node(Target::Local(node)))
}
