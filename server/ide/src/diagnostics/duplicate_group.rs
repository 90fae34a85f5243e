//! `duplicate-group`: one package defines a group twice (spec §6).

use project::names::Space;

use super::definitions::{EntrySite, v1_error};
use crate::{Diagnostic, Place};

pub(super) const CODE: &str = "duplicate-group";

pub(super) fn check(site: &EntrySite<'_>, out: &mut Vec<Diagnostic>) {
    let (cx, entry) = (site.cx, site.entry);
    let others = cx.package.sites(Space::Group, &entry.name).iter();
    let other = others.filter(|other| other.file != cx.file || other.item != site.at).find_map(|other| {
        let (_, known) = cx.analysis.mesh.entry(*other)?;
        Some(Place::File { file: other.file, full: known.range, focus: known.name_range })
    });
    if other.is_some() {
        let message = format!("the group '{}' is defined twice: keep one, or rename it", entry.name);
        let found = Diagnostic::new(CODE, entry.name_range, v1_error(cx), message);
        out.push(found.related(other, "defined here too"));
    }
}

#[cfg(test)]
mod tests {
    use expect_test::expect;

    use crate::diagnostics::tests::{check, check_v2};

    const SHOP: &str = "
//- shop/dbt_project.yml
name: shop
//- shop/dbt_packages/tools/dbt_project.yml
name: tools
//- shop/dbt_packages/tools/models/_groups.yml
groups:
  - {name: once, owner: {name: Bea}}
//- shop/models/_a.yml
groups:
  - {name: books, owner: {name: Bea}}
  - {name: once, owner: {name: Bea}}
//- shop/models/_b.yml
groups:
  - {name: books, owner: {name: Bob}}
";

    #[test]
    fn in_two_files() {
        check(
            SHOP,
            expect![[r#"
            error[duplicate-group]: the group 'books' is defined twice: keep one, or rename it
             --> shop/models/_a.yml:2:12
              |
            2 |   - {name: books, owner: {name: Bea}}
              |            ^^^^^
              |
              = note: defined here too: shop/models/_b.yml:2
            error[duplicate-group]: the group 'books' is defined twice: keep one, or rename it
             --> shop/models/_b.yml:2:12
              |
            2 |   - {name: books, owner: {name: Bob}}
              |            ^^^^^
              |
              = note: defined here too: shop/models/_a.yml:2
        "#]],
        );
    }

    #[test]
    fn v2_is_silent() {
        check_v2(
            SHOP,
            expect![[r#"
            warning[duplicate-group]: the group 'books' is defined twice: keep one, or rename it
             --> shop/models/_a.yml:2:12
              |
            2 |   - {name: books, owner: {name: Bea}}
              |            ^^^^^
              |
              = note: defined here too: shop/models/_b.yml:2
            warning[duplicate-group]: the group 'books' is defined twice: keep one, or rename it
             --> shop/models/_b.yml:2:12
              |
            2 |   - {name: books, owner: {name: Bob}}
              |            ^^^^^
              |
              = note: defined here too: shop/models/_a.yml:2
        "#]],
        );
    }
}
