//! `protected-model`: open to its own project only (spec §6, upstreams.md §2.5 and §5).

use project::access::Violation;
use project::resolve::Via;
use project::upstream::ResourceType;
use project::{NodeKind, Target};

use super::{RefSite, wording};
use crate::Diagnostic;

pub(crate) const CODE: &str = "protected-model";

pub(super) fn check(site: &RefSite<'_>) -> Option<Diagnostic> {
    let Some(Violation::Protected { package }) = site.violation else { return None };
    let (target, via) = site.found()?;
    let severity = site.access_severity()?;
    let name = site.name;
    let message = match (via, other_kind(target)) {
        (Via::Upstream { .. }, Some(kind)) => {
            format!(
                "'{name}' is {kind} of '{package}', and only public models are open to other projects: read one of those"
            )
        }
        (Via::Upstream { .. }, None) => format!(
            "'{name}' is protected: only '{package}' may refer to it; ask for 'access: public', or read a public model"
        ),
        _ => format!(
            "'{name}' is protected and the package '{package}' restricts access: read a public model of it, or ask for \
             'access: public'"
        ),
    };
    Some(
        Diagnostic::new(CODE, site.name_range, severity, message)
            .related(site.cx.place(target), format!("'{name}' of '{package}'")),
    )
}

/// `a seed`, for what is no model and so cannot be made public.
fn other_kind(target: &Target) -> Option<String> {
    let kind = match target {
        Target::Local(node) => node.kind,
        Target::Upstream { manifest, node, .. } => match manifest.node_at(*node)?.resource_type() {
            ResourceType::Seed => NodeKind::Seed,
            ResourceType::Snapshot => NodeKind::Snapshot,
            _ => NodeKind::Model,
        },
    };
    (kind != NodeKind::Model).then(|| wording::a(kind))
}

#[cfg(test)]
mod tests {
    use expect_test::expect;

    use crate::diagnostics::tests::{check, check_consumer};

    #[test]
    fn between_projects_protected_is_closed() {
        check_consumer(
            "select * from {{ ref('platform', 'stg_orders') }}",
            expect![[r#"
            error[protected-model]: 'stg_orders' is protected: only 'platform' may refer to it; ask for 'access: public', or read a public model
             --> finance/models/report.sql:1:35
              |
            1 | select * from {{ ref('platform', 'stg_orders') }}
              |                                   ^^^^^^^^^^
              |
              = note: 'stg_orders' of 'platform': platform/models/stg_orders.sql:1
        "#]],
        );
    }

    #[test]
    fn seeds_count_as_protected() {
        check_consumer(
            "select * from {{ ref('platform', 'countries') }}",
            expect![[r#"
            error[protected-model]: 'countries' is a seed of 'platform', and only public models are open to other projects: read one of those
             --> finance/models/report.sql:1:35
              |
            1 | select * from {{ ref('platform', 'countries') }}
              |                                   ^^^^^^^^^
              |
              = note: 'countries' of 'platform': platform/seeds/countries.csv:1
        "#]],
        );
    }

    #[test]
    fn a_package_is_open_unless_it_restricts_access() {
        let shop = |restrict: bool| {
            format!(
                "//- shop/dbt_project.yml\nname: shop\n\
                 //- shop/dbt_packages/dates/dbt_project.yml\nname: dates\nrestrict-access: {restrict}\n\
                 //- shop/dbt_packages/dates/models/days.sql\nselect 1\n\
                 //- shop/models/report.sql\n$0select * from {{{{ ref('days') }}}}\n"
            )
        };
        check(
            &shop(false),
            expect![[r#"
            nothing
        "#]],
        );
        check(
            &shop(true),
            expect![[r#"
            error[protected-model]: 'days' is protected and the package 'dates' restricts access: read a public model of it, or ask for 'access: public'
             --> shop/models/report.sql:1:23
              |
            1 | select * from {{ ref('days') }}
              |                       ^^^^
              |
              = note: 'days' of 'dates': shop/dbt_packages/dates/models/days.sql:1
        "#]],
        );
    }

    #[test]
    fn dbt_loom_heeds_the_access_of_a_seed_and_packages_have_open_seeds() {
        check(
            "
//- shop/dbt_project.yml
name: shop
//- shop/dependencies.yml
projects: [{name: books}, {name: live}]
//- shop/dbt_packages/dates/dbt_project.yml
name: dates
restrict-access: true
//- shop/dbt_packages/dates/seeds/days.csv
id
//- shop/models/report.sql
$0{{ ref('books', 'open') }} {{ ref('live', 'open') }} {{ ref('live', 'shut') }} {{ ref('days') }}
//- shop @manifest books
seed open public
//- live/dbt_project.yml
name: live
//- live/seeds/open.csv
id
//- live/seeds/shut.csv
id
//- live/seeds/_seeds.yml
seeds:
  - name: open
    config: {access: public}
",
            expect![[r#"
                error[protected-model]: 'shut' is a seed of 'live', and only public models are open to other projects: read one of those
                 --> shop/models/report.sql:1:70
                  |
                1 | {{ ref('books', 'open') }} {{ ref('live', 'open') }} {{ ref('live', 'shut') }} {{ ref('days') }}
                  |                                                                      ^^^^
                  |
                  = note: 'shut' of 'live': live/seeds/shut.csv:1
            "#]],
        );
    }

    #[test]
    fn a_local_package_is_one_before_it_is_linked() {
        check(
            "//- evaluator/dbt_project.yml\nname: evaluator\n//- evaluator/models/stg_nodes.sql\nselect 1\n\
             //- evaluator/tests/dbt_project.yml\nname: evaluator_tests\n\
             //- evaluator/tests/packages.yml\npackages:\n  - local: ../\n\
             //- evaluator/tests/models/report.sql\n\
             $0select * from {{ ref('evaluator', 'stg_nodes') }}, {{ ref('stg_nodes') }}, {{ ref('evaluator', 'gone') }}\n",
            expect![[r#"
                error[unknown-model]: no model, seed or snapshot 'gone' in 'evaluator'
                 --> evaluator/tests/models/report.sql:1:97
                  |
                1 | select * from {{ ref('evaluator', 'stg_nodes') }}, {{ ref('stg_nodes') }}, {{ ref('evaluator', 'gone') }}
                  |                                                                                                 ^^^^
            "#]],
        );
    }
}
