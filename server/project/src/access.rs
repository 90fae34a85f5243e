//! Who may reference whom (spec §6, upstreams.md §2.5 and §5).

use smol_str::SmolStr;

use crate::flavor::Flavor;
use crate::mesh::{Mesh, PackageId};
use crate::node::{Access, NodeKind, NodeRef, Target};
use crate::resolve::Via;

/// Who makes a reference.
#[derive(Debug, Clone, PartialEq)]
pub struct Referrer {
    /// The package whose file makes it.
    pub package: PackageId,
    /// On behalf of which kind of node.
    pub kind: ReferrerKind,
    /// The node's group; `Err` when something dynamic decides.
    pub group: Result<Option<SmolStr>, ()>,
    /// The node itself, where it is one.
    pub node: Option<NodeRef>,
}

/// On whose behalf a reference is made: decides how bad a finding is (spec §4.3).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ReferrerKind {
    /// A node of this kind.
    Node(NodeKind),
    /// A macro: judged only where it is called.
    Macro,
    /// A unit test's input or rendered text: not judged by dbt.
    Unchecked,
}

impl ReferrerKind {
    /// A test, for which dbt only warns about what is missing.
    pub fn is_test(self) -> bool {
        self == ReferrerKind::Node(NodeKind::Test)
    }
}

/// A reference that dbt refuses.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Violation {
    /// The target is private.
    Private {
        /// Its group, empty when it has none.
        group: SmolStr,
    },
    /// The target is protected.
    Protected {
        /// Its package.
        package: SmolStr,
    },
}

/// What dbt refuses about a reference to `target`, found by way of `via`. `None`: nothing, or not known.
pub fn violation(mesh: &Mesh, from: &Referrer, target: &Target, via: &Via) -> Option<Violation> {
    let ReferrerKind::Node(kind) = from.kind else { return None };
    let flavor = mesh.flavor(from.package);
    if flavor == Flavor::V2 && !matches!(kind, NodeKind::Model | NodeKind::Exposure) {
        return None;
    }
    let (access, group, package) = facts(mesh, target)?;
    if access == Access::Public {
        return None;
    }
    let private = |group: Option<SmolStr>| Violation::Private { group: group.unwrap_or_default() };
    match via {
        // Open, but dbt-loom does not let a group's node read what is private to another (0.9.6).
        Via::Transitive => match (access, &from.group) {
            (Access::Private, Ok(Some(own))) if group.as_ref() != Some(own) => Some(private(group)),
            _ => None,
        },
        Via::Upstream { .. } => Some(match access {
            Access::Private => private(group),
            _ => Violation::Protected { package },
        }),
        Via::Own | Via::Package => {
            // Inside core only models have access.
            let Target::Local(node) = target else { return None };
            (node.kind == NodeKind::Model).then_some(())?;
            let foreign = node.package != from.package;
            let restricted = foreign && mesh.package(node.package)?.config.restrict_access;
            if access == Access::Protected {
                return restricted.then_some(Violation::Protected { package });
            }
            if restricted {
                return Some(private(group));
            }
            let own = from.group.clone().ok()?;
            let project = mesh.project_of(from.package)?;
            let allowed = match (&own, &group) {
                (Some(own), Some(group)) => own == group,
                // dbt-loom checks only referrers that have a group (upstreams.md §2.5).
                (None, _) if mesh.registry.has_loom(project.id) => true,
                (_, None) => flavor == Flavor::V2,
                (None, Some(_)) => false,
            };
            (!allowed).then(|| private(group))
        }
    }
}

/// Access, group and package of a node; `None` when something dynamic decides.
pub fn facts(mesh: &Mesh, target: &Target) -> Option<(Access, Option<SmolStr>, SmolStr)> {
    match target {
        Target::Local(node) => {
            let package = mesh.package(node.package)?.name().into();
            let access = match node.kind {
                NodeKind::Model => mesh.access(node)?,
                // dbt-loom makes models of what it takes from an upstream, and heeds the key (upstreams.md §2.2).
                _ => {
                    mesh.setting(node, "access").and_then(|set| Access::of(set.as_str()?)).unwrap_or_default()
                }
            };
            let group = if access == Access::Private { mesh.group(node).ok()? } else { None };
            Some((access, group, package))
        }
        Target::Upstream { manifest, node, .. } => {
            let node = manifest.node_at(*node)?;
            Some((node.access(), node.group().map(SmolStr::new), node.package().into()))
        }
    }
}
