use super::workspace_symbols;
use crate::fixture::fixture;
use expect_test::{Expect, expect};

const MESH: &str = "
//- platform/dbt_project.yml
name: platform
//- platform/models/orders_v1.sql
select 1
//- platform/models/orders_v2.sql
select 1
//- platform/models/s.yml
models:
  - name: orders
    versions:
      - v: 1
        deprecation_date: 2020-01-01
      - v: 2
sources:
  - name: shop
    tables:
      - name: raw_orders
//- platform/macros/m.sql
{% macro order_by() %}{% endmacro %}
{% test ordered(model) %}{% endtest %}
//- finance/dbt_project.yml
name: finance
//- finance/models/order_lines.sql
select 1
//- finance/models/d.md
{% docs reorder %}x{% enddocs %}
//- finance @manifest hr
model people public
model borders public v=3 latest=3
";

fn check(query: &str, expected: Expect) {
    let fixture = fixture(MESH);
    let found = workspace_symbols(&fixture.analysis, query).unwrap();
    let shown = found.iter().map(|symbol| {
        let deprecated = if symbol.deprecated { " deprecated" } else { "" };
        format!("{:?} {} · {}{deprecated}\n", symbol.kind, symbol.name, symbol.container)
    });
    expected.assert_eq(&shown.collect::<String>());
}

#[test]
fn a_few_letters_find_names_of_every_project_and_upstream() {
    check(
        "order",
        expect![[r#"
        Test ordered · platform
        Macro order_by · platform
        Model orders v1 · platform deprecated
        Model orders v2 · platform
        Model order_lines · finance
        Table raw_orders · platform · shop
        Model borders v3 · hr (upstream)
        Docs reorder · finance
    "#]],
    );
    check(
        "people",
        expect![[r#"
        Model people · hr (upstream)
    "#]],
    );
    check(
        "ORDBY",
        expect![[r#"
        Macro order_by · platform
    "#]],
    );
    check("zzz", expect![[r#""#]]);
}

#[test]
fn a_project_and_a_version_narrow_it() {
    check(
        "platform.ord",
        expect![[r#"
        Test platform.ordered · platform
        Macro platform.order_by · platform
        Model platform.orders v1 · platform deprecated
        Model platform.orders v2 · platform
        Table platform.raw_orders · platform · shop
    "#]],
    );
    check(
        "shop.raw",
        expect![[r#"
        Table shop.raw_orders · platform · shop
    "#]],
    );
    check(
        "orders v1",
        expect![[r#"
        Model orders v1 · platform deprecated
    "#]],
    );
    check(
        "platform.orders.v2",
        expect![[r#"
        Model platform.orders.v2 · platform
    "#]],
    );
    check(
        "hr.b v=3",
        expect![[r#"
        Model hr.borders v3 · hr (upstream)
    "#]],
    );
}

#[test]
fn nothing_typed_and_half_typed_questions_are_answered() {
    assert!(!workspace_symbols(&fixture(MESH).analysis, "").unwrap().is_empty());
    for query in [".", "..", "v", "v2", " .v", "platform.", "🪴", "a.b.c.v1"] {
        assert!(workspace_symbols(&fixture(MESH).analysis, query).unwrap().len() < 20, "{query}");
    }
}
