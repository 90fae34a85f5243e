//! Where names lead: the file, the id that lists of targets show, and the line with the name marked.

use expect_test::{Expect, expect};

use crate::definition::definition;
use crate::fixture::{Fixture, fixture};
use crate::{Definition, Place};

const MESH: &str = r#"
//- shop/dbt_project.yml
name: shop
//- shop @manifest platform
model orders public v=1 latest=2 "Old orders."
model orders public v=2 latest=2 "One row per order."
seed country_codes
//- shop/dependencies.yml
projects:
  - name: platform
  - name: billing
packages:
  - package: dbt-labs/utils
    version: 1.0.0
  - local: ../more
//- shop/models/marts/revenue.sql
select 1
//- shop/models/m_v1.sql
select 1
//- shop/models/m_second.sql
select 2
//- shop/models/schema.yml
groups:
  - name: finance
    owner: {name: Fay}
sources:
  - name: raw
    tables:
      - name: events
models:
  - name: revenue
    config:
      group: finance
  - name: m
    versions:
      - v: 1
      - v: 2
        defined_in: m_second
exposures:
  - name: board
    depends_on:
      - ref('revenue')
unit_tests:
  - name: adds_up
    model: revenue
    given:
      - input: ref('m', v=1)
//- shop/seeds/codes.csv
a
//- shop/seeds/schema.yml
seeds:
  - name: codes
//- shop/snapshots/history.sql
{% snapshot history %}
select 1
{% endsnapshot %}
//- shop/snapshots/schema.yml
snapshots:
  - name: from_yaml
    relation: ref('codes')
//- shop/macros/money.sql
{% macro cents(column) %}
  {{ column }} / 100
{% endmacro %}
//- shop/models/docs.md
{% docs money %}
Money.
{% enddocs %}
//- shop/dbt_packages/utils/dbt_project.yml
name: utils
//- shop/dbt_packages/utils/macros/star.sql
{% macro star(from) %}*{% endmacro %}
//- shop/dbt_packages/more/dbt_project.yml
name: more
//- billing/dbt_project.yml
name: billing
//- billing/models/invoices.sql
select 1
"#;

fn check_in(source: &str, expect: &Expect) {
    let mesh = fixture(source);
    let found = definition(&mesh.analysis, mesh.cursor.unwrap()).unwrap();
    expect.assert_eq(&found.map_or("nothing\n".to_owned(), |found| shown(&mesh, &found)));
}

fn check(more: &str, expect: Expect) {
    check_in(&format!("{MESH}{more}"), &expect);
}

/// In a new model.
fn in_sql(code: &str, expect: Expect) {
    check(&format!("//- shop/models/new.sql\n{code}\n"), expect);
}

/// With the cursor put into the mesh itself.
fn at(marked: &str, expect: Expect) {
    let plain = marked.replace("$0", "");
    assert!(MESH.contains(&plain), "{plain}");
    check_in(&MESH.replacen(&plain, marked, 1), &expect);
}

fn shown(mesh: &Fixture, found: &Definition) -> String {
    let text = &mesh.texts[&mesh.cursor.unwrap().file];
    let mut out = format!("{:?}\n", &text[found.origin]);
    for target in &found.targets {
        out.push_str(&format!("→ {}: ", target.label));
        match &target.place {
            Place::File { file, full, focus } => {
                let text = &mesh.texts[file];
                assert!(full.contains_range(*focus));
                let (start, end) = (usize::from(focus.start()), usize::from(focus.end()));
                let line_start = text[..start].rfind('\n').map_or(0, |at| at + 1);
                let line_end = text[end..].find('\n').map_or(text.len(), |at| end + at);
                let (before, behind) = (&text[line_start..start], &text[end..line_end]);
                let path = mesh.analysis.mesh.path(*file).unwrap();
                out.push_str(&format!("{path}: {}⟦{}⟧{behind}\n", before.trim_start(), &text[start..end]));
            }
            Place::Upstream { project, unique_id } => out.push_str(&format!("{project} {unique_id}\n")),
            Place::Path(path) => out.push_str(&format!("{}\n", path.display())),
        }
    }
    out
}

#[test]
fn models_lead_to_their_sql_and_then_to_their_yaml() {
    in_sql(
        "{{ ref('rev$0enue') }}",
        expect![[r#"
        "revenue"
        → model.shop.revenue: /w/shop/models/marts/revenue.sql: ⟦⟧select 1
        → model.shop.revenue (YAML): /w/shop/models/schema.yml: - name: ⟦revenue⟧
    "#]],
    );
    in_sql(
        "{{ ref('shop', 'rev$0enue') }}",
        expect![[r#"
        "revenue"
        → model.shop.revenue: /w/shop/models/marts/revenue.sql: ⟦⟧select 1
        → model.shop.revenue (YAML): /w/shop/models/schema.yml: - name: ⟦revenue⟧
    "#]],
    );
    in_sql(
        "{{ re$0f('revenue') }}",
        expect![[r#"
        "ref"
        → model.shop.revenue: /w/shop/models/marts/revenue.sql: ⟦⟧select 1
        → model.shop.revenue (YAML): /w/shop/models/schema.yml: - name: ⟦revenue⟧
    "#]],
    );
    in_sql(
        "-- {{ ref('revenue$0') }}",
        expect![[r#"
        "revenue"
        → model.shop.revenue: /w/shop/models/marts/revenue.sql: ⟦⟧select 1
        → model.shop.revenue (YAML): /w/shop/models/schema.yml: - name: ⟦revenue⟧
    "#]],
    );
    in_sql(
        "{{ ref('new$0') }}",
        expect![[r#"
        "new"
        → model.shop.new: /w/shop/models/new.sql: ⟦⟧{{ ref('new') }}
    "#]],
    );
}

#[test]
fn versions_lead_to_their_own_files() {
    in_sql(
        "{{ ref('m$0') }}",
        expect![[r#"
        "m"
        → model.shop.m.v2: /w/shop/models/m_second.sql: ⟦⟧select 2
        → model.shop.m.v2 (YAML): /w/shop/models/schema.yml: - v: ⟦2⟧
    "#]],
    );
    in_sql(
        "{{ ref('m', v=1$0) }}",
        expect![[r#"
        "1"
        → model.shop.m.v1: /w/shop/models/m_v1.sql: ⟦⟧select 1
        → model.shop.m.v1 (YAML): /w/shop/models/schema.yml: - v: ⟦1⟧
    "#]],
    );
    in_sql(
        "{{ ref('m$0', version='1') }}",
        expect![[r#"
        "m"
        → model.shop.m.v1: /w/shop/models/m_v1.sql: ⟦⟧select 1
        → model.shop.m.v1 (YAML): /w/shop/models/schema.yml: - v: ⟦1⟧
    "#]],
    );
    in_sql(
        "{{ ref('m$0', v=9) }}",
        expect![[r#"
        "m"
        → model.shop.m.v2: /w/shop/models/m_second.sql: ⟦⟧select 2
        → model.shop.m.v2 (YAML): /w/shop/models/schema.yml: - v: ⟦2⟧
    "#]],
    );
    in_sql(
        "{{ ref('m_v1$0') }}",
        expect![[r#"
        "m_v1"
        → model.shop.m.v1: /w/shop/models/m_v1.sql: ⟦⟧select 1
        → model.shop.m.v1 (YAML): /w/shop/models/schema.yml: - v: ⟦1⟧
    "#]],
    );
}

#[test]
fn seeds_and_snapshots() {
    in_sql(
        "{{ ref('codes$0') }}",
        expect![[r#"
        "codes"
        → seed.shop.codes: /w/shop/seeds/codes.csv: ⟦⟧a
        → seed.shop.codes (YAML): /w/shop/seeds/schema.yml: - name: ⟦codes⟧
    "#]],
    );
    in_sql(
        "{{ ref('history$0') }}",
        expect![[r#"
        "history"
        → snapshot.shop.history: /w/shop/snapshots/history.sql: {% snapshot ⟦history⟧ %}
    "#]],
    );
    in_sql(
        "{{ ref('from_yaml$0') }}",
        expect![[r#"
        "from_yaml"
        → snapshot.shop.from_yaml: /w/shop/snapshots/schema.yml: - name: ⟦from_yaml⟧
    "#]],
    );
}

#[test]
fn sources_and_tables() {
    in_sql(
        "{{ source('raw$0', 'events') }}",
        expect![[r#"
        "raw"
        → source raw: /w/shop/models/schema.yml: - name: ⟦raw⟧
    "#]],
    );
    in_sql(
        "{{ source('raw', 'events$0') }}",
        expect![[r#"
        "events"
        → source.shop.raw.events: /w/shop/models/schema.yml: - name: ⟦events⟧
    "#]],
    );
    in_sql(
        "{{ source('raw', 'nothing$0') }}",
        expect![[r#"
        nothing
    "#]],
    );
}

#[test]
fn tables_of_a_source_may_stand_in_several_files() {
    check(
        "//- shop/models/more.yml
sources:
  - name: raw
    tables:
      - name: clicks
//- shop/models/new.sql
{{ source('raw', 'clicks$0') }}
",
        expect![[r#"
            "clicks"
            → source.shop.raw.clicks: /w/shop/models/more.yml: - name: ⟦clicks⟧
        "#]],
    );
}

#[test]
fn macros_of_the_project_and_of_packages() {
    in_sql(
        "{{ cents$0('a') }}",
        expect![[r#"
        "cents"
        → macro cents: /w/shop/macros/money.sql: {% macro ⟦cents⟧(column) %}
    "#]],
    );
    in_sql(
        "{{ shop.cen$0ts('a') }}",
        expect![[r#"
        "shop.cents"
        → macro cents: /w/shop/macros/money.sql: {% macro ⟦cents⟧(column) %}
    "#]],
    );
    in_sql(
        "{{ utils.st$0ar(ref('revenue')) }}",
        expect![[r#"
        "utils.star"
        → macro star: /w/shop/dbt_packages/utils/macros/star.sql: {% macro ⟦star⟧(from) %}*{% endmacro %}
    "#]],
    );
    in_sql(
        "{{ star$0(ref('revenue')) }}",
        expect![[r#"
        nothing
    "#]],
    );
    in_sql(
        "{% set x = cen$0ts( %}",
        expect![[r#"
        "cents"
        → macro cents: /w/shop/macros/money.sql: {% macro ⟦cents⟧(column) %}
    "#]],
    );
}

#[test]
fn docs_blocks() {
    let with =
        |code: &str| format!("//- shop/models/more.yml\nmodels:\n  - name: new\n    description: {code}\n");
    check(
        &with("\"{{ doc('mon$0ey') }}\""),
        expect![[r#"
        "money"
        → docs block money: /w/shop/models/docs.md: {% docs ⟦money⟧ %}
    "#]],
    );
    check(
        &with("'{{ doc(\"shop\", \"mon$0ey\") }}'"),
        expect![[r#"
        "money"
        → docs block money: /w/shop/models/docs.md: {% docs ⟦money⟧ %}
    "#]],
    );
    check(
        &with("'{{ doc(''mon$0ey'') }}'"),
        expect![[r#"
        "money"
        → docs block money: /w/shop/models/docs.md: {% docs ⟦money⟧ %}
    "#]],
    );
}

#[test]
fn projects_lead_to_their_project_file_or_manifest() {
    in_sql(
        "{{ ref('plat$0form', 'orders') }}",
        expect![[r#"
        "platform"
        → manifest of platform: /artifacts/platform/manifest.json
    "#]],
    );
    in_sql(
        "{{ ref('bill$0ing', 'invoices') }}",
        expect![[r#"
        "billing"
        → project billing: /w/billing/dbt_project.yml: name: ⟦billing⟧
    "#]],
    );
    in_sql(
        "{{ ref('util$0s', 'x') }}",
        expect![[r#"
        "utils"
        → project utils: /w/shop/dbt_packages/utils/dbt_project.yml: name: ⟦utils⟧
    "#]],
    );
    in_sql(
        "{{ ref('nobody$0', 'x') }}",
        expect![[r#"
        nothing
    "#]],
    );
}

#[test]
fn upstream_models() {
    in_sql(
        "{{ ref('platform', 'orders$0') }}",
        expect![[r#"
        "orders"
        → model.platform.orders.v2: platform model.platform.orders.v2
    "#]],
    );
    in_sql(
        "{{ ref('platform', 'orders', v=1$0) }}",
        expect![[r#"
        "1"
        → model.platform.orders.v1: platform model.platform.orders.v1
    "#]],
    );
    in_sql(
        "{{ ref('orders$0') }}",
        expect![[r#"
        "orders"
        → model.platform.orders.v2: platform model.platform.orders.v2
    "#]],
    );
    in_sql(
        "{{ ref('platform', 'country_codes$0') }}",
        expect![[r#"
        "country_codes"
        → seed.platform.country_codes: platform seed.platform.country_codes
    "#]],
    );
    in_sql(
        "{{ ref('billing', 'invoices$0') }}",
        expect![[r#"
        "invoices"
        → model.billing.invoices: /w/billing/models/invoices.sql: ⟦⟧select 1
    "#]],
    );
}

#[test]
fn what_is_dynamic_leads_nowhere_and_a_list_everywhere() {
    in_sql(
        "{{ ref(var('x$0')) }}",
        expect![[r#"
        nothing
    "#]],
    );
    in_sql(
        "{{ ref(var('x'), 'orders$0') }}",
        expect![[r#"
        nothing
    "#]],
    );
    in_sql(
        "{% for name in ['revenue', 'codes'] %}{{ ref(na$0me) }}{% endfor %}",
        expect![[r#"
            "name"
            → model.shop.revenue: /w/shop/models/marts/revenue.sql: ⟦⟧select 1
            → model.shop.revenue (YAML): /w/shop/models/schema.yml: - name: ⟦revenue⟧
            → seed.shop.codes: /w/shop/seeds/codes.csv: ⟦⟧a
            → seed.shop.codes (YAML): /w/shop/seeds/schema.yml: - name: ⟦codes⟧
            → loop variable name: /w/shop/models/new.sql: {% for ⟦name⟧ in ['revenue', 'codes'] %}{{ ref(name) }}{% endfor %}
        "#]],
    );
}

#[test]
fn ambiguous_names_lead_to_all() {
    check(
        "//- shop/dbt_packages/utils/models/calendar.sql
//- shop/dbt_packages/more/models/calendar.sql
//- shop/models/new.sql
{{ ref('calendar$0') }}
",
        expect![[r#"
            "calendar"
            → model.more.calendar: /w/shop/dbt_packages/more/models/calendar.sql: ⟦⟧
            → model.utils.calendar: /w/shop/dbt_packages/utils/models/calendar.sql: ⟦⟧
        "#]],
    );
}

#[test]
fn half_typed_calls() {
    in_sql(
        "{{ ref('rev$0enue",
        expect![[r#"
        "revenue"
        → model.shop.revenue: /w/shop/models/marts/revenue.sql: ⟦⟧select 1
        → model.shop.revenue (YAML): /w/shop/models/schema.yml: - name: ⟦revenue⟧
    "#]],
    );
    in_sql(
        "{{ ref('platform', 'ord$0ers }}",
        expect![[r#"
        "orders"
        → model.platform.orders.v2: platform model.platform.orders.v2
    "#]],
    );
    in_sql(
        "{% if ref('revenue$0",
        expect![[r#"
        "revenue"
        → model.shop.revenue: /w/shop/models/marts/revenue.sql: ⟦⟧select 1
        → model.shop.revenue (YAML): /w/shop/models/schema.yml: - name: ⟦revenue⟧
    "#]],
    );
    in_sql(
        "select 'é🦀' {{ ref('revenue$0') }}",
        expect![[r#"
        "revenue"
        → model.shop.revenue: /w/shop/models/marts/revenue.sql: ⟦⟧select 1
        → model.shop.revenue (YAML): /w/shop/models/schema.yml: - name: ⟦revenue⟧
    "#]],
    );
}

#[test]
fn names_in_dependencies_and_packages() {
    at(
        "  - name: plat$0form\n",
        expect![[r#"
        "platform"
        → manifest of platform: /artifacts/platform/manifest.json
    "#]],
    );
    at(
        "  - name: billing$0\n",
        expect![[r#"
        "billing"
        → project billing: /w/billing/dbt_project.yml: name: ⟦billing⟧
    "#]],
    );
    at(
        "  - package: dbt-labs/ut$0ils",
        expect![[r#"
        "dbt-labs/utils"
        → project utils: /w/shop/dbt_packages/utils/dbt_project.yml: name: ⟦utils⟧
    "#]],
    );
    at(
        "  - local: ../mo$0re",
        expect![[r#"
        "../more"
        → project more: /w/shop/dbt_packages/more/dbt_project.yml: name: ⟦more⟧
    "#]],
    );
    check(
        "//- shop/packages.yml\npackages:\n  - git: https://example.com/mo$0re.git\n",
        expect![[r#"
        "https://example.com/more.git"
        → project more: /w/shop/dbt_packages/more/dbt_project.yml: name: ⟦more⟧
    "#]],
    );
}

#[test]
fn names_in_properties() {
    at(
        "- name: reve$0nue",
        expect![[r#"
        "revenue"
        → model.shop.revenue: /w/shop/models/marts/revenue.sql: ⟦⟧select 1
        → model.shop.revenue (YAML): /w/shop/models/schema.yml: - name: ⟦revenue⟧
    "#]],
    );
    at(
        "group: fin$0ance",
        expect![[r#"
        "finance"
        → group finance: /w/shop/models/schema.yml: - name: ⟦finance⟧
    "#]],
    );
    at(
        "- v: $01",
        expect![[r#"
        "1"
        → model.shop.m.v1: /w/shop/models/m_v1.sql: ⟦⟧select 1
        → model.shop.m.v1 (YAML): /w/shop/models/schema.yml: - v: ⟦1⟧
    "#]],
    );
    at(
        "defined_in: m_sec$0ond",
        expect![[r#"
        "m_second"
        → model.shop.m.v2: /w/shop/models/m_second.sql: ⟦⟧select 2
        → model.shop.m.v2 (YAML): /w/shop/models/schema.yml: - v: ⟦2⟧
    "#]],
    );
    at(
        "    model: reve$0nue",
        expect![[r#"
        "revenue"
        → model.shop.revenue: /w/shop/models/marts/revenue.sql: ⟦⟧select 1
        → model.shop.revenue (YAML): /w/shop/models/schema.yml: - name: ⟦revenue⟧
    "#]],
    );
    at(
        "- ref('reve$0nue')",
        expect![[r#"
        "revenue"
        → model.shop.revenue: /w/shop/models/marts/revenue.sql: ⟦⟧select 1
        → model.shop.revenue (YAML): /w/shop/models/schema.yml: - name: ⟦revenue⟧
    "#]],
    );
    at(
        "input: ref('m$0', v=1)",
        expect![[r#"
        "m"
        → model.shop.m.v1: /w/shop/models/m_v1.sql: ⟦⟧select 1
        → model.shop.m.v1 (YAML): /w/shop/models/schema.yml: - v: ⟦1⟧
    "#]],
    );
    at(
        "relation: ref('co$0des')",
        expect![[r#"
        "codes"
        → seed.shop.codes: /w/shop/seeds/codes.csv: ⟦⟧a
        → seed.shop.codes (YAML): /w/shop/seeds/schema.yml: - name: ⟦codes⟧
    "#]],
    );
    at(
        "  - name: co$0des",
        expect![[r#"
        "codes"
        → seed.shop.codes: /w/shop/seeds/codes.csv: ⟦⟧a
        → seed.shop.codes (YAML): /w/shop/seeds/schema.yml: - name: ⟦codes⟧
    "#]],
    );
    at(
        "- name: bo$0ard",
        expect![[r#"
        "board"
        → exposure.shop.board: /w/shop/models/schema.yml: - name: ⟦board⟧
    "#]],
    );
    at(
        "- name: fin$0ance",
        expect![[r#"
        "finance"
        → group finance: /w/shop/models/schema.yml: - name: ⟦finance⟧
    "#]],
    );
    at(
        "      - name: eve$0nts",
        expect![[r#"
        "events"
        → source.shop.raw.events: /w/shop/models/schema.yml: - name: ⟦events⟧
    "#]],
    );
}

#[test]
fn names_where_blocks_are_defined() {
    at(
        "{% macro ce$0nts",
        expect![[r#"
        "cents"
        → macro cents: /w/shop/macros/money.sql: {% macro ⟦cents⟧(column) %}
    "#]],
    );
    at(
        "{% snapshot his$0tory",
        expect![[r#"
        "history"
        → snapshot.shop.history: /w/shop/snapshots/history.sql: {% snapshot ⟦history⟧ %}
    "#]],
    );
    at(
        "{% docs mon$0ey",
        expect![[r#"
        "money"
        → docs block money: /w/shop/models/docs.md: {% docs ⟦money⟧ %}
    "#]],
    );
}

#[test]
fn groups_in_config() {
    in_sql(
        "{{ config(group='fin$0ance') }}",
        expect![[r#"
        "finance"
        → group finance: /w/shop/models/schema.yml: - name: ⟦finance⟧
    "#]],
    );
}

#[test]
fn python_models() {
    let with = |call: &str| format!("//- shop/models/p.py\ndef model(dbt, session):\n    return {call}\n");
    check(
        &with("dbt.ref(\"reve$0nue\")"),
        expect![[r#"
        "revenue"
        → model.shop.revenue: /w/shop/models/marts/revenue.sql: ⟦⟧select 1
        → model.shop.revenue (YAML): /w/shop/models/schema.yml: - name: ⟦revenue⟧
    "#]],
    );
    check(
        &with("dbt.source(\"raw\", \"eve$0nts\")"),
        expect![[r#"
        "events"
        → source.shop.raw.events: /w/shop/models/schema.yml: - name: ⟦events⟧
    "#]],
    );
}

const SETTINGS: &str = "
//- shop/dbt_project.yml
name: shop
//- shop/vars.yml
vars:
  start: 2020
  shop:
    own: 1
//- shop/selectors.yml
selectors:
  - name: nightly
    definition: tag:nightly
";

#[test]
fn variables_and_selectors() {
    let at = |more: &str, expect: Expect| check_in(&format!("{SETTINGS}{more}"), &expect);
    at(
        "//- shop/models/a.sql\nselect {{ var('st$0art') }}\n",
        expect![[r#"
        "start"
        → variable start: /w/shop/vars.yml: ⟦start⟧: 2020
    "#]],
    );
    at(
        "//- shop/models/a.sql\nselect {{ var('own$0', 2) }}\n",
        expect![[r#"
        "own"
        → variable own: /w/shop/vars.yml: ⟦own⟧: 1
    "#]],
    );
    at(
        "//- shop/models/a.sql\nselect {{ var('nowhere$0') }}\n",
        expect![[r#"
        nothing
    "#]],
    );
    let with = |more: &str| SETTINGS.replacen("tag:nightly\n", more, 1);
    check_in(
        &with("tag:a\n  - {name: b, definition: {method: selector, value: night$0ly}}\n"),
        &expect![[r#"
            "nightly"
            → selector nightly: /w/shop/selectors.yml: - name: ⟦nightly⟧
        "#]],
    );
    let versions = "//- shop/models/dim_v1.sql\nselect 1\n//- shop/models/dim_v2.sql\nselect 2\n//- shop/models/dim.yml\nmodels:\n  - name: dim\n    versions: [{v: 1}, {v: 2}]\n";
    check_in(
        &format!("{}{versions}", with("shop.d$0im.v1\n")),
        &expect![[r#"
        "shop.dim.v1"
        → model.shop.dim.v1: /w/shop/models/dim_v1.sql: ⟦⟧select 1
        → model.shop.dim.v1 (YAML): /w/shop/models/dim.yml: versions: [{v: ⟦1⟧}, {v: 2}]
    "#]],
    );
    check_in(
        &SETTINGS.replacen("  start", "  st$0art", 1),
        &expect![[r#"
        "start"
        → variable start: /w/shop/vars.yml: ⟦start⟧: 2020
    "#]],
    );
}

#[test]
fn generic_tests_and_dispatched_macros() {
    let more = "//- shop/tests/generic/t.sql\n{% test is_even(model) %}{% endtest %}\n{% macro default__half() %}{% endmacro %}\n";
    check(
        &format!(
            "{more}//- shop/models/new.yml\nmodels:\n  - name: revenue\n    data_tests:\n      - is_e$0ven:\n          arguments: {{}}\n"
        ),
        expect![[r#"
            "is_even"
            → generic test is_even: /w/shop/tests/generic/t.sql: {% test ⟦is_even⟧(model) %}{% endtest %}
        "#]],
    );
    check(
        &format!("{more}//- shop/models/new.yml\nmodels:\n  - name: revenue\n    data_tests: [is_e$0ven]\n"),
        expect![[r#"
            "is_even"
            → generic test is_even: /w/shop/tests/generic/t.sql: {% test ⟦is_even⟧(model) %}{% endtest %}
        "#]],
    );
    check(
        &format!("{more}//- shop/macros/h.sql\n{{{{ adapter.dispatch('ha$0lf') }}}}\n"),
        expect![[r#"
        "half"
        → macro default__half: /w/shop/tests/generic/t.sql: {% macro ⟦default__half⟧() %}{% endmacro %}
    "#]],
    );
}
