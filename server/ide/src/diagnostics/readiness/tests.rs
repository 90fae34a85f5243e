//! What a producer, and a consumer, is told once readiness is on.

use std::sync::Arc;

use expect_test::{Expect, expect};

use crate::diagnostics::tests;
use crate::{Analysis, Rules};

fn check(source: &str, expected: Expect) {
    let on = |analysis: &mut Analysis| {
        Arc::make_mut(&mut analysis.rules).everywhere.extend(Rules::readiness(true));
    };
    tests::check_with(source, on, expected);
}

const SHOP: &str = "
//- shop/dbt_project.yml
name: shop
models:
  shop:
    open: {+access: public}
//- shop/models/bare.sql
{{ config(access='public') }} select 1
//- shop/models/open/by_folder.sql
select 1
//- shop/models/inside.sql
select 1
//- shop/models/ready.sql
select 1
//- shop/models/m_v1.sql
select 1
//- shop/models/m_v2.sql
select 1
//- shop/models/dynamic.sql
{{ config(access='public', contract={'enforced': var('strict')}, group=var('team'), meta=team_meta()) }} select 1
//- shop/macros/team.sql
{% macro team_meta() %}{% endmacro %}
//- shop/models/dynamic.md
{% docs dynamic %}It depends.{% enddocs %}
//- shop/models/_models.yml
groups:
  - name: books
    owner: {name: Bea}
models:
  - name: ready
    description: One row per order.
    access: public
    config: {contract: {enforced: true}, group: books}
    columns: [{name: id, data_type: int, description: The key.}]
  - name: dynamic
    description: '{{ doc(\"dynamic\") }}'
  - name: inside
    columns: [{name: id}]
  - name: m
    config: {access: public, meta: {owner: Bea}}
    versions:
      - v: 1
        description: The first.
        config: {contract: {enforced: true}}
        columns: [{include: all, exclude: [note]}, {name: id, data_type: int, description: The key.}]
      - v: 2
    columns: [{name: id}, {name: note}]
";

#[test]
fn public_models_that_lack_something() {
    check(
        SHOP,
        expect![[r#"
        warning[public-without-contract]: the public model 'bare' has no contract: enforce one, so that its columns cannot change unseen
         --> shop/models/bare.sql:1:19
          |
        1 | {{ config(access='public') }} select 1
          |                   ^^^^^^
        warning[public-without-description]: the public model 'bare' has no description: say what one row of it is
         --> shop/models/bare.sql:1:19
          |
        1 | {{ config(access='public') }} select 1
          |                   ^^^^^^
        warning[public-without-owner]: the public model 'bare' has no owner: put it into a group, or name one as 'meta: {owner: …}'
         --> shop/models/bare.sql:1:19
          |
        1 | {{ config(access='public') }} select 1
          |                   ^^^^^^
        warning[public-without-contract]: the public model 'by_folder' has no contract: enforce one, so that its columns cannot change unseen
         --> shop/models/open/by_folder.sql:1:1
          |
        1 | select 1
          | ^
        warning[public-without-description]: the public model 'by_folder' has no description: say what one row of it is
         --> shop/models/open/by_folder.sql:1:1
          |
        1 | select 1
          | ^
        warning[public-without-owner]: the public model 'by_folder' has no owner: put it into a group, or name one as 'meta: {owner: …}'
         --> shop/models/open/by_folder.sql:1:1
          |
        1 | select 1
          | ^
        warning[public-without-column-descriptions]: the public model 'm' has columns without description: 'id' and 'note'
          --> shop/models/_models.yml:14:11
           |
        14 |   - name: m
           |           ^
        warning[public-without-latest-version]: the public model 'm' has no latest_version: the next version would change what every unpinned ref means
          --> shop/models/_models.yml:14:11
           |
        14 |   - name: m
           |           ^
           |
           = fix: Add 'latest_version: 2', as it is today (preferred)
        warning[public-without-contract]: the public model 'm' version 2 has no contract: enforce one, so that its columns cannot change unseen
          --> shop/models/_models.yml:21:12
           |
        21 |       - v: 2
           |            ^
        warning[public-without-description]: the public model 'm' version 2 has no description: say what one row of it is
          --> shop/models/_models.yml:21:12
           |
        21 |       - v: 2
           |            ^
    "#]],
    );
}

#[test]
fn nothing_is_said_until_it_is_switched_on() {
    tests::check(
        SHOP,
        expect![[r#"
        nothing
    "#]],
    );
}

#[test]
fn one_rule_can_have_a_level_of_its_own() {
    let rules = |analysis: &mut Analysis| {
        let rules = &mut Arc::make_mut(&mut analysis.rules).everywhere;
        rules.extend(Rules::readiness(true));
        rules.extend(Rules::readiness(false));
        rules.insert("public-without-contract".into(), Some(crate::Severity::Error));
    };
    tests::check_with(
        SHOP,
        rules,
        expect![[r#"
        error[public-without-contract]: the public model 'bare' has no contract: enforce one, so that its columns cannot change unseen
         --> shop/models/bare.sql:1:19
          |
        1 | {{ config(access='public') }} select 1
          |                   ^^^^^^
        error[public-without-contract]: the public model 'by_folder' has no contract: enforce one, so that its columns cannot change unseen
         --> shop/models/open/by_folder.sql:1:1
          |
        1 | select 1
          | ^
        error[public-without-contract]: the public model 'm' version 2 has no contract: enforce one, so that its columns cannot change unseen
          --> shop/models/_models.yml:21:12
           |
        21 |       - v: 2
           |            ^
    "#]],
    );
}

#[test]
fn the_latest_version_is_written_down_as_it_is() {
    let model = |entry: &str| {
        format!(
            "//- shop/dbt_project.yml\nname: shop\nmodels: {{+access: public}}\n//- shop/models/m_v9.sql\nselect 1\n\
             //- shop/models/m_v10.sql\nselect 1\n//- shop/models/_models.yml\n$0models:\n{entry}"
        )
    };
    let fix = |entry: &str, expected: Expect| {
        let rules = |analysis: &mut Analysis| {
            let code = "public-without-latest-version";
            Arc::make_mut(&mut analysis.rules).everywhere.insert(code.into(), Some(crate::Severity::Info));
        };
        tests::check_fix_with(&model(entry), rules, "Add", expected);
    };
    fix(
        "  - name: m # here\n    versions: [{v: 9}, {v: 10}]\n",
        expect![[r#"
        models:
          - name: m # here
            latest_version: 10
            versions: [{v: 9}, {v: 10}]
    "#]],
    );
    fix(
        "  - description: 😀\r\n    name: 'm'\r\n    versions: [{v: '9'}, {v: '10'}]\r\n",
        // Written with escapes: a tool that rewrites line ends would change what is tested.
        expect![
            "models:\n  - description: 😀\r\n    name: 'm'\r\n    latest_version: '10'\r\n    versions: [{v: '9'}, {v: '10'}]\n"
        ],
    );
}

#[test]
fn what_is_shown_outside_should_be_public() {
    check(
        "
//- shop/dbt_project.yml
name: shop
//- shop/models/inside.sql
select 1
//- shop/models/shared.sql
select 1
//- shop/models/secret.sql
{{ config(access='private') }} select 1
//- shop/seeds/countries.csv
code
//- shop/models/_models.yml
$0groups: [{name: books, owner: {name: Bea}}]
models:
  - {name: shared, description: Shared., config: {access: public, contract: {enforced: true}, group: books}, columns: [{name: id, data_type: int, description: Key.}]}
semantic_models:
  - name: s
    model: ref('inside')
exposures:
  - name: e
    type: dashboard
    owner: {name: Bea}
    depends_on: [ref('shared'), ref('inside'), ref('secret'), ref('countries'), ref(var('x'))]
",
        expect![[r#"
            error[missing-time-spine]: semantic models need a time spine of a day or finer, and no model is one: give a model with a row for each day a 'time_spine'
             --> shop/models/_models.yml:5:11
              |
            5 |   - name: s
              |           ^
            warning[exposed-non-public]: 'inside' is protected, and a semantic model shows it to others: make it public, or read a public model
             --> shop/models/_models.yml:6:17
              |
            6 |     model: ref('inside')
              |                 ^^^^^^
              |
              = note: 'inside': shop/models/inside.sql:1
            warning[exposed-non-public]: 'inside' is protected, and an exposure shows it to others: make it public, or read a public model
              --> shop/models/_models.yml:11:38
               |
            11 |     depends_on: [ref('shared'), ref('inside'), ref('secret'), ref('countries'), ref(var('x'))]
               |                                      ^^^^^^
               |
               = note: 'inside': shop/models/inside.sql:1
            error[private-model]: 'secret' is private and in no group, so nothing may refer to it: give it a group or more access
              --> shop/models/_models.yml:11:53
               |
            11 |     depends_on: [ref('shared'), ref('inside'), ref('secret'), ref('countries'), ref(var('x'))]
               |                                                     ^^^^^^
               |
               = note: 'secret' of 'shop': shop/models/secret.sql:1
        "#]],
    );
}

#[test]
fn environment_variables_of_a_project_on_the_platform() {
    let shop = "//- shop/models/a.sql
{{ env_var('TEAM') }} {{ env_var('DBT_TEAM') }} {{ env_var(var('x')) }} {{ env_var('PORT', '1') }}
//- shop/dbt_project.yml
name: shop
models:
  +schema: \"{{ env_var('SCHEMA') }}\"
";
    check(
        shop,
        expect![[r#"
        nothing
    "#]],
    );
    check(
        &format!("{shop}dbt-cloud: {{project-id: 7}}\n"),
        expect![[r#"
        warning[env-var-prefix]: the dbt platform sets no environment variable 'TEAM': it only has names that begin with DBT_
         --> shop/models/a.sql:1:13
          |
        1 | {{ env_var('TEAM') }} {{ env_var('DBT_TEAM') }} {{ env_var(var('x')) }} {{ env_var('PORT', '1') }}
          |             ^^^^
        warning[env-var-prefix]: the dbt platform sets no environment variable 'PORT': it only has names that begin with DBT_
         --> shop/models/a.sql:1:85
          |
        1 | {{ env_var('TEAM') }} {{ env_var('DBT_TEAM') }} {{ env_var(var('x')) }} {{ env_var('PORT', '1') }}
          |                                                                                     ^^^^
        warning[env-var-prefix]: the dbt platform sets no environment variable 'SCHEMA': it only has names that begin with DBT_
         --> shop/dbt_project.yml:3:25
          |
        3 |   +schema: "{{ env_var('SCHEMA') }}"
          |                         ^^^^^^
    "#]],
    );
}

#[test]
fn a_consumer_pins_what_it_reads() {
    let model = "{{ ref('platform', 'customers') }} {{ ref('platform', 'products') }} {{ ref('platform', 'orders') }} \
                 {{ ref('platform', 'customers', v=1) }}";
    check(
        &format!("{}{}", tests::finance(model), tests::PLATFORM_MANIFEST),
        expect![[r#"
        warning[unpinned-upstream-ref]: 'customers' of another project is read without a version: pin it with v=2
         --> finance/models/report.sql:1:21
          |
        1 | {{ ref('platform', 'customers') }} {{ ref('platform', 'products') }} {{ ref('platform', 'orders') }} {{ ref('platform', 'customers', ...
          |                     ^^^^^^^^^
          |
          = fix: Pin version 2 (preferred)
        hint[prerelease-available]: this ref means version 2 of 'products'; version 3 is a prerelease that v=3 tries
         --> finance/models/report.sql:1:56
          |
        1 | {{ ref('platform', 'customers') }} {{ ref('platform', 'products') }} {{ ref('platform', 'orders') }} {{ ref('platform', 'customers', ...
          |                                                        ^^^^^^^^
          |
          = fix: Pin version 2, the latest
          = fix: Try version 3, a prerelease
        warning[unpinned-upstream-ref]: 'products' of another project is read without a version: pin it with v=2
         --> finance/models/report.sql:1:56
          |
        1 | {{ ref('platform', 'customers') }} {{ ref('platform', 'products') }} {{ ref('platform', 'orders') }} {{ ref('platform', 'customers', ...
          |                                                        ^^^^^^^^
          |
          = fix: Pin version 2 (preferred)
        warning[deprecated-model]: version 1 of 'customers' was deprecated on 2026-01-31: move to version 2
         --> finance/models/report.sql:1:136
          |
        1 | ...'platform', 'orders') }} {{ ref('platform', 'customers', v=1) }}
          |                                                               ^ deprecated
          |
          = note: the deprecated model: model.platform.customers.v1
          = fix: Move to version 2
    "#]],
    );
}

#[test]
fn a_producer_is_no_package() {
    check(
        &format!(
            "//- finance/dbt_project.yml\nname: finance\n//- finance/dbt_packages/utils/dbt_project.yml\nname: utils\n\
             //- finance/dbt_packages/utils/models/u.sql\nselect 1\n\
             //- finance/packages.yml\n$0packages:\n  - local: ../platform\n  - package: us/utils\n    version: 1.0.0\n{}",
            tests::PLATFORM
        ),
        expect![[r#"
            error[package-not-installed]: the package '../platform' is not in dbt_packages: run 'dbt deps'
             --> finance/packages.yml:2:12
              |
            2 |   - local: ../platform
              |            ^^^^^^^^^^^
            warning[producer-as-package]: 'platform' publishes models ('customers'), and as a package they are built here once more: list it under 'projects:' instead
             --> finance/packages.yml:2:12
              |
            2 |   - local: ../platform
              |            ^^^^^^^^^^^
        "#]],
    );
}
