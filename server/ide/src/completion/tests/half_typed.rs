//! Buffers as they are while somebody types.

use expect_test::expect;

use super::{ALL, SHOP, assert_chosen, check, in_sql, proposed};
use crate::fixture::fixture;

#[test]
fn strings_and_tags_that_are_not_closed_yet() {
    assert_chosen(
        "customers",
        &[
            ("select * from {{ ref('$0", "select * from {{ ref('platform', 'customers'"),
            ("select * from {{ ref(\"cu$0", "select * from {{ ref(\"platform\", \"customers\""),
            ("select * from {{ ref('cu$0 }}", "select * from {{ ref('platform', 'customers' }}"),
            ("select * from {{ ref('cu$0) }}", "select * from {{ ref('platform', 'customers') }}"),
            ("select * from {{ ref($0", "select * from {{ ref('platform', 'customers'"),
            ("select * from {{ ref(cu$0 }}", "select * from {{ ref('platform', 'customers' }}"),
            ("select * from {{ ref('platform', '$0", "select * from {{ ref('platform', 'customers'"),
            ("{{ ref('platform', '$0 where x > 1", "{{ ref('platform', 'customers' where x > 1"),
            ("{% if ref('$0", "{% if ref('platform', 'customers'"),
            ("{% set x = ref('$0 %}", "{% set x = ref('platform', 'customers' %}"),
            (
                "select * from {{ ref('cu$0\nwhere x = 'y'\n-- {{ ref('revenue') }}",
                "select * from {{ ref('platform', 'customers'\nwhere x = 'y'\n-- {{ ref('revenue') }}",
            ),
            (
                "select * from {{ ref('$0 join {{ ref('revenue') }}",
                "select * from {{ ref('platform', 'customers' join {{ ref('revenue') }}",
            ),
            ("\tselect '🦀é', {{ ref('$0') }}", "\tselect '🦀é', {{ ref('platform', 'customers') }}"),
            (
                "select 1\r\nfrom {{ ref('$0\r\nwhere 1",
                "select 1\r\nfrom {{ ref('platform', 'customers'\r\nwhere 1",
            ),
        ],
    );
}

#[test]
fn inside_a_macro() {
    let code =
        "{% macro m() %}\n  {% set rows = run_query('select 1') %}\n  {{ ref('cu$0 }}\n{% endmacro %}\n";
    check(
        &format!("//- shop/macros/m.sql\n{code}"),
        expect![[r#"
        customers | - | model · platform | public · table — All customers. | platform', 'customers' | cu
    "#]],
    );
}

#[test]
fn nothing_where_dbt_reads_nothing() {
    in_sql("{# {{ ref('$0') }} #}", expect![[r#""#]]);
    in_sql("{% raw %}{{ ref('$0') }}{% endraw %}", expect![[r#""#]]);
    in_sql("select ref('$0')", expect![[r#""#]]);
}

#[test]
fn dbt_reads_comments_of_sql() {
    in_sql(
        "-- depends_on: {{ ref('cust$0') }}",
        expect![[r#"
        customers | - | model · platform | public · table — All customers. | platform', 'customers | cust
    "#]],
    );
}

/// Types `code` key by key into a file that goes on behind it; `closers` is what an editor has already put
/// behind the cursor. The labels offered after each key.
fn typed(code: &str, closers: &str) -> Vec<(String, Vec<String>)> {
    let keys = 1..=code.len();
    keys.map(|at| {
        let typed = &code[..at];
        let rest = "\nwhere name = 'it''s' -- {{ ref('revenue') }}\n{% if x %}{% endif %}\n";
        let source = format!("{SHOP}//- shop/models/marts/new.sql\nwith a as (\n  {typed}$0{closers}{rest}");
        let labels = proposed(&fixture(&source), ALL).items.into_iter().map(|item| item.label);
        (typed.to_owned(), labels.collect())
    })
    .collect()
}

#[test]
fn after_every_key() {
    let code = "select * from {{ ref('platform', 'orders', v=2";
    for closers in ["", "') }}", ") }}", " }}"] {
        for (typed, labels) in typed(code, closers) {
            // An editor that closes quotes has put one behind an open one only.
            if closers.starts_with('\'') && typed.matches('\'').count() % 2 == 0 {
                continue;
            }
            let offers = |label: &str| labels.iter().any(|known| known == label);
            let argument = typed.split_once("ref(").map(|(_, arguments)| arguments);
            match argument {
                Some("" | "'" | "'p" | "'pla" | "'platform") => {
                    assert!(offers("platform"), "{typed}|{closers}")
                }
                Some("'platform', '" | "'platform', 'o" | "'platform', 'orders") => {
                    assert!(offers("orders") && !offers("revenue"), "{typed}|{closers}: {labels:?}");
                }
                Some("'platform', 'orders', ") => assert!(offers("v="), "{typed}|{closers}: {labels:?}"),
                Some("'platform', 'orders', v=") => assert!(offers("3"), "{typed}|{closers}: {labels:?}"),
                Some(_) => {}
                None => assert!(!offers("orders"), "{typed}|{closers}: {labels:?}"),
            }
        }
    }
}
