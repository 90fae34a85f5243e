//! Sources, docs blocks, functions, macros, groups, access levels and names of entries.

use expect_test::{Expect, expect};

use super::{ALL, CompletionOptions, check_in};

const MESH: &str = "
//- shop/dbt_project.yml
name: shop
//- shop/models/revenue.sql
//- shop/models/m_v1.sql
//- shop/seeds/codes.csv
//- shop/macros/money.sql
{% macro cents(column, scale=2) %}{% endmacro %}
{% macro now() %}{% endmacro %}
{% test is_even(model) %}{% endtest %}
//- shop/macros/schema.yml
macros:
  - {name: cents, description: Cents to units.}
//- shop/dbt_packages/utils/dbt_project.yml
name: utils
//- shop/dbt_packages/utils/macros/star.sql
{% macro star(from) %}{% endmacro %}
//- shop/models/docs.md
{% docs revenue_text %}
All the money.
{% enddocs %}
//- shop/models/schema.yml
groups:
  - {name: finance, owner: {name: Fay, email: fay@example.com}}
sources:
  - name: raw
    tables:
      - {name: orders, description: As loaded.}
      - {name: customers}
  - name: events
    tables: [{name: clicks}]
models:
  - name: m
    versions: [{v: 1}]
";

fn in_sql(code: &str, expect: Expect) {
    check_in(&format!("{MESH}//- shop/models/new.sql\n{code}\n"), ALL, &expect);
}

fn in_yaml(text: &str, expect: Expect) {
    check_in(&format!("{MESH}//- shop/models/new.yml\n{text}\n"), ALL, &expect);
}

#[test]
fn sources_and_their_tables() {
    in_sql(
        "{{ source('$0') }}",
        expect![[r#"
        events | - | - | - | events | ∅
        raw | - | - | - | raw | ∅
    "#]],
    );
    in_sql(
        "{{ source('raw', $0 }}",
        expect![[r#"
        customers | - | - | - | 'customers' | ∅
        orders | - | - | As loaded. | 'orders' | ∅
    "#]],
    );
    in_sql(
        "{{ source('raw', 'or$0') }}",
        expect![[r#"
        orders | - | - | As loaded. | orders | or
        customers | - | - | - | customers | or
    "#]],
    );
    in_sql("{{ source('nobody', '$0') }}", expect![[r#""#]]);
}

#[test]
fn docs_blocks() {
    in_yaml(
        "models:\n  - name: revenue\n    description: '{{ doc(\"$0\") }}'",
        expect![[r#"
        revenue_text | - | - | All the money. | revenue_text | ∅
    "#]],
    );
    in_yaml(
        "models:\n  - name: revenue\n    description: \"{{ doc('$0",
        expect![[r#"
        revenue_text | - | - | All the money. | revenue_text' | ∅
    "#]],
    );
    in_yaml(
        "models:\n  - name: revenue\n    description: \"{{ doc('shop', '$0",
        expect![[r#"
        revenue_text | - | - | All the money. | revenue_text' | ∅
    "#]],
    );
}

#[test]
fn functions_and_macros() {
    in_sql(
        "{{ $0 }}",
        expect![[r#"
        config | - | - | settings of this node | config($0) | ∅
        doc | - | - | a docs block | doc('$0') | ∅
        env_var | - | - | an environment variable | env_var('$0') | ∅
        is_incremental | - | - | true in an incremental run | is_incremental() | ∅
        ref | - | - | a model, seed or snapshot | ref('$0') | ∅
        source | - | - | a table of a source | source('$0') | ∅
        this | - | - | the relation of this node | this | ∅
        var | - | - | a variable of the project | var('$0') | ∅
        cents | (column, scale) | - | - | cents($0) | ∅
        now | () | - | - | now() | ∅
        shop | - | - | - | shop. | ∅
        utils | - | - | - | utils. | ∅
    "#]],
    );
    in_sql(
        "{{ ce$0 }}",
        expect![[r#"
        cents | (column, scale) | - | - | cents($0) | ce
        source | - | - | a table of a source | source('$0') | ce
        is_incremental | - | - | true in an incremental run | is_incremental() | ce
    "#]],
    );
    in_sql(
        "{{ utils.$0 }}",
        expect![[r#"
        utils.star | (from) | - | - | utils.star($0) | utils.
    "#]],
    );
    in_sql(
        "{% if is_inc$0 %}",
        expect![[r#"
        is_incremental | - | - | true in an incremental run | is_incremental() | is_inc
    "#]],
    );
}

#[test]
fn nothing_where_a_statement_or_a_new_name_is_written() {
    in_sql("{% re$0 %}", expect![[r#""#]]);
    in_sql("{% macro ce$0 %}", expect![[r#""#]]);
    in_sql("{% set re$0 %}", expect![[r#""#]]);
    in_sql("{{ var('re$0') }}", expect![[r#""#]]);
}

#[test]
fn without_snippets_no_snippet_leaks() {
    let mesh = format!("{MESH}//- shop/models/new.sql\n{{{{ $0 }}}}\n");
    check_in(
        &mesh,
        CompletionOptions::default(),
        &expect![[r#"
        config | - | - | settings of this node | config | ∅
        doc | - | - | a docs block | doc | ∅
        env_var | - | - | an environment variable | env_var | ∅
        is_incremental | - | - | true in an incremental run | is_incremental | ∅
        ref | - | - | a model, seed or snapshot | ref | ∅
        source | - | - | a table of a source | source | ∅
        this | - | - | the relation of this node | this | ∅
        var | - | - | a variable of the project | var | ∅
        cents | (column, scale) | - | - | cents | ∅
        now | () | - | - | now | ∅
        shop | - | - | - | shop. | ∅
        utils | - | - | - | utils. | ∅
    "#]],
    );
}

#[test]
fn groups_and_access() {
    in_sql(
        "{{ config(group='$0') }}",
        expect![[r#"
        finance | - | - | Fay · fay@example.com | finance | ∅
    "#]],
    );
    in_sql(
        "{{ config(access=$0) }}",
        expect![[r#"
        private | - | - | - | 'private' | ∅
        protected | - | - | - | 'protected' | ∅
        public | - | - | - | 'public' | ∅
    "#]],
    );
    in_yaml(
        "models:\n  - name: revenue\n    group: $0",
        expect![[r#"
        finance | - | - | Fay · fay@example.com | finance | ∅
    "#]],
    );
    in_yaml(
        "models:\n  - name: revenue\n    config:\n      access: pr$0",
        expect![[r#"
        private | - | - | - | private | pr
        protected | - | - | - | protected | pr
    "#]],
    );
}

#[test]
fn names_of_entries() {
    in_yaml(
        "models:\n  - name: $0",
        expect![[r#"
        m | - | - | - | m | ∅
        revenue | - | - | - | revenue | ∅
    "#]],
    );
    in_yaml(
        "seeds:\n  - name: co$0",
        expect![[r#"
        codes | - | - | - | codes | co
    "#]],
    );
    in_yaml(
        "unit_tests:\n  - name: u\n    model: re$0",
        expect![[r#"
        revenue | - | - | - | revenue | re
    "#]],
    );
    in_yaml(
        "macros:\n  - name: $0",
        expect![[r#"
        cents | - | - | - | cents | ∅
        now | - | - | - | now | ∅
        test_is_even | - | - | - | test_is_even | ∅
    "#]],
    );
}

#[test]
fn calls_that_yaml_evaluates() {
    in_yaml(
        "exposures:\n  - name: e\n    depends_on:\n      - re$0",
        expect![[r#"
        ref | - | - | a model, seed or snapshot | ref('$0') | re
    "#]],
    );
    in_yaml(
        "semantic_models:\n  - name: e\n    model: $0",
        expect![[r#"
        ref | - | - | a model, seed or snapshot | ref('$0') | ∅
        source | - | - | a table of a source | source('$0') | ∅
    "#]],
    );
}
