//! What is proposed and explained in tags, as people see it: one line a proposal, `label insert | range`.

use expect_test::{Expect, expect};

use super::{Kind, Places, Resource, config_key, config_keys, lookup, members, signature_help};
use crate::completion::{CompletionOptions, completion, completion_docs};
use crate::fixture::{Fixture, fixture};
use crate::hover;

const SHOP: &str = r#"
//- shop/dbt_project.yml
name: shop
//- shop/macros/money.sql
{% macro cents_to_euros(column_name, digits=2, currency='EUR') %}
  round({{ column_name }} / 100, {{ digits }})
{% endmacro %}
{% macro get_incremental_upsert_sql(arg_dict) %}{% endmacro %}
{% materialization ledger, default %}{% endmaterialization %}
//- shop/macros/money.yml
macros:
  - name: cents_to_euros
    description: Cents as euros.
"#;

fn mesh(path: &str, code: &str) -> Fixture {
    fixture(&format!("{SHOP}//- shop/{path}\n{code}\n"))
}

/// The first proposals at the cursor of a file.
fn first_in(path: &str, code: &str, count: usize, expect: Expect) {
    let mesh = mesh(path, code);
    let options = CompletionOptions { snippets: true, edits_elsewhere: true, by_blank: false };
    let found = completion(&mesh.analysis, mesh.cursor.unwrap(), options).unwrap();
    let text = &mesh.texts[&mesh.cursor.unwrap().file];
    let line = |item: &crate::Completion| {
        if let Some(key) = &item.docs {
            let docs = completion_docs(&mesh.analysis, key).unwrap();
            assert!(docs.is_some(), "no documentation for {key:?}");
        }
        let replaced = &text[std::ops::Range::<usize>::from(item.replace)];
        let from = item.label_description.as_ref().map(|from| format!(" [{from}]")).unwrap_or_default();
        let mark = if item.deprecated { "~" } else { "" };
        format!("{mark}{}{from}: {} for '{replaced}'", item.label, item.insert)
    };
    let lines: Vec<String> = found.items.iter().take(count).map(line).collect();
    expect.assert_eq(&lines.join("\n"));
}

fn first(code: &str, count: usize, expect: Expect) {
    first_in("models/new.sql", code, count, expect);
}

fn explained_in(path: &str, code: &str, expect: Expect) {
    let mesh = mesh(path, code);
    let pos = mesh.cursor.unwrap();
    let found = hover(&mesh.analysis, pos).unwrap();
    let text = &mesh.texts[&pos.file];
    let shown = found.map_or("nothing".to_owned(), |found| {
        format!("'{}'\n{}", &text[std::ops::Range::<usize>::from(found.range)], found.markdown)
    });
    expect.assert_eq(&shown);
}

fn explained(code: &str, expect: Expect) {
    explained_in("models/new.sql", code, expect);
}

fn helped(code: &str, expect: Expect) {
    let mesh = mesh("models/new.sql", code);
    let found = signature_help(&mesh.analysis, mesh.cursor.unwrap()).unwrap();
    let shown = found.map_or("nothing".to_owned(), |found| {
        let active = found.active.map(|at| &found.params[at]);
        let param = active.map(|param| &found.label[param.range.clone()]);
        let docs = active.and_then(|param| param.docs.as_deref());
        let lines = [Some(found.label.as_str()), param, docs, found.docs.as_deref()];
        lines.into_iter().map(|line| line.unwrap_or("-")).collect::<Vec<_>>().join("\n")
    });
    expect.assert_eq(&shown);
}

#[test]
fn every_line_of_the_tables_is_read() {
    let count =
        |text: &str| text.lines().filter(|line| !line.is_empty() && !line.starts_with(['#', '['])).count();
    let texts = [
        include_str!("data/context.txt"),
        include_str!("data/adapter.txt"),
        include_str!("data/jinja.txt"),
        include_str!("data/macros.txt"),
    ];
    assert_eq!(super::table().len(), texts.iter().map(|text| count(text)).sum::<usize>());
    assert_eq!(config_keys(None, None).count(), count(include_str!("data/config.txt")));
    let bytes = texts.iter().map(|text| text.len()).sum::<usize>() + include_str!("data/config.txt").len();
    assert!(bytes < 120_000, "{bytes}");
}

#[test]
fn what_is_given_has_members_or_is_a_word_of_python() {
    let plain = ["str", "int", "float", "bool", "list", "dict", "list<Column>", "dbt"];
    for item in super::table() {
        let Some(of) = item.gives else { continue };
        assert!(plain.contains(&of) || super::members_of(of).next().is_some(), "{} gives {of}", item.name);
        assert!(item.about.ends_with(['.', '…']), "{}: {}", item.name, item.about);
    }
}

#[test]
fn names_are_looked_up_with_their_dots() {
    let shown = |name: &str| lookup(name).map(|item| format!("{:?} {}", item.kind, item.forms().join(" | ")));
    assert_eq!(
        shown("ref").as_deref(),
        Some("Function ref(name, version=None, v=None) | ref(package, name, version=None, v=None)")
    );
    assert_eq!(shown("adapter.type").as_deref(), Some("Member(\"Adapter\") type()"));
    assert_eq!(
        shown("modules.datetime.timedelta").as_deref().map(|text| &text[..24]),
        Some("Member(\"DateTimeModule\")")
    );
    assert_eq!(shown("dbt.type_string").as_deref(), Some("Macro type_string()"));
    assert_eq!(shown("dbt_snowflake.set_query_tag").as_deref(), Some("Macro set_query_tag()"));
    assert_eq!(shown("dbt_utils.star"), None);
    assert_eq!(shown("adapter.nothing"), None);
    assert!(members("target").iter().any(|item| item.name == "schema"));
    assert!(members("dbt").iter().all(|item| item.kind == Kind::Macro));
    assert!(!lookup("doc").unwrap().places.meets(Places::CODE));
}

#[test]
fn keys_differ_by_kind_of_node_and_adapter() {
    let has = |resource, adapter: Option<&str>, name: &str| {
        config_keys(Some(resource), adapter).any(|key| key.name == name)
    };
    assert!(has(Resource::Model, None, "cluster_by"));
    assert!(has(Resource::Model, Some("bigquery"), "cluster_by"));
    assert!(!has(Resource::Model, Some("postgres"), "cluster_by"));
    assert!(has(Resource::Seed, None, "delimiter") && !has(Resource::Model, None, "delimiter"));
    assert!(has(Resource::Snapshot, None, "check_cols") && has(Resource::Test, None, "severity"));
    let materialized = config_key("+materialized", None).unwrap();
    assert_eq!(
        materialized.values(Some("snowflake")),
        ["view", "table", "incremental", "ephemeral", "materialized_view", "dynamic_table"]
    );
    assert_eq!(config_key("post-hook", Some(Resource::Seed)).map(|key| key.name), Some("post_hook"));
}

#[test]
fn words() {
    first(
        "select {{ tar$0 }}",
        2,
        expect![[r#"
        target: target for 'tar'
        get_incremental_upsert_sql: get_incremental_upsert_sql($0) for 'tar'"#]],
    );
    first("select {{ is_in$0 }}", 1, expect!["is_incremental: is_incremental() for 'is_in'"]);
    first(
        "{{ dated$0",
        2,
        expect![[r#"
        datediff: datediff($0) for 'dated'
        dateadd: dateadd($0) for 'dated'"#]],
    );
    first("{% set x = adap$0", 1, expect!["adapter: adapter for 'adap'"]);
    first("{% if exe$0", 1, expect!["execute: execute for 'exe'"]);
    first("{{ re$0('a') }}", 1, expect!["ref: ref for 're'"]);
    first("{% set tar$0", 1, expect![[""]]);
    first("{% for tar$0", 1, expect![[""]]);
    first("{% for x in gra$0", 1, expect!["graph: graph for 'gra'"]);
    first("{{ doc$0 }}", 1, expect!["diff_of_two_dicts: diff_of_two_dicts($0) for 'doc'"]);
}

#[test]
fn nothing_where_an_operator_comes() {
    first("{{ ref('a') $0 }}", 1, expect![[""]]);
    first("{% if x $0", 1, expect![[""]]);
    first("{{ var('a', 1 $0) }}", 1, expect![[""]]);
    first("{% if not exe$0", 1, expect!["execute: execute for 'exe'"]);
    first("{% do adap$0", 1, expect!["adapter: adapter for 'adap'"]);
    first("{% call(row) stat$0", 1, expect!["statement: statement($0) for 'stat'"]);
    first("{{ a ~ tar$0", 1, expect!["target: target for 'tar'"]);
}

#[test]
fn variables_of_the_file() {
    first("{% set amount = 1 %}{{ amo$0", 1, expect!["amount: amount for 'amo'"]);
    first("{% if x %}{% set amount = 1 %}{% endif %}{{ amo$0", 1, expect!["amount: amount for 'amo'"]);
    first("{% for key, cell in cells.items() %}{{ cel$0", 1, expect!["cell: cell for 'cel'"]);
    first(
        "{% for cell in cells %}{% endfor %}{{ cell$0",
        1,
        expect!["get_incremental_upsert_sql: get_incremental_upsert_sql($0) for 'cell'"],
    );
    first("{% set amou$0", 1, expect![[""]]);
    first_in(
        "macros/m.sql",
        "{% macro m(scale) %}{{ sca$0 }}{% endmacro %}",
        1,
        expect!["scale: scale for 'sca'"],
    );
}

#[test]
fn members_after_a_dot() {
    first(
        "{{ target.$0 }}",
        4,
        expect![[r#"
        database: database for ''
        name: name for ''
        schema: schema for ''
        type: type for ''"#]],
    );
    first("{{ adapter.get_rel$0", 1, expect!["get_relation: get_relation($0) for 'get_rel'"]);
    first(
        "{{ adapter.descr$0ibe.x }}",
        1,
        expect!["describe_dynamic_table [snowflake]: describe_dynamic_table($0) for 'describe'"],
    );
    first("{{ modules.datetime.datetime.n$0 }}", 1, expect!["now: now($0) for 'n'"]);
    first("{{ ref('a').inc$0 }}", 1, expect!["include: include($0) for 'inc'"]);
    first("{{ api.Relation.cre$0", 1, expect!["create: create($0) for 'cre'"]);
    first(
        "{% set r = run_query('select 1') %}{% for c in r.col$0",
        2,
        expect![[r#"
        columns: columns for 'col'
        column_names: column_names for 'col'"#]],
    );
    first(
        "{% for c in adapter.get_columns_in_relation(this) %}{{ c.q$0",
        1,
        expect!["quoted: quoted for 'q'"],
    );
    first("{% set target = 1 %}{{ target.$0 }}", 1, expect![[""]]);
    first("{{ dbt.type_s$0 }}", 1, expect!["type_string: type_string() for 'type_s'"]);
    first_in(
        "macros/m.sql",
        "{% macro m(from_relation) %}{{ from_relation.sch$0 }}{% endmacro %}",
        1,
        expect!["schema: schema for 'sch'"],
    );
    first_in(
        "models/p.py",
        "def model(dbt, session):\n    dbt.config.me$0",
        1,
        expect!["meta_get: meta_get($0) for 'me'"],
    );
    first_in(
        "models/p.py",
        "def model(dbt, session):\n    dbt.sou$0",
        1,
        expect![[r#"source: source("$0") for 'sou'"#]],
    );
}

#[test]
fn filters_tests_and_statements() {
    first("{{ x | upp$0 }}", 1, expect!["upper: upper for 'upp'"]);
    first(
        "{{ x|$0",
        3,
        expect![[r#"
        as_bool: as_bool for ''
        as_native: as_native for ''
        as_number: as_number for ''"#]],
    );
    first("{{ xs | selecta$0", 1, expect!["selectattr: selectattr($0) for 'selecta'"]);
    first(
        "{% if x is defi$0 %}",
        2,
        expect![[r#"
        defined: defined for 'defi'
        undefined: undefined for 'defi'"#]],
    );
    first(
        "{% if x is not $0",
        3,
        expect![[r#"
            defined: defined for ''
            integer: integer for ''
            iterable: iterable for ''"#]],
    );
    first(
        "{% $0",
        3,
        expect![[r#"
        call: call for ''
        do: do for ''
        docs: docs for ''"#]],
    );
    first(
        "{% if a %}{% for b in c %}{%- $0 %}",
        3,
        expect![[r#"
        endfor: endfor for ''
        call: call for ''
        do: do for ''"#]],
    );
    first("{% set a %}{% end$0", 1, expect!["endset: endset for 'end'"]);
    first("{% raw %}{% $0", 3, expect!["endraw: endraw for ''"]);
}

#[test]
fn configuration() {
    first(
        "{{ config($0) }}",
        5,
        expect![[r#"
        access: access='$0' for ''
        alias: alias='$0' for ''
        enabled: enabled= for ''
        incremental_strategy: incremental_strategy='$0' for ''
        materialized: materialized='$0' for ''"#]],
    );
    first(
        "{{ config(materialized='table', mat$0",
        2,
        expect![[r#"
        matched_condition [databricks]: matched_condition='$0' for 'mat'
        incremental_strategy: incremental_strategy='$0' for 'mat'"#]],
    );
    first(
        "{{ config(cluster$0='a') }}",
        1,
        expect!["cluster_by [bigquery, snowflake, databricks]: cluster_by for 'cluster'"],
    );
    first(
        "{{ config(materialized='$0') }}",
        12,
        expect![[r#"
        ephemeral: ephemeral for ''
        incremental: incremental for ''
        ledger [this project]: ledger for ''
        materialized_view: materialized_view for ''
        table: table for ''
        view: view for ''
        dynamic_table [snowflake]: dynamic_table for ''
        external [duckdb]: external for ''
        streaming_table [databricks]: streaming_table for ''"#]],
    );
    first(
        "{{ config(incremental_strategy=$0",
        3,
        expect![[r#"
        append: 'append' for ''
        delete+insert: 'delete+insert' for ''
        insert_overwrite: 'insert_overwrite' for ''"#]],
    );
    first(
        "{{ config(enabled=$0) }}",
        3,
        expect![[r#"
        false: false for ''
        true: true for ''"#]],
    );
    first(
        "{{ config(on_schema_change='app$0') }}",
        1,
        expect!["append_new_columns: append_new_columns for 'app'"],
    );
    first("{{ config.get('mat$0') }}", 1, expect!["materialized: materialized for 'mat'"]);
    first_in(
        "snapshots/s.sql",
        "{% snapshot s %}{{ config(str$0) }}{% endsnapshot %}",
        2,
        expect!["strategy: strategy='$0' for 'str'"],
    );
    first_in(
        "snapshots/s.sql",
        "{% snapshot s %}{{ config(hard_deletes='$0') }}{% endsnapshot %}",
        3,
        expect![[r#"
        ignore: ignore for ''
        invalidate: invalidate for ''
        new_record: new_record for ''"#]],
    );
    first_in("tests/t.sql", "{{ config(sev$0) }}", 1, expect!["severity: severity='$0' for 'sev'"]);
    first_in(
        "models/p.py",
        "def model(dbt, session):\n    dbt.config(materialized=\"$0\")",
        2,
        expect![[r#"
        ephemeral: ephemeral for ''
        incremental: incremental for ''"#]],
    );
}

#[test]
fn parameters_of_macros() {
    first(
        "{{ cents_to_euros($0) }}",
        3,
        expect![[r#"
            column_name=: column_name= for ''
            currency=: currency= for ''
            digits=: digits= for ''"#]],
    );
    first(
        "{{ cents_to_euros('amount', $0) }}",
        2,
        expect![[r#"
            currency=: currency= for ''
            digits=: digits= for ''"#]],
    );
    first("{{ cents_to_euros('amount', cur$0='x') }}", 1, expect!["currency=: currency for 'cur'"]);
    first("{{ env_var('X', def$0", 1, expect!["default=: default= for 'def'"]);
}

#[test]
fn in_yaml() {
    let models = |text: &str| format!("models:\n  - name: new\n    {text}");
    first_in("models/a.yml", &models("description: \"{{ do$0 }}\""), 1, expect!["doc: doc('$0') for 'do'"]);
    first_in("models/a.yml", &models("description: \"{{ this$0 }}\""), 1, expect![[""]]);
    first_in(
        "models/a.yml",
        &models("config: {post_hook: \"{{ thi$0 }}\"}"),
        1,
        expect!["this: this for 'thi'"],
    );
    first_in(
        "packages.yml",
        "packages:\n  - git: \"{{ env$0 }}\"",
        1,
        expect!["env_var: env_var('$0') for 'env'"],
    );
    first_in("packages.yml", "packages:\n  - git: \"{{ targ$0 }}\"", 1, expect![[""]]);
}

#[test]
fn hovers() {
    explained(
        "{{ env_v$0ar('X') }}",
        expect![[r#"
        'env_var'
        ```jinja
        env_var(name, default=None) -> str
        ```
        function of dbt

        An environment variable as text; without a default it must be set."#]],
    );
    explained(
        "{{ adapter.get_rel$0ation(a, b, c) }}",
        expect![[r#"
            'get_relation'
            ```jinja
            get_relation(database, schema, identifier) -> relation
            ```
            method of adapter

            The relation if it exists, else none."#]],
    );
    explained(
        "{{ adap$0ter.get_relation(a, b, c) }}",
        expect![[r#"
            'adapter'
            ```jinja
            adapter
            ```
            variable of dbt

            The database adapter: relations, columns, schemas, dispatch."#]],
    );
    explained(
        "{{ ref('a').inclu$0de(database=false) }}",
        expect![[r#"
            'include'
            ```jinja
            include(database=None, schema=None, identifier=None) -> relation
            ```
            method of relations

            The relation with those parts of its name left out or kept."#]],
    );
    explained(
        "{{ x | join$0(',') }}",
        expect![[r#"
        'join'
        ```jinja
        | join(d='', attribute=None)
        ```
        filter

        The items as one text with a separator between."#]],
    );
    explained(
        "{% if x is defin$0ed %}",
        expect![[r#"
        'defined'
        ```jinja
        is defined
        ```
        test of Jinja

        The name has a value."#]],
    );
    explained(
        "{% i$0f x %}",
        expect![[r#"
        'if'
        ```jinja
        {% if %}
        ```
        statement

        Renders its body only under a condition; ends with endif."#]],
    );
    explained(
        "{{ config(on_schema_cha$0nge='fail') }}",
        expect![[r#"
        'on_schema_change'
        **on_schema_change** · configuration, text

        What an incremental model does when its columns change.

        `ignore` · `append_new_columns` · `fail` · `sync_all_columns`

        Default: `ignore`"#]],
    );
    explained(
        "{{ config(materialized='incre$0mental') }}",
        expect![[r#"
        'incremental'
        **materialized** · configuration, text

        How the model is built.

        `view` · `table` · `incremental` · `ephemeral` · `materialized_view` · `dynamic_table` (snowflake) · `streaming_table` (databricks) · `external` (duckdb)

        Default: `view`"#]],
    );
    explained("{{ cents_to_euros(sche$0ma='a') }}", expect!["nothing"]);
    explained(
        "{% set model = 1 %}{{ mod$0el }}",
        expect![[r#"
        'model'
        ```jinja
        {% set model = 1 %}
        ```
        variable `model`"#]],
    );
    explained(
        "{{ modules.dateti$0me.datetime.now() }}",
        expect![[r#"
            'datetime'
            ```jinja
            datetime
            ```
            attribute

            Python's datetime."#]],
    );
    explained(
        "{{ dbt.date_tru$0nc('day', 'x') }}",
        expect![[r#"
        'date_trunc'
        ```jinja
        date_trunc(datepart, date) -> str
        ```
        macro of dbt

        SQL for the start of a date's month, day, hour …

        *Since dbt 1.2*"#]],
    );
    explained(
        "{{ generate_schema_na$0me() }}",
        expect![[r#"
        'generate_schema_name'
        ```jinja
        generate_schema_name(custom_schema_name=None, node=None) -> str
        ```
        macro of dbt

        The schema of a node: define your own to change it."#]],
    );
}

#[test]
fn signatures() {
    helped(
        "{{ ref($0) }}",
        expect![[r#"
        ref(name, version=None, v=None)
        name
        -
        The relation of a model, seed or snapshot; makes this node depend on it."#]],
    );
    helped(
        "{{ ref('a', $0",
        expect![[r#"
            ref(package, name, version=None, v=None)
            name
            -
            The relation of a model, seed or snapshot; makes this node depend on it."#]],
    );
    helped(
        "{{ ref('a', 'b', v=$0",
        expect![[r#"
        ref(package, name, version=None, v=None)
        v=None
        -
        The relation of a model, seed or snapshot; makes this node depend on it."#]],
    );
    helped(
        "{{ source('a', $0) }}",
        expect![[r#"
        source(source_name, table_name)
        table_name
        -
        The relation of a declared source table; makes this node depend on it."#]],
    );
    helped(
        "{{ config(materialized=$0) }}",
        expect![[r#"
        config(**config)
        **config
        -
        Sets this node's configuration; renders to nothing.

        **materialized** · configuration, text

        How the model is built.

        `view` · `table` · `incremental` · `ephemeral` · `materialized_view` · `dynamic_table` (snowflake) · `streaming_table` (databricks) · `external` (duckdb)

        Default: `view`"#]],
    );
    helped(
        "{{ var('a', $0) }}",
        expect![[r#"
        var(name, default=None)
        default=None
        -
        A variable of the project or of --vars; without a default it must be set."#]],
    );
    helped(
        "{{ cents_to_euros('amount', currency=$0) }}",
        expect![[r#"
        cents_to_euros(column_name, digits=…, currency=…)
        currency=…
        -
        Cents as euros."#]],
    );
    helped(
        "{{ cents_to_euros($0",
        expect![[r#"
        cents_to_euros(column_name, digits=…, currency=…)
        column_name
        -
        Cents as euros."#]],
    );
    helped(
        "{{ adapter.get_relation(a, b$0) }}",
        expect![[r#"
        get_relation(database, schema, identifier)
        schema
        -
        The relation if it exists, else none."#]],
    );
    helped(
        "{{ zip(a, b, $0) }}",
        expect![[r#"
        zip(*iterables, default=None)
        *iterables
        -
        Pairs the items of several lists; the default if one cannot be iterated."#]],
    );
    helped(
        "{{ x | replace('a', $0) }}",
        expect![[r#"
        replace(old, new, count=None)
        new
        -
        The text with one part replaced by another."#]],
    );
    helped(
        "{{ ref('a').include($0) }}",
        expect![[r#"
        include(database=None, schema=None, identifier=None)
        database=None
        -
        The relation with those parts of its name left out or kept."#]],
    );
    helped("{{ nobody($0) }}", expect!["nothing"]);
    helped("{{ log('a') }} $0", expect!["nothing"]);
}

#[test]
fn half_typed_text_breaks_nothing() {
    let whole = "{% macro m(a) %}{% set r = ref('x') %}{{ r.include(schema=true) | upper }}\
                 {% if r is not none %}{{ config(materialized='täble', tags=['a']) }}{% endif %}";
    let options = CompletionOptions::default();
    for end in (0..=whole.len()).filter(|end| whole.is_char_boundary(*end)) {
        for rest in ["", " }}", "\n{{ ref('b') }}"] {
            let mesh = mesh("models/new.sql", &format!("{}$0{rest}", &whole[..end]));
            let pos = mesh.cursor.unwrap();
            completion(&mesh.analysis, pos, options).unwrap();
            hover(&mesh.analysis, pos).unwrap();
            signature_help(&mesh.analysis, pos).unwrap();
        }
    }
}
