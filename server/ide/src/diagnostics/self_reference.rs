//! `self-reference`: a node that is built from itself (spec §9).

use project::Target;
use project::facts::By;

use super::RefSite;
use crate::Diagnostic;

pub(super) const CODE: &str = "self-reference";

pub(super) fn check(site: &RefSite<'_>) -> Option<Diagnostic> {
    let (Target::Local(target), _) = site.found()? else { return None };
    // A foreign key or a test may well name its own model.
    let in_code = matches!(site.used.by, By::File | By::Def(_));
    if !in_code || site.referrer.node.as_ref() != Some(target) {
        return None;
    }
    let severity = site.missing_severity()?;
    let message = format!(
        "'{}' refers to itself; for the table as it was before this run write '{{{{ this }}}}' inside is_incremental()",
        site.name,
    );
    Some(Diagnostic::new(CODE, site.name_range, severity, message))
}
