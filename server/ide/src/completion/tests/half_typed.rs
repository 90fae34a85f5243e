//! Buffers as they are while somebody types.

use expect_test::expect;

use super::{assert_chosen, check, in_sql};

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
