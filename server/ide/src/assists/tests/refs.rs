//! Refs and dependencies over two projects, and relations that are written out.

use expect_test::expect;

use super::{ALL, Wanted, check, offered, titles_of};
use crate::AssistKind;

const TWO: &str = r#"
//- platform/dbt_project.yml
name: platform
//- platform/models/orders_v1.sql
select 1
//- platform/models/orders_v2.sql
select 1
//- platform/models/report.sql
select * from {{ ref('orders', v=1) }} -- é
//- platform/models/schema.yml
models:
  - name: orders
    access: public
    versions: [{v: 1}, {v: 2}]
//- finance/dbt_project.yml
name: finance
//- finance/models/a.sql
select * from {{ ref("platform", "orders", version = 1) }}$0
//- finance/models/b.sql
select * from {{ ref('platform', 'orders', v=var('x')) }} {{ ref('platform', 'orders', v=2) }}
//- finance/dependencies.yml
projects:
  - name: platform # ours
"#;

#[test]
fn refs_are_upgraded_in_a_file_a_project_and_the_workspace() {
    check(
        TWO,
        "Upgrade every ref of this file to the latest version",
        expect![[r#"
        /w/finance/models/a.sql
        select * from {{ ref("platform", "orders", version = 2) }}
    "#]],
    );
    let on = |place: &str| {
        let there = TWO.replace("$0", "");
        let plain = place.replace("$0", "");
        assert!(there.contains(&plain));
        there.replace(&plain, place)
    };
    titles_of(
        &on("name: platfo$0rm # ours"),
        ALL,
        expect![[r#"
        Remove 'platform'
        Upgrade every ref of this project to the latest version
        Upgrade every ref of the workspace to the latest version
    "#]],
    );
    check(
        &on("na$0me: finance"),
        "Upgrade every ref of this project to the latest version",
        expect![[r#"
        /w/finance/models/a.sql
        select * from {{ ref("platform", "orders", version = 2) }}
    "#]],
    );
    check(
        &on("na$0me: finance"),
        "Upgrade every ref of the workspace to the latest version",
        expect![[r#"
        /w/platform/models/report.sql
        select * from {{ ref('orders', v=2) }} -- é
        /w/finance/models/a.sql
        select * from {{ ref("platform", "orders", version = 2) }}
    "#]],
    );
    let here = on("ref('orders', $0v=1)");
    check(
        &here,
        "Upgrade every ref to version 1 of 'orders' to version 2 in this project",
        expect![[r#"
        /w/platform/models/report.sql
        select * from {{ ref('orders', v=2) }} -- é
    "#]],
    );
    check(
        &here,
        "Upgrade every ref to version 1 of 'orders' to version 2",
        expect![[r#"
        /w/platform/models/report.sql
        select * from {{ ref('orders', v=2) }} -- é
        /w/finance/models/a.sql
        select * from {{ ref("platform", "orders", version = 2) }}
    "#]],
    );
    // A list in brackets stays one.
    check(
        &on("- name: ord$0ers"),
        "Add version 3 of 'orders'",
        expect![[r#"
        new /w/platform/models/orders_v3.sql
        select 1
        /w/platform/models/schema.yml
        models:
          - name: orders
            latest_version: 2
            access: public
            versions: [{v: 1}, {v: 2}, {v: 3}]
    "#]],
    );
}

#[test]
fn dependencies_are_declared_and_removed() {
    let file = |text: &str| TWO.replace("$0", "").replace("projects:\n  - name: platform # ours\n", text);
    titles_of(
        &file("$0"),
        &[AssistKind::Rewrite],
        expect![[r#"
        Declare project 'platform' in dependencies.yml
    "#]],
    );
    check(
        &file("# deps\r\nprojects:$0 []\r\n"),
        "Declare project 'platform' in dependencies.yml",
        expect![[r#"
            /w/finance/dependencies.yml
            # deps␍
            projects: [{name: platform}]␍
        "#]],
    );
    check(
        &file("projects:\n  - name: plat$0form # ours\n"),
        "Remove 'platform'",
        expect![[r#"
        /w/finance/dependencies.yml

        caution: refs of this project still read models of 'platform'.
    "#]],
    );
    titles_of(
        &file("projects: {$0"),
        &[AssistKind::Rewrite],
        expect![[r#"
        nothing
    "#]],
    );
}

const RELATIONS: &str = r#"
//- shop/dbt_project.yml
name: shop
//- shop/models/orders.sql
select * from raw.orders
//- shop/models/secret.sql
select 1
//- shop/models/report.sql
$0select * from Analytics.Marts.orders o
join "raw"."orders" r on true -- raw.orders
join prod.raw.orders on true join RAW."Orders" join other.orders
join twice.a join analytics.core.customers join elsewhere.x join marts.orders
//- shop/models/_sources.yml
sources:
  - name: landing
    schema: raw
    tables: [{name: orders}]
  - name: twice
    tables: [{name: a}]
  - name: again
    schema: twice
    tables: [{name: b, identifier: a}]
  - name: far
    database: lake
    schema: elsewhere
    tables: [{name: x}]
//- shop/dependencies.yml
projects: [{name: platform}]
//- shop @manifest built
model orders protected relation_name=analytics.marts.orders database=analytics
model gone protected relation_name=analytics.marts.gone database=analytics
//- shop @manifest platform
model customers public v=2 latest=2 relation_name=analytics.core.customers
"#;

#[test]
fn relations_are_replaced_where_one_node_is_that() {
    titles_of(
        &RELATIONS.replace("$0", "").replace("from Analytics", "from Anal$0ytics"),
        &[AssistKind::Rewrite],
        expect![[r#"
            Replace by ref('orders')
            Describe 'report' in YAML
            Make 'report' public
            Add version 2 of 'report'
        "#]],
    );
    check(
        RELATIONS,
        "Replace all written-out relations by ref and source",
        expect![[r#"
        /w/shop/models/report.sql
        select * from {{ ref('orders') }} o
        join {{ source('landing', 'orders') }} r on true -- raw.orders
        join prod.raw.orders on true join RAW."Orders" join other.orders
        join twice.a join {{ ref('platform', 'customers', v=2) }} join elsewhere.x join {{ ref('orders') }}
    "#]],
    );
}

#[test]
fn a_version_goes_on_reading_the_one_before_it() {
    let mesh = |down: &str, second: &str| {
        format!(
            "
//- shop/dbt_project.yml
name: shop
//- shop/models/m_v1.sql
select 1 as id
//- shop/models/m_v2.sql
{second}
//- shop/models/down.sql
{down}
//- shop/models/s.yml
models:
  - name: m
    versions:
      - v: 1
      - v: 2
"
        )
    };
    check(
        &mesh("select * from {{ ref('$0m', v=1) }}", "select * from {{ ref('m', v=1) }}"),
        "Upgrade every ref to version 1 of 'm' to version 2",
        expect![[r#"
            /w/shop/models/down.sql
            select * from {{ ref('m', v=2) }}
        "#]],
    );
    titles_of(
        &mesh("select 1", "select * from {{ ref('$0m', v=1) }}"),
        &[AssistKind::Rewrite, AssistKind::Source],
        expect![[r#"
            Upgrade every ref to version 1 of 'm' to version 2
            Make 'm' public
            Add version 3 of 'm'
        "#]],
    );
}

#[test]
fn a_new_version_has_the_columns_of_the_one_it_copies() {
    check(
        "
//- shop/dbt_project.yml
name: shop
//- shop/models/m_v1.sql
select cast(1 as int) as id
//- shop/models/m_v2.sql
select cast(1 as int) as id, cast(2 as int) as extra
//- shop/models/s.yml
models:
  - name: $0m
    latest_version: 2
    config: {contract: {enforced: true}}
    columns: [{name: id, data_type: int}]
    versions:
      - v: 1
      - v: 2
        deprecation_date: 2030-01-01
        # One more.
        columns:
          - include: all

          - name: extra # new
            data_type: int
",
        "Add version 3 of 'm'",
        expect![[r#"
            new /w/shop/models/m_v3.sql
            select cast(1 as int) as id, cast(2 as int) as extra
            /w/shop/models/s.yml
            models:
              - name: m
                latest_version: 2
                config: {contract: {enforced: true}}
                columns: [{name: id, data_type: int}]
                versions:
                  - v: 1
                  - v: 2
                    deprecation_date: 2030-01-01
                    # One more.
                    columns:
                      - include: all

                      - name: extra # new
                        data_type: int
                  - v: 3
                    columns:
                      - include: all

                      - name: extra # new
                        data_type: int
        "#]],
    );
}

#[test]
fn a_list_with_entries_that_cannot_be_read_stays() {
    for other in ["  - name: \"{{ env_var('X') }}\"", "  - name:", "  - finance"] {
        let fixture = crate::fixture::fixture(&format!(
            "
//- platform/dbt_project.yml
name: platform
//- shop/dbt_project.yml
name: shop
//- shop/dependencies.yml
projects:
  - name: $0platform
{other}
"
        ));
        let found = offered(&fixture, Wanted::One("Remove 'platform'"), ALL);
        let change = found.into_iter().next().and_then(|assist| assist.change);
        let left = change.map(|change| super::shown(&fixture, &change));
        assert!(left.is_none_or(|left| left.contains("projects:") && left.contains(other)), "{other}");
    }
}
