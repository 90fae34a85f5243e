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

    use crate::diagnostics::tests::check;

    const TWO: &str = "//- shop/dbt_project.yml\nname: shop\n\
         //- shop/dbt_packages/a/dbt_project.yml\nname: a\n//- shop/dbt_packages/a/models/days.sql\nselect 1\n\
         //- shop/dbt_packages/b/dbt_project.yml\nname: b\n//- shop/dbt_packages/b/models/days.sql\nselect 1\n";

    #[test]
    fn two_packages_have_the_name() {
        check(
            &format!("{TWO}//- shop/models/report.sql\n$0select * from {{{{ ref('days') }}}}\n"),
            expect![[r#"
            error[ambiguous-model]: 'days' is in 'a' and 'b': name the one you mean as the first argument
             --> shop/models/report.sql:1:23
              |
            1 | select * from {{ ref('days') }}
              |                       ^^^^
              |
              = note: 'days' of 'a': shop/dbt_packages/a/models/days.sql:1
              = note: 'days' of 'b': shop/dbt_packages/b/models/days.sql:1
              = fix: Use the one of 'a'
              = fix: Use the one of 'b'
        "#]],
        );
    }

    #[test]
    fn the_own_project_wins_and_two_arguments_say_which() {
        let own = "//- shop/models/days.sql\nselect 1\n";
        check(
            &format!("{TWO}{own}//- shop/models/report.sql\n$0select * from {{{{ ref('days') }}}}\n"),
            expect![[r#"
            nothing
        "#]],
        );
        check(
            &format!("{TWO}//- shop/models/report.sql\n$0select * from {{{{ ref('a', 'days') }}}}\n"),
            expect![[r#"
            nothing
        "#]],
        );
    }

    #[test]
    fn two_upstreams_have_the_name() {
        check(
            "
//- shop/dbt_project.yml
name: shop
//- shop/dependencies.yml
projects: [{name: crm}, {name: erp}]
//- shop/models/report.sql
$0select * from {{ ref('customers') }}
//- shop @manifest crm
model customers public
//- erp/dbt_project.yml
name: erp
//- erp/models/customers.sql
{{ config(access='public') }}
",
            expect![[r#"
                error[ambiguous-model]: 'customers' is in 'crm' and 'erp': name the one you mean as the first argument
                 --> shop/models/report.sql:1:23
                  |
                1 | select * from {{ ref('customers') }}
                  |                       ^^^^^^^^^
                  |
                  = note: 'customers' of 'crm': model.crm.customers
                  = note: 'customers' of 'erp': erp/models/customers.sql:1
                  = fix: Use the one of 'crm'
                  = fix: Use the one of 'erp'
            "#]],
        );
    }
}
