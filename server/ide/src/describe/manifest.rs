//! Facts of a node that a manifest holds.

use project::upstream::{Manifest, ResourceType};
use smol_str::{SmolStr, format_smolstr};

use super::{ColumnLine, Description, Summary, VersionLine};

/// The date of a time such as `2026-01-31T00:00:00+00:00`.
fn day(time: &str) -> String {
    time.chars().take(10).collect()
}

/// Facts of the node at `index`; empty when there is none.
pub(super) fn summary(manifest: &Manifest, index: u32) -> Summary {
    let Some(node) = manifest.node_at(index) else { return Summary::default() };
    Summary {
        unique_id: node.unique_id().into(),
        kind: node.resource_type().as_str(),
        project: node.package().into(),
        name: node.name().into(),
        version: node.version().map(SmolStr::new),
        access: (node.resource_type() == ResourceType::Model).then(|| node.access()),
        group: node.group().filter(|group| !group.is_empty()).map(SmolStr::new),
        materialized: node.materialized().map(SmolStr::new),
        deprecation: node.deprecation_date().map(day),
        text: node.description().filter(|text| !text.is_empty()).map(str::to_owned),
    }
}

/// All facts of the node at `index`, but for where the manifest came from.
pub(crate) fn described(manifest: &Manifest, index: u32) -> Description {
    let Some(node) = manifest.node_at(index) else { return Description::default() };
    let summary = summary(manifest, index);
    let group = summary.group.as_deref().and_then(|group| manifest.group(node.package(), group));
    let columns = node.columns().map(|column| ColumnLine {
        name: column.name.into(),
        data_type: column.data_type.map(SmolStr::new),
        text: column.description.map(str::to_owned),
    });
    let tests = node.tests().map(|test| match test.column {
        Some(column) => format_smolstr!("{}({column})", test.name),
        None => test.name.into(),
    });
    Description {
        versions: versions(manifest, node.package(), node.name()),
        group_owner: group.and_then(|group| group.owner_name.or(group.owner_email)).map(str::to_owned),
        owner: node.owner().map(SmolStr::new),
        relation: node.relation_name().map(str::to_owned),
        contract: node.contract_enforced(),
        enabled: node.enabled(),
        columns: columns.collect(),
        tests: tests.collect(),
        origin: String::new(),
        summary,
    }
}

/// The versions of a model, newest first.
fn versions(manifest: &Manifest, package: &str, name: &str) -> Vec<VersionLine> {
    let nodes = manifest.by_name(package, name).iter().rev().filter_map(|index| manifest.node_at(*index));
    let mut lines: Vec<VersionLine> = nodes
        .filter_map(|node| {
            Some(VersionLine {
                version: node.version()?.into(),
                latest: node.is_latest(),
                prerelease: false,
                deprecation: node.deprecation_date().map(day),
                missing: false,
            })
        })
        .collect();
    let latest_at = lines.iter().position(|line| line.latest).unwrap_or(0);
    lines.iter_mut().take(latest_at).for_each(|line| line.prerelease = true);
    lines
}
