//! From a unique id, as dbt writes it, to the node.

use project::facts::Section;
use project::names::{Site, Space};
use project::{Mesh, NodeKind, NodeRef, Package, Target};

use smol_str::format_smolstr;

use crate::Analysis;

/// The node of a unique id: live where its files are known, else of any manifest that is loaded.
pub(super) fn target(analysis: &Analysis, unique_id: &str) -> Option<Target> {
    let mesh = &analysis.mesh;
    let mut parts = unique_id.splitn(3, '.');
    let (kind, package, name) = (parts.next()?, parts.next()?, parts.next()?);
    let known = mesh.packages().filter(|known| known.name() == package);
    if let Some(node) = known.into_iter().find_map(|package| live(mesh, package, kind, name)) {
        return Some(Target::Local(node));
    }
    mesh.registry.manifests.values().find_map(|slot| {
        let manifest = slot.manifest.as_ref()?;
        let node = manifest.index_of(unique_id)?;
        Some(Target::Upstream { manifest: manifest.clone(), project: package.into(), node })
    })
}

fn live(mesh: &Mesh, package: &Package, kind: &str, name: &str) -> Option<NodeRef> {
    let of_file = |space| mesh.node_of_file(package.site(space, name)?.file);
    match kind {
        "model" => {
            if let Some(family) = mesh.family(package, name) {
                return mesh.unpinned_node(package, &family);
            }
            let (name, version) = name.rsplit_once(".v")?;
            let family = mesh.family(package, name)?;
            mesh.member_node(package, &family, Some(family.member(version)?))
        }
        "seed" => mesh.seed(package, name),
        "snapshot" => mesh.snapshot(package, name),
        "source" => mesh.table(package, name),
        "analysis" => of_file(Space::Analysis),
        "test" => of_file(Space::SingularTest),
        "function" => of_file(Space::Function),
        "exposure" => mesh.yaml_node(package, NodeKind::Exposure, Space::Exposure, name),
        "metric" => mesh.yaml_node(package, NodeKind::Metric, Space::Metric, name),
        "semantic_model" => mesh.yaml_node(package, NodeKind::SemanticModel, Space::SemanticModel, name),
        "saved_query" => mesh.yaml_node(package, NodeKind::SavedQuery, Space::SavedQuery, name),
        "unit_test" => {
            let sites = package.names(Space::UnitTest).flat_map(|(_, sites)| sites.to_vec());
            let mut tests = sites.flat_map(|site| mesh.unit_tests(package, site));
            let id = format_smolstr!("unit_test.{}.{name}", package.name());
            tests.find(|test| mesh.unique_id(test) == id)
        }
        _ => None,
    }
}

/// The node that a YAML entry describes or is.
pub(super) fn of_entry(mesh: &Mesh, site: Site) -> Option<NodeRef> {
    let (facts, entry) = mesh.entry(site)?;
    let package = mesh.package(mesh.file(site.file)?.package)?;
    let yaml = |kind| mesh.yaml_node(package, kind, entry.section.space(), &entry.name);
    match entry.section {
        Section::Models => mesh.model(package, &entry.name),
        Section::Seeds => mesh.seed(package, &entry.name),
        Section::Snapshots => mesh.snapshot(package, &entry.name),
        Section::Tables => mesh.table(package, &entry.index_name(facts)),
        Section::Exposures => yaml(NodeKind::Exposure),
        Section::Metrics => yaml(NodeKind::Metric),
        Section::SemanticModels => yaml(NodeKind::SemanticModel),
        Section::SavedQueries => yaml(NodeKind::SavedQuery),
        Section::UnitTests => mesh.unit_tests(package, site).into_iter().next(),
        _ => None,
    }
}
