//! `project-name-case`: names of projects are compared letter by letter (spec §12).

use project::resolve::{Missing, Resolution};

use super::dependencies::DepSite;
use super::{RefSite, nearest};
use crate::{Diagnostic, Fix, Severity, SourceChange};

pub(super) const CODE: &str = "project-name-case";

pub(super) fn check(site: &RefSite<'_>) -> Option<Diagnostic> {
    let right = match site.resolution {
        Resolution::Missing(Missing::ProjectCase { name }) => name.as_str(),
        // A wrong spelling that dependencies.yml shares.
        Resolution::Missing(Missing::NotLoaded { name }) => nearest::other_case(site.cx, name)?,
        _ => return None,
    };
    let severity = site.missing_severity()?;
    let message = message(site.package?, right);
    let fix = site.rename_project(right, true);
    Some(Diagnostic::new(CODE, site.project_range(), severity, message).fix(fix))
}

/// The same for an entry of dependencies.yml, which dbt v1 never looks at.
pub(super) fn declared(site: &DepSite<'_>) -> Option<Diagnostic> {
    if site.upstream().is_some_and(|upstream| upstream.supply.is_some()) {
        return None;
    }
    let name = &site.dep.name;
    let right = nearest::other_case(site.cx, name)?;
    let fix = Fix {
        title: format!("Change to '{right}'"),
        preferred: true,
        change: SourceChange::edit(site.cx.file, site.dep.name_range, right),
    };
    Some(Diagnostic::new(CODE, site.dep.name_range, Severity::Warning, message(name, right)).fix([fix]))
}

fn message(written: &str, right: &str) -> String {
    format!("no project is called '{written}': names are case-sensitive, and this one is '{right}'")
}

#[cfg(test)]
mod tests {
    use expect_test::expect;

    use crate::diagnostics::tests::{PLATFORM, check, check_consumer};

    #[test]
    fn in_a_ref() {
        check_consumer(
            "select * from {{ ref('Platform', 'orders') }}",
            expect![[r#"
            error[project-name-case]: no project is called 'Platform': names are case-sensitive, and this one is 'platform'
             --> finance/models/report.sql:1:23
              |
            1 | select * from {{ ref('Platform', 'orders') }}
              |                       ^^^^^^^^
              |
              = fix: Change to 'platform' (preferred)
        "#]],
        );
    }

    #[test]
    fn in_dependencies_and_in_the_ref_that_follows_it() {
        let shop = "//- shop/dbt_project.yml\nname: shop\n//- shop/dependencies.yml\nprojects:\n  - name: 'PLATFORM'\n\
             //- shop/models/report.sql\nselect * from {{ ref('PLATFORM', 'orders') }}\n";
        check(
            &format!("{shop}{PLATFORM}"),
            expect![[r#"
                warning[project-name-case]: no project is called 'PLATFORM': names are case-sensitive, and this one is 'platform'
                 --> shop/dependencies.yml:2:12
                  |
                2 |   - name: 'PLATFORM'
                  |            ^^^^^^^^
                  |
                  = fix: Change to 'platform' (preferred)
                error[project-name-case]: no project is called 'PLATFORM': names are case-sensitive, and this one is 'platform'
                 --> shop/models/report.sql:1:23
                  |
                1 | select * from {{ ref('PLATFORM', 'orders') }}
                  |                       ^^^^^^^^
                  |
                  = fix: Change to 'platform' (preferred)
                error[unknown-group]: no group 'books': define it under 'groups:' in a properties file
                 --> platform/models/_models.yml:5:38
                  |
                5 |     config: {access: private, group: books}
                  |                                      ^^^^^
                warning[deprecated-model]: version 1 of 'customers' was deprecated on 2026-01-31: disable or remove it
                  --> platform/models/_models.yml:10:27
                   |
                10 |         deprecation_date: 2026-01-31
                   |                           ^^^^^^^^^^
            "#]],
        );
    }
}
