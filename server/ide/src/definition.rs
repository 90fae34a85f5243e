//! Go to definition: a model's SQL first, its YAML second; for an upstream without a checkout a document.

#[cfg(test)]
mod tests;

use std::path::PathBuf;

use project::facts::{DefKind, Section};
use project::names::{FILE, Site};
use project::registry::{Supply, Upstream};
use project::{FileId, NodeKind, NodeRef, PackageId, Target};
use text::TextRange;

use crate::diagnostics::FileCx;
use crate::locals::LocalName;
use crate::named::columns::Known;
use crate::thing::{Thing, find};
use crate::{Analysis, Cancellable, Definition, FilePos, NavTarget, Place, locals};

/// Where the name at `pos` is defined; `None` when it is no name of the mesh or defined nowhere.
pub fn definition(analysis: &Analysis, pos: FilePos) -> Cancellable<Option<Definition>> {
    analysis.check()?;
    let found = find(analysis, pos);
    let local = locals::find(analysis, pos);
    let found = found.filter(|found| local.is_none() || !locals::hides(&found.thing));
    let mut targets = found.as_ref().map_or_else(Vec::new, |found| targets(&found.cx, &found.thing));
    targets.extend(local.as_ref().map(LocalName::target));
    let origin = found.map(|found| found.range).or_else(|| local.map(|local| local.origin()));
    Ok(origin.filter(|_| !targets.is_empty()).map(|origin| Definition { origin, targets }))
}

fn targets(cx: &FileCx<'_>, thing: &Thing) -> Vec<NavTarget> {
    match thing {
        Thing::Nodes(nodes) => nodes.iter().flat_map(|target| of_node(cx, target)).collect(),
        Thing::Package(id) => project_file(cx, *id).into_iter().collect(),
        Thing::Upstream(upstream) => self::upstream(cx, upstream).into_iter().collect(),
        Thing::Entry(site) => entry(cx, *site).into_iter().collect(),
        Thing::Def(site) => block(cx, *site).into_iter().collect(),
        Thing::Var(site) => variable(cx, *site).into_iter().collect(),
        Thing::Selector(site) => selector(cx, *site).into_iter().collect(),
        Thing::File(file) => self::file(cx, *file).into_iter().collect(),
        Thing::Column(column) => self::column(column).into_iter().collect(),
        Thing::Parameter(site, at) => parameter(cx, *site, *at).into_iter().collect(),
        // The environment and folders are no places of a file.
        Thing::EnvVar(_) | Thing::Folder { .. } => Vec::new(),
    }
}

fn of_node(cx: &FileCx<'_>, target: &Target) -> Vec<NavTarget> {
    match target {
        Target::Local(node) => local(cx, node),
        Target::Upstream { .. } => {
            let label = cx.unique_id(target).to_string();
            cx.place(target).map(|place| NavTarget { label, place }).into_iter().collect()
        }
    }
}

/// The code, then the YAML entry (for what YAML alone defines, only that).
fn local(cx: &FileCx<'_>, node: &NodeRef) -> Vec<NavTarget> {
    let mesh = &cx.analysis.mesh;
    let label = mesh.unique_id(node).to_string();
    let top = TextRange::empty(0.into());
    let block = mesh.facts(node.file).and_then(|facts| facts.defs.get(node.item as usize));
    let code = match block.filter(|_| node.kind == NodeKind::Snapshot) {
        Some(block) => Some((block.full, block.name_range)),
        None => (node.item == FILE).then_some((top, top)),
    };
    let yaml = mesh.yaml_place(node);
    let mut out = Vec::new();
    if let Some((full, focus)) = code {
        out.push(NavTarget { label: label.clone(), place: Place::File { file: node.file, full, focus } });
    }
    if let Some((file, full, focus)) = yaml {
        let label = if out.is_empty() { label } else { format!("{label} (YAML)") };
        out.push(NavTarget { label, place: Place::File { file, full, focus } });
    }
    out
}

fn variable(cx: &FileCx<'_>, site: Site) -> Option<NavTarget> {
    let def = cx.analysis.mesh.var_at(site)?;
    let (label, focus) = (format!("variable {}", def.name), def.name_range);
    Some(NavTarget { label, place: Place::File { file: site.file, full: focus, focus } })
}

fn selector(cx: &FileCx<'_>, site: Site) -> Option<NavTarget> {
    let facts = cx.analysis.mesh.facts(site.file)?.selectors.as_deref()?;
    let def = facts.defs.get(site.item as usize)?;
    let place = Place::File { file: site.file, full: def.range, focus: def.name_range };
    Some(NavTarget { label: format!("selector {}", def.name), place })
}

fn project_file(cx: &FileCx<'_>, id: PackageId) -> Option<NavTarget> {
    let package = cx.analysis.mesh.package(id)?;
    let file = package.file("dbt_project.yml")?;
    let focus = package.config.name.as_ref().map_or(TextRange::empty(0.into()), |(_, range)| *range);
    Some(NavTarget {
        label: format!("project {}", package.name()),
        place: Place::File { file, full: focus, focus },
    })
}

fn upstream(cx: &FileCx<'_>, upstream: &Upstream) -> Option<NavTarget> {
    match upstream.supply.as_ref()? {
        Supply::Live(id) => project_file(cx, *id),
        Supply::Manifest { key, .. } => {
            // An address cannot be opened.
            let path = PathBuf::from(&**key);
            let label = format!("manifest of {}", upstream.name);
            path.is_absolute().then_some(NavTarget { label, place: Place::Path(path) })
        }
    }
}

fn entry(cx: &FileCx<'_>, site: Site) -> Option<NavTarget> {
    let (_, entry) = cx.analysis.mesh.entry(site)?;
    let kind = match entry.section {
        Section::Groups => "group ",
        Section::Sources => "source ",
        Section::Metrics => "metric ",
        Section::Measures => "measure ",
        Section::Dimensions => "dimension ",
        Section::Entities => "entity ",
        Section::SemanticModels => "semantic model ",
        _ => "",
    };
    Some(NavTarget {
        label: format!("{kind}{}", entry.name),
        place: Place::File { file: site.file, full: entry.range, focus: entry.name_range },
    })
}

fn file(cx: &FileCx<'_>, file: FileId) -> Option<NavTarget> {
    let path = &cx.analysis.mesh.file(file)?.path;
    let top = TextRange::empty(0.into());
    Some(NavTarget {
        label: format!("fixture {}", project::layout::stem(path)),
        place: Place::File { file, full: top, focus: top },
    })
}

fn column(column: &Known) -> Option<NavTarget> {
    let (file, focus) = column.place?;
    let label = format!("column {}.{}", column.of, column.name);
    Some(NavTarget { label, place: Place::File { file, full: focus, focus } })
}

fn parameter(cx: &FileCx<'_>, site: Site, at: u32) -> Option<NavTarget> {
    let def = cx.analysis.mesh.facts(site.file)?.defs.get(site.item as usize)?;
    let param = def.params.get(at as usize)?;
    let place = Place::File { file: site.file, full: param.range, focus: param.range };
    Some(NavTarget { label: format!("parameter {} of {}", param.name, def.name), place })
}

fn block(cx: &FileCx<'_>, site: Site) -> Option<NavTarget> {
    let def = cx.analysis.mesh.facts(site.file)?.defs.get(site.item as usize)?;
    let kind = match def.kind {
        DefKind::Docs => "docs block",
        DefKind::Test => "generic test",
        DefKind::Materialization => "materialization",
        DefKind::Snapshot => "snapshot",
        DefKind::Macro => "macro",
    };
    Some(NavTarget {
        label: format!("{kind} {}", def.name),
        place: Place::File { file: site.file, full: def.full, focus: def.name_range },
    })
}
