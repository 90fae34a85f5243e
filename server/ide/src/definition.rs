//! Go to definition: a model's SQL first, its YAML second; for an upstream without a checkout a document.

use project::facts::DefKind;
use project::names::FILE;
use project::registry::Supply;
use project::{NodeKind, NodeRef, Package, Target};
use text::TextRange;

use crate::diagnostics::FileCx;
use crate::thing::{Found, Thing, find};
use crate::{Analysis, Cancellable, Definition, FilePos, NavTarget, Place};

/// Where the name at `pos` is defined; `None` when it is no name of the mesh or defined nowhere.
pub fn definition(analysis: &Analysis, pos: FilePos) -> Cancellable<Option<Definition>> {
    analysis.check()?;
    let Some(Found { cx, range, thing }) = find(analysis, pos) else { return Ok(None) };
    let targets = targets(&cx, &thing);
    Ok((!targets.is_empty()).then_some(Definition { origin: range, targets }))
}

fn targets(cx: &FileCx<'_>, thing: &Thing) -> Vec<NavTarget> {
    match thing {
        Thing::Node(Target::Local(node)) => node_targets(cx, node),
        Thing::Node(target @ Target::Upstream { .. }) => {
            let label = cx.unique_id(target).to_string();
            cx.place(target).map(|place| NavTarget { label, place }).into_iter().collect()
        }
        Thing::Package(id) => {
            cx.analysis.mesh.package(*id).and_then(|package| project_file(package)).into_iter().collect()
        }
        Thing::Upstream(upstream) => match &upstream.supply {
            Some(Supply::Live(id)) => {
                cx.analysis.mesh.package(*id).and_then(|package| project_file(package)).into_iter().collect()
            }
            Some(Supply::Manifest { key, .. }) => {
                let path = std::path::PathBuf::from(&**key);
                let label = format!("manifest of {}", upstream.name);
                path.is_absolute().then_some(NavTarget { label, place: Place::Path(path) }).into_iter().collect()
            }
            None => Vec::new(),
        },
        Thing::Entry(site) => cx
            .analysis
            .mesh
            .entry(*site)
            .map(|(_, entry)| NavTarget {
                label: entry.name.to_string(),
                place: Place::File { file: site.file, full: entry.range, focus: entry.name_range },
            })
            .into_iter()
            .collect(),
        Thing::Def(file, at) => {
            let def = cx.analysis.mesh.facts(*file).and_then(|facts| facts.defs.get(*at as usize));
            def.map(|def| NavTarget {
                label: match def.kind {
                    DefKind::Docs => format!("docs block {}", def.name),
                    _ => format!("macro {}", def.name),
                },
                place: Place::File { file: *file, full: def.full, focus: def.name_range },
            })
            .into_iter()
            .collect()
        }
    }
}

fn node_targets(cx: &FileCx<'_>, node: &NodeRef) -> Vec<NavTarget> {
    let mesh = &cx.analysis.mesh;
    let label = mesh.unique_id(node).to_string();
    let mut out = Vec::new();
    let is_code = node.item == FILE || node.kind == NodeKind::Snapshot;
    if is_code {
        let def = mesh.facts(node.file).and_then(|facts| facts.defs.get(node.item as usize));
        let top = TextRange::empty(0.into());
        let (full, focus) = def.map_or((top, top), |def| (def.full, def.name_range));
        out.push(NavTarget { label: label.clone(), place: Place::File { file: node.file, full, focus } });
    }
    if let Some((file, full, focus)) = mesh.yaml_place(node) {
        let place = Place::File { file, full, focus };
        if !out.iter().any(|known| known.place == place) {
            out.push(NavTarget { label: format!("{label} (YAML)"), place });
        }
    }
    out
}

fn project_file(package: &Package) -> Option<NavTarget> {
    let file = package.file("dbt_project.yml")?;
    let focus = package.config.name.as_ref().map_or(TextRange::empty(0.into()), |(_, range)| *range);
    Some(NavTarget {
        label: package.name().to_owned(),
        place: Place::File { file, full: focus, focus },
    })
}
