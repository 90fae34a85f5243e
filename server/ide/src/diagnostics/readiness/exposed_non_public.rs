//! `exposed-non-public`: an exposure or semantic model stands on a model that is not meant for others.

use project::access::ReferrerKind;
use project::node::{Access, NodeKind};
use project::{Mesh, Target};

use crate::diagnostics::{RefSite, wording};
use crate::{Diagnostic, Severity};

pub(in crate::diagnostics) const CODE: &str = "exposed-non-public";

pub(in crate::diagnostics) fn check(site: &RefSite<'_>) -> Option<Diagnostic> {
    let ReferrerKind::Node(kind @ (NodeKind::Exposure | NodeKind::SemanticModel)) = site.referrer.kind else {
        return None;
    };
    // What is refused anyway is said elsewhere.
    let (target, _) = site.found().filter(|_| site.violation.is_none())?;
    let word = match access(&site.cx.analysis.mesh, target)? {
        Access::Private => "private",
        Access::Protected => "protected",
        Access::Public => return None,
    };
    let severity = site.advice(Severity::Warning)?;
    let message = format!(
        "'{}' is {word}, and {} shows it to others: make it public, or read a public model",
        site.name,
        wording::a(kind)
    );
    Some(
        Diagnostic::new(CODE, site.name_range, severity, message)
            .related(site.cx.place(target), format!("'{}'", site.name)),
    )
}

/// A model's access; `None` for what is no model or not known.
fn access(mesh: &Mesh, target: &Target) -> Option<Access> {
    match target {
        Target::Local(node) if node.kind == NodeKind::Model => mesh.access(node),
        Target::Local(_) => None,
        Target::Upstream { manifest, node, .. } => {
            let node = manifest.node_at(*node)?;
            node.unique_id().starts_with("model.").then(|| node.access())
        }
    }
}
