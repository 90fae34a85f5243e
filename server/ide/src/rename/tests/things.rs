//! Renaming things of the mesh: every line that changes, every file that moves.

use expect_test::{Expect, expect};

use crate::fixture::fixture;
use crate::{files_deleted, files_renamed, rename};

const MESH: &str = r#"
//- platform/dbt_project.yml
name: platform
models:
  platform:
    marts:
      orders:
        +tags: [x]
      +group: sales
//- platform/models/marts/orders.sql
select {{ cents('total') }} from {{ source('raw', 'events') }}
//- platform/models/marts/customers_v1.sql
select * from {{ ref('orders') }}
//- platform/models/marts/customers_v2.sql
select * from {{ ref("platform", "orders") }}
//- platform/models/marts/customers_wide.sql
{% set m = 'helper' %}select * from {{ ref(m) }}
//- platform/models/helper.sql
select {{ platform.cents('a') }}
//- platform/models/schema.yml
sources:
  - name: raw
    tables:
      - name: events
groups:
  - name: sales
    owner: {name: Sue}
models:
  - name: orders
    access: public
    config: {group: "sales"}
    data_tests:
      - relationships: {to: "ref('customers', v=1)", field: id}
  - name: customers
    latest_version: 2
    versions:
      - v: 1
      - v: 2
      - v: 3
        defined_in: customers_wide
unit_tests:
  - name: adds_up
    model: orders
    given:
      - input: source('raw', 'events')
//- platform/macros/money.sql
{% macro cents(column) %}{{ return(adapter.dispatch('cents')(column)) }}{% endmacro %}
{% macro default__cents(column) %}{{ column }}{% endmacro %}
{% macro duckdb__cents(column) %}{{ column }}{% endmacro %}
//- platform/models/docs.md
{% docs orders_doc %}x{% enddocs %}
//- finance/dbt_project.yml
name: finance
//- finance/dependencies.yml
projects:
  - name: platform
//- finance/models/orders.sql
select * from {{ ref('platform', 'orders') }}
//- finance/models/report.sql
select * from {{ ref('orders') }}, {{ ref('platform', 'customers', v=2) }}
//- finance/dbt_packages/utils/dbt_project.yml
name: utils
//- finance/dbt_packages/utils/macros/star.sql
{% macro star() %}*{% endmacro %}
//- finance/models/packaged.sql
{{ utils.star() }} {{ ref('warehouse', 'stock') }}
//- finance @manifest warehouse
model stock public
"#;

/// The lines that change when what stands at `at` in `path` is called `to`.
fn check(path: &str, at: &str, to: &str, expected: Expect) {
    let plain = at.replace("$0", "");
    let head = format!("//- {path}\n");
    let file_at = MESH.find(&head).unwrap() + head.len();
    let inside = MESH[file_at..].find(&plain).unwrap_or_else(|| panic!("no {plain} in {path}"));
    let source = format!("{}{at}{}", &MESH[..file_at + inside], &MESH[file_at + inside + plain.len()..]);
    let fixture = fixture(&source);
    let shown = match rename(&fixture.analysis, fixture.cursor.unwrap(), to, &|_| None).unwrap() {
        Err(why) => format!("no: {why}\n"),
        Ok(change) => changed(&fixture, &change),
    };
    expected.assert_eq(&shown);
}

fn changed(fixture: &crate::fixture::Fixture, change: &crate::SourceChange) -> String {
    let mut out = String::new();
    for (file, edits) in &change.edits {
        let path = fixture.analysis.mesh.path(*file).unwrap();
        let before = &fixture.texts[file];
        let after = text::apply_edits(before, edits).unwrap();
        for (at, (old, new)) in before.lines().zip(after.lines()).enumerate() {
            if old != new {
                out.push_str(&format!("{}:{} {}\n", path.trim_start_matches("/w/"), at + 1, new.trim()));
            }
        }
    }
    for (from, to) in &change.moves {
        out.push_str(&format!("{} -> {}\n", from.trim_start_matches("/w/"), to.trim_start_matches("/w/")));
    }
    out.push_str(&change.caution.iter().map(|caution| format!("! {caution}\n")).collect::<String>());
    out
}

#[test]
fn a_model_everywhere() {
    check(
        "finance/models/orders.sql",
        "'ord$0ers'",
        "purchases",
        expect![[r#"
        platform/dbt_project.yml:5 purchases:
        platform/models/marts/customers_v1.sql:1 select * from {{ ref('purchases') }}
        platform/models/marts/customers_v2.sql:1 select * from {{ ref("platform", "purchases") }}
        platform/models/schema.yml:9 - name: purchases
        platform/models/schema.yml:23 model: purchases
        finance/models/orders.sql:1 select * from {{ ref('platform', 'purchases') }}
        platform/models/marts/orders.sql -> platform/models/marts/purchases.sql
        ! The model is public: projects outside of this workspace may read it from platform by its old name
    "#]],
    );
    // The other project's model of that name stays.
    check(
        "finance/models/report.sql",
        "ref('ord$0ers')",
        "payments",
        expect![[r#"
        finance/models/report.sql:1 select * from {{ ref('payments') }}, {{ ref('platform', 'customers', v=2) }}
        finance/models/orders.sql -> finance/models/payments.sql
    "#]],
    );
}

#[test]
fn a_model_with_versions_and_one_of_them() {
    check(
        "platform/models/schema.yml",
        "ref('cust$0omers'",
        "clients",
        expect![[r#"
            platform/models/schema.yml:13 - relationships: {to: "ref('clients', v=1)", field: id}
            platform/models/schema.yml:14 - name: clients
            platform/models/schema.yml:20 defined_in: clients_wide
            finance/models/report.sql:1 select * from {{ ref('orders') }}, {{ ref('platform', 'clients', v=2) }}
            platform/models/marts/customers_v1.sql -> platform/models/marts/clients_v1.sql
            platform/models/marts/customers_v2.sql -> platform/models/marts/clients_v2.sql
            platform/models/marts/customers_wide.sql -> platform/models/marts/clients_wide.sql
        "#]],
    );
    check(
        "finance/models/report.sql",
        "v=$02",
        "4",
        expect![[r#"
            platform/models/schema.yml:15 latest_version: 4
            platform/models/schema.yml:18 - v: 4
            finance/models/report.sql:1 select * from {{ ref('orders') }}, {{ ref('platform', 'customers', v=4) }}
            platform/models/marts/customers_v2.sql -> platform/models/marts/customers_v4.sql
        "#]],
    );
    check(
        "finance/models/report.sql",
        "v=$02",
        "3",
        expect![[r#"
        no: '3' exists already in platform
    "#]],
    );
}

#[test]
fn sources_tables_groups_docs_projects() {
    check(
        "platform/models/marts/orders.sql",
        "'r$0aw'",
        "shop",
        expect![[r#"
        platform/models/marts/orders.sql:1 select {{ cents('total') }} from {{ source('shop', 'events') }}
        platform/models/schema.yml:2 - name: shop
        platform/models/schema.yml:25 - input: source('shop', 'events')
    "#]],
    );
    check(
        "platform/models/marts/orders.sql",
        "'eve$0nts'",
        "clicks",
        expect![[r#"
        platform/models/marts/orders.sql:1 select {{ cents('total') }} from {{ source('raw', 'clicks') }}
        platform/models/schema.yml:4 - name: clicks
        platform/models/schema.yml:25 - input: source('raw', 'clicks')
        ! The name of a source's table is its name in the warehouse too, unless 'identifier' says otherwise
    "#]],
    );
    check(
        "platform/models/schema.yml",
        "name: sa$0les",
        "revenue",
        expect![[r#"
        platform/dbt_project.yml:7 +group: revenue
        platform/models/schema.yml:6 - name: revenue
        platform/models/schema.yml:11 config: {group: "revenue"}
    "#]],
    );
    check(
        "platform/models/docs.md",
        "orders$0_doc",
        "order_docs",
        expect![[r#"
        platform/models/docs.md:1 {% docs order_docs %}x{% enddocs %}
    "#]],
    );
    check(
        "finance/dependencies.yml",
        "plat$0form",
        "core",
        expect![[r#"
        platform/dbt_project.yml:1 name: core
        platform/dbt_project.yml:3 core:
        platform/models/marts/customers_v2.sql:1 select * from {{ ref("core", "orders") }}
        platform/models/helper.sql:1 select {{ core.cents('a') }}
        finance/dependencies.yml:2 - name: core
        finance/models/orders.sql:1 select * from {{ ref('core', 'orders') }}
        finance/models/report.sql:1 select * from {{ ref('orders') }}, {{ ref('core', 'customers', v=2) }}
        ! Projects outside of this workspace, schedules and environments may know the project as platform
    "#]],
    );
}

#[test]
fn a_macro_with_its_implementations() {
    check(
        "platform/models/marts/orders.sql",
        "ce$0nts",
        "to_cents",
        expect![[r#"
        platform/models/marts/orders.sql:1 select {{ to_cents('total') }} from {{ source('raw', 'events') }}
        platform/models/helper.sql:1 select {{ platform.to_cents('a') }}
        platform/macros/money.sql:1 {% macro to_cents(column) %}{{ return(adapter.dispatch('to_cents')(column)) }}{% endmacro %}
        platform/macros/money.sql:2 {% macro default__to_cents(column) %}{{ column }}{% endmacro %}
        platform/macros/money.sql:3 {% macro duckdb__to_cents(column) %}{{ column }}{% endmacro %}
    "#]],
    );
    check(
        "platform/macros/money.sql",
        "default__ce$0nts",
        "default__c",
        expect![[r#"
        no: adapter.dispatch finds it by this name: rename 'cents'
    "#]],
    );
}

#[test]
fn what_cannot_be() {
    check(
        "finance/models/orders.sql",
        "'ord$0ers'",
        "two words",
        expect![[r#"
        no: 'two words' is no name that dbt takes: use letters, digits and _
    "#]],
    );
    check(
        "finance/models/orders.sql",
        "'ord$0ers'",
        "helper",
        expect![[r#"
        no: 'helper' exists already in platform
    "#]],
    );
    check(
        "platform/models/marts/customers_wide.sql",
        "ref($0m)",
        "other",
        expect![[r#"
        platform/models/marts/customers_wide.sql:1 {% set other = 'helper' %}select * from {{ ref(other) }}
    "#]],
    );
    check(
        "finance/models/packaged.sql",
        "st$0ar",
        "moon",
        expect![[r#"
        no: it belongs to package utils, which is installed: rename it where it is made
    "#]],
    );
    check(
        "finance/models/packaged.sql",
        "'st$0ock'",
        "stocks",
        expect![[r#"
        no: only the manifest of warehouse is at hand, not its files
    "#]],
    );
}

#[test]
fn files_and_folders_moved_in_the_explorer() {
    let fixture = fixture(MESH);
    let moved = |from: &str, to: &str| {
        let moves = [(format!("/w/{from}"), format!("/w/{to}"))];
        changed(
            &fixture,
            &files_renamed(&fixture.analysis, &moves, &|file| fixture.texts.get(&file).cloned()).unwrap(),
        )
    };
    expect![[r#"
        platform/dbt_project.yml:5 purchases:
        platform/models/marts/customers_v1.sql:1 select * from {{ ref('purchases') }}
        platform/models/marts/customers_v2.sql:1 select * from {{ ref("platform", "purchases") }}
        platform/models/schema.yml:9 - name: purchases
        platform/models/schema.yml:23 model: purchases
        finance/models/orders.sql:1 select * from {{ ref('platform', 'purchases') }}
        ! The model is public: projects outside of this workspace may read it from platform by its old name
    "#]]
    .assert_eq(&moved("platform/models/marts/orders.sql", "platform/models/marts/purchases.sql"));
    expect![[r#"
        platform/models/schema.yml:20 defined_in: wide
    "#]]
    .assert_eq(&moved("platform/models/marts/customers_wide.sql", "platform/models/marts/wide.sql"));
    expect![[r#"
        platform/dbt_project.yml:4 core:
    "#]]
    .assert_eq(&moved("platform/models/marts", "platform/models/core"));
    // Into another folder nothing is called otherwise.
    assert_eq!(moved("platform/models/marts/customers_v1.sql", "platform/models/customers_v1.sql"), "");
    assert_eq!(moved("elsewhere/a.sql", "elsewhere/b.sql"), "");
}

#[test]
fn files_of_versions_and_files_that_leave() {
    let mesh = "
//- shop/dbt_project.yml
name: shop
//- shop/models/a_v1.sql
select 1
//- shop/models/a_v2.sql
select 1
//- shop/models/x.sql
select * from {{ ref('a', v=1) }}
//- shop/models/s.yml
models:
  - name: a
    versions:
      - v: 1
      - {v: 2}
";
    let fixture = fixture(mesh);
    let moved = |from: &str, to: &str| {
        let moves = [(format!("/w/shop/{from}"), format!("/w/shop/{to}"))];
        let read = |file| fixture.texts.get(&file).cloned();
        changed(&fixture, &files_renamed(&fixture.analysis, &moves, &read).unwrap())
    };
    expect![[r#"
        shop/models/x.sql:1 select * from {{ ref('a', v=7) }}
        shop/models/s.yml:4 - v: 7
    "#]]
    .assert_eq(&moved("models/a_v1.sql", "models/a_v7.sql"));
    expect![[r#"
        shop/models/s.yml:5 defined_in: old
    "#]]
    .assert_eq(&moved("models/a_v1.sql", "models/old.sql"));
    expect![[r#"
        shop/models/s.yml:5 - {v: 2, defined_in: a_v1_new}
    "#]]
    .assert_eq(&moved("models/a_v2.sql", "models/a_v1_new.sql"));
    expect![[r#"
        ! model.shop.a.v1 is still used by /w/shop/models/x.sql
    "#]]
    .assert_eq(&moved("models/a_v1.sql", "archive/a.sql"));
}

const TREES: &str = "
//- shop/dbt_project.yml
name: shop
models:
  shop:
    # From the sources.
    staging:  # raw
      +schema: raw
      +tags: [a]

      events:
        +enabled: true
      orders: {+materialized: table}
    marts:
      finance:
        +group: finance
  other: {}
seeds:
  shop:
    staging: {+enabled: true}
sources:
  shop:
    staging:
      +enabled: true
data_tests: {shop: {staging: {+severity: warn}}}
//- shop/models/staging/events/clicks.sql
select 1
//- shop/models/staging/orders.sql
select 1
//- shop/models/marts/finance/revenue.sql
select 1
//- shop/seeds/staging/countries.csv
a
//- shop/selectors.yml
selectors:
  - name: s
    definition:
      union: ['path:models/staging+', 'path:models/staging/events', 'models/marts/finance', {method: path, value: models/staging/orders.sql}]
";

/// The files that change when one moves, as they are then.
fn trees(from: &str, to: &str) -> String {
    let fixture = fixture(TREES);
    let moves = [(format!("/w/shop/{from}"), format!("/w/shop/{to}"))];
    let change = files_renamed(&fixture.analysis, &moves, &|file| fixture.texts.get(&file).cloned()).unwrap();
    let mut out = change.caution.map(|caution| format!("! {caution}\n")).unwrap_or_default();
    for (file, edits) in change.edits {
        out.push_str(&format!("{}\n", fixture.analysis.mesh.file(file).unwrap().path));
        out.push_str(&text::apply_edits(&fixture.texts[&file], &edits).unwrap());
    }
    out
}

#[test]
fn keys_of_folders_and_files_move_with_them() {
    expect![[r#"
        ! dbt_project.yml still has 'data_tests.shop.staging', which stands for nothing any more
        dbt_project.yml
        name: shop
        models:
          shop:
            marts:
              finance:
                +group: finance
            layers:
              raw:
                # From the sources.
                staging:  # raw
                  +schema: raw
                  +tags: [a]

                  events:
                    +enabled: true
                  orders: {+materialized: table}
          other: {}
        seeds:
          shop:
            staging: {+enabled: true}
        sources:
          shop:
            layers:
              raw:
                staging:
                  +enabled: true
        data_tests: {shop: {staging: {+severity: warn}}}
        selectors.yml
        selectors:
          - name: s
            definition:
              union: ['path:models/layers/raw/staging+', 'path:models/layers/raw/staging/events', 'models/marts/finance', {method: path, value: models/layers/raw/staging/orders.sql}]
    "#]].assert_eq(&trees("models/staging", "models/layers/raw/staging"));
    expect![[r#"
        dbt_project.yml
        name: shop
        models:
          shop:
            # From the sources.
            staging:  # raw
              +schema: raw
              +tags: [a]

              events:
                +enabled: true
              orders: {+materialized: table}
            finance:
              +group: finance
          other: {}
        seeds:
          shop:
            staging: {+enabled: true}
        sources:
          shop:
            staging:
              +enabled: true
        data_tests: {shop: {staging: {+severity: warn}}}
        selectors.yml
        selectors:
          - name: s
            definition:
              union: ['path:models/staging+', 'path:models/staging/events', 'models/finance', {method: path, value: models/staging/orders.sql}]
    "#]].assert_eq(&trees("models/marts/finance", "models/finance"));
    expect![[r#"
        dbt_project.yml
        name: shop
        models:
          shop:
            # From the sources.
            staging:  # raw
              +schema: raw
              +tags: [a]

              events:
                +enabled: true
              orders: {+materialized: table}
              finance:
                +group: finance
          other: {}
        seeds:
          shop:
            staging: {+enabled: true}
        sources:
          shop:
            staging:
              +enabled: true
        data_tests: {shop: {staging: {+severity: warn}}}
        selectors.yml
        selectors:
          - name: s
            definition:
              union: ['path:models/staging+', 'path:models/staging/events', 'models/staging/finance', {method: path, value: models/staging/orders.sql}]
    "#]].assert_eq(&trees("models/marts/finance", "models/staging/finance"));
    expect![[r#"
        dbt_project.yml
        name: shop
        models:
          shop:
            # From the sources.
            staging:  # raw
              +schema: raw
              +tags: [a]

              events:
                +enabled: true
            marts:
              finance:
                +group: finance
              orders: {+materialized: table}
          other: {}
        seeds:
          shop:
            staging: {+enabled: true}
        sources:
          shop:
            staging:
              +enabled: true
        data_tests: {shop: {staging: {+severity: warn}}}
        selectors.yml
        selectors:
          - name: s
            definition:
              union: ['path:models/staging+', 'path:models/staging/events', 'models/marts/finance', {method: path, value: models/marts/orders.sql}]
    "#]].assert_eq(&trees("models/staging/orders.sql", "models/marts/orders.sql"));
    expect![[r#"
        dbt_project.yml
        name: shop
        models:
          shop:
            # From the sources.
            staging:  # raw
              +schema: raw
              +tags: [a]

              orders: {+materialized: table}
            marts:
              finance:
                +group: finance
              clicks:
                +enabled: true
          other: {}
        seeds:
          shop:
            staging: {+enabled: true}
        sources:
          shop:
            staging:
              +enabled: true
        data_tests: {shop: {staging: {+severity: warn}}}
        selectors.yml
        selectors:
          - name: s
            definition:
              union: ['path:models/staging+', 'path:models/marts/clicks', 'models/marts/finance', {method: path, value: models/staging/orders.sql}]
    "#]].assert_eq(&trees("models/staging/events", "models/marts/clicks"));
    expect![[r#"
        dbt_project.yml
        name: shop
        models:
          shop:
            # From the sources.
            staging:  # raw
              +schema: raw
              +tags: [a]

              events:
                +enabled: true
            marts:
              finance:
                +group: finance
              'on': {+materialized: table}
          other: {}
        seeds:
          shop:
            staging: {+enabled: true}
        sources:
          shop:
            staging:
              +enabled: true
        data_tests: {shop: {staging: {+severity: warn}}}
        selectors.yml
        selectors:
          - name: s
            definition:
              union: ['path:models/staging+', 'path:models/staging/events', 'models/marts/finance', {method: path, value: models/marts/on.sql}]
    "#]].assert_eq(&trees("models/staging/orders.sql", "models/marts/on.sql"));
    expect![[r#"
        dbt_project.yml
        name: shop
        models:
          shop:
            # From the sources.
            staging:  # raw
              +schema: raw
              +tags: [a]

              events:
                +enabled: true
              orders: {+materialized: table}
            marts:
              '2024':
                +group: finance
          other: {}
        seeds:
          shop:
            staging: {+enabled: true}
        sources:
          shop:
            staging:
              +enabled: true
        data_tests: {shop: {staging: {+severity: warn}}}
        selectors.yml
        selectors:
          - name: s
            definition:
              union: ['path:models/staging+', 'path:models/staging/events', 'models/marts/2024', {method: path, value: models/staging/orders.sql}]
    "#]].assert_eq(&trees("models/marts/finance", "models/marts/2024"));
    expect![[r#"
        dbt_project.yml
        name: shop
        models:
          shop:
            # From the sources.
            staging:  # raw
              +schema: raw
              +tags: [a]

              events:
                +enabled: true
              orders: {+materialized: table}
            marts:
              finance:
                +group: finance
          other: {}
        seeds:
          shop:
            raw: {+enabled: true}
        sources:
          shop:
            staging:
              +enabled: true
        data_tests: {shop: {staging: {+severity: warn}}}
    "#]]
    .assert_eq(&trees("seeds/staging", "seeds/raw"));
}

#[test]
fn who_still_uses_a_file_that_goes() {
    let fixture = fixture(MESH);
    let said = |path: &str| files_deleted(&fixture.analysis, &[format!("/w/{path}")]).unwrap().join("\n");
    expect!["model.platform.orders is still used by /w/platform/models/marts/customers_v1.sql and 3 more"]
        .assert_eq(&said("platform/models/marts/orders.sql"));
    assert_eq!(said("finance/models/report.sql"), "");
}
