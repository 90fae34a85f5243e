//! `v=`: newest first, with what is special about each.

use expect_test::expect;

use super::{ALL, assert_chosen, check_in, in_sql};

#[test]
fn versions_of_an_upstream_model() {
    in_sql(
        "{{ ref('platform', 'orders', v=$0) }}",
        expect![[r#"
        3 | - | prerelease | - | 3 | ∅
        2 | - | (latest) | - | 2 | ∅
        ~1 | - | deprecated 2026-01-31 | - | 1 | ∅
    "#]],
    );
}

#[test]
fn the_value_is_replaced_as_it_is_written() {
    assert_chosen(
        "1",
        &[
            ("{{ ref('platform', 'orders', v=$0) }}", "{{ ref('platform', 'orders', v=1) }}"),
            ("{{ ref('platform', 'orders', v=2$03) }}", "{{ ref('platform', 'orders', v=1) }}"),
            (
                "{{ ref('platform', 'orders', version='$02') }}",
                "{{ ref('platform', 'orders', version='1') }}",
            ),
            ("{{ ref('platform', 'orders', version=\"$0", "{{ ref('platform', 'orders', version=\"1\""),
            ("{{ ref('platform', 'orders', v=$0", "{{ ref('platform', 'orders', v=1"),
            ("{{ ref('orders', v=$0) }}", "{{ ref('orders', v=1) }}"),
        ],
    );
}

#[test]
fn words_and_misleading_numbers_are_quoted() {
    let mesh = "
//- shop/dbt_project.yml
name: shop
//- shop/models/m_v1.sql
//- shop/models/m_v2.5.sql
//- shop/models/m_v2.50.sql
//- shop/models/m_vgold.sql
//- shop/models/m_v0.sql
//- shop/models/schema.yml
models:
  - name: m
    latest_version: 2.5
    versions:
      - {v: 0}
      - {v: 1, deprecation_date: 2026-01-31}
      - {v: 2.5}
      - {v: '2.50'}
      - {v: gold}
      - {v: 7, deprecation_date: 2027-01-31}
//- shop/models/new.sql
select * from {{ ref('m', v=$0) }}
";
    check_in(
        mesh,
        ALL,
        &expect![[r#"
        gold | - | prerelease | - | 'gold' | ∅
        2.5 | - | (latest) | - | 2.5 | ∅
        2.50 | - | - | - | '2.50' | ∅
        ~1 | - | deprecated 2026-01-31 | - | 1 | ∅
        0 | - | - | - | '0' | ∅
        7 | - | prerelease to be deprecated 2027-01-31 without a file | - | 7 | ∅
    "#]],
    );
}

#[test]
fn v_is_offered_behind_a_model_that_has_versions() {
    in_sql(
        "{{ ref('platform', 'orders', $0) }}",
        expect![[r#"
        v= | - | - | v3 prerelease, v2 (latest), v1 deprecated 2026-01-31 | v= | ∅
    "#]],
    );
    in_sql(
        "{{ ref('orders', $0) }}",
        expect![[r#"
        v= | - | - | v3 prerelease, v2 (latest), v1 deprecated 2026-01-31 | v= | ∅
    "#]],
    );
    in_sql("{{ ref('revenue', $0) }}", expect![[r#""#]]);
    in_sql("{{ ref('platform', 'orders', v=1, $0) }}", expect![[r#""#]]);
}

#[test]
fn other_keywords_have_no_values() {
    in_sql("{{ ref('platform', 'orders', x=$0) }}", expect![[r#""#]]);
    in_sql("{{ ref('platform', 'customers', v=$0) }}", expect![[r#""#]]);
}

#[test]
fn a_model_whose_latest_version_is_dynamic_is_offered_too() {
    let mesh = "
//- shop/dbt_project.yml
name: shop
//- shop/models/m_v1.sql
//- shop/models/schema.yml
models:
  - name: m
    latest_version: \"{{ var('latest') }}\"
    versions: [{v: 1}]
//- shop/models/new.sql
select * from {{ ref('m$0') }}
";
    check_in(
        mesh,
        ALL,
        &expect![[r#"
        m | v1 | model · shop | protected · view | m | m
    "#]],
    );
}
