//! `private-model`: open to its group only, and between projects to nobody (spec §6, upstreams.md §5).

use project::access::{ReferrerKind, Violation};
use project::resolve::Via;

use super::{RefSite, wording};
use crate::Diagnostic;

pub(super) const CODE: &str = "private-model";

pub(super) fn check(site: &RefSite<'_>) -> Option<Diagnostic> {
    let Some(Violation::Private { group }) = site.violation else { return None };
    let (target, via) = site.found()?;
    let severity = site.access_severity()?;
    let owner = site.owner(target);
    let message = match via {
        Via::Upstream { .. } => format!(
            "'{}' is private{} in '{owner}': only its public models may be read here",
            site.name,
            if group.is_empty() { String::new() } else { format!(" to the group '{group}'") },
        ),
        _ if group.is_empty() => {
            format!(
                "'{}' is private and in no group, so nothing may refer to it: give it a group or more access",
                site.name
            )
        }
        _ => format!(
            "'{}' is private to the group '{group}', and {}: read a public model, or ask the group for access",
            site.name,
            asker(site),
        ),
    };
    Some(
        Diagnostic::new(CODE, site.name_range, severity, message)
            .related(site.cx.place(target), format!("'{}' of '{owner}'", site.name)),
    )
}

/// Who asks, and in which group.
fn asker(site: &RefSite<'_>) -> String {
    let ReferrerKind::Node(kind) = site.referrer.kind else { return "a macro is in no group".into() };
    let who = match &site.referrer.node {
        Some(node) => format!("the {} '{}'", kind.as_str().replace('_', " "), node.name),
        None => wording::a(kind),
    };
    match &site.referrer.group {
        Ok(Some(group)) => format!("{who} is in the group '{group}'"),
        _ => format!("{who} is in no group"),
    }
}
