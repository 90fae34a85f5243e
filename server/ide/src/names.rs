//! Names that a place may use, for suggestions and completion.

use project::names::Space;
use project::registry::Supply;
use project::{Package, Target};
use smol_str::SmolStr;

use crate::diagnostics::FileCx;

/// Names of models, seeds and snapshots that `ref(package, …)` (or one-argument `ref` when `None`) can find,
/// sorted. Versions are not listed apart.
pub(crate) fn visible(cx: &FileCx<'_>, package: Option<&str>) -> Vec<SmolStr> {
    let mut out = Vec::new();
    for known in cx.resolver.packages().filter(|known| package.is_none_or(|name| known.name() == name)) {
        of_package(cx, known, &mut out);
    }
    for upstream in cx.resolver.upstreams() {
        let wanted = package.map_or(upstream.is_declared(), |name| upstream.name == name);
        match &upstream.supply {
            Some(Supply::Live(id)) if wanted => {
                if let Some(known) = cx.analysis.mesh.package(*id) {
                    of_package(cx, known, &mut out);
                }
            }
            Some(Supply::Manifest { manifest, package, .. }) if wanted => {
                out.extend(manifest.referable(package).map(|node| SmolStr::new(node.name())));
            }
            _ => {}
        }
    }
    out.sort();
    out.dedup();
    out
}

fn of_package(cx: &FileCx<'_>, package: &Package, out: &mut Vec<SmolStr>) {
    for space in [Space::Model, Space::Seed, Space::Snapshot] {
        for (name, sites) in package.names(space) {
            // A version's file goes by the name of its model.
            let claimed = (space == Space::Model)
                .then(|| cx.analysis.mesh.version_of_file(package, sites[0].file))
                .flatten();
            out.push(claimed.map_or_else(|| name.clone(), |(family, _)| family.name));
        }
    }
}

/// The name a target goes by in `ref()`.
pub(crate) fn of_target(target: &Target) -> SmolStr {
    match target {
        Target::Local(node) => node.name.clone(),
        Target::Upstream { manifest, node, .. } => {
            manifest.node_at(*node).map(|node| node.name().into()).unwrap_or_default()
        }
    }
}
