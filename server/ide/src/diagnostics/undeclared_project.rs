//! `undeclared-project`: an editor sees more than dbt will (spec §12, upstreams.md §3).

use project::resolve::Via;

use super::{RefSite, dependencies};
use crate::{Diagnostic, Severity};

pub(super) const CODE: &str = "undeclared-project";

pub(super) fn check(site: &RefSite<'_>) -> Option<Diagnostic> {
    let (_, Via::Upstream { name, declared: false }) = site.found().filter(|_| site.violation.is_none())?
    else {
        return None;
    };
    let severity = site.advice(Severity::Warning)?;
    let message = format!(
        "'{name}' is known here, but this project does not declare it: add it to 'projects:' in dependencies.yml"
    );
    Some(
        Diagnostic::new(CODE, site.project_range(), severity, message)
            .related(dependencies::home(site.cx, name), format!("the project '{name}'"))
            .fix(dependencies::declare(site.cx, name, true)),
    )
}

#[cfg(test)]
mod tests {
    use expect_test::expect;

    use crate::diagnostics::tests::{PLATFORM, check, check_fix};

    const MODEL: &str = "//- finance/models/report.sql\n$0select * from {{ ref('platform', 'orders') }}\n";

    fn finance(dependencies: &str) -> String {
        format!("//- finance/dbt_project.yml\nname: finance\n{dependencies}{MODEL}{PLATFORM}")
    }

    #[test]
    fn known_to_the_workspace_only() {
        check(
            &finance(""),
            expect![[r#"
            warning[undeclared-project]: 'platform' is known here, but this project does not declare it: add it to 'projects:' in dependencies.yml
             --> finance/models/report.sql:1:23
              |
            1 | select * from {{ ref('platform', 'orders') }}
              |                       ^^^^^^^^
              |
              = note: the project 'platform': platform/dbt_project.yml:1
              = fix: Declare project 'platform' in dependencies.yml (preferred)
        "#]],
        );
        check_fix(
            &finance(""),
            "Declare",
            expect![[r#"
            new /w/finance/dependencies.yml
            projects:
              - name: platform
        "#]],
        );
        check_fix(
            &finance("//- finance/dependencies.yml\nprojects:\n  - name: other\n"),
            "Declare",
            expect![[r#"
            projects:
              - name: other
              - name: platform
        "#]],
        );
    }

    #[test]
    fn declared_in_dependencies_or_dbt_mesh_yml() {
        check(
            &finance("//- finance/dependencies.yml\nprojects:\n  - name: platform\n"),
            expect![[r#"
            nothing
        "#]],
        );
        let manifest = "//- finance @manifest platform\nmodel orders public\n";
        check(
            &format!("//- finance/dbt_project.yml\nname: finance\n{MODEL}{manifest}"),
            expect![[r#"
            nothing
        "#]],
        );
    }

    #[test]
    fn no_fix_while_the_file_is_broken() {
        check(
            &finance("//- finance/dependencies.yml\nprojects: platform\n"),
            expect![[r#"
            warning[undeclared-project]: 'platform' is known here, but this project does not declare it: add it to 'projects:' in dependencies.yml
             --> finance/models/report.sql:1:23
              |
            1 | select * from {{ ref('platform', 'orders') }}
              |                       ^^^^^^^^
              |
              = note: the project 'platform': platform/dbt_project.yml:1
        "#]],
        );
    }
}
