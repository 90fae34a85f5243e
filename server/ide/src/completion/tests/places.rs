//! `ref()` outside SQL: YAML strings, bare calls in YAML, Python.

use expect_test::expect;

use super::{SHOP, check, chosen};

/// A properties file, and the end of it after `customers` is chosen.
const YAML: &[(&str, &str)] = &[
    (
        r#"models:
  - name: revenue
    columns:
      - name: id
        data_tests:
          - relationships:
              arguments:
                to: ref('$0
                field: id
"#,
        r#"to: ref('platform', 'customers'
                field: id
"#,
    ),
    (
        r#"models:
  - name: revenue
    data_tests:
      - relationships:
          to: ref('cu$0')
"#,
        r#"to: ref('platform', 'customers')
"#,
    ),
    (
        r#"exposures:
  - name: board
    type: dashboard
    owner: {name: x}
    depends_on:
      - ref('$0
"#,
        r#"- ref('platform', 'customers'
"#,
    ),
    (
        r#"exposures:
  - name: board
    depends_on:
      - ref("$0")
      - ref('revenue')
"#,
        r#"- ref("platform", "customers")
      - ref('revenue')
"#,
    ),
    (
        r#"exposures:
  - name: board
    depends_on: [ref('$0')]
"#,
        r#"depends_on: [ref('platform', 'customers')]
"#,
    ),
    (
        r#"semantic_models:
  - name: s
    model: ref('$0')
"#,
        r#"model: ref('platform', 'customers')
"#,
    ),
    (
        r#"unit_tests:
  - name: u
    model: revenue
    given:
      - input: ref('$0
        rows: []
"#,
        r#"input: ref('platform', 'customers'
        rows: []
"#,
    ),
    (
        r#"snapshots:
  - name: s
    relation: ref('$0')
"#,
        r#"relation: ref('platform', 'customers')
"#,
    ),
    (
        r#"models:
  - name: revenue
    description: "{{ ref('$0') }}"
"#,
        r#"description: "{{ ref('platform', 'customers') }}"
"#,
    ),
    (
        r#"models:
  - name: revenue
    description: "{{ ref(\"$0\") }}"
"#,
        r#"description: "{{ ref(\"platform\", \"customers\") }}"
"#,
    ),
    (
        r#"models:
  - name: revenue
    description: '{{ ref(''$0'') }}'
"#,
        r#"description: '{{ ref(''platform'', ''customers'') }}'
"#,
    ),
    (
        r#"models:
  - name: revenue
    description: '{{ ref($0) }}'
"#,
        r#"description: '{{ ref("platform", "customers") }}'
"#,
    ),
    (
        r#"models:
  - name: revenue
    description: >
      text
      {{ ref('$0') }}
"#,
        r#"      {{ ref('platform', 'customers') }}
"#,
    ),
    (
        "models:\r\n  - name: revenue\r\n    data_tests:\r\n      - x:\r\n          to: ref('$0\r\n",
        "to: ref('platform', 'customers'\r\n",
    ),
    (
        r#"models:
  - name: revenue
    description: "{{ ref('$0
    access: public
"#,
        r#"description: "{{ ref('platform', 'customers'
    access: public
"#,
    ),
];

#[test]
fn in_yaml() {
    for (before, after) in YAML {
        let all = chosen(&format!("{SHOP}//- shop/models/more.yml\n{before}"), "customers");
        assert!(all.ends_with(after), "{before}\nbecomes\n{all}");
    }
}

#[test]
fn what_a_test_may_reference_is_decided_by_its_model() {
    check(
        "//- shop/models/more.yml
models:
  - name: theirs
    access: private
    config: {group: sales}
  - name: stg_orders
    config: {group: sales}
    data_tests:
      - relationships: {to: \"ref('shop', 't$0')\"}
//- shop/models/theirs.sql
",
        expect![[r#"
            theirs | - | model · shop | private · group sales · view | theirs | t
            stg_orders | - | model · shop | protected · group sales · table | stg_orders | t
        "#]],
    );
}

#[test]
fn a_unit_tests_input_may_be_anything() {
    check(
        "//- shop/models/more.yml
unit_tests:
  - name: u
    model: revenue
    given:
      - input: ref('platform', 'sec$0')
",
        expect![[r#"
            secret | - | model · platform | private · group sales · table | secret | sec
        "#]],
    );
}

#[test]
fn in_python() {
    let with = |code: &str| {
        format!("{SHOP}//- shop/models/marts/new.py\ndef model(dbt, session):\n    {code}\n    return df\n")
    };
    for (before, after) in [
        ("df = dbt.ref(\"$0\")", "df = dbt.ref(\"platform\", \"customers\")"),
        ("df = dbt.ref(\"$0", "df = dbt.ref(\"platform\", \"customers\""),
        ("df = dbt.ref($0)", "df = dbt.ref(\"platform\", \"customers\")"),
        ("df = dbt.ref('platform', 'cu$0')", "df = dbt.ref('platform', 'customers')"),
    ] {
        let expected = format!("def model(dbt, session):\n    {after}\n    return df\n");
        assert_eq!(chosen(&with(before), "customers"), expected, "{before}");
    }
    let with = |code: &str| format!("//- shop/models/marts/new.py\ndef model(dbt, session):\n    {code}\n");
    check(
        &with("return dbt.ref(\"orders\", v=$0)"),
        expect![[r#"
        3 | - | prerelease | - | 3 | ∅
        2 | - | (latest) | - | 2 | ∅
        ~1 | - | deprecated 2026-01-31 | - | 1 | ∅
    "#]],
    );
    check(&with("return o$0"), expect![[r#""#]]);
}

#[test]
fn in_hooks_of_the_project() {
    let mesh =
        SHOP.replacen("name: shop\n", "name: shop\non-run-end:\n  - \"select * from {{ ref('$0') }}\"\n", 1);
    let after = "  - \"select * from {{ ref('platform', 'customers') }}\"\n";
    assert_eq!(chosen(&mesh, "customers"), format!("name: shop\non-run-end:\n{after}"));
}
