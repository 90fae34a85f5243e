//! `unknown-project`: with two arguments dbt looks in that one package and nowhere else (spec §4.2).

use project::resolve::{Missing, Resolution};

use super::{RefSite, dependencies, nearest, wording};
use crate::Diagnostic;

pub(super) const CODE: &str = "unknown-project";

pub(super) fn check(site: &RefSite<'_>) -> Option<Diagnostic> {
    let Resolution::Missing(Missing::Project) = site.resolution else { return None };
    let severity = site.missing_severity()?;
    let name = site.package?;
    let near = nearest::project(site.cx, name);
    let mut message = format!("no project or package '{name}' is known here");
    message.push_str(&match &near {
        Some(near) => wording::did_you_mean(Some(near)),
        None => ": declare it in dependencies.yml, or install the package".to_owned(),
    });
    let rename = near.as_deref().and_then(|near| site.rename_project(near, false));
    let declare = near.is_none().then(|| dependencies::declare(site.cx, name, false)).flatten();
    Some(
        Diagnostic::new(CODE, site.project_range(), severity, message).fix(rename.into_iter().chain(declare)),
    )
}

#[cfg(test)]
mod tests {
    use expect_test::expect;

    use crate::diagnostics::tests::{PLATFORM, check, check_consumer, check_fix, finance};

    #[test]
    fn a_slip_of_the_finger() {
        check_consumer(
            "select * from {{ ref('platfrom', 'orders') }}",
            expect![[r#"
            error[unknown-project]: no project or package 'platfrom' is known here; did you mean 'platform'?
             --> finance/models/report.sql:1:23
              |
            1 | select * from {{ ref('platfrom', 'orders') }}
              |                       ^^^^^^^^
              |
              = fix: Change to 'platform'
        "#]],
        );
    }

    #[test]
    fn nothing_near_it() {
        check_consumer(
            "select * from {{ ref('warehouse', 'stock') }}",
            expect![[r#"
            error[unknown-project]: no project or package 'warehouse' is known here: declare it in dependencies.yml, or install the package
             --> finance/models/report.sql:1:23
              |
            1 | select * from {{ ref('warehouse', 'stock') }}
              |                       ^^^^^^^^^
              |
              = fix: Declare project 'warehouse' in dependencies.yml
        "#]],
        );
        let source = format!("{}{PLATFORM}", finance("select * from {{ ref('warehouse', 'stock') }}"));
        check_fix(
            &source,
            "Declare",
            expect![[r#"
            projects:
              - name: platform
              - name: warehouse
        "#]],
        );
    }

    #[test]
    fn computed_and_half_typed_names_are_not_judged() {
        check_consumer(
            "select * from {{ ref(var('p'), 'orders') }} {{ ref('warehouse', ",
            expect![[r#"
            error[syntax-error]: this `{{` is never closed: `}}` is missing
             --> finance/models/report.sql:1:45
              |
            1 | select * from {{ ref(var('p'), 'orders') }} {{ ref('warehouse',
              |                                             ^^^^^^^^^^^^^^^^^^^
        "#]],
        );
    }

    #[test]
    fn a_package_may_only_wait_to_be_installed() {
        check(
            "
//- shop/dbt_project.yml
name: shop
//- shop/packages.yml
packages:
  - git: https://example.com/things.git
    revision: main
//- shop/models/report.sql
$0select * from {{ ref('warehouse', 'stock') }}
",
            expect![[r#"
                nothing
            "#]],
        );
    }

    #[test]
    fn in_a_test_dbt_only_warns() {
        check(
            "//- shop/dbt_project.yml\nname: shop\n//- shop/tests/t.sql\nselect * from {{ ref('warehouse', 'stock') }}\n",
            expect![[r#"
                warning[unknown-project]: no project or package 'warehouse' is known here: declare it in dependencies.yml, or install the package
                 --> shop/tests/t.sql:1:23
                  |
                1 | select * from {{ ref('warehouse', 'stock') }}
                  |                       ^^^^^^^^^
                  |
                  = fix: Declare project 'warehouse' in dependencies.yml
            "#]],
        );
    }
}
