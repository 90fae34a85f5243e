//! The macros of the graph: on demand, since there are more of them than of anything else.

use super::relative;
use crate::cli::graph::{Graph, Node};
use project::macro_edges::called_by_macro;
use project::names::{Site, Space};
use project::{Mesh, Package};
use rustc_hash::FxHashSet;

/// Adds the macros of a package, each once, and what they call.
pub(super) fn add(mesh: &Mesh, base: &str, package: &Package, seen: &mut FxHashSet<String>, out: &mut Graph) {
    for (name, sites) in package.names(Space::Macro) {
        let Some(site) = sites.first().copied() else { continue };
        let Some(to) = unique_id(mesh, site) else { continue };
        called(mesh, called_by_macro(mesh, site), &to, out);
        // Two projects may have the same package.
        if !seen.insert(to.clone()) {
            continue;
        }
        let range = mesh.facts(site.file).and_then(|facts| facts.defs.get(site.item as usize));
        let range = range.map(|def| def.name_range).unwrap_or_default();
        out.nodes.push(Node {
            unique_id: to,
            name: name.to_string(),
            resource_type: "macro".to_owned(),
            package: package.name().to_owned(),
            file: mesh.path(site.file).map(|path| relative(&path, base).to_owned()),
            place: Some(ide::Place::File { file: site.file, full: range, focus: range }),
            ..Node::default()
        });
    }
}

/// Adds the calls of a node or macro.
pub(super) fn called(mesh: &Mesh, sites: Vec<Site>, to: &str, out: &mut Graph) {
    let from = sites.into_iter().filter_map(|site| unique_id(mesh, site));
    out.edges.extend(from.map(|from| (from, to.to_owned())));
}

/// As dbt writes it.
fn unique_id(mesh: &Mesh, site: Site) -> Option<String> {
    let package = mesh.package(mesh.file(site.file)?.package)?;
    let def = mesh.facts(site.file)?.defs.get(site.item as usize)?;
    Some(format!("macro.{}.{}", package.name(), def.index_name()))
}
