use super::{LensOptions, lenses, resolve_lens};
use crate::fixture::fixture;
use expect_test::{Expect, expect};

const MESH: &str = "
//- platform/dbt_project.yml
name: platform
//- platform/models/orders_v1.sql
select 1
//- platform/models/orders_v2.sql
{{ tidy('x') }} {{ source('raw', 'o') }} {{ source('raw', 'o') }}
//- platform/models/plain.sql
select * from {{ ref('orders') }} {{ ref('orders', v=1) }} -- ref('orders')
//- platform/models/s.yml
models:
  - name: orders
    access: public
    config: {group: sales, contract: {enforced: true}}
    versions:
      - v: 1
        deprecation_date: 2020-01-01
      - v: 2
  - name: plain
sources:
  - name: raw
    tables: [{name: o}]
//- platform/models/e.yml
exposures:
  - name: e
    depends_on: [ref('plain'), ref('orders')]
//- platform/macros/m.sql
{% macro tidy(x) %}{{ tidy(x) }}{% endmacro %}
{% macro unused(x) %}{% endmacro %}
//- platform/models/d.md
{% docs about %}x{% enddocs %}
//- finance/dbt_project.yml
name: finance
//- finance/dependencies.yml
projects: [{name: platform}, {name: hr}]
//- finance/models/a.sql
{{ ref('platform', 'orders') }} {{ ref('platform', 'orders', v=2) }} {{ ref('orders') }}
//- finance/models/b.sql
{{ ref('platform', 'orders', v=1) }}
//- finance @manifest hr
model people public depends=model.platform.orders.v2
";

fn check(path: &str, options: LensOptions, expected: Expect) {
    let fixture = fixture(MESH);
    let mesh = &fixture.analysis.mesh;
    let file = mesh.file_at(&format!("/w/{path}")).unwrap();
    let text = &fixture.texts[&file];
    let mut shown = String::new();
    for lens in lenses(&fixture.analysis, file, options).unwrap() {
        let text = &text[lens.range];
        let said = resolve_lens(&fixture.analysis, &lens.key).unwrap();
        shown.push_str(&format!("{text:?} {}\n", said.map_or("gone".into(), |said| said.title)));
    }
    expected.assert_eq(&shown);
}

#[test]
fn properties_tell_who_uses_each_node() {
    check(
        "platform/models/s.yml",
        LensOptions::default(),
        expect![[r#"
        "orders" 7 references · 3 consumers in 2 projects
        "orders" v2 (latest) · v1 deprecated 2020-01-01
        "1" 2 references · 1 consumer in 1 project
        "1" public · group sales · contract · deprecated 2020-01-01
        "2" 5 references · 2 consumers in 2 projects
        "2" public · group sales · contract
        "plain" 1 reference
        "plain" protected
        "o" 2 references
    "#]],
    );
}

#[test]
fn files_and_blocks_tell_it_too() {
    check(
        "platform/models/orders_v2.sql",
        LensOptions::default(),
        expect![[r#"
        "" 5 references · 2 consumers in 2 projects
        "" public · group sales · contract
        "" v2 (latest) · v1 deprecated 2020-01-01
    "#]],
    );
    check(
        "platform/models/plain.sql",
        LensOptions::default(),
        expect![[r#"
        "" 1 reference
        "" protected
    "#]],
    );
    check(
        "platform/macros/m.sql",
        LensOptions::default(),
        expect![[r#"
        "tidy" 2 references
        "unused" 0 references
    "#]],
    );
    check(
        "platform/models/d.md",
        LensOptions::default(),
        expect![[r#"
        "about" 0 references
    "#]],
    );
}

#[test]
fn each_kind_can_be_switched_off() {
    let none = LensOptions { references: false, access: false, versions: false };
    check("platform/models/s.yml", none, expect![""]);
    check(
        "platform/models/orders_v2.sql",
        LensOptions { versions: true, ..none },
        expect![[r#"
        "" v2 (latest) · v1 deprecated 2020-01-01
    "#]],
    );
}
