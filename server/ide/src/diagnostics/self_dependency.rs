//! `self-dependency`: a project that declares itself as its upstream (spec §12).

use super::dependencies::DepSite;
use crate::{Diagnostic, Severity};

pub(super) const CODE: &str = "self-dependency";

pub(super) fn check(site: &DepSite<'_>) -> Option<Diagnostic> {
    let name = &site.dep.name;
    if name != site.cx.project.name() {
        return None;
    }
    let message = format!("'{name}' is this project itself: remove the entry");
    Some(Diagnostic::new(CODE, site.dep.name_range, Severity::Warning, message).fix(site.remove()))
}

#[cfg(test)]
mod tests {
    use expect_test::expect;

    use crate::diagnostics::tests::{check, check_fix};

    const SHOP: &str =
        "//- shop/dbt_project.yml\nname: shop\n//- shop/dependencies.yml\nprojects:\n  - name: shop\n";

    #[test]
    fn a_project_of_its_own_name() {
        check(
            SHOP,
            expect![[r#"
            warning[self-dependency]: 'shop' is this project itself: remove the entry
             --> shop/dependencies.yml:2:11
              |
            2 |   - name: shop
              |           ^^^^
              |
              = fix: Remove 'shop'
        "#]],
        );
        check_fix(
            SHOP,
            "Remove",
            expect![[r#"
            (empty)
        "#]],
        );
    }
}
