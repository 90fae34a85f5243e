//! `one-argument-cross-project`: works by search, but dbt asks for two arguments (spec §12, upstreams.md §3).

use project::resolve::Via;

use super::RefSite;
use crate::{Diagnostic, Severity};

pub(super) const CODE: &str = "one-argument-cross-project";

pub(super) fn check(site: &RefSite<'_>) -> Option<Diagnostic> {
    let (target, Via::Upstream { name, .. }) = site.found().filter(|_| site.violation.is_none())? else {
        return None;
    };
    if site.package.is_some() {
        return None;
    }
    let severity = site.advice(Severity::Warning)?;
    let message =
        format!("'{}' is a model of the project '{name}': name the project as the first argument", site.name);
    let edits = site.edits();
    let fix = edits.fix(format!("Name the project '{name}'"), true, [edits.add_package(name)]);
    Some(
        Diagnostic::new(CODE, site.name_range, severity, message)
            .related(site.cx.place(target), format!("'{}' of '{name}'", site.name))
            .fix(fix),
    )
}

#[cfg(test)]
mod tests {
    use expect_test::expect;

    use crate::diagnostics::tests::{check, check_consumer};

    #[test]
    fn found_in_an_upstream_only() {
        check_consumer(
            "select * from {{ ref('orders') }}",
            expect![[r#"
            warning[one-argument-cross-project]: 'orders' is a model of the project 'platform': name the project as the first argument
             --> finance/models/report.sql:1:23
              |
            1 | select * from {{ ref('orders') }}
              |                       ^^^^^^
              |
              = note: 'orders' of 'platform': platform/models/_models.yml:2
              = fix: Name the project 'platform' (preferred)
        "#]],
        );
    }

    #[test]
    fn what_may_not_be_read_is_told_once() {
        check_consumer(
            "select * from {{ ref('stg_orders') }}",
            expect![[r#"
            error[protected-model]: 'stg_orders' is protected: only 'platform' may refer to it; ask for 'access: public', or read a public model
             --> finance/models/report.sql:1:23
              |
            1 | select * from {{ ref('stg_orders') }}
              |                       ^^^^^^^^^^
              |
              = note: 'stg_orders' of 'platform': platform/models/stg_orders.sql:1
        "#]],
        );
    }

    #[test]
    fn a_model_of_the_own_project_wins() {
        check(
            "
//- finance/dbt_project.yml
name: finance
//- finance/dependencies.yml
projects: [{name: platform}]
//- finance/models/orders.sql
select 1
//- finance/models/report.sql
$0select * from {{ ref('orders') }}
//- finance @manifest platform
model orders public
",
            expect![[r#"
                nothing
            "#]],
        );
    }

    #[test]
    fn the_quotes_of_the_call_are_kept() {
        check(
            "
//- finance/dbt_project.yml
name: finance
//- finance/dependencies.yml
projects: [{name: platform}]
//- finance/models/report.py
$0def model(dbt, session):
    return dbt.ref(\"orders\")
//- finance @manifest platform
model orders public
",
            expect![[r#"
                warning[one-argument-cross-project]: 'orders' is a model of the project 'platform': name the project as the first argument
                 --> finance/models/report.py:2:21
                  |
                2 |     return dbt.ref("orders")
                  |                     ^^^^^^
                  |
                  = note: 'orders' of 'platform': model.platform.orders
                  = fix: Name the project 'platform' (preferred)
            "#]],
        );
    }
}
