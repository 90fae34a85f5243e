//! The mesh and the table of [`super`].

/// A place where a name is written: `«name»` in a file of its own.
pub(super) struct Row {
    pub kind: &'static str,
    pub place: &'static str,
    pub at: &'static str,
    pub text: &'static str,
    /// Whether names can be proposed: not where a new one is made up.
    pub completes: bool,
    /// How the proposal is called, if not by the name.
    pub label: Option<&'static str>,
    /// The file it leads to; empty where there is none.
    pub to: &'static str,
    /// Part of what hovering shows; empty where there is nothing to say.
    pub shows: &'static str,
    /// What a wrong name is called; empty where dbt takes any.
    pub code: &'static str,
}

const fn row(kind: &'static str, place: &'static str, at: &'static str, text: &'static str) -> Row {
    Row { kind, place, at, text, completes: true, label: None, to: "", shows: "", code: "" }
}

impl Row {
    const fn to(mut self, to: &'static str, shows: &'static str) -> Row {
        self.to = to;
        self.shows = shows;
        self
    }

    const fn shows(mut self, shows: &'static str) -> Row {
        self.shows = shows;
        self
    }

    const fn code(mut self, code: &'static str) -> Row {
        self.code = code;
        self
    }

    const fn labelled(mut self, label: &'static str) -> Row {
        self.label = Some(label);
        self
    }

    /// A new name is written here.
    const fn made(mut self) -> Row {
        self.completes = false;
        self
    }
}

pub(super) const SHOP: &str = r#"
//- shop/dbt_project.yml
name: shop
version: '1.0'
profile: shop
vars: {start_date: '2020-01-01', utils: {hashing: md5}}
//- shop/dependencies.yml
projects: [{name: platform}]
packages: [{package: acme/utils, version: 1.0.0}]
//- shop @manifest platform
model accounts public v=1 latest=2 "Old accounts."
model accounts public v=2 latest=2 columns=account_id:int,email:text "One row per account."
model regions public columns=region_id:int "One row per region."
//- shop/models/orders.sql
select id, amount from {{ ref('countries') }}
//- shop/models/staging/stg_orders.sql
select {{ env_var('SHOP_REGION', 'eu') }} from {{ source('raw', 'events') }}
//- shop/models/stg_more.sql
select id, amount from {{ ref('orders') }}
//- shop/models/dim_v1.sql
select 1
//- shop/models/dim_second.sql
select 1
//- shop/models/tagged.sql
{{ config(tags=['hourly']) }} select 1
//- shop/models/days.sql
select 1 as date_day
//- shop/models/learned.py
def model(dbt, session):
    dbt.config(materialized="table")
    return dbt.ref("orders")
//- shop/models/money.md
{% docs money %}
In cents.
{% enddocs %}
//- shop/models/_models.yml
groups:
  - name: finance
    owner: {name: Fay, email: fay@example.com}
models:
  - name: orders
    description: One row per order.
    columns:
      - {name: id, data_type: int, description: The key.}
      - {name: amount, data_type: int}
  - name: learned
    description: Made by Python.
  - name: dim
    description: A dimension.
    latest_version: 2
    columns: [{name: key, description: The dimension's key.}]
    versions: [{v: 1}, {v: 2, defined_in: dim_second}]
  - name: days
    time_spine: {standard_granularity_column: date_day}
    columns: [{name: date_day, data_type: date, granularity: day, description: The day.}]
sources:
  - name: raw
    description: As it came.
    tables:
      - name: events
        description: All events.
        columns: [{name: event_id, description: The event's key.}]
//- shop/models/_semantic.yml
semantic_models:
  - name: sales
    description: What we sell.
    model: ref('orders')
    defaults: {agg_time_dimension: ordered_at}
    entities: [{name: order_id, type: primary, description: The order's key., expr: id}]
    dimensions:
      - {name: ordered_at, type: time, description: When it was ordered., expr: created, type_params: {time_granularity: day}}
      - {name: status, type: categorical, description: How far it is.}
    measures: [{name: revenue, agg: sum, expr: amount, description: All the money.}]
metrics:
  - {name: total, label: Total sales, description: What we took., type: simple, type_params: {measure: revenue}}
saved_queries:
  - {name: weekly, description: For Mondays., query_params: {metrics: [total]}}
exposures:
  - {name: board, type: dashboard, description: What the board sees., owner: {email: a@example.com}}
//- shop/models/_units.yml
unit_tests:
  - {name: sums, description: It sums., model: orders, given: [], expect: {rows: []}}
//- shop/seeds/countries.csv
id
//- shop/seeds/_seeds.yml
seeds:
  - {name: countries, description: All countries.}
//- shop/snapshots/orders_history.sql
{% snapshot orders_history %}
{{ config(strategy='check', unique_key='id', check_cols='all', target_schema='s') }}
select * from {{ ref('orders') }}
{% endsnapshot %}
//- shop/snapshots/_snapshots.yml
snapshots:
  - {name: orders_history, description: How orders changed.}
  - name: people_history
    description: How people changed.
    relation: ref('orders')
    config: {strategy: check, unique_key: id, check_cols: all}
//- shop/analyses/churn.sql
select 1
//- shop/tests/positive_amounts.sql
select 1 from {{ ref('orders') }}
//- shop/tests/generic/is_even.sql
{% test is_even(model, column_name, modulus=2) %}select 1 from {{ model }}{% endtest %}
//- shop/tests/fixtures/order_rows.csv
id
//- shop/macros/cents.sql
{% macro cents(column, scale=2) %}{{ column }}{% endmacro %}
{% macro grant_all() %}{{ adapter.dispatch('grant_all')() }}{% endmacro %}
{% macro default__grant_all() %}grant{% endmacro %}
{% macro get_incremental_careful_sql(arg_dict) %}x{% endmacro %}
{% materialization pile, default %}{{ return({'relations': []}) }}{% endmaterialization %}
//- shop/macros/_macros.yml
macros:
  - name: cents
    description: Money in cents.
    arguments: [{name: column, type: string, description: What to convert.}]
//- shop/functions/is_big.sql
x > 10
//- shop/functions/_functions.yml
functions:
  - {name: is_big, description: Whether it is big., config: {volatility: deterministic}, returns: {data_type: boolean}, arguments: [{name: x, data_type: int}]}
//- shop/selectors.yml
selectors:
  - {name: nightly, description: What runs at night., definition: 'tag:night'}
//- shop/dbt_packages/utils/dbt_project.yml
name: utils
version: '1.0'
//- shop/dbt_packages/utils/macros/star.sql
{% macro star(from) %}*{% endmacro %}
{% test at_least_one(model, column_name) %}select 1{% endtest %}
//- shop/dbt_packages/utils/models/calendar.sql
select 1
//- shop/dbt_packages/utils/models/hint.md
{% docs hint %}
From afar.
{% enddocs %}
"#;

const SQL: &str = "shop/models/new.sql";
const YML: &str = "shop/models/new.yml";
const PY: &str = "shop/models/new.py";
const PROJECT: &str = "shop/dbt_project.yml";
const SELECTORS: &str = "shop/selectors.yml";

const ORDERS: &str = "shop/models/orders.sql";
const MODELS: &str = "shop/models/_models.yml";
const SEMANTIC: &str = "shop/models/_semantic.yml";
const CENTS: &str = "shop/macros/cents.sql";
const UTILS: &str = "shop/dbt_packages/utils/macros/star.sql";

#[rustfmt::skip]
pub(super) const PLACES: &[Row] = &[
    row("model", "`ref()` in SQL", SQL, "select * from {{ ref('«orders»') }}").to(ORDERS, "One row per order").code("unknown-model"),
    row("model", "`ref()` in a hint comment", SQL, "-- depends_on: {{ ref('«orders»') }}").to(ORDERS, "One row per order").code("unknown-model"),
    row("model", "`ref()` in a macro", "shop/macros/new.sql", "{% macro new() %}{{ ref('«orders»') }}{% endmacro %}").to(ORDERS, "One row per order"),
    row("model", "`ref()` in an analysis", "shop/analyses/new.sql", "select * from {{ ref('«orders»') }}").to(ORDERS, "One row per order").code("unknown-model"),
    row("model", "`ref()` in a singular test", "shop/tests/new.sql", "select * from {{ ref('«orders»') }}").to(ORDERS, "One row per order").code("unknown-model"),
    row("model", "`ref()` in a snapshot", "shop/snapshots/new.sql", "{% snapshot new %}{{ config(strategy='check', unique_key='id', check_cols='all') }}select * from {{ ref('«orders»') }}{% endsnapshot %}").to(ORDERS, "One row per order").code("unknown-model"),
    row("model", "`dbt.ref()` in Python", PY, "def model(dbt, session):\n    return dbt.ref(\"«orders»\")").to(ORDERS, "One row per order").code("unknown-model"),
    row("model", "`models:` entry", "shop/models/_models.yml", "models:\n  - name: «orders»\n  - {name: dim, versions: [{v: 1}, {v: 2, defined_in: dim_second}]}").to(ORDERS, "shop.orders").code("unmatched-entry"),
    row("model", "`depends_on:` of an exposure", YML, "exposures:\n  - name: e\n    type: dashboard\n    owner: {email: a@b.c}\n    depends_on:\n      - ref('«orders»')").to(ORDERS, "One row per order").code("unknown-model"),
    row("model", "`model:` of a semantic model", YML, "semantic_models:\n  - name: ss\n    model: ref('«orders»')\n    entities: [{name: e1, type: primary}]").to(ORDERS, "One row per order").code("unknown-model"),
    row("model", "`relation:` of a snapshot", "shop/snapshots/new.yml", "snapshots:\n  - name: s\n    relation: ref('«orders»')\n    config: {strategy: check, unique_key: id, check_cols: all}").to(ORDERS, "One row per order").code("unknown-model"),
    row("model", "`model:` of a unit test", YML, "unit_tests:\n  - name: u\n    model: «orders»\n    given: []\n    expect: {rows: []}").to(ORDERS, "One row per order").code("unknown-unit-test-model"),
    row("model", "`input:` of a unit test", YML, "unit_tests:\n  - name: u\n    model: orders\n    given:\n      - input: ref('«orders»')\n        rows: []\n    expect: {rows: []}").to(ORDERS, "One row per order"),
    row("model", "argument of a generic test", YML, "models:\n  - name: stg_orders\n    columns:\n      - name: id\n        data_tests:\n          - relationships:\n              arguments: {to: ref('«orders»'), field: id}").to(ORDERS, "One row per order").code("unknown-model"),
    row("model", "Jinja in a generic test", YML, "models:\n  - name: stg_orders\n    data_tests:\n      - is_even:\n          arguments: {modulus: \"{{ ref('«orders»') }}\"}").to(ORDERS, "One row per order").code("unknown-model"),
    row("model", "`to:` of a foreign key", YML, "models:\n  - name: stg_orders\n    columns:\n      - name: id\n        constraints: [{type: foreign_key, to: ref('«orders»'), to_columns: [id]}]").to(ORDERS, "One row per order").code("unknown-model"),
    row("model", "`on-run-end:`", PROJECT, "name: shop\non-run-end: \"grant {{ ref('«orders»') }}\"").to(ORDERS, "One row per order").code("unknown-model"),
    row("model", "`pre_hook` in SQL", SQL, "{{ config(pre_hook=\"delete from {{ ref('«orders»') }}\") }} select 1").to(ORDERS, "One row per order").code("unknown-model"),
    row("model", "`pre-hook:` in YAML", YML, "models:\n  - name: stg_orders\n    config:\n      pre-hook: \"delete from {{ ref('«orders»') }}\"").to(ORDERS, "One row per order").code("unknown-model"),
    row("model", "tree of dbt_project.yml", PROJECT, "name: shop\nmodels:\n  shop:\n    «orders»:\n      +enabled: true").to(ORDERS, "One row per order").code("unused-config-path"),
    row("model", "folder in dbt_project.yml", PROJECT, "name: shop\nmodels:\n  shop:\n    «staging»:\n      +enabled: true").shows("folder").code("unused-config-path"),
    row("model", "`fqn` in selectors.yml", SELECTORS, "selectors:\n  - name: s\n    definition:\n      method: fqn\n      value: «orders»").to(ORDERS, "One row per order"),
    row("model", "a name without a method in selectors.yml", SELECTORS, "selectors:\n  - name: s\n    definition:\n      union:\n        - +«orders»+1").to(ORDERS, "One row per order"),
    row("model", "`path` in selectors.yml", SELECTORS, "selectors:\n  - name: s\n    definition:\n      method: path\n      value: «models/staging»").shows("folder"),
    row("Python model", "`ref()` in SQL", SQL, "select * from {{ ref('«learned»') }}").to("shop/models/learned.py", "Made by Python").code("unknown-model"),
    row("Python model", "`models:` entry", MODELS, "models:\n  - name: «learned»\n  - {name: dim, versions: [{v: 1}, {v: 2, defined_in: dim_second}]}").to("shop/models/learned.py", "shop.learned").code("unmatched-entry"),
    row("upstream model", "`ref()` in SQL", SQL, "select * from {{ ref('platform', '«regions»') }}").to("regions", "One row per region").code("unknown-model"),
    row("upstream model", "`dbt.ref()` in Python", PY, "def model(dbt, session):\n    return dbt.ref('platform', '«regions»')").to("regions", "One row per region").code("unknown-model"),
    row("upstream model", "`depends_on:` of an exposure", YML, "exposures:\n  - name: e\n    type: dashboard\n    owner: {email: a@b.c}\n    depends_on:\n      - ref('platform', '«regions»')").to("regions", "One row per region").code("unknown-model"),
    row("version", "`v=` in SQL", SQL, "select * from {{ ref('dim', v=«1») }}").to("shop/models/dim_v1.sql", "v1").code("unknown-version"),
    row("version", "`v=` of an upstream model", SQL, "select * from {{ ref('platform', 'accounts', v=«1») }}").to("accounts", "Old accounts").code("unknown-version"),
    row("version", "`v=` in Python", PY, "def model(dbt, session):\n    return dbt.ref('dim', v=«1»)").to("shop/models/dim_v1.sql", "v1").code("unknown-version"),
    row("version", "`v:` of a version", MODELS, "models:\n  - name: dim\n    versions:\n      - v: «1»\n      - {v: 2, defined_in: dim_second}").to("shop/models/dim_v1.sql", "v1").code("unmatched-entry"),
    row("version", "`defined_in:`", MODELS, "models:\n  - name: dim\n    versions:\n      - {v: 1}\n      - v: 2\n        defined_in: «dim_second»").to("shop/models/dim_second.sql", "v2").code("unmatched-entry"),
    row("version", "`latest_version:`", MODELS, "models:\n  - name: dim\n    latest_version: «1»\n    versions:\n      - {v: 1}\n      - {v: 2, defined_in: dim_second}").to("shop/models/dim_v1.sql", "v1").code("invalid-versions"),
    row("version", "`versions:` of a unit test", YML, "unit_tests:\n  - name: u\n    model: dim\n    versions: {include: [«1»]}\n    given: []\n    expect: {rows: []}").to("shop/models/dim_v1.sql", "v1"),
    row("column", "`columns:` of a model, from the models it reads", "shop/seeds/more.yml", "models:\n  - name: stg_more\n    columns:\n      - name: «amount»").to("shop/seeds/more.yml", "amount"),
    row("column", "`exclude:` of a version", MODELS, "models:\n  - name: dim\n    columns: [{name: key, description: The dimension's key.}]\n    versions:\n      - {v: 1}\n      - v: 2\n        defined_in: dim_second\n        columns:\n          - include: all\n            exclude: [«key»]").to(MODELS, "The dimension's key"),
    row("column", "`field:` of a relationship", YML, "models:\n  - name: stg_orders\n    columns:\n      - name: id\n        data_tests:\n          - relationships:\n              arguments:\n                to: ref('orders')\n                field: «id»").to(MODELS, "The key"),
    row("column", "`to_columns:` of a foreign key", YML, "models:\n  - name: stg_orders\n    columns:\n      - name: id\n        constraints: [{type: foreign_key, to: ref('orders'), to_columns: [«id»]}]").to(MODELS, "The key"),
    row("column", "`columns:` of a constraint", YML, "models:\n  - name: stg_orders\n    columns:\n      - {name: id, description: Staged key.}\n    constraints:\n      - type: primary_key\n        columns: [«id»]").to(YML, "Staged key"),
    row("column", "SQL, of the one relation that is read", SQL, "select «id» from {{ ref('orders') }}").to(MODELS, "The key"),
    row("column", "SQL, behind an alias", SQL, "select o.«id», r.name from {{ ref('orders') }} as o join {{ ref('regions') }} r using (id)").to(MODELS, "The key"),
    row("column", "SQL, of a `select *` by another name", SQL, "with o as (select * from {{ ref('orders') }}) select o.«id» from o").to(MODELS, "The key"),
    row("column", "`unique_key` in SQL", "shop/models/orders.sql", "{{ config(materialized='incremental', unique_key='«id»') }} select 1").to(MODELS, "The key"),
    row("column", "`unique_key:` of a snapshot", "shop/snapshots/new.yml", "snapshots:\n  - name: s\n    relation: ref('orders')\n    config:\n      strategy: check\n      unique_key: «id»\n      check_cols: all").to(MODELS, "The key"),
    row("column", "`check_cols:` of a snapshot", "shop/snapshots/new.yml", "snapshots:\n  - name: s\n    relation: ref('orders')\n    config:\n      strategy: check\n      unique_key: id\n      check_cols: [«id»]").to(MODELS, "The key"),
    row("column", "`rows:` of a unit test's input", YML, "unit_tests:\n  - name: u\n    model: orders\n    given:\n      - input: ref('orders')\n        rows:\n          - {«id»: 1}\n    expect: {rows: []}").to(MODELS, "The key"),
    row("column", "`rows:` a unit test expects", YML, "unit_tests:\n  - name: u\n    model: orders\n    given: []\n    expect:\n      rows:\n        - «id»: 1").to(MODELS, "The key"),
    row("column", "`expr:` of an entity", YML, "semantic_models:\n  - name: ss\n    model: ref('orders')\n    entities:\n      - name: e1\n        type: primary\n        expr: «id»").to(MODELS, "The key"),
    row("column", "`loaded_at_field:`", YML, "sources:\n  - name: web\n    tables:\n      - name: clicks\n        config: {loaded_at_field: «at»}\n        columns: [{name: at, description: When.}]").to(YML, "When"),
    row("seed", "`ref()` in SQL", SQL, "select * from {{ ref('«countries»') }}").to("shop/seeds/countries.csv", "All countries").code("unknown-model"),
    row("seed", "`seeds:` entry", "shop/seeds/_seeds.yml", "seeds:\n  - name: «countries»").to("shop/seeds/countries.csv", "shop.countries").code("unmatched-entry"),
    row("seed", "tree of dbt_project.yml", PROJECT, "name: shop\nseeds:\n  shop:\n    «countries»:\n      +enabled: true").to("shop/seeds/countries.csv", "All countries").code("unused-config-path"),
    row("snapshot", "`ref()` in SQL", SQL, "select * from {{ ref('«orders_history»') }}").to("shop/snapshots/orders_history.sql", "How orders changed").code("unknown-model"),
    row("snapshot", "block", "shop/snapshots/orders_history.sql", "{% snapshot «orders_history» %}{{ config(strategy='check', unique_key='id', check_cols='all') }}select 1{% endsnapshot %}").made().to("shop/snapshots/orders_history.sql", "How orders changed"),
    row("snapshot", "`snapshots:` entry of a block", "shop/snapshots/_snapshots.yml", "snapshots:\n  - name: «orders_history»").to("shop/snapshots/orders_history.sql", "shop.orders_history").code("unmatched-entry"),
    row("snapshot", "YAML snapshot in `ref()`", SQL, "select * from {{ ref('«people_history»') }}").to("shop/snapshots/_snapshots.yml", "How people changed").code("unknown-model"),
    row("snapshot", "tree of dbt_project.yml", PROJECT, "name: shop\nsnapshots:\n  shop:\n    «orders_history»:\n      +enabled: true").to("shop/snapshots/orders_history.sql", "How orders changed").code("unused-config-path"),
    row("analysis", "`analyses:` entry", "shop/analyses/_a.yml", "analyses:\n  - name: «churn»").to("shop/analyses/churn.sql", "churn").code("unmatched-entry"),
    row("analysis", "tree of dbt_project.yml", PROJECT, "name: shop\nanalyses:\n  shop:\n    «churn»:\n      +enabled: true").to("shop/analyses/churn.sql", "churn"),
    row("singular test", "`data_tests:` entry", "shop/tests/_t.yml", "data_tests:\n  - name: «positive_amounts»").to("shop/tests/positive_amounts.sql", "positive_amounts").code("unmatched-entry"),
    row("singular test", "tree of dbt_project.yml", PROJECT, "name: shop\ndata_tests:\n  shop:\n    «positive_amounts»:\n      +enabled: true").to("shop/tests/positive_amounts.sql", "positive_amounts"),
    row("generic test", "on a column", YML, "models:\n  - name: stg_orders\n    columns:\n      - name: id\n        data_tests:\n          - «is_even»").to("shop/tests/generic/is_even.sql", "is_even").code("unknown-test"),
    row("generic test", "on a model, with arguments", YML, "models:\n  - name: stg_orders\n    data_tests:\n      - «is_even»:\n          arguments: {modulus: 3}").to("shop/tests/generic/is_even.sql", "is_even").code("unknown-test"),
    row("generic test", "of a package", YML, "models:\n  - name: stg_orders\n    data_tests:\n      - «utils.at_least_one»").to(UTILS, "at_least_one").code("unknown-test"),
    row("generic test", "of dbt", YML, "sources:\n  - name: web\n    tables:\n      - name: clicks\n        columns:\n          - name: id\n            data_tests:\n              - «unique»").shows("unique").code("unknown-test"),
    row("generic test", "on a seed, `tests:`", "shop/seeds/_seeds.yml", "seeds:\n  - name: countries\n    tests:\n      - «is_even»").to("shop/tests/generic/is_even.sql", "is_even").code("unknown-test"),
    row("generic test", "`name:` of a test written long", YML, "models:\n  - name: stg_orders\n    data_tests:\n      - name: my_name\n        test_name: «is_even»").to("shop/tests/generic/is_even.sql", "is_even").code("unknown-test"),
    row("generic test", "its arguments", YML, "models:\n  - name: stg_orders\n    data_tests:\n      - is_even:\n          arguments:\n            «modulus»: 3").to("shop/tests/generic/is_even.sql", "modulus").code("macro-arguments"),
    row("generic test", "block", "shop/tests/generic/is_even.sql", "{% test «is_even»(model) %}select 1{% endtest %}").made().to("shop/tests/generic/is_even.sql", "is_even"),
    row("generic test", "`test_name` in selectors.yml", SELECTORS, "selectors:\n  - name: s\n    definition:\n      method: test_name\n      value: «is_even»").to("shop/tests/generic/is_even.sql", "is_even"),
    row("source", "`source()` in SQL", SQL, "select * from {{ source('«raw»', 'events') }}").to(MODELS, "As it came").code("unknown-source"),
    row("source", "table in SQL", SQL, "select * from {{ source('raw', '«events»') }}").to(MODELS, "All events").code("unknown-source"),
    row("source", "`dbt.source()` in Python", PY, "def model(dbt, session):\n    return dbt.source('raw', '«events»')").to(MODELS, "All events").code("unknown-source"),
    row("source", "`depends_on:` of an exposure", YML, "exposures:\n  - name: e\n    type: dashboard\n    owner: {email: a@b.c}\n    depends_on:\n      - source('raw', '«events»')").to(MODELS, "All events").code("unknown-source"),
    row("source", "`relation:` of a snapshot", "shop/snapshots/new.yml", "snapshots:\n  - name: s\n    relation: source('raw', '«events»')\n    config: {strategy: check, unique_key: id, check_cols: all}").to(MODELS, "All events").code("unknown-source"),
    row("source", "`input:` of a unit test", YML, "unit_tests:\n  - name: u\n    model: orders\n    given:\n      - input: source('raw', '«events»')\n        rows: []\n    expect: {rows: []}").to(MODELS, "All events"),
    row("source", "`to:` of a relationship", YML, "models:\n  - name: stg_orders\n    columns:\n      - name: id\n        data_tests:\n          - relationships:\n              arguments: {to: \"source('raw', '«events»')\", field: id}").to(MODELS, "All events").code("unknown-source"),
    row("source", "`sources:` entry", YML, "sources:\n  - name: «web»\n    description: From the web.").made().to(YML, "From the web"),
    row("source", "`tables:` entry", YML, "sources:\n  - name: web\n    tables:\n      - name: «clicks»\n        description: All clicks.").made().to(YML, "All clicks"),
    row("source", "`source` in selectors.yml", SELECTORS, "selectors:\n  - name: s\n    definition:\n      method: source\n      value: «raw.events»").to(MODELS, "All events"),
    row("source", "tree of dbt_project.yml", PROJECT, "name: shop\nsources:\n  shop:\n    «raw»:\n      +enabled: true").to(MODELS, "As it came"),
    row("macro", "call in SQL", SQL, "select {{ «cents»('x') }}").to(CENTS, "Money in cents").code("unknown-macro"),
    row("macro", "call of a package's macro", SQL, "select {{ utils.«star»('x') }}").labelled("utils.star").to(UTILS, "star").code("unknown-macro"),
    row("macro", "call in a macro", "shop/macros/new.sql", "{% macro new() %}{{ «cents»('x') }}{% endmacro %}").to(CENTS, "Money in cents").code("unknown-macro"),
    row("macro", "its arguments", SQL, "select {{ cents(«column»='x') }}").to(CENTS, "What to convert").code("macro-arguments"),
    row("macro", "`on-run-start:`", PROJECT, "name: shop\non-run-start: \"{{ «grant_all»() }}\"").to(CENTS, "grant_all").code("unknown-macro"),
    row("macro", "hook in YAML", YML, "models:\n  - name: stg_orders\n    config:\n      post-hook: \"{{ «grant_all»() }}\"").to(CENTS, "grant_all"),
    row("macro", "hook in SQL", SQL, "{{ config(post_hook=\"{{ «grant_all»() }}\") }} select 1").to(CENTS, "grant_all").code("unknown-macro"),
    row("macro", "hook in dbt_project.yml", PROJECT, "name: shop\nmodels:\n  shop:\n    +post-hook: \"{{ «grant_all»() }}\"").to(CENTS, "grant_all"),
    row("macro", "`macros:` entry", "shop/macros/_macros.yml", "macros:\n  - name: «cents»").to(CENTS, "cents").code("unmatched-entry"),
    row("macro", "`arguments:` of an entry", "shop/macros/_macros.yml", "macros:\n  - name: cents\n    arguments:\n      - name: «column»\n      - name: scale").to(CENTS, "column").code("documented-arguments"),
    row("macro", "`adapter.dispatch()`", "shop/macros/new.sql", "{% macro new() %}{{ adapter.dispatch('«grant_all»')() }}{% endmacro %}").to(CENTS, "default__grant_all").code("unknown-dispatch"),
    row("macro", "block", CENTS, "{% macro «cents»(column, scale=2) %}{{ column }}{% endmacro %}").made().to(CENTS, "Money in cents"),
    row("macro", "`overrides:` of a unit test", YML, "unit_tests:\n  - name: u\n    model: orders\n    overrides:\n      macros: {«cents»: 1}\n    given: []\n    expect: {rows: []}").to(CENTS, "Money in cents"),
    row("macro", "of dbt", SQL, "select {{ «current_timestamp»() }}").shows("current_timestamp").code("unknown-macro"),
    row("materialization", "`config()` in SQL", SQL, "{{ config(materialized='«pile»') }} select 1").to(CENTS, "pile"),
    row("materialization", "`config:` in YAML", YML, "models:\n  - name: stg_orders\n    config:\n      materialized: «pile»").to(CENTS, "pile"),
    row("materialization", "dbt_project.yml", PROJECT, "name: shop\nmodels:\n  shop:\n    +materialized: «pile»").to(CENTS, "pile"),
    row("materialization", "`dbt.config()` in Python", PY, "def model(dbt, session):\n    dbt.config(materialized='«table»')\n    return dbt.ref('orders')").shows("table"),
    row("materialization", "incremental strategy of one's own", SQL, "{{ config(materialized='incremental', incremental_strategy='«careful»') }} select 1").to(CENTS, "careful"),
    row("docs block", "`doc()` in a description", YML, "models:\n  - name: stg_orders\n    description: \"{{ doc('«money»') }}\"").to("shop/models/money.md", "In cents").code("unknown-doc"),
    row("docs block", "`doc()` of a package", YML, "models:\n  - name: stg_orders\n    description: \"{{ doc('utils', '«hint»') }}\"").to("shop/dbt_packages/utils/models/hint.md", "From afar").code("unknown-doc"),
    row("docs block", "block in Markdown", "shop/models/money.md", "{% docs «money» %}\nIn cents.\n{% enddocs %}").made().to("shop/models/money.md", "In cents"),
    row("exposure", "`exposures:` entry", YML, "exposures:\n  - name: «pages»\n    type: dashboard\n    description: Some pages.\n    owner: {email: a@b.c}").made().to(YML, "Some pages"),
    row("exposure", "`exposure` in selectors.yml", SELECTORS, "selectors:\n  - name: s\n    definition:\n      method: exposure\n      value: «board»").to(SEMANTIC, "What the board sees"),
    row("group", "`config()` in SQL", SQL, "{{ config(group='«finance»') }} select 1").to(MODELS, "Fay").code("unknown-group"),
    row("group", "`dbt.config()` in Python", PY, "def model(dbt, session):\n    dbt.config(group='«finance»')\n    return dbt.ref('orders')").to(MODELS, "Fay").code("unknown-group"),
    row("group", "`config:` in YAML", YML, "models:\n  - name: stg_orders\n    config: {group: «finance»}").to(MODELS, "Fay").code("unknown-group"),
    row("group", "`group:` in YAML", YML, "models:\n  - name: stg_orders\n    group: «finance»").to(MODELS, "Fay").code("unknown-group"),
    row("group", "dbt_project.yml", PROJECT, "name: shop\nmodels:\n  shop:\n    +group: «finance»").to(MODELS, "Fay").code("unknown-group"),
    row("group", "`groups:` entry", YML, "groups:\n  - name: «sales»\n    owner: {name: Sal}").made().to(YML, "Sal"),
    row("group", "`group` in selectors.yml", SELECTORS, "selectors:\n  - name: s\n    definition:\n      method: group\n      value: «finance»").to(MODELS, "Fay"),
    row("metric", "`metric()` in an exposure", YML, "exposures:\n  - name: e\n    type: dashboard\n    owner: {email: a@b.c}\n    depends_on:\n      - metric('«total»')").to(SEMANTIC, "What we took").code("unknown-metric"),
    row("metric", "`metrics:` of a saved query", YML, "saved_queries:\n  - name: qq\n    query_params:\n      metrics: [«total»]").to(SEMANTIC, "What we took").code("unknown-metric"),
    row("metric", "inputs of a metric", YML, "metrics:\n  - name: rr\n    label: R\n    type: derived\n    type_params:\n      expr: total\n      metrics: [{name: «total»}]").to(SEMANTIC, "What we took").code("unknown-metric"),
    row("metric", "`Metric()` in a filter", YML, "metrics:\n  - name: rr\n    label: R\n    type: simple\n    type_params: {measure: revenue}\n    filter: \"{{ Metric('«total»', ['order_id']) }} > 1\"").to(SEMANTIC, "What we took"),
    row("metric", "`metric` in selectors.yml", SELECTORS, "selectors:\n  - name: s\n    definition:\n      method: metric\n      value: «total»").to(SEMANTIC, "What we took"),
    row("metric", "`metrics:` entry", YML, "metrics:\n  - name: «rr»\n    label: R\n    description: A rate.\n    type: simple\n    type_params: {measure: revenue}").made().to(YML, "A rate"),
    row("measure", "`measure:` of a metric", YML, "metrics:\n  - name: rr\n    label: R\n    type: simple\n    type_params: {measure: «revenue»}").to(SEMANTIC, "All the money").code("unknown-measure"),
    row("dimension", "`agg_time_dimension:`", SEMANTIC, "semantic_models:\n  - name: sales\n    model: ref('orders')\n    defaults:\n      agg_time_dimension: «ordered_at»\n    entities: [{name: order_id, type: primary}]\n    dimensions:\n      - {name: ordered_at, type: time, description: When., type_params: {time_granularity: day}}").to(SEMANTIC, "When"),
    row("dimension", "`Dimension()` in a filter", YML, "metrics:\n  - name: rr\n    label: R\n    type: simple\n    type_params: {measure: revenue}\n    filter: \"{{ Dimension('«order_id__status»') }} = 'x'\"").to(SEMANTIC, "How far it is"),
    row("dimension", "`TimeDimension()` in a filter", YML, "metrics:\n  - name: rr\n    label: R\n    type: simple\n    type_params: {measure: revenue}\n    filter: \"{{ TimeDimension('«order_id__ordered_at»', 'day') }} > '2020-01-01'\"").to(SEMANTIC, "When it was ordered"),
    row("dimension", "`group_by:` of a saved query", YML, "saved_queries:\n  - name: qq\n    query_params:\n      metrics: [total]\n      group_by: [\"Dimension('«order_id__status»')\"]").to(SEMANTIC, "How far it is"),
    row("entity", "`Entity()` in a filter", YML, "metrics:\n  - name: rr\n    label: R\n    type: simple\n    type_params: {measure: revenue}\n    filter: \"{{ Entity('«order_id»') }} = 1\"").to(SEMANTIC, "The order's key"),
    row("entity", "`entity:` of a conversion", YML, "metrics:\n  - name: rr\n    label: R\n    type: conversion\n    type_params:\n      conversion_type_params:\n        entity: «order_id»\n        base_measure: revenue\n        conversion_measure: revenue").to(SEMANTIC, "The order's key"),
    row("semantic model", "`semantic_models:` entry", YML, "semantic_models:\n  - name: «more»\n    description: More of it.\n    model: ref('orders')\n    entities: [{name: e1, type: primary}]").made().to(YML, "More of it"),
    row("semantic model", "`semantic_model` in selectors.yml", SELECTORS, "selectors:\n  - name: s\n    definition:\n      method: semantic_model\n      value: «sales»").to(SEMANTIC, "What we sell"),
    row("saved query", "`saved_queries:` entry", YML, "saved_queries:\n  - name: «daily»\n    description: Each day.\n    query_params: {metrics: [total]}").made().to(YML, "Each day"),
    row("saved query", "`saved_query` in selectors.yml", SELECTORS, "selectors:\n  - name: s\n    definition:\n      method: saved_query\n      value: «weekly»").to(SEMANTIC, "For Mondays"),
    row("time spine", "`standard_granularity_column:`", MODELS, "models:\n  - name: days\n    time_spine:\n      standard_granularity_column: «date_day»\n    columns: [{name: date_day, data_type: date, granularity: day, description: The day.}]\n  - {name: dim, versions: [{v: 1}, {v: 2, defined_in: dim_second}]}").to(MODELS, "The day").code("invalid-time-spine"),
    row("time spine", "`column_name:` of a granularity", MODELS, "models:\n  - name: days\n    time_spine:\n      standard_granularity_column: date_day\n      custom_granularities: [{name: fiscal, column_name: «week»}]\n    columns: [{name: date_day, data_type: date, granularity: day}, {name: week, description: The week.}]\n  - {name: dim, versions: [{v: 1}, {v: 2, defined_in: dim_second}]}").to(MODELS, "The week").code("invalid-time-spine"),
    row("unit test", "`unit_tests:` entry", YML, "unit_tests:\n  - name: «adds_up»\n    description: It adds up.\n    model: orders\n    given: []\n    expect: {rows: []}").made().to(YML, "It adds up"),
    row("unit test", "`fixture:`", YML, "unit_tests:\n  - name: u\n    model: orders\n    given: []\n    expect: {format: csv, fixture: «order_rows»}").to("shop/tests/fixtures/order_rows.csv", "order_rows").code("unknown-fixture"),
    row("unit test", "`unit_test` in selectors.yml", "shop/selectors.yml", "selectors:\n  - name: s\n    definition:\n      method: unit_test\n      value: «sums»").to("shop/models/_units.yml", "It sums"),
    row("function", "`function()` in SQL", SQL, "select {{ function('«is_big»') }}(1)").to("shop/functions/is_big.sql", "Whether it is big").code("unknown-function"),
    row("function", "`functions:` entry", "shop/functions/_functions.yml", "functions:\n  - name: «is_big»\n    returns: {data_type: boolean}").to("shop/functions/is_big.sql", "is_big").code("unmatched-entry"),
    row("selector", "`value:` of `method: selector`", SELECTORS, "selectors:\n  - {name: nightly, description: What runs at night., definition: 'tag:night'}\n  - name: s\n    definition:\n      method: selector\n      value: «nightly»").to(SELECTORS, "What runs at night").code("invalid-selector"),
    row("selector", "`selectors:` entry", SELECTORS, "selectors:\n  - name: «daily»\n    description: Each day.\n    definition: 'tag:day'").made().to(SELECTORS, "Each day"),
    row("variable", "`var()` in SQL", SQL, "select {{ var('«start_date»') }}").to(PROJECT, "2020-01-01").code("unknown-variable"),
    row("variable", "`var()` in a macro", "shop/macros/new.sql", "{% macro new() %}{{ var('«start_date»') }}{% endmacro %}").to(PROJECT, "2020-01-01").code("unknown-variable"),
    row("variable", "`var()` in YAML", YML, "models:\n  - name: stg_orders\n    config: {enabled: \"{{ var('«start_date»') }}\"}").to(PROJECT, "2020-01-01").code("unknown-variable"),
    row("variable", "`var()` in dbt_project.yml", PROJECT, "name: shop\nvars: {start_date: '2020-01-01'}\non-run-start: \"select {{ var('«start_date»') }}\"").to(PROJECT, "2020-01-01").code("unknown-variable"),
    row("variable", "`vars:` of dbt_project.yml", PROJECT, "name: shop\nvars: {«start_date»: '2020-01-01'}").made().to(PROJECT, "2020-01-01"),
    row("variable", "vars.yml", "shop/vars.yml", "vars: {«until»: '2020-01-01'}").made().to("shop/vars.yml", "2020-01-01"),
    row("variable", "`overrides:` of a unit test", YML, "unit_tests:\n  - name: u\n    model: orders\n    overrides:\n      vars: {«start_date»: 1}\n    given: []\n    expect: {rows: []}").to(PROJECT, "2020-01-01"),
    row("environment variable", "`env_var()` in SQL", SQL, "select {{ env_var('«SHOP_REGION»', 'us') }}").shows("SHOP_REGION"),
    row("environment variable", "`env_var()` in YAML", YML, "models:\n  - name: stg_orders\n    config: {schema: \"{{ env_var('«SHOP_REGION»', 'us') }}\"}").shows("SHOP_REGION"),
    row("environment variable", "`env_var()` in dbt_project.yml", PROJECT, "name: \"shop\"\nprofile: \"{{ env_var('«SHOP_REGION»', 'us') }}\"").shows("SHOP_REGION"),
    row("environment variable", "`env_var()` in profiles.yml", "shop/profiles.yml", "shop:\n  target: dev\n  outputs:\n    dev: {type: duckdb, path: \"{{ env_var('«SHOP_REGION»', 'us') }}\"}").shows("SHOP_REGION"),
    row("environment variable", "`overrides:` of a unit test", YML, "unit_tests:\n  - name: u\n    model: orders\n    overrides:\n      env_vars: {«SHOP_REGION»: 1}\n    given: []\n    expect: {rows: []}").shows("SHOP_REGION"),
    row("project, package", "first of `ref()`", SQL, "select * from {{ ref('«platform»', 'regions') }}").to("platform", "platform").code("unknown-project"),
    row("project, package", "name space of a macro", SQL, "select {{ «utils».star('x') }}").to("shop/dbt_packages/utils/dbt_project.yml", "utils"),
    row("project, package", "`projects:` of dependencies.yml", "shop/dependencies.yml", "projects:\n  - name: «platform»").to("platform", "platform"),
    row("project, package", "tree of dbt_project.yml", PROJECT, "name: shop\nmodels:\n  «utils»:\n    +enabled: true").to("shop/dbt_packages/utils/dbt_project.yml", "utils"),
    row("project, package", "`vars:` of a package", PROJECT, "name: shop\nvars:\n  «utils»: {hashing: md5}").to("shop/dbt_packages/utils/dbt_project.yml", "utils"),
    row("project, package", "`macro_namespace:` of `dispatch:`", PROJECT, "name: shop\ndispatch:\n  - macro_namespace: «utils»\n    search_order: [shop, utils]").to("shop/dbt_packages/utils/dbt_project.yml", "utils"),
    row("project, package", "`search_order:` of `dispatch:`", PROJECT, "name: shop\ndispatch:\n  - macro_namespace: utils\n    search_order: [«shop», utils]").to(PROJECT, "shop"),
    row("project, package", "second of `adapter.dispatch()`", "shop/macros/new.sql", "{% macro new() %}{{ adapter.dispatch('star', '«utils»')() }}{% endmacro %}").to("shop/dbt_packages/utils/dbt_project.yml", "utils"),
    row("project, package", "`package` in selectors.yml", SELECTORS, "selectors:\n  - name: s\n    definition:\n      method: package\n      value: «utils»").to("shop/dbt_packages/utils/dbt_project.yml", "utils"),
    row("tag", "`tag` in selectors.yml", SELECTORS, "selectors:\n  - name: s\n    definition:\n      method: tag\n      value: «hourly»"),
];
