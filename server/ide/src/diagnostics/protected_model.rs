//! `protected-model`: open to its own project only (spec §6, upstreams.md §2.5 and §5).

use project::access::Violation;
use project::resolve::Via;
use project::upstream::ResourceType;
use project::{NodeKind, Target};

use super::{RefSite, wording};
use crate::Diagnostic;

pub(super) const CODE: &str = "protected-model";

pub(super) fn check(site: &RefSite<'_>) -> Option<Diagnostic> {
    let Some(Violation::Protected { package }) = site.violation else { return None };
    let (target, via) = site.found()?;
    let severity = site.access_severity()?;
    let name = site.name;
    let message = match (via, other_kind(target)) {
        (Via::Upstream { .. }, Some(kind)) => {
            format!(
                "'{name}' is {kind} of '{package}', and only public models are open to other projects: read one of those"
            )
        }
        (Via::Upstream { .. }, None) => format!(
            "'{name}' is protected: only '{package}' may refer to it; ask for 'access: public', or read a public model"
        ),
        _ => format!(
            "'{name}' is protected and the package '{package}' restricts access: read a public model of it, or ask for \
             'access: public'"
        ),
    };
    Some(
        Diagnostic::new(CODE, site.name_range, severity, message)
            .related(site.cx.place(target), format!("'{name}' of '{package}'")),
    )
}

/// `a seed`, for what is no model and so cannot be made public.
fn other_kind(target: &Target) -> Option<String> {
    let kind = match target {
        Target::Local(node) => node.kind,
        Target::Upstream { manifest, node, .. } => match manifest.node_at(*node)?.resource_type() {
            ResourceType::Seed => NodeKind::Seed,
            ResourceType::Snapshot => NodeKind::Snapshot,
            _ => NodeKind::Model,
        },
    };
    (kind != NodeKind::Model).then(|| wording::a(kind))
}
