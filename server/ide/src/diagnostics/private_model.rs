//! `private-model`: open to its group only, and between projects to nobody (spec §6, upstreams.md §5).

use project::NodeRef;
use project::access::{ReferrerKind, Violation};
use project::facts::Section;
use project::flavor::Flavor;
use project::node::{Access, Tri};
use project::resolve::Via;

use super::{FileCx, RefSite, wording};
use crate::{Diagnostic, Severity};

pub(crate) const CODE: &str = "private-model";

pub(super) fn check(site: &RefSite<'_>) -> Option<Diagnostic> {
    let Some(Violation::Private { group }) = site.violation else { return None };
    let (target, via) = site.found()?;
    let severity = site.access_severity()?;
    let owner = site.owner(target);
    let message = match via {
        Via::Upstream { .. } => format!(
            "'{}' is private{} in '{owner}': only its public models may be read here",
            site.name,
            if group.is_empty() { String::new() } else { format!(" to the group '{group}'") },
        ),
        _ if group.is_empty() => {
            format!(
                "'{}' is private and in no group, so nothing may refer to it: give it a group or more access",
                site.name
            )
        }
        _ => format!(
            "'{}' is private to the group '{group}', and {}: read a public model, or ask the group for access",
            site.name,
            asker(site),
        ),
    };
    Some(
        Diagnostic::new(CODE, site.name_range, severity, message)
            .related(site.cx.place(target), format!("'{}' of '{owner}'", site.name)),
    )
}

/// Who asks, and in which group.
fn asker(site: &RefSite<'_>) -> String {
    let ReferrerKind::Node(kind) = site.referrer.kind else { return "a macro is in no group".into() };
    let who = match &site.referrer.node {
        Some(node) => format!("the {} '{}'", kind.as_str().replace('_', " "), node.name),
        None => wording::a(kind),
    };
    match &site.referrer.group {
        Ok(Some(group)) => format!("{who} is in the group '{group}'"),
        _ => format!("{who} is in no group"),
    }
}

/// A private model without a group is closed to its own generic tests too, in dbt v1 (spec §6).
pub(super) fn tested(cx: &FileCx<'_>, out: &mut Vec<Diagnostic>) {
    let mesh = &cx.analysis.mesh;
    if cx.flavor() != Flavor::V1 || mesh.registry.has_loom(cx.project.id) {
        return;
    }
    for entry in
        cx.facts.entries.iter().filter(|entry| entry.section == Section::Models && !entry.tests.is_empty())
    {
        let Some(family) = mesh.family(cx.package, &entry.name) else { continue };
        let nodes = match family.is_versioned() {
            false => vec![mesh.member_node(cx.package, &family, None)],
            true => family
                .versions
                .iter()
                .map(|member| mesh.member_node(cx.package, &family, Some(member)))
                .collect(),
        };
        let closed = |node: &NodeRef| {
            mesh.access(node) == Some(Access::Private)
                && mesh.group(node) == Ok(None)
                && mesh.enabled(node) == Tri::Yes
        };
        if nodes.iter().flatten().any(closed) {
            let message = format!(
                "'{}' is private and in no group, so not even its own tests may refer to it: give it a group or more access",
                entry.name
            );
            out.push(Diagnostic::new(CODE, entry.name_range, Severity::Error, message));
        }
    }
}

#[cfg(test)]
mod tests {
    use expect_test::expect;

    use crate::diagnostics::tests::{PLATFORM, check, check_consumer, check_v2, finance};

    const SHOP: &str = "
//- shop/dbt_project.yml
name: shop
//- shop/models/ledger.sql
select 1
//- shop/models/secret.sql
select 1
//- shop/models/spend.sql
select * from {{ ref('ledger') }}
//- shop/models/budget.sql
select * from {{ ref('ledger') }}
//- shop/models/balance.sql
select * from {{ ref('ledger') }}
//- shop/models/leak.sql
select * from {{ ref('secret') }}
//- shop/tests/ledger_adds_up.sql
select * from {{ ref('ledger') }}
//- shop/models/_models.yml
models:
  - name: ledger
    config: {access: private, group: books}
    columns:
      - name: id
        data_tests:
          - relationships: {to: ref('ledger'), field: id}
  - name: secret
    config: {access: private}
  - name: budget
    config: {group: plans}
  - name: balance
    config: {group: books}
groups:
  - {name: books, owner: {name: x}}
  - {name: plans, owner: {name: x}}
exposures:
  - name: board
    type: dashboard
    owner: {name: x}
    depends_on: [ref('ledger')]
";

    #[test]
    fn other_groups_and_no_group_are_refused() {
        check(
            SHOP,
            expect![[r#"
                error[private-model]: 'ledger' is private to the group 'books', and the model 'spend' is in no group: read a public model, or ask the group for access
                 --> shop/models/spend.sql:1:23
                  |
                1 | select * from {{ ref('ledger') }}
                  |                       ^^^^^^
                  |
                  = note: 'ledger' of 'shop': shop/models/_models.yml:2
                error[private-model]: 'ledger' is private to the group 'books', and the model 'budget' is in the group 'plans': read a public model, or ask the group for access
                 --> shop/models/budget.sql:1:23
                  |
                1 | select * from {{ ref('ledger') }}
                  |                       ^^^^^^
                  |
                  = note: 'ledger' of 'shop': shop/models/_models.yml:2
                error[private-model]: 'secret' is private and in no group, so nothing may refer to it: give it a group or more access
                 --> shop/models/leak.sql:1:23
                  |
                1 | select * from {{ ref('secret') }}
                  |                       ^^^^^^
                  |
                  = note: 'secret' of 'shop': shop/models/_models.yml:8
                error[private-model]: 'ledger' is private to the group 'books', and the test 'ledger_adds_up' is in no group: read a public model, or ask the group for access
                 --> shop/tests/ledger_adds_up.sql:1:23
                  |
                1 | select * from {{ ref('ledger') }}
                  |                       ^^^^^^
                  |
                  = note: 'ledger' of 'shop': shop/models/_models.yml:2
                warning[test-arguments]: 'to', 'field' belong below 'arguments:'
                 --> shop/models/_models.yml:7:29
                  |
                7 |           - relationships: {to: ref('ledger'), field: id}
                  |                             ^^
                error[private-model]: 'ledger' is private to the group 'books', and the exposure 'board' is in no group: read a public model, or ask the group for access
                  --> shop/models/_models.yml:21:23
                   |
                 2 |   - name: ledger
                   |           ------ 'ledger' of 'shop'
                ...
                21 |     depends_on: [ref('ledger')]
                   |                       ^^^^^^
            "#]],
        );
    }

    #[test]
    fn dbt_v2_asks_models_and_exposures_only() {
        check_v2(
            SHOP,
            expect![[r#"
                error[private-model]: 'ledger' is private to the group 'books', and the model 'spend' is in no group: read a public model, or ask the group for access
                 --> shop/models/spend.sql:1:23
                  |
                1 | select * from {{ ref('ledger') }}
                  |                       ^^^^^^
                  |
                  = note: 'ledger' of 'shop': shop/models/_models.yml:2
                error[private-model]: 'ledger' is private to the group 'books', and the model 'budget' is in the group 'plans': read a public model, or ask the group for access
                 --> shop/models/budget.sql:1:23
                  |
                1 | select * from {{ ref('ledger') }}
                  |                       ^^^^^^
                  |
                  = note: 'ledger' of 'shop': shop/models/_models.yml:2
                error[test-arguments]: 'to', 'field' belong below 'arguments:'
                 --> shop/models/_models.yml:7:29
                  |
                7 |           - relationships: {to: ref('ledger'), field: id}
                  |                             ^^
                error[private-model]: 'ledger' is private to the group 'books', and the exposure 'board' is in no group: read a public model, or ask the group for access
                  --> shop/models/_models.yml:21:23
                   |
                 2 |   - name: ledger
                   |           ------ 'ledger' of 'shop'
                ...
                21 |     depends_on: [ref('ledger')]
                   |                       ^^^^^^
            "#]],
        );
    }

    #[test]
    fn between_projects_nobody_gets_in() {
        check_consumer(
            "{{ config(group='books') }} select * from {{ ref('platform', 'ledger') }}",
            expect![[r#"
                error[unknown-group]: no group 'books': define it under 'groups:' in a properties file
                 --> finance/models/report.sql:1:18
                  |
                1 | {{ config(group='books') }} select * from {{ ref('platform', 'ledger') }}
                  |                  ^^^^^
                error[private-model]: 'ledger' is private to the group 'books' in 'platform': only its public models may be read here
                 --> finance/models/report.sql:1:63
                  |
                1 | {{ config(group='books') }} select * from {{ ref('platform', 'ledger') }}
                  |                                                               ^^^^^^
                  |
                  = note: 'ledger' of 'platform': platform/models/_models.yml:4
            "#]],
        );
    }

    #[test]
    fn public_models_are_open() {
        check(
            &format!("{}{PLATFORM}", finance("select * from {{ ref('platform', 'orders') }}")),
            expect![[r#"
            nothing
        "#]],
        );
    }

    #[test]
    fn without_a_group_its_own_tests_are_shut_out() {
        let source = "
//- shop/dbt_project.yml
name: shop
//- shop/models/secret.sql
select 1
//- shop/models/quiet.sql
select 1
//- shop/models/_models.yml
models:
  - name: secret
    config: {access: private}
    columns:
      - name: id
        data_tests: [unique]
  - name: quiet
    config: {access: private}
";
        check(
            source,
            expect![[r#"
            error[private-model]: 'secret' is private and in no group, so not even its own tests may refer to it: give it a group or more access
             --> shop/models/_models.yml:2:11
              |
            2 |   - name: secret
              |           ^^^^^^
        "#]],
        );
        check_v2(
            source,
            expect![[r#"
            nothing
        "#]],
        );
    }
}
