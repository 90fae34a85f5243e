//! Names that are hard to find are renamed, too, or nothing is.

use expect_test::expect;

use super::check;

#[test]
fn a_group_that_is_a_part_of_something() {
    let group = "
//- shop/models/g.yml
groups:
  - name: $0g
    owner: {name: x}
//- shop/models/a.sql
";
    for config in [
        "{'materialized': 'table', 'group': 'g'}",
        "**{'group': 'g'}",
        "group='g' if true else 'h'",
        "group='' ~ 'g'",
    ] {
        check(
            &format!("{group}{{{{ config({config}) }}}} select 1\n"),
            "z",
            expect![
                "no: /w/shop/models/a.sql names it through a variable or an expression: change that first\n"
            ],
        );
    }
    check(
        &format!("{group}{{% set g = 'g' %}}{{{{ config(group=g) }}}} select 1\n"),
        "z",
        expect!["no: /w/shop/models/a.sql names it through a variable or an expression: change that first\n"],
    );
}

#[test]
fn a_model_whose_version_is_computed_or_written_behind_a_dot() {
    check(
        "
//- shop/models/a.sql
select 1
//- shop/models/s.yml
models:
  - name: $0a
    versions: [{v: 1, defined_in: a}]
//- shop/models/x.sql
select * from {{ ref('a', v=var('av', 1)) }} join {{ ref('a.v1') }}
",
        "z",
        expect![[r#"
            models/s.yml
            models:
              - name: z
                versions: [{v: 1, defined_in: z}]
            models/x.sql
            select * from {{ ref('z', v=var('av', 1)) }} join {{ ref('z.v1') }}
        "#]],
    );
}

#[test]
fn a_source_whose_table_is_computed() {
    check(
        "
//- shop/models/s.yml
sources:
  - name: $0s
    tables: [{name: x}]
//- shop/models/x.sql
select * from {{ source('s', var('t', 'x')) }} join {{ source(table_name='x', source_name='s') }}
",
        "z",
        expect![[r#"
            models/s.yml
            sources:
              - name: z
                tables: [{name: x}]
            models/x.sql
            select * from {{ source('z', var('t', 'x')) }} join {{ source(table_name='x', source_name='z') }}
        "#]],
    );
}

#[test]
fn a_model_in_a_loop_or_given_to_a_macro() {
    let models = "
//- shop/models/a.sql
select 1
//- shop/models/b.sql
select * from {{ ref('$0a') }}
";
    check(
        &format!(
            "{models}//- shop/models/x.sql\n{{% for r in ['a', 'b'] %}} select * from {{{{ ref(r) }}}} {{% endfor %}}\n"
        ),
        "z",
        expect![[r#"
            no: /w/shop/models/x.sql names it through a variable or an expression: change that first
        "#]],
    );
    check(
        &format!(
            "{models}//- shop/macros/m.sql\n{{% macro read(n) %}}select * from {{{{ ref(n) }}}}{{% endmacro %}}\n{{% macro of(n) %}}select n from {{{{ ref('a') }}}}{{% endmacro %}}\n//- shop/models/x.sql\n{{{{ read('a') }}}} {{{{ of('a') }}}}\n"
        ),
        "z",
        expect![[r#"
            models/b.sql
            select * from {{ ref('z') }}
            macros/m.sql
            {% macro read(n) %}select * from {{ ref(n) }}{% endmacro %}
            {% macro of(n) %}select n from {{ ref('z') }}{% endmacro %}
            models/x.sql
            {{ read('z') }} {{ of('a') }}
        "#]],
    );
}

#[test]
fn a_version_that_is_no_number_any_more() {
    let mesh = "
//- shop/models/a_v1.sql
select 1
//- shop/models/a_v2.sql
select 1
//- shop/models/s.yml
models:
  - name: a
    versions:
      - v: $01
      - v: 2
unit_tests:
  - name: u
    model: a
    versions: {include: [1]}
//- shop/models/x.sql
select * from {{ ref('a', v=1) }} join {{ ref('a', v='1') }}
";
    check(
        mesh,
        "gold",
        expect![[r#"
        models/s.yml
        models:
          - name: a
            versions:
              - v: gold
              - v: 2
        unit_tests:
          - name: u
            model: a
            versions: {include: [gold]}
        models/x.sql
        select * from {{ ref('a', v='gold') }} join {{ ref('a', v='gold') }}
    "#]],
    );
    check(
        mesh,
        "7",
        expect![[r#"
        models/s.yml
        models:
          - name: a
            versions:
              - v: 7
              - v: 2
        unit_tests:
          - name: u
            model: a
            versions: {include: [7]}
        models/x.sql
        select * from {{ ref('a', v=7) }} join {{ ref('a', v='7') }}
    "#]],
    );
    for wrong in ["2.10", "1_0", "true", "null", "0", "012"] {
        let said =
            format!("no: '{wrong}' is no version that everybody reads alike: use a whole number or a word\n");
        let mut out = String::new();
        super::told(mesh, wrong, &mut out);
        assert_eq!(out, said);
    }
}

#[test]
fn a_name_on_a_line_of_its_own() {
    check(
        "
//- shop/models/a.sql
select 1
//- shop/models/s.yml
models:
  - name: >-
      a
    description: x
//- shop/models/x.sql
select * from {{ ref('$0a') }}
",
        "z",
        expect![[r#"
            no: /w/shop/models/s.yml writes 'a' in another way: write it plainly there first
        "#]],
    );
}

#[test]
fn implementations_of_a_dispatched_macro_with_their_calls() {
    check(
        "
//- shop/macros/m.sql
{% macro $0mac(a) %}{{ return(adapter.dispatch('mac', 'shop')(a)) }}{% endmacro %}
{% macro default__mac(a) %}{{ a }}{% endmacro %}
{% macro duckdb__mac(a) %}{{ default__mac(a) }} {{ shop.default__mac(a) }}{% endmacro %}
//- shop/models/x.sql
select {{ mac(1) }} as a, {{ default__mac(2) }} as b
//- shop/models/s.yml
unit_tests:
  - name: u
    model: x
    overrides: {macros: {mac: 1, shop.mac: 2}}
",
        "zed",
        expect![[r#"
            macros/m.sql
            {% macro zed(a) %}{{ return(adapter.dispatch('zed', 'shop')(a)) }}{% endmacro %}
            {% macro default__zed(a) %}{{ a }}{% endmacro %}
            {% macro duckdb__zed(a) %}{{ default__zed(a) }} {{ shop.default__zed(a) }}{% endmacro %}
            models/x.sql
            select {{ zed(1) }} as a, {{ default__zed(2) }} as b
            models/s.yml
            unit_tests:
              - name: u
                model: x
                overrides: {macros: {zed: 1, shop.zed: 2}}
        "#]],
    );
}

#[test]
fn a_variable_that_a_unit_test_sets() {
    check(
        "
//- shop/vars.yml
vars:
  $0start: 1
//- shop/models/x.sql
select {{ var('start') }}
//- shop/models/s.yml
unit_tests:
  - name: u
    model: x
    overrides: {vars: {start: 1}}
",
        "begin",
        expect![[r#"
            vars.yml
            vars:
              begin: 1
            models/x.sql
            select {{ var('begin') }}
            models/s.yml
            unit_tests:
              - name: u
                model: x
                overrides: {vars: {begin: 1}}
        "#]],
    );
}

#[test]
fn names_that_mean_something_already() {
    let mesh = |place: &str| {
        let text = "
//- shop/dbt_packages/pack/dbt_project.yml
name: pack
//- shop/dbt_packages/pack/models/pk.sql
select 1
//- shop/macros/m.sql
{% macro mac(a) %}{{ a }}{% endmacro %}
//- shop/models/a.sql
select 1
//- shop/models/b.sql
select * from {{ ref('a') }} join {{ ref('pk') }}
//- shop/models/s.yml
models:
  - name: a
sources:
  - name: s
    tables: [{name: t}]
metrics:
  - name: m
";
        text.replacen(place, &format!("{}$0{}", &place[..place.len() - 1], &place[place.len() - 1..]), 1)
    };
    for (place, to) in [
        ("name: s", "off"),
        ("name: t", "123"),
        ("name: a", "123"),
        ("name: a", "pk"),
        ("macro mac", "ref"),
        ("name: a", "2024_orders"),
    ] {
        let mut out = format!("{place} → {to}: ");
        super::told(&mesh(place), to, &mut out);
        let first = out.lines().next().unwrap_or_default();
        match to {
            "2024_orders" => assert!(!first.contains("no: "), "{out}"),
            _ => assert!(first.contains("no: "), "{out}"),
        }
    }
}

#[test]
fn keys_of_config_trees() {
    check(
        "sources:
  shop:
    staging:
      raw: {t: {+enabled: true}}
//- shop/models/staging/s.yml
sources:
  - name: $0raw
    tables: [{name: t}]
",
        "landing",
        expect![[r#"
            dbt_project.yml
            name: shop
            sources:
              shop:
                staging:
                  landing: {t: {+enabled: true}}
            models/staging/s.yml
            sources:
              - name: landing
                tables: [{name: t}]
        "#]],
    );
    check(
        "seeds:
  shop: {+group: g}
snapshots: {+group: 'g'}
//- shop/models/s.yml
groups:
  - name: $0g
    owner: {name: x}
",
        "z",
        expect![[r#"
            dbt_project.yml
            name: shop
            seeds:
              shop: {+group: z}
            snapshots: {+group: 'z'}
            models/s.yml
            groups:
              - name: z
                owner: {name: x}
        "#]],
    );
    check(
        "models:
  shop:
    orders: {+materialized: table}
//- shop/models/orders.sql
select 1
//- shop/models/orders/lines.sql
select * from {{ ref('$0orders') }}
",
        "z",
        expect![[r#"
            no: /w/shop/dbt_project.yml configures a folder by the same key: rename one of them there first
        "#]],
    );
}

#[test]
fn what_a_package_is_linked_to() {
    let linked = |at: &str| {
        let utils = "{% macro cents(col, scale=2) %}{{ col ~ scale }}{% endmacro %}
{% test positive(model, column_name) %}select 1{% endtest %}
";
        let own = utils.replacen(at, &format!("{}$0{}", &at[..1], &at[1..]), 1);
        format!(
            "//- shop/packages.yml
packages: [{{local: ../utils}}]
//- shop/dbt_packages/utils/dbt_project.yml
name: utils
//- shop/dbt_packages/utils/macros/m.sql
{utils}//- shop/models/x.sql
select {{{{ utils.cents('a', scale=2) }}}}
//- shop/models/s.yml
models: [{{name: x, data_tests: [utils.positive]}}]
//- utils/dbt_project.yml
name: utils
//- utils/macros/m.sql
{own}"
        )
    };
    check(
        &linked("cents"),
        "zed",
        expect![[r#"
        models/x.sql
        select {{ utils.zed('a', scale=2) }}
        macros/m.sql
        {% macro zed(col, scale=2) %}{{ col ~ scale }}{% endmacro %}
        {% test positive(model, column_name) %}select 1{% endtest %}
    "#]],
    );
    check(
        &linked("positive"),
        "zed",
        expect![[r#"
        models/s.yml
        models: [{name: x, data_tests: [utils.zed]}]
        macros/m.sql
        {% macro cents(col, scale=2) %}{{ col ~ scale }}{% endmacro %}
        {% test zed(model, column_name) %}select 1{% endtest %}
    "#]],
    );
    check(
        &linked("scale"),
        "zed",
        expect![[r#"
        models/x.sql
        select {{ utils.cents('a', zed=2) }}
        macros/m.sql
        {% macro cents(col, zed=2) %}{{ col ~ zed }}{% endmacro %}
        {% test positive(model, column_name) %}select 1{% endtest %}
    "#]],
    );
}

#[test]
fn a_parameter_where_it_is_given() {
    check(
        "
//- shop/macros/m.sql
{% macro cents(amount, scale=2) %}{{ amount ~ scale }}{% endmacro %}
//- shop/models/x.sql
select {{ cents('a', $0scale=1) }}
",
        "digits",
        expect![[r#"
            macros/m.sql
            {% macro cents(amount, digits=2) %}{{ amount ~ digits }}{% endmacro %}
            models/x.sql
            select {{ cents('a', digits=1) }}
        "#]],
    );
}

#[test]
fn a_metric_in_filters_and_expressions() {
    check(
        "
//- shop/models/s.yml
metrics:
  - name: $0mm
    label: x
    type: simple
    type_params: {measure: zz}
  - name: d
    label: x
    type: derived
    type_params:
      expr: mm * 2 - mmm / other
      metrics: [mm, {name: mm, alias: other}]
    filter: \"{{ Metric('mm', ['o']) }} > 2\"
",
        "zed",
        expect![[r#"
            models/s.yml
            metrics:
              - name: zed
                label: x
                type: simple
                type_params: {measure: zz}
              - name: d
                label: x
                type: derived
                type_params:
                  expr: zed * 2 - mmm / other
                  metrics: [zed, {name: zed, alias: other}]
                filter: "{{ Metric('zed', ['o']) }} > 2"
        "#]],
    );
}

#[test]
fn the_word_ref_is_no_name() {
    check(
        "
//- shop/models/a.sql
select 1
//- shop/models/x.sql
select * from {{ r$0ef('a') }}
",
        "z",
        expect![[r#"
            nothing
        "#]],
    );
}

#[test]
fn what_selectors_choose_by_file_or_version() {
    check(
        "
//- shop/selectors.yml
selectors:
  - name: s
    definition:
      union: ['file:a_v1.sql', +a.v1, 'shop.a.v1', 'fqn:a', 'file:b.sql+', 'file:b']
//- shop/models/a_v1.sql
select 1
//- shop/models/b.sql
select * from {{ ref('$0a') }}
//- shop/models/s.yml
models: [{name: a, versions: [{v: 1}]}]
",
        "z",
        expect![[r#"
            selectors.yml
            selectors:
              - name: s
                definition:
                  union: ['file:z_v1.sql', +z.v1, 'shop.z.v1', 'fqn:z', 'file:b.sql+', 'file:b']
            models/b.sql
            select * from {{ ref('z') }}
            models/s.yml
            models: [{name: z, versions: [{v: 1}]}]
        "#]],
    );
}

#[test]
fn a_macro_that_is_a_value_and_one_that_dbt_calls() {
    let mesh = |name: &str| {
        format!(
            "
//- shop/macros/m.sql
{{% macro $0{name}() %}}1{{% endmacro %}}
{{% macro apply(f) %}}{{{{ f() }}}}{{% endmacro %}}
//- shop/models/x.sql
select {{{{ apply({name}) }}}} {{% set g = {name} %}}{{{{ g() }}}} {{% set {name} = 1 %}}{{{{ {name} }}}}
"
        )
    };
    check(
        &mesh("one"),
        "uno",
        expect![[r#"
        macros/m.sql
        {% macro uno() %}1{% endmacro %}
        {% macro apply(f) %}{{ f() }}{% endmacro %}
        models/x.sql
        select {{ apply(uno) }} {% set g = uno %}{{ g() }} {% set one = 1 %}{{ one }}
    "#]],
    );
    check(
        &mesh("generate_schema_name"),
        "uno",
        expect![[r#"
        never: dbt calls its own 'generate_schema_name' by this name, which this stands in for
    "#]],
    );
}
