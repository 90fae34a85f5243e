//! `ambiguous-model`: several packages have the name and none is preferred (spec §4.2).

use project::resolve::Resolution;

use super::{RefSite, wording};
use crate::Diagnostic;

pub(super) const CODE: &str = "ambiguous-model";

pub(super) fn check(site: &RefSite<'_>) -> Option<Diagnostic> {
    let Resolution::Ambiguous(targets) = site.resolution else { return None };
    let severity = site.missing_severity()?;
    let owners = targets.iter().map(|target| format!("'{}'", site.owner(target)));
    let message = format!(
        "'{}' is in {}: name the one you mean as the first argument",
        site.name,
        wording::list(owners, 5)
    );
    let mut found = Diagnostic::new(CODE, site.name_range, severity, message);
    for target in targets {
        let owner = site.owner(target);
        let edits = site.edits();
        let fix = edits.fix(format!("Use the one of '{owner}'"), false, [edits.add_package(&owner)]);
        found = found.related(site.cx.place(target), format!("'{}' of '{owner}'", site.name)).fix(fix);
    }
    Some(found)
}

#[cfg(test)]
mod tests {
    use expect_test::expect;

    use crate::diagnostics::tests::{check, check_consumer};

    #[test]
    fn smoke() {
        check_consumer("select * from {{ ref('platfrom', 'orders') }} join {{ ref('platform', 'ordres') }}", expect![[""]]);
    }
}
