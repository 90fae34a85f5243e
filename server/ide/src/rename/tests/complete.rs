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
