//! Every use of a name in a mesh of two projects, and none of the other project's model of the same name.

use expect_test::{Expect, expect};

use crate::fixture::fixture;
use crate::thing;
use crate::usages::{Subject, find};

const MESH: &str = r#"
//- platform/dbt_project.yml
name: platform
//- platform/models/orders_v1.sql
select * from {{ source('raw', 'orders') }}
//- platform/models/orders_v2.sql
select {{ cents('total') }} from {{ source('raw', 'orders') }}
//- platform/models/customers.sql
select * from {{ ref('orders') }} join {{ ref('orders', v=1) }} using (id)
//- platform/models/schema.yml
sources:
  - name: raw
    tables:
      - name: orders
groups:
  - name: sales
    owner: {name: Sue}
models:
  - name: orders
    access: public
    config:
      group: sales
    versions:
      - v: 1
      - v: 2
unit_tests:
  - name: adds_up
    model: customers
    given:
      - input: ref('orders', v=2)
//- platform/macros/money.sql
{% macro cents(column) %}{{ column }} / 100{% endmacro %}
//- platform/selectors.yml
selectors:
  - name: nightly
    definition:
      union:
        - +fqn:orders+
        - 'customers+2'
        - {method: fqn, value: platform.customers}
        - source: raw.orders
        - {method: source, value: raw}
        - exclude: ['2+orders', group:sales, package:platform, tag:orders, 'orders*']
//- finance/dbt_project.yml
name: finance
//- finance/dependencies.yml
projects:
  - name: platform
//- finance/models/orders.sql
{{ config(group='sales') }}
select * from {{ ref('platform', 'orders', v=2) }}
//- finance/models/report.sql
select * from {{ ref('orders') }} join {{ ref('platform', 'orders') }} using (id)
//- finance/models/schema.yml
exposures:
  - name: board
    depends_on:
      - ref('platform', 'orders', v=1)
"#;

/// The places that name the thing at `$0` in `path`, after `change` is made to the mesh's text.
fn check(path: &str, at: &str, expected: Expect) {
    let plain = at.replace("$0", "");
    let head = format!("//- {path}\n");
    let file_at = MESH.find(&head).unwrap() + head.len();
    let inside = MESH[file_at..].find(&plain).unwrap_or_else(|| panic!("no {plain} in {path}"));
    let source = format!("{}{}{}", &MESH[..file_at + inside], at, &MESH[file_at + inside + plain.len()..]);
    let fixture = fixture(&source);
    // A checkout beside the consumer supplies it.
    let found = thing::find(&fixture.analysis, fixture.cursor.unwrap()).expect("a thing");
    let subject = Subject::of(&found).expect("something that is named");
    let mut lines = String::new();
    for usage in find(&fixture.analysis, &subject, None).unwrap() {
        let text = &fixture.texts[&usage.file];
        let start = usize::from(usage.range.start());
        let line = text[..start].matches('\n').count();
        let path = fixture.analysis.mesh.path(usage.file).unwrap();
        let shown = text.lines().nth(line).unwrap_or_default().trim();
        let word = &text[start..usize::from(usage.range.end())];
        lines.push_str(&format!("{}:{} [{word}] {shown}\n", path.trim_start_matches("/w/"), line + 1));
    }
    expected.assert_eq(&lines);
}

#[test]
fn a_model_with_all_its_versions_in_two_projects() {
    check(
        "finance/models/report.sql",
        "ref('platform', 'ord$0ers')",
        expect![[r#"
            platform/models/orders_v1.sql:1 [] select * from {{ source('raw', 'orders') }}
            platform/models/orders_v2.sql:1 [] select {{ cents('total') }} from {{ source('raw', 'orders') }}
            platform/models/customers.sql:1 [orders] select * from {{ ref('orders') }} join {{ ref('orders', v=1) }} using (id)
            platform/models/customers.sql:1 [orders] select * from {{ ref('orders') }} join {{ ref('orders', v=1) }} using (id)
            platform/models/schema.yml:9 [orders] - name: orders
            platform/models/schema.yml:20 [orders] - input: ref('orders', v=2)
            platform/selectors.yml:5 [orders] - +fqn:orders+
            platform/selectors.yml:10 [orders] - exclude: ['2+orders', group:sales, package:platform, tag:orders, 'orders*']
            finance/models/orders.sql:2 [orders] select * from {{ ref('platform', 'orders', v=2) }}
            finance/models/report.sql:1 [orders] select * from {{ ref('orders') }} join {{ ref('platform', 'orders') }} using (id)
            finance/models/schema.yml:4 [orders] - ref('platform', 'orders', v=1)
        "#]],
    );
}

#[test]
fn the_other_model_of_that_name() {
    check(
        "finance/models/report.sql",
        "ref('ord$0ers')",
        expect![[r#"
        finance/models/orders.sql:1 [] {{ config(group='sales') }}
        finance/models/report.sql:1 [orders] select * from {{ ref('orders') }} join {{ ref('platform', 'orders') }} using (id)
    "#]],
    );
}

#[test]
fn one_version() {
    check(
        "platform/models/customers.sql",
        "v=$01",
        expect![[r#"
        platform/models/orders_v1.sql:1 [] select * from {{ source('raw', 'orders') }}
        platform/models/customers.sql:1 [1] select * from {{ ref('orders') }} join {{ ref('orders', v=1) }} using (id)
        platform/models/schema.yml:14 [1] - v: 1
        finance/models/schema.yml:4 [1] - ref('platform', 'orders', v=1)
    "#]],
    );
    check(
        "platform/models/schema.yml",
        "v: $02",
        expect![[r#"
        platform/models/orders_v2.sql:1 [] select {{ cents('total') }} from {{ source('raw', 'orders') }}
        platform/models/customers.sql:1 [orders] select * from {{ ref('orders') }} join {{ ref('orders', v=1) }} using (id)
        platform/models/schema.yml:15 [2] - v: 2
        platform/models/schema.yml:20 [2] - input: ref('orders', v=2)
        finance/models/orders.sql:2 [2] select * from {{ ref('platform', 'orders', v=2) }}
        finance/models/report.sql:1 [orders] select * from {{ ref('orders') }} join {{ ref('platform', 'orders') }} using (id)
    "#]],
    );
}

#[test]
fn sources_tables_macros_groups_projects() {
    check(
        "platform/models/orders_v1.sql",
        "'r$0aw'",
        expect![[r#"
            platform/models/orders_v1.sql:1 [raw] select * from {{ source('raw', 'orders') }}
            platform/models/orders_v2.sql:1 [raw] select {{ cents('total') }} from {{ source('raw', 'orders') }}
            platform/models/schema.yml:2 [raw] - name: raw
            platform/selectors.yml:8 [raw] - source: raw.orders
            platform/selectors.yml:9 [raw] - {method: source, value: raw}
        "#]],
    );
    check(
        "platform/models/orders_v1.sql",
        "'ord$0ers'",
        expect![[r#"
            platform/models/orders_v1.sql:1 [orders] select * from {{ source('raw', 'orders') }}
            platform/models/orders_v2.sql:1 [orders] select {{ cents('total') }} from {{ source('raw', 'orders') }}
            platform/models/schema.yml:4 [orders] - name: orders
            platform/selectors.yml:8 [orders] - source: raw.orders
        "#]],
    );
    check(
        "platform/models/orders_v2.sql",
        "ce$0nts",
        expect![[r#"
        platform/models/orders_v2.sql:1 [cents] select {{ cents('total') }} from {{ source('raw', 'orders') }}
        platform/macros/money.sql:1 [cents] {% macro cents(column) %}{{ column }} / 100{% endmacro %}
    "#]],
    );
    check(
        "platform/models/schema.yml",
        "name: sa$0les",
        expect![[r#"
            platform/models/schema.yml:6 [sales] - name: sales
            platform/models/schema.yml:12 [sales] group: sales
            platform/selectors.yml:10 [sales] - exclude: ['2+orders', group:sales, package:platform, tag:orders, 'orders*']
        "#]],
    );
    check(
        "finance/dependencies.yml",
        "plat$0form",
        expect![[r#"
            platform/dbt_project.yml:1 [platform] name: platform
            platform/selectors.yml:7 [platform] - {method: fqn, value: platform.customers}
            platform/selectors.yml:10 [platform] - exclude: ['2+orders', group:sales, package:platform, tag:orders, 'orders*']
            finance/dependencies.yml:2 [platform] - name: platform
            finance/models/orders.sql:2 [platform] select * from {{ ref('platform', 'orders', v=2) }}
            finance/models/report.sql:1 [platform] select * from {{ ref('orders') }} join {{ ref('platform', 'orders') }} using (id)
            finance/models/schema.yml:4 [platform] - ref('platform', 'orders', v=1)
        "#]],
    );
}

#[test]
fn columns_and_variables() {
    let found = |source: &str| -> Vec<String> {
        let fixture = fixture(source);
        let read = |file| fixture.texts.get(&file).cloned();
        let places = crate::references(&fixture.analysis, fixture.cursor.unwrap(), true, &read).unwrap();
        let shown = places.unwrap_or_default().into_iter().map(|place| match place {
            crate::Place::File { file, focus, .. } => {
                let path = fixture.analysis.mesh.path(file).unwrap();
                format!("{} {}", path.trim_start_matches("/w/"), &fixture.texts[&file][focus])
            }
            crate::Place::Upstream { unique_id, .. } => unique_id.to_string(),
            crate::Place::Path(path) => path.display().to_string(),
        });
        shown.collect()
    };
    let mesh = |name: &str| {
        format!(
            "
//- p/dbt_project.yml
name: p
vars: {{start: 1}}
//- p/models/orders.sql
select 1 as id, {{{{ var('start') }}}}
//- p/models/schema.yml
models:
  - name: orders
    columns:
      - name: {name}
  - name: own
    data_tests:
      - relationships: {{to: ref('orders'), field: total}}
unit_tests:
  - name: t
    model: own
    given:
      - input: ref('orders')
        rows: [{{total: 1, id: 2}}]
semantic_models:
  - name: s
    model: ref('orders')
    measures: [{{name: total, agg: sum}}, {{name: other, expr: id, agg: sum}}]
//- p/models/own.sql
with o as (select * from {{{{ ref('orders') }}}}) select o.total, id from o
//- p/models/other.sql
select total from elsewhere join {{{{ ref('orders') }}}} using (id)
//- q/dbt_project.yml
name: q
//- q/dependencies.yml
projects: [{{name: p}}]
//- q/models/r.sql
select Total from {{{{ ref('p', 'orders') }}}}
"
        )
    };
    expect![[r#"
        [
            "p/models/schema.yml total",
            "p/models/own.sql total",
            "q/models/r.sql Total",
            "p/models/schema.yml total",
            "p/models/schema.yml total",
            "p/models/schema.yml total",
        ]
    "#]]
    .assert_debug_eq(&found(&mesh("to$0tal")));
    expect![[r#"
        [
            "p/dbt_project.yml start",
            "p/models/orders.sql start",
        ]
    "#]]
    .assert_debug_eq(&found(&mesh("x").replace("var('start')", "var('st$0art')")));
}
