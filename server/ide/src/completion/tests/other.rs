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
        "{{ conf$0 }}",
        expect![[r#"
            config | (**config) | - | Sets this node's configuration; renders to nothing. | config($0) | conf
            make_hook_config | (sql, inside_transaction) | - | A hook with its place in the transaction. | make_hook_config($0) | conf
            get_column_schema_from_query | (select_sql, select_sql_header=None) | - | Names and types of the columns of a query. | get_column_schema_from_query($0) | conf
        "#]],
    );
    in_sql(
        "{{ cents$0 }}",
        expect![[r#"
            cents | (column, scale) | - | - | cents($0) | cents
            current_timestamp | () | - | The platform's expression for the present time. | current_timestamp() | cents
            call_dcl_statements | (dcl_statement_list) | - | Runs statements about privileges. | call_dcl_statements($0) | cents
            py_current_timestring | () | - | The present time as digits, for unique names. | py_current_timestring() | cents
            collect_freshness_custom_sql | (source, loaded_at_query) | - | Asks with a query of your own when a source was last loaded. | collect_freshness_custom_sql($0) | cents
            get_dcl_statement_list | (relation, grant_config, get_dcl_macro) | - | The statements that give or take privileges. | get_dcl_statement_list($0) | cents
            escape_single_quotes | (expression) | - | A text for use between single quotes. | escape_single_quotes($0) | cents
            ~current_timestamp_backcompat | () | - | Old form of current_timestamp. | current_timestamp_backcompat() | cents
            ~current_timestamp_in_utc_backcompat | () | - | Old form of current_timestamp in UTC. | current_timestamp_in_utc_backcompat() | cents
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
            is_incremental | () | - | True when rows are added to an existing table: incremental, not --full-refresh, table there. | is_incremental() | is_inc
            list_relations_without_caching | (schema_relation) | - | The relations of a schema, asked anew. | list_relations_without_caching($0) | is_inc
            list_function_relations_without_caching | (schema_relation) | - | The functions of a schema, asked anew. | list_function_relations_without_caching($0) | is_inc
            ~current_timestamp_in_utc_backcompat | () | - | Old form of current_timestamp in UTC. | current_timestamp_in_utc_backcompat() | is_inc
        "#]],
    );
}

#[test]
fn nothing_where_a_statement_or_a_new_name_is_written() {
    in_sql("{% ref$0 %}", expect![[r#""#]]);
    in_sql("{% macro ce$0 %}", expect![[r#""#]]);
    in_sql("{% set re$0 %}", expect![[r#""#]]);
    in_sql("{{ var('re$0') }}", expect![[r#""#]]);
}

#[test]
fn without_snippets_no_snippet_leaks() {
    let mesh = format!("{MESH}//- shop/models/new.sql\n{{{{ sour$0 }}}}\n");
    check_in(
        &mesh,
        CompletionOptions::default(),
        &expect![[r#"
            source | (source_name, table_name) | - | The relation of a declared source table; makes this node depend on it. | source | sour
            source_node | - | - | The source's definition, in macros for freshness. | source_node | sour
            selected_resources | - | - | The unique_ids selected in this run; empty while dbt parses. | selected_resources | sour
            should_revoke | (existing_relation, full_refresh_mode=True) | - | Whether privileges have to be taken back. | should_revoke | sour
            should_full_refresh | () | - | Whether full_refresh or --full-refresh asks to build anew. | should_full_refresh | sour
            should_store_failures | () | - | Whether failing rows of tests are kept. | should_store_failures | sour
            sql_convert_columns_in_relation | (table) | - | Column objects from a table of columns. | sql_convert_columns_in_relation | sour
            support_multiple_grantees_per_dcl_statement | () | - | Whether one statement can name several grantees. | support_multiple_grantees_per_dcl_statement | sour
            get_column_schema_from_query | (select_sql, select_sql_header=None) | - | Names and types of the columns of a query. | get_column_schema_from_query | sour
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
            ref | (name, version=None, v=None) | - | The relation of a model, seed or snapshot; makes this node depend on it. | ref('$0') | re
        "#]],
    );
    in_yaml(
        "semantic_models:\n  - name: e\n    model: $0",
        expect![[r#"
            ref | (name, version=None, v=None) | - | The relation of a model, seed or snapshot; makes this node depend on it. | ref('$0') | ∅
            source | (source_name, table_name) | - | The relation of a declared source table; makes this node depend on it. | source('$0') | ∅
        "#]],
    );
}

#[test]
fn variables_and_selectors() {
    let settings = "
//- shop/dbt_project.yml
name: shop
vars:
  start: '2020-01-01'
  shop: {own: 1}
//- shop/dbt_packages/utils/dbt_project.yml
name: utils
vars: {theirs: 1}
//- shop/models/a.sql
select {{ var('CURSOR
//- shop/selectors.yml
selectors:
  - name: nightly
    definition: tag:nightly
  - name: weekly
    definition:
      method: selector
      value: SELECTOR
";
    check_in(
        &settings.replace("CURSOR", "$0"),
        ALL,
        &expect![[r#"
        own | - | - | 1 | own' | ∅
        shop | - | - | {own: 1} | shop' | ∅
        start | - | - | '2020-01-01' | start' | ∅
    "#]],
    );
    check_in(
        &settings.replace("SELECTOR", "$0"),
        ALL,
        &expect![[r#"
        nightly | - | - | - | nightly | ∅
        weekly | - | - | - | weekly | ∅
        true | - | - | - | true | ∅
        false | - | - | - | false | ∅
    "#]],
    );
    // Of its own variables dbt_project.yml knows nothing yet.
    check_in(
        &settings.replace("name: utils", "x").replacen("vars:", "profile: \"{{ var('$0') }}\"\nvars:", 1),
        ALL,
        &expect![[""]],
    );
}

#[test]
fn generic_tests_and_their_arguments() {
    in_yaml(
        "models:\n  - name: revenue\n    columns:\n      - name: id\n        data_tests:\n          - $0\n",
        expect![[r#"
            is_even | - | - | - | is_even | ∅
            unique | - | - | - | unique | ∅
            not_null | - | - | - | not_null | ∅
            accepted_values | - | mapping | Fails where a value is none of the listed. | accepted_values: | ∅
            relationships | - | mapping | Fails where a value is not in the other model's column. | relationships: | ∅
        "#]],
    );
    in_yaml(
        "models:\n  - name: revenue\n    data_tests: [is_$0]\n",
        expect![[r#"
        is_even | - | - | - | is_even | is_
    "#]],
    );
    in_yaml(
        "models:\n  - name: revenue\n    tests:\n      - relationships:\n          arguments:\n            fi$0\n",
        expect![[r#"
            field | - | - | - | field | fi
        "#]],
    );
    in_yaml(
        "macros:\n  - name: cents\n    arguments:\n      - name: $0\n",
        expect![[r#"
        column | - | - | - | column | ∅
        scale | - | - | - | scale | ∅
    "#]],
    );
}

#[test]
fn what_is_dispatched() {
    let more = "//- shop/macros/d.sql\n{% macro default__half(x) %}{% endmacro %}{% macro duckdb__half(x) %}{% endmacro %}\n";
    let at = |code: &str, expect: Expect| {
        check_in(&format!("{MESH}{more}//- shop/models/new.sql\n{code}\n"), ALL, &expect);
    };
    at(
        "{{ adapter.dispatch('$0') }}",
        expect![[r#"
        half | - | - | - | half | ∅
    "#]],
    );
    at(
        "{{ adapter.dispatch('half', '$0') }}",
        expect![[r#"
        dbt | - | - | - | dbt | ∅
        shop | - | - | - | shop | ∅
        utils | - | - | - | utils | ∅
    "#]],
    );
}

#[test]
fn macros_in_hooks_and_of_packages() {
    check_in(
        "//- shop/dbt_project.yml\nname: shop\non-run-start: \"{{ cents$0 }}\"\n//- shop/macros/m.sql\n{% macro cents(a) %}{% endmacro %}\n",
        ALL,
        &expect![[r#"
            cents | (a) | - | - | cents($0) | cents
            current_timestamp | () | - | The platform's expression for the present time. | current_timestamp() | cents
            call_dcl_statements | (dcl_statement_list) | - | Runs statements about privileges. | call_dcl_statements($0) | cents
            py_current_timestring | () | - | The present time as digits, for unique names. | py_current_timestring() | cents
            collect_freshness_custom_sql | (source, loaded_at_query) | - | Asks with a query of your own when a source was last loaded. | collect_freshness_custom_sql($0) | cents
            get_dcl_statement_list | (relation, grant_config, get_dcl_macro) | - | The statements that give or take privileges. | get_dcl_statement_list($0) | cents
            escape_single_quotes | (expression) | - | A text for use between single quotes. | escape_single_quotes($0) | cents
            ~current_timestamp_backcompat | () | - | Old form of current_timestamp. | current_timestamp_backcompat() | cents
            ~current_timestamp_in_utc_backcompat | () | - | Old form of current_timestamp in UTC. | current_timestamp_in_utc_backcompat() | cents
        "#]],
    );
    in_sql(
        "{{ utils.$0 }}",
        expect![[r#"
        utils.star | (from) | - | - | utils.star($0) | utils.
    "#]],
    );
}
