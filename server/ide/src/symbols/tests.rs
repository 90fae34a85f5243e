use super::{Symbol, document_symbols};
use crate::fixture::fixture;
use expect_test::{Expect, expect};

fn check(path: &str, text: &str, expected: Expect) {
    let fixture = fixture(&format!("//- shop/dbt_project.yml\nname: shop\n//- shop/{path}\n{text}"));
    let file = *fixture.texts.iter().find(|(_, known)| ***known == *text).unwrap().0;
    fn show(symbols: &[Symbol], indent: usize, out: &mut String) {
        for symbol in symbols {
            assert!(symbol.range.contains_range(symbol.focus), "{symbol:?}");
            let detail = symbol.detail.as_deref().map(|detail| format!(" · {detail}")).unwrap_or_default();
            out.push_str(&format!("{}{:?} {}{detail}\n", "  ".repeat(indent), symbol.kind, symbol.name));
            show(&symbol.children, indent + 1, out);
        }
    }
    let mut shown = String::new();
    show(&document_symbols(&fixture.analysis, file).unwrap(), 0, &mut shown);
    expected.assert_eq(&shown);
}

#[test]
fn a_model_shows_its_ctes_and_variables() {
    check(
        "models/a.sql",
        "{% set methods = ['a'] %}\n{% set a, b = 1, 2 %}\n{% set text %}x{% endset %}\nwith orders as (\n  with i as \
         (select 1) select 2\n),\n\"Due 🪴\" as (select 1)\n{% call statement('x', fetch_result=true) %}1{% endcall \
         %}\nselect 1",
        expect![[r#"
            Variable methods
            Variable a
            Variable b
            Variable text
            Cte orders
              Cte i
            Cte Due 🪴
            Call statement('x', fetch_result=true)
        "#]],
    );
}

#[test]
fn a_macro_file_shows_its_blocks() {
    check(
        "macros/a.sql",
        "{% macro one(a, b=2) %}{% set inner = 1 %}with c as (select 1){% endmacro %}\n{% test two(model) %}{% endtest \
         %}\n{% materialization m, adapter='duckdb' %}{% endmaterialization %}\n{% macro half(",
        expect![[r#"
            Macro one · (a, b)
              Cte c
            Test two · (model)
            Materialization m · adapter duckdb
            Macro half · ()
        "#]],
    );
}

#[test]
fn properties_show_nodes_with_columns_tests_and_versions() {
    check(
        "models/s.yml",
        "version: 2\nmodels:\n  - name: orders\n    columns:\n      - name: id\n        data_type: int\n        \
         data_tests: [unique, {accepted_values: {values: [1]}}]\n    data_tests:\n      - unique\n    versions:\n      \
         - v: 1\n        defined_in: old\n        columns: [{include: all}, {name: more}]\nsources:\n  - name: shop\n    \
         tables:\n      - name: raw\n        columns: [{name: id}]\n      - half\nmacros:\n  - name: m\n    \
         arguments:\n      - name: x\n",
        expect![[r#"
            Key version · 2
            Section models
              Model orders
                Column id · int
                  Test unique
                  Test accepted_values
                Test unique
                Version v1 · old
                  Column more
            Section sources
              Source shop
                Table raw
                  Column id
            Section macros
              Macro m
                Variable x
        "#]],
    );
}

#[test]
fn other_files_show_what_they_have() {
    check(
        "packages.yml",
        "packages:\n  - package: dbt-labs/dbt_utils\n    version: 1.0.0\n  - local: ../x\n",
        expect![[r#"
            Key packages
              Key package dbt-labs/dbt_utils
                Key package · dbt-labs/dbt_utils
                Key version · 1.0.0
              Key local ../x
        "#]],
    );
    check(
        "models/d.md",
        "# Title\n{% docs orders %}\nIt's {{ not }} code.\n{% enddocs %}\n",
        expect![[r#"
            Docs orders
        "#]],
    );
    check(
        "models/p.py",
        "def model(dbt, session):\n    return dbt.ref('platform', 'orders', v=2)\n",
        expect![[r#"
            Function model
              Call platform.orders.v2 · ref
        "#]],
    );
}
