//! `version-on-unversioned`: a version of what has none (spec §4.2).

use project::resolve::{Missing, Resolution};
use project::upstream::ResourceType;
use project::{NodeKind, Target};

use super::{RefSite, wording};
use crate::Diagnostic;

pub(super) const CODE: &str = "version-on-unversioned";

pub(super) fn check(site: &RefSite<'_>) -> Option<Diagnostic> {
    let Resolution::Missing(Missing::Unversioned(target)) = site.resolution else { return None };
    let severity = site.missing_severity()?;
    let message = match kind(target) {
        NodeKind::Model => format!("'{}' has no versions: remove this argument", site.name),
        kind => {
            format!("'{}' is {}, which has no versions: remove this argument", site.name, wording::a(kind))
        }
    };
    let edits = site.edits();
    let fix = edits.fix("Remove the version".into(), true, [edits.unpin()]);
    Some(
        Diagnostic::new(CODE, site.version_range.unwrap_or(site.name_range), severity, message)
            .related(site.cx.place(target), format!("'{}'", site.name))
            .fix(fix),
    )
}

fn kind(target: &Target) -> NodeKind {
    match target {
        Target::Local(node) => node.kind,
        Target::Upstream { manifest, node, .. } => {
            match manifest.node_at(*node).map(|node| node.resource_type()) {
                Some(ResourceType::Seed) => NodeKind::Seed,
                Some(ResourceType::Snapshot) => NodeKind::Snapshot,
                _ => NodeKind::Model,
            }
        }
    }
}
