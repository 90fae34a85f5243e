//! A walk through a mesh of two projects.

use expect_test::{Expect, expect};

use crate::FilePos;
use crate::fixture::fixture;
use crate::lineage::{LineageNode, children, model_versions, parents, prepare};

const MESH: &str = r#"
//- platform/dbt_project.yml
name: platform
//- platform/seeds/countries.csv
id
//- platform/models/orders_v1.sql
select * from {{ source('raw', 'orders') }}
//- platform/models/orders_v2.sql
select * from {{ source('raw', 'orders') }} join {{ the_countries() }} using (id)
//- platform/models/customers.sql
select * from {{ ref('orders') }}
//- platform/models/schema.yml
sources:
  - name: raw
    tables:
      - name: orders
models:
  - name: orders
    access: public
    versions:
      - v: 1
      - v: 2
    columns:
      - name: id
        data_tests:
          - relationships: {to: ref('customers'), field: id}
//- platform/macros/countries.sql
{% macro the_countries() %}{{ ref('countries') }}{% endmacro %}
//- finance/dbt_project.yml
name: finance
//- finance/dependencies.yml
projects:
  - name: platform
//- finance/models/report.sql
select * from {{ ref('platform', 'orders') }} join {{ ref('platform', 'orders', v=1) }} using (id)
//- finance/models/schema.yml
exposures:
  - name: board
    type: dashboard
    owner: {name: Fay}
    depends_on:
      - ref('report')
//- finance @manifest warehouse
model stock public
"#;

fn shown(nodes: &[LineageNode]) -> String {
    nodes.iter().map(|node| format!("{} ({})\n", node.unique_id, node.detail)).collect()
}

fn walk(unique_id: &str, expected: Expect) {
    let fixture = fixture(MESH);
    let up = shown(&parents(&fixture.analysis, unique_id).unwrap());
    let down = shown(&children(&fixture.analysis, unique_id).unwrap());
    expected.assert_eq(&format!("parents\n{up}children\n{down}"));
}

#[test]
fn sources_lead_to_models_and_models_to_exposures_and_tests() {
    walk(
        "source.platform.raw.orders",
        expect![[r#"
        parents
        children
        model.platform.orders.v1 (model · platform)
        model.platform.orders.v2 (model · platform)
    "#]],
    );
    walk(
        "model.platform.orders.v2",
        expect![[r#"
            parents
            seed.platform.countries (seed · platform)
            source.platform.raw.orders (source · platform)
            children
            model.finance.report (model · finance)
            model.platform.customers (model · platform)
            test.platform.orders:relationships(id):0 (test · platform)
        "#]],
    );
    walk(
        "model.platform.orders.v1",
        expect![[r#"
            parents
            source.platform.raw.orders (source · platform)
            children
            model.finance.report (model · finance)
            test.platform.orders:relationships(id):0 (test · platform)
        "#]],
    );
    walk(
        "model.platform.customers",
        expect![[r#"
        parents
        model.platform.orders.v2 (model · platform)
        children
        test.platform.orders:222 (test · platform)
    "#]],
    );
    walk(
        "model.finance.report",
        expect![[r#"
        parents
        model.platform.orders.v1 (model · platform)
        model.platform.orders.v2 (model · platform)
        children
        exposure.finance.board (exposure · finance)
    "#]],
    );
    walk(
        "exposure.finance.board",
        expect![[r#"
        parents
        model.finance.report (model · finance)
        children
    "#]],
    );
}

#[test]
fn through_a_macro() {
    walk(
        "seed.platform.countries",
        expect![[r#"
        parents
        children
        model.platform.orders.v2 (model · platform)
    "#]],
    );
}

#[test]
fn what_nobody_knows_has_no_relations() {
    walk(
        "model.nowhere.m",
        expect![[r#"
        parents
        children
    "#]],
    );
    walk(
        "nonsense",
        expect![[r#"
        parents
        children
    "#]],
    );
    walk(
        "model.warehouse.stock",
        expect![[r#"
        parents
        children
    "#]],
    );
}

#[test]
fn starts_at_a_name_at_an_entry_and_anywhere_in_a_file() {
    let start = |path: &str, needle: &str| {
        let fixture = fixture(MESH);
        let file = fixture.analysis.mesh.file_at(&format!("/w/{path}")).unwrap();
        let at = fixture.texts[&file].find(needle).unwrap();
        shown(&prepare(&fixture.analysis, FilePos { file, offset: text::size(at + 1) }).unwrap())
    };
    expect![[r#"
        model.platform.orders.v1 (model · platform)
        model.finance.report (model · finance)
        model.platform.orders.v2 (model · platform)
        exposure.finance.board (exposure · finance)
    "#]]
    .assert_eq(
        &[
            start("finance/models/report.sql", "orders', v=1"),
            start("finance/models/report.sql", "join"),
            start("platform/models/schema.yml", "relationships"),
            start("finance/models/schema.yml", "board"),
        ]
        .concat(),
    );
}

#[test]
fn versions_of_a_model() {
    let fixture = fixture(MESH);
    let versions = |id: &str| shown(&model_versions(&fixture.analysis, id).unwrap());
    expect![[r#"
        model.platform.orders.v2 (model · platform)
        model.platform.orders.v1 (model · platform)
    "#]]
    .assert_eq(&versions("model.platform.orders.v1"));
    assert_eq!(versions("model.platform.customers"), "");
}

#[test]
fn unit_tests_are_leaves_of_their_model() {
    let fixture = fixture(
        "
//- shop/dbt_project.yml
name: shop
//- shop/models/a.sql
select 1
//- shop/models/b.sql
select * from {{ ref('a') }}
//- shop/models/s.yml
unit_tests:
  - name: $0u
    model: b
    given: [{input: ref('a'), rows: []}]
    expect: {rows: []}
",
    );
    let prepared = prepare(&fixture.analysis, fixture.cursor.unwrap()).unwrap();
    let of = |id: &str| shown(&children(&fixture.analysis, id).unwrap());
    let up = shown(&parents(&fixture.analysis, "unit_test.shop.b.u").unwrap());
    expect![[r#"
        prepared
        unit_test.shop.b.u (unit_test · shop)
        parents
        model.shop.b (model · shop)
        children of a
        model.shop.b (model · shop)
        children of b
        unit_test.shop.b.u (unit_test · shop)
    "#]]
    .assert_eq(&format!(
        "prepared\n{}parents\n{up}children of a\n{}children of b\n{}",
        shown(&prepared),
        of("model.shop.a"),
        of("model.shop.b")
    ));
}
