//! What hovering shows, as the Markdown it is.

use expect_test::{Expect, expect};

use crate::fixture::fixture;
use crate::hover::hover;
use crate::upstream_document;

const MESH: &str = r#"
//- shop/dbt_project.yml
name: shop
models:
  shop:
    marts:
      +materialized: incremental
      +schema: marts
//- shop @manifest platform
model orders public v=1 latest=2 deprecated=2026-01-31 group=sales columns=id:int,total:numeric "Old orders."
model orders public v=2 latest=2 group=sales columns=id:int,total:numeric "One row per order."
model orders public v=3 latest=2 "Orders to come."
model secret private group=sales
//- shop/dependencies.yml
projects:
  - name: platform
//- shop/models/docs.md
{% docs money %}
Money, in *euros*.
{% enddocs %}
//- shop/models/marts/revenue.sql
{{ config(contract={'enforced': true}) }} select 1
//- shop/models/m_v1.sql
//- shop/models/m_v2.sql
{{ config(materialized='table') }}
//- shop/models/schema.yml
groups:
  - name: finance
    description: People of money.
    owner: {name: Fay, email: fay@example.com}
sources:
  - name: raw
    description: "Loaded {{ doc('money') }}"
    tables:
      - name: events
        description: One row per event.
        columns: [{name: id, data_type: bigint}]
models:
  - name: revenue
    description: |
      Revenue by day.

      {{ doc('money') }}
    config: {group: finance, access: public, meta: {owner: Rae}}
    columns:
      - {name: day, data_type: date, description: "The day | in UTC"}
      - name: amount
        data_type: numeric
        description: "{{ doc('money') }}"
        data_tests: [not_null]
    data_tests: [is_even]
  - name: m
    description: A model.
    latest_version: 1
    columns: [{name: a}, {name: b}]
    versions:
      - {v: 1, deprecation_date: 2027-01-31}
      - {v: 2, columns: [{include: all, exclude: [b]}, {name: c}]}
      - {v: 3}
exposures:
  - name: board
    label: Board
    description: For the board.
    owner: {name: Ann, email: ann@example.com}
//- shop/seeds/codes.csv
//- shop/macros/money.sql
{% macro cents(column, scale=2) %}{% endmacro %}
//- shop/macros/schema.yml
macros:
  - name: cents
    description: From cents to units.
//- shop/dbt_packages/utils/dbt_project.yml
name: utils
//- shop/dbt_packages/utils/models/calendar.sql
//- billing/dbt_project.yml
name: billing
//- billing/models/docs.md
{% docs money %}
Money as billing sees it.
{% enddocs %}
//- billing/models/invoices.sql
//- billing/models/schema.yml
models:
  - name: invoices
    config: {access: public}
    deprecation_date: 2026-06-30
    description: "{{ doc('money') }}"
"#;

fn check_in(source: &str, expect: &Expect) {
    let mesh = fixture(source);
    let cursor = mesh.cursor.unwrap();
    let shown = hover(&mesh.analysis, cursor).unwrap();
    expect.assert_eq(&shown.map_or("nothing\n".to_owned(), |hover| {
        format!("{:?}\n{}\n", &mesh.texts[&cursor.file][hover.range], hover.markdown)
    }));
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

#[test]
fn a_model_with_all_it_has() {
    in_sql(
        "{{ ref('reve$0nue') }}",
        expect![[r#"
        "revenue"
        **shop.revenue** · model

        public · group finance (Fay) · owner Rae · incremental · contract enforced

        `marts.revenue`

        Revenue by day.

        Money, in *euros*.

        | column | type | description |
        |---|---|---|
        | day | date | The day \| in UTC |
        | amount | numeric | Money, in *euros*. |

        Tests: is_even, not_null(amount)

        *models/marts/revenue.sql*
    "#]],
    );
}

#[test]
fn versions() {
    in_sql(
        "{{ ref('m$0') }}",
        expect![[r#"
        "m"
        **shop.m v1** · model

        protected · view

        Versions: v3 prerelease without a file, v2 prerelease, v1 (latest) to be deprecated 2027-01-31

        A model.

        | column | type | description |
        |---|---|---|
        | a |  |  |
        | b |  |  |

        *models/m_v1.sql*
    "#]],
    );
    in_sql(
        "{{ ref('m', v=2$0) }}",
        expect![[r#"
        "2"
        **shop.m v2** · model

        protected · table

        Versions: v3 prerelease without a file, v2 prerelease, v1 (latest) to be deprecated 2027-01-31

        A model.

        | column | type | description |
        |---|---|---|
        | a |  |  |
        | c |  |  |

        *models/m_v2.sql*
    "#]],
    );
}

#[test]
fn upstream_models() {
    in_sql(
        "{{ ref('platform', 'orders$0') }}",
        expect![[r#"
        "orders"
        **platform.orders v2** · model

        public · group sales · table

        Versions: v3 prerelease, v2 (latest), v1 deprecated 2026-01-31

        `"db"."marts"."orders"`

        One row per order.

        | column | type | description |
        |---|---|---|
        | id | int |  |
        | total | numeric |  |

        *manifest of 2026-11-22, 1 day old, dbt 1.12.6, from dbt_mesh.yml*
    "#]],
    );
    in_sql(
        "{{ ref('platform', 'secret$0') }}",
        expect![[r#"
        "secret"
        **platform.secret** · model

        private · group sales · table

        `"db"."marts"."secret"`

        *manifest of 2026-11-22, 1 day old, dbt 1.12.6, from dbt_mesh.yml*
    "#]],
    );
    in_sql(
        "{{ ref('billing', 'invoices$0') }}",
        expect![[r#"
        "invoices"
        **billing.invoices** · model

        public · view · deprecated 2026-06-30

        Money as billing sees it.

        *models/invoices.sql, live from a checkout in the workspace*
    "#]],
    );
}

#[test]
fn seeds_sources_and_package_models() {
    in_sql(
        "{{ ref('codes$0') }}",
        expect![[r#"
        "codes"
        **shop.codes** · seed

        *seeds/codes.csv*
    "#]],
    );
    in_sql(
        "{{ source('ra$0w', 'events') }}",
        expect![[r#"
        "raw"
        **raw** · source of shop

        Loaded Money, in *euros*.
    "#]],
    );
    in_sql(
        "{{ source('raw', 'eve$0nts') }}",
        expect![[r#"
            "events"
            **shop.raw.events** · source

            `raw.events`

            One row per event.

            | column | type | description |
            |---|---|---|
            | id | bigint |  |

            *models/schema.yml*
        "#]],
    );
    in_sql(
        "{{ ref('calen$0dar') }}",
        expect![[r#"
        "calendar"
        **utils.calendar** · model

        protected · view

        *models/calendar.sql in utils*
    "#]],
    );
}

#[test]
fn projects() {
    in_sql(
        "{{ ref('plat$0form', 'orders') }}",
        expect![[r#"
        "platform"
        **platform** · upstream project

        3 public models

        *manifest of 2026-11-22, 1 day old, dbt 1.12.6, from dbt_mesh.yml (/artifacts/platform/manifest.json)*
    "#]],
    );
    in_sql(
        "{{ ref('bill$0ing', 'invoices') }}",
        expect![[r#"
        "billing"
        **billing** · upstream project

        1 public model

        Not declared in dependencies.yml.

        *live from /w/billing*
    "#]],
    );
    in_sql(
        "{{ ref('sh$0op', 'revenue') }}",
        expect![[r#"
        "shop"
        **shop** · this project

        3 models

        */w/shop*
    "#]],
    );
    in_sql(
        "{{ ref('uti$0ls', 'x') }}",
        expect![[r#"
        "utils"
        **utils** · installed package

        1 model

        */w/shop/dbt_packages/utils*
    "#]],
    );
    at(
        "- name: plat$0form",
        expect![[r#"
        "platform"
        **platform** · upstream project

        3 public models

        *manifest of 2026-11-22, 1 day old, dbt 1.12.6, from dbt_mesh.yml (/artifacts/platform/manifest.json)*
    "#]],
    );
    check_in(
        &MESH.replace("- name: platform", "- name: nob$0ody"),
        &expect![[r#"
        "nobody"
        **nobody** · upstream project

        *nothing supplies it*
    "#]],
    );
}

#[test]
fn macros_docs_and_groups() {
    in_sql(
        "{{ cen$0ts('a') }}",
        expect![[r#"
        "cents"
        ```jinja
        cents(column, scale=…)
        ```
        macro of shop

        From cents to units.
    "#]],
    );
    let with = |code: &str| format!("//- shop/models/more.yml\nmodels:\n  - name: new\n    {code}\n");
    check(
        &with("description: \"{{ doc('mon$0ey') }}\""),
        expect![[r#"
        "money"
        **money** · docs block of shop

        Money, in *euros*.
    "#]],
    );
    check(
        &with("group: fina$0nce"),
        expect![[r#"
        "finance"
        **finance** · group of shop

        Owner: Fay · fay@example.com

        People of money.
    "#]],
    );
}

#[test]
fn names_in_yaml() {
    at(
        "- name: rev$0enue",
        expect![[r#"
        "revenue"
        **shop.revenue** · model

        public · group finance (Fay) · owner Rae · incremental · contract enforced

        `marts.revenue`

        Revenue by day.

        Money, in *euros*.

        | column | type | description |
        |---|---|---|
        | day | date | The day \| in UTC |
        | amount | numeric | Money, in *euros*. |

        Tests: is_even, not_null(amount)

        *models/marts/revenue.sql*
    "#]],
    );
    at(
        "- name: bo$0ard",
        expect![[r#"
        "board"
        **shop.board** · exposure

        owner Ann

        For the board.

        *models/schema.yml*
    "#]],
    );
}

#[test]
fn nothing_is_said_about_what_is_unknown() {
    in_sql(
        "{{ ref('nothing$0') }}",
        expect![[r#"
        nothing
    "#]],
    );
    in_sql(
        "{{ ref(var('x$0')) }}",
        expect![[r#"
        nothing
    "#]],
    );
    in_sql(
        "select $0 1",
        expect![[r#"
        nothing
    "#]],
    );
}

#[test]
fn an_upstream_node_as_a_document() {
    let mesh = fixture(MESH);
    let document = |id: &str| upstream_document(&mesh.analysis, "platform", id).unwrap();
    let orders = document("model.platform.orders.v2").unwrap();
    assert_eq!(&*orders.manifest, "/artifacts/platform/manifest.json");
    expect![[r##"
        # model.platform.orders.v2

        **platform.orders v2** · model

        public · group sales · table

        Versions: v3 prerelease, v2 (latest), v1 deprecated 2026-01-31

        `"db"."marts"."orders"`

        One row per order.

        | column | type | description |
        |---|---|---|
        | id | int |  |
        | total | numeric |  |

        *Read-only: from /artifacts/platform/manifest.json, written 2026-11-22T10:00:00Z (1 day old), by dbt 1.12.6. The project itself is not checked out here.*

        Its file there: `models/marts/orders.sql`
    "##]].assert_eq(&orders.markdown);
    assert_eq!(document("model.platform.gone"), None);
}

#[test]
fn variables_and_selectors() {
    let settings = "
//- shop/dbt_project.yml
name: shop
vars:
  start: '2020-01-01'
  shop:
    regions: [eu, us]
//- shop/selectors.yml
selectors:
  - name: nightly
    description: What runs at night.
    definition: tag:nightly+
  - {name: weekly, definition: {method: selector, value: SELECTOR}}
//- shop/models/a.sql
";
    check_in(
        &format!("{settings}select {{{{ var('st$0art') }}}}\n"),
        &expect![[r#"
        "start"
        **start** · variable of shop

        ```yaml
        '2020-01-01'
        ```

        *dbt_project.yml*; `--vars` may set it for a run.
    "#]],
    );
    check_in(
        &format!("{settings}select {{{{ var('regi$0ons') }}}}\n"),
        &expect![[r#"
        "regions"
        **regions** · variable of shop, for shop

        ```yaml
        [eu, us]
        ```

        *dbt_project.yml*; `--vars` may set it for a run.
    "#]],
    );
    check_in(
        &settings.replace("SELECTOR", "night$0ly"),
        &expect![[r#"
        "nightly"
        **nightly** · selector

        What runs at night.

        `tag:nightly+`
    "#]],
    );
}

#[test]
fn keys_of_profiles_but_no_secrets() {
    let profiles =
        |text: &str| format!("//- shop/dbt_project.yml\nname: shop\n//- shop/profiles.yml\n{text}");
    check_in(
        &profiles("shop:\n  outputs:\n    dev:\n      pass$0word: hunter2\n"),
        &expect![[r#"
        "password"
        **password** · string

        A secret: better `{{ env_var('DBT_ENV_SECRET_…') }}`.
    "#]],
    );
    check_in(
        &profiles("shop:\n  outputs:\n    dev:\n      password: hun$0ter2\n"),
        &expect![[r#"
        nothing
    "#]],
    );
}
