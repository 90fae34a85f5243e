//! What findings offer, and every file as it is after one of the repairs.

use expect_test::{Expect, expect};
use project::flavor::Flavor;
use text::TextRange;

use crate::assists::tests::shown;
use crate::fixture::{Fixture, fixture};
use crate::{FileRange, fixes};

fn offered(fixture: &Fixture) -> Vec<crate::Fix> {
    let cursor = fixture.cursor.unwrap();
    let at = FileRange { file: cursor.file, range: TextRange::empty(cursor.offset) };
    fixes(&fixture.analysis, at, fixture).unwrap().into_iter().map(|(_, fix)| fix).collect()
}

/// All titles at the cursor, and what the fix whose title begins so makes.
fn check(source: &str, title: &str, expected: Expect) {
    check_fixture(&fixture(source), title, expected);
}

fn check_v2(source: &str, title: &str, expected: Expect) {
    let mut fixture = fixture(source);
    fixture.analysis.mesh.flavor = Some(Flavor::V2);
    check_fixture(&fixture, title, expected);
}

fn check_fixture(fixture: &Fixture, title: &str, expected: Expect) {
    let found = offered(fixture);
    let mut out: String = found
        .iter()
        .map(|fix| format!("* {}{}\n", fix.title, if fix.preferred { " (preferred)" } else { "" }))
        .collect();
    match found.iter().find(|fix| fix.title.starts_with(title)) {
        Some(fix) => out.push_str(&shown(fixture, &fix.change)),
        None => out.push_str("nothing\n"),
    }
    expected.assert_eq(&out);
}

const SHOP: &str = "
//- shop/dbt_project.yml
name: shop
//- shop/models/marts/orders.sql
select * from {{ ref('missing') }} join {{ source('raw', 'events') }} join {{ source('new', 'things') }}
//- shop/models/marts/_sources.yml
sources:
  - name: raw # landing
    tables:
      - name: other
//- shop/models/marts/_models.yml
models:
  - name: described
    columns:
      - name: id
        data_type: int
      - name: b
  - name: orders
    config: {group: nobody}
  - name: many
    versions:
      - v: 1
      - v: 2
//- shop/models/marts/many_v2.sql
select 2 as two
";

fn at(place: &str) -> String {
    let plain = place.replace("$0", "");
    assert!(SHOP.contains(&plain), "{plain}");
    SHOP.replacen(&plain, place, 1)
}

#[test]
fn what_is_missing_is_created() {
    check(
        &at("ref('miss$0ing')"),
        "Create",
        expect![[r#"
        * Create missing.sql
        * Suppress unknown-model here
        new /w/shop/models/marts/missing.sql
        select 1 as id
    "#]],
    );
    check(
        &at("name: descri$0bed"),
        "Create",
        expect![[r#"
        * Create described.sql
        * Suppress unmatched-entry here
        new /w/shop/models/marts/described.sql
        select
            cast(null as int) as id,
            null as b
    "#]],
    );
    check(
        &at("- v: $01"),
        "Create",
        expect![[r#"
        * Create many_v1.sql
        * Suppress unmatched-entry here
        new /w/shop/models/marts/many_v1.sql
        select 2 as two
    "#]],
    );
    check(
        &at("'raw', 'eve$0nts'"),
        "Declare",
        expect![[r#"
        * Declare table 'events' in source 'raw'
        * Suppress unknown-source here
        /w/shop/models/marts/_sources.yml
        sources:
          - name: raw # landing
            tables:
              - name: other
              - name: events
    "#]],
    );
    check(
        &at("'ne$0w', 'things'"),
        "Declare",
        expect![[r#"
        * Declare source 'new' with table 'things'
        * Suppress unknown-source here
        /w/shop/models/marts/_sources.yml
        sources:
          - name: raw # landing
            tables:
              - name: other
          - name: new
            tables:
              - name: things
    "#]],
    );
    check(
        &at("group: nob$0ody"),
        "Create",
        expect![[r#"
        * Create group 'nobody'
        * Suppress unknown-group here
        new /w/shop/models/marts/_groups.yml
        groups:
          - name: nobody
            owner:
              name: nobody
    "#]],
    );
}

#[test]
fn a_model_of_another_project_is_made_public() {
    check(
        "
//- platform/dbt_project.yml
name: platform
//- platform/models/orders.sql
select 1
//- finance/dbt_project.yml
name: finance
//- finance/dependencies.yml
projects: [{name: platform}]
//- finance/models/a.sql
select * from {{ ref('platform', 'ord$0ers') }}
",
        "Make",
        expect![[r#"
            * Make 'orders' public in 'platform'
            * Suppress protected-model here
            new /w/platform/models/orders.yml
            models:
              - name: orders
                config:
                  access: public
            caution: This changes the project 'platform': its people should agree.
        "#]],
    );
}

const TESTED: &str = "
//- shop/dbt_project.yml
name: shop
//- shop/models/a.sql
select 1
//- shop/models/a.yml
models:
  - name: a
    access: public
    columns:
      - name: id
        data_tests:
          - relationships: {to: ref('a'), field: id}
          - accepted_values:
              name: ok
              values: [1, 2] # both
              quote: false
              severity: warn
";

#[test]
fn configs_and_arguments_are_moved() {
    let at = |place: &str| TESTED.replacen(&place.replace("$0", ""), place, 1);
    check(
        &at("{$0to: ref"),
        "Move",
        expect![[r#"
        * Move below 'arguments' (preferred)
        * Suppress test-arguments here
        /w/shop/models/a.yml
        models:
          - name: a
            access: public
            columns:
              - name: id
                data_tests:
                  - relationships: {arguments: {to: ref('a'), field: id}}
                  - accepted_values:
                      name: ok
                      values: [1, 2] # both
                      quote: false
                      severity: warn
    "#]],
    );
    check(
        &at("val$0ues: [1"),
        "Move",
        expect![[r#"
        * Move below 'arguments' (preferred)
        * Suppress test-arguments here
        /w/shop/models/a.yml
        models:
          - name: a
            access: public
            columns:
              - name: id
                data_tests:
                  - relationships: {to: ref('a'), field: id}
                  - accepted_values:
                      name: ok
                      arguments:
                        values: [1, 2] # both
                        quote: false
                      severity: warn
    "#]],
    );
    check(
        &at("seve$0rity"),
        "Move",
        expect![[r#"
        * Move below 'config' (preferred)
        * Suppress test-arguments here
        /w/shop/models/a.yml
        models:
          - name: a
            access: public
            columns:
              - name: id
                data_tests:
                  - relationships: {to: ref('a'), field: id}
                  - accepted_values:
                      name: ok
                      values: [1, 2] # both
                      quote: false
                      config:
                        severity: warn
    "#]],
    );
    check_v2(
        &at("acc$0ess"),
        "Move",
        expect![[r#"
        * Move 'access' below 'config' (preferred)
        * Suppress misplaced-key here
        /w/shop/models/a.yml
        models:
          - name: a
            config:
              access: public
            columns:
              - name: id
                data_tests:
                  - relationships: {to: ref('a'), field: id}
                  - accepted_values:
                      name: ok
                      values: [1, 2] # both
                      quote: false
                      severity: warn
    "#]],
    );
    let old = at("{$0to: ref").replace("name: shop\n", "name: shop\nrequire-dbt-version: '>=1.6.0'\n");
    check(
        &old,
        "Move",
        expect![[r#"
        * Suppress test-arguments here
        nothing
    "#]],
    );
}

#[test]
fn findings_are_suppressed_where_they_are() {
    check(
        &at("ref('miss$0ing')"),
        "Suppress",
        expect![[r#"
        * Create missing.sql
        * Suppress unknown-model here
        /w/shop/models/marts/orders.sql
        {# dbt-mesh: ignore[unknown-model] #}
        select * from {{ ref('missing') }} join {{ source('raw', 'events') }} join {{ source('new', 'things') }}
    "#]],
    );
    check(
        &at("group: nob$0ody"),
        "Suppress",
        expect![[r#"
        * Create group 'nobody'
        * Suppress unknown-group here
        /w/shop/models/marts/_models.yml
        models:
          - name: described
            columns:
              - name: id
                data_type: int
              - name: b
          - name: orders
            # dbt-mesh: ignore[unknown-group]
            config: {group: nobody}
          - name: many
            versions:
              - v: 1
              - v: 2
    "#]],
    );
    let shop =
        |path: &str, text: &str| format!("//- shop/dbt_project.yml\nname: shop\n//- shop/{path}\n{text}");
    check(
        &shop("models/a.sql", "select 1\r\n\t, {{ ref('x$0') }} -- 🦀\r\n"),
        "Suppress",
        expect![[r#"
        * Change to 'a'
        * Create x.sql
        * Suppress unknown-model here
        /w/shop/models/a.sql
        select 1␍
        	{# dbt-mesh: ignore[unknown-model] #}␍
        	, {{ ref('x') }} -- 🦀␍
    "#]],
    );
    check(
        &shop("models/a.sql", "select 1 -- dbt-mesh: ignore[other]\n{{ ref('x$0') }}"),
        "Suppress",
        expect![[r#"
            * Change to 'a'
            * Create x.sql
            * Suppress unknown-model here
            /w/shop/models/a.sql
            select 1 -- dbt-mesh: ignore[other, unknown-model]
            {{ ref('x') }}
        "#]],
    );
    check(
        &shop("models/a.py", "def model(dbt, session):\n    return dbt.ref('x$0')\n"),
        "Suppress",
        expect![[r#"
            * Change to 'a'
            * Create x.sql
            * Suppress unknown-model here
            /w/shop/models/a.py
            def model(dbt, session):
                # dbt-mesh: ignore[unknown-model]
                return dbt.ref('x')
        "#]],
    );
    // Inside of a tag, or of a text, a comment would be none.
    check(
        &shop("models/a.sql", "{{ config(\n  x=ref('x$0')) }}"),
        "Suppress",
        expect![[r#"
        * Change to 'a'
        * Create x.sql
        nothing
    "#]],
    );
    check(
        &shop(
            "models/a.yml",
            "exposures:\n  - name: e\n    type: ml\n    owner: {name: x}\n    depends_on:\n      - >\n        ref('x$0')\n",
        ),
        "Suppress",
        expect![[r#"
            * Create x.sql
            nothing
        "#]],
    );
}
