use super::{HintOptions, hints};
use crate::FileRange;
use crate::fixture::fixture;
use expect_test::{Expect, expect};
use text::TextRange;

const MESH: &str = "
//- shop/dbt_project.yml
name: shop
models:
  shop:
    marts:
      +materialized: table
//- shop/models/orders_v1.sql
select 1
//- shop/models/orders_v2.sql
select 1
//- shop/models/plain.sql
{{ config(alias='p', schema='s') }}
//- shop/models/s.yml
models:
  - name: orders
    versions: [{v: 1}, {v: 2}]
sources:
  - name: raw
    schema: landing
    tables: [{name: o, identifier: o_v4}]
//- shop @manifest platform
model items public v=1 latest=3
model items public v=3 latest=3
";

/// The text with each hint in `⟨⟩`.
fn check(path: &str, text: &str, options: HintOptions, expected: Expect) {
    let fixture = fixture(&format!("{MESH}//- shop/{path}\n{text}$0"));
    let file = fixture.cursor.unwrap().file;
    let text = &fixture.texts[&file];
    let range = TextRange::new(0.into(), text::size(text.len()));
    let mut shown = text.to_string();
    for hint in hints(&fixture.analysis, FileRange { file, range }, options).unwrap().iter().rev() {
        let blank = if hint.apart { " " } else { "" };
        let plain = if hint.edit.is_none() { "" } else { "+" };
        shown.insert_str(hint.at.into(), &format!("⟨{plain}{blank}{}⟩", hint.label));
    }
    expected.assert_eq(&shown);
}

const ALL: HintOptions = HintOptions { versions: true, relations: true, materializations: true };

#[test]
fn an_unpinned_ref_tells_its_version_and_every_ref_its_relation() {
    let text = "{{ ref('orders') }} {{ ref('orders', v=1) }} {{ ref( \"platform\", \"items\" ) }} {{ ref('plain') }} {{ \
                source('raw', 'o') }} {{ ref('orders', version=none) }} {{ ref('nothing') }} {{ ref('ord";
    check(
        "models/a.sql",
        text,
        ALL,
        expect![[
            r#"{{ ref('orders'⟨+, v=2⟩) }} {{ ref('orders', v=1) }} {{ ref( "platform", "items"⟨+, v=3⟩ )⟨ db.marts.items⟩ }} {{ ref('plain')⟨ s.p⟩ }} {{ source('raw', 'o')⟨ landing.o_v4⟩ }} {{ ref('orders', version=none) }} {{ ref('nothing') }} {{ ref('ord"#
        ]],
    );
    check(
        "models/a.sql",
        text,
        HintOptions::default(),
        expect![[
            r#"{{ ref('orders'⟨+, v=2⟩) }} {{ ref('orders', v=1) }} {{ ref( "platform", "items"⟨+, v=3⟩ ) }} {{ ref('plain') }} {{ source('raw', 'o') }} {{ ref('orders', version=none) }} {{ ref('nothing') }} {{ ref('ord"#
        ]],
    );
    check(
        "models/a.py",
        "def model(dbt, s):\n  return dbt.ref(\"orders\")",
        ALL,
        expect![[r#"
        def model(dbt, s):
          return dbt.ref("orders"⟨+, v=2⟩)"#]],
    );
    check(
        "models/e.yml",
        "exposures:\n  - name: e\n    depends_on:\n      - ref('orders')\n      - \"{{ ref('platform', 'items') }}\"\n",
        ALL,
        expect![[r#"
            exposures:
              - name: e
                depends_on:
                  - ref('orders'⟨+, v=2⟩)
                  - "{{ ref('platform', 'items'⟨+, v=3⟩)⟨ db.marts.items⟩ }}"
        "#]],
    );
}

#[test]
fn a_model_tells_what_dbt_project_yml_sets() {
    for (text, wanted) in [
        ("select 1\nfrom x", "select 1⟨ materialized='table'⟩\nfrom x"),
        ("{{ config() }}", "{{ config(⟨+materialized='table'⟩) }}"),
        ("{{ config(\n  tags='a',\n) }}", "{{ config(\n  tags='a',⟨+ materialized='table'⟩\n) }}"),
        ("{{ config(tags='a') }}", "{{ config(tags='a'⟨+, materialized='table'⟩) }}"),
        ("{{ config(materialized='view') }}", "{{ config(materialized='view') }}"),
        ("{{ config(", "{{ config("),
        ("", "⟨ materialized='table'⟩"),
    ] {
        let fixture_text = format!("{MESH}//- shop/models/marts/a.sql\n{text}$0");
        let fixture = fixture(&fixture_text);
        let file = fixture.cursor.unwrap().file;
        let range = TextRange::new(0.into(), text::size(text.len()));
        let mut shown = text.to_owned();
        for hint in hints(&fixture.analysis, FileRange { file, range }, ALL).unwrap() {
            let marks = if hint.edit.is_some() { "+" } else { "" };
            let blank = if hint.apart { " " } else { "" };
            shown.insert_str(hint.at.into(), &format!("⟨{marks}{blank}{}⟩", hint.label));
        }
        assert_eq!(shown, wanted);
    }
}
