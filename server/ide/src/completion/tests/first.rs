//! The first, or only, argument of `ref()`.

use expect_test::expect;

use super::{ALL, CompletionOptions, assert_chosen, check_in, in_sql, proposed};
use crate::MAX_COMPLETIONS;
use crate::fixture::fixture;

#[test]
fn own_models_then_those_of_declared_upstreams_then_projects() {
    in_sql(
        "select * from {{ ref('$0') }}",
        expect![[r#"
        revenue | - | model · shop | public · view — Revenue by day. | revenue | ∅
        stg_orders | - | model · shop | protected · table | stg_orders | ∅
        customers | - | model · platform | public · table — All customers. | platform', 'customers | ∅
        orders | v2 | model · platform | public · group sales · table — One row per order. | platform', 'orders | ∅
        platform | - | upstream project | from dbt_mesh.yml | platform | ∅
        shop | - | this project | - | shop | ∅
    "#]],
    );
}

#[test]
fn before_quotes_are_typed() {
    in_sql(
        "select * from {{ ref(or$0) }}",
        expect![[r#"
        orders | v2 | model · platform | public · group sales · table — One row per order. | 'platform', 'orders' | or
        stg_orders | - | model · shop | protected · table | 'stg_orders' | or
        customers | - | model · platform | public · table — All customers. | 'platform', 'customers' | or
        platform | - | upstream project | from dbt_mesh.yml | 'platform' | or
    "#]],
    );
    in_sql(
        "select * from {{ ref($0) }}",
        expect![[r#"
        revenue | - | model · shop | public · view — Revenue by day. | 'revenue' | ∅
        stg_orders | - | model · shop | protected · table | 'stg_orders' | ∅
        customers | - | model · platform | public · table — All customers. | 'platform', 'customers' | ∅
        orders | v2 | model · platform | public · group sales · table — One row per order. | 'platform', 'orders' | ∅
        platform | - | upstream project | from dbt_mesh.yml | 'platform' | ∅
        shop | - | this project | - | 'shop' | ∅
    "#]],
    );
}

#[test]
fn the_whole_argument_is_replaced() {
    in_sql(
        "select * from {{ ref('or$0ders_old') }}",
        expect![[r#"
        orders | v2 | model · platform | public · group sales · table — One row per order. | platform', 'orders | orders_old
        stg_orders | - | model · shop | protected · table | stg_orders | orders_old
        customers | - | model · platform | public · table — All customers. | platform', 'customers | orders_old
        platform | - | upstream project | from dbt_mesh.yml | platform | orders_old
    "#]],
    );
    in_sql(
        "select * from {{ ref(or$0ders_old) }}",
        expect![[r#"
        orders | v2 | model · platform | public · group sales · table — One row per order. | 'platform', 'orders' | orders_old
        stg_orders | - | model · shop | protected · table | 'stg_orders' | orders_old
        customers | - | model · platform | public · table — All customers. | 'platform', 'customers' | orders_old
        platform | - | upstream project | from dbt_mesh.yml | 'platform' | orders_old
    "#]],
    );
}

#[test]
fn a_project_is_proposed_where_a_second_argument_follows() {
    in_sql(
        "{{ ref('pla$0', 'orders') }}",
        expect![[r#"
        platform | - | upstream project | from dbt_mesh.yml | platform | pla
    "#]],
    );
    in_sql(
        "{{ ref($0, 'orders') }}",
        expect![[r#"
        platform | - | upstream project | from dbt_mesh.yml | 'platform' | ∅
        shop | - | this project | - | 'shop' | ∅
    "#]],
    );
}

#[test]
fn nothing_beside_the_quotes_or_in_an_expression() {
    in_sql("{{ ref('orders'$0) }}", expect![[r#""#]]);
    in_sql("{{ ref($0'orders') }}", expect![[r#""#]]);
    in_sql("{{ ref(or$0 ~ 'ders') }}", expect![[r#""#]]);
}

#[test]
fn an_upstream_model_is_written_with_its_project_and_the_same_quote() {
    assert_chosen(
        "orders",
        &[
            ("{{ ref('or$0') }}", "{{ ref('platform', 'orders') }}"),
            ("{{ ref(\"or$0\") }}", "{{ ref(\"platform\", \"orders\") }}"),
            ("{{ ref(or$0) }}", "{{ ref('platform', 'orders') }}"),
            ("{{ ref($0) }}", "{{ ref('platform', 'orders') }}"),
            ("{{ ref($0, v=2) }}", "{{ ref('platform', 'orders', v=2) }}"),
            ("{{ ref( 'or$0der' , v=2) }}", "{{ ref( 'platform', 'orders' , v=2) }}"),
        ],
    );
}

#[test]
fn near_folders_first_and_undeclared_upstreams_last() {
    let mesh = "
//- shop/dbt_project.yml
name: shop
//- platform/dbt_project.yml
name: platform
models: {+access: public}
//- platform/models/stg_platform.sql
//- other/dbt_project.yml
name: other
models: {+access: public}
//- other/models/stg.sql
//- shop/dependencies.yml
projects: [{name: platform}]
//- shop/models/marts/stg_far.sql
//- shop/models/staging/deep/stg_near.sql
//- shop/models/staging/new.sql
select * from {{ ref('stg$0') }}
";
    check_in(
        mesh,
        ALL,
        &expect![[r#"
        stg_near | - | model · shop | protected · view | stg_near | stg
        stg_far | - | model · shop | protected · view | stg_far | stg
        stg_platform | - | model · platform | public · view | platform', 'stg_platform | stg
        stg | - | model · other | public · view | other', 'stg | stg
            /w/shop/dependencies.yml becomes "projects: [{name: platform}, {name: other}]\n"
    "#]],
    );
    check_in(
        mesh,
        CompletionOptions { edits_elsewhere: false, ..ALL },
        &expect![[r#"
        stg_near | - | model · shop | protected · view | stg_near | stg
        stg_far | - | model · shop | protected · view | stg_far | stg
        stg_platform | - | model · platform | public · view | platform', 'stg_platform | stg
        stg | - | model · other | public · view | other', 'stg | stg
    "#]],
    );
}

#[test]
fn an_undeclared_project_is_declared_in_a_new_file() {
    let mesh = "
//- shop/dbt_project.yml
name: shop
//- platform/dbt_project.yml
name: platform
models: {+access: public}
//- platform/models/orders.sql
//- shop/models/new.sql
select * from {{ ref('$0') }}
";
    check_in(
        mesh,
        ALL,
        &expect![[r#"
        shop | - | this project | - | shop | ∅
        orders | - | model · platform | public · view | platform', 'orders | ∅
            new /w/shop/dependencies.yml: "projects:\n  - name: platform\n"
        platform | - | upstream project | from a checkout in the workspace | platform | ∅
            new /w/shop/dependencies.yml: "projects:\n  - name: platform\n"
    "#]],
    );
}

#[test]
fn what_may_not_be_referenced_is_not_offered() {
    let mesh = "
//- shop/dbt_project.yml
name: shop
//- shop/models/open.sql
//- shop/models/mine.sql
//- shop/models/theirs.sql
//- shop/models/lonely.sql
//- shop/models/off.sql
{{ config(enabled=false) }}
//- shop/models/schema.yml
groups:
  - {name: sales, owner: {name: Sam}}
  - {name: finance, owner: {name: Fay}}
models:
  - {name: mine, access: private, group: finance}
  - {name: theirs, access: private, group: sales}
  - {name: lonely, access: private}
  - {name: new, group: finance}
//- shop/models/new.sql
select * from {{ ref('$0') }}
";
    check_in(
        mesh,
        ALL,
        &expect![[r#"
        mine | - | model · shop | private · group finance · view | mine | ∅
        open | - | model · shop | protected · view | open | ∅
        shop | - | this project | - | shop | ∅
    "#]],
    );
}

#[test]
fn a_model_with_versions_is_one_name() {
    let mesh = "
//- shop/dbt_project.yml
name: shop
//- shop/models/m_v1.sql
//- shop/models/m.sql
//- shop/models/m_old.sql
//- shop/models/schema.yml
models:
  - name: m
    description: The model.
    latest_version: 2
    versions:
      - {v: 1, deprecation_date: 2026-01-31}
      - {v: 2, description: The second.}
      - {v: 0, defined_in: m_old}
//- shop/models/new.sql
select * from {{ ref('$0') }}
";
    check_in(
        mesh,
        ALL,
        &expect![[r#"
        m | v2 | model · shop | protected · view — The second. | m | ∅
        shop | - | this project | - | shop | ∅
    "#]],
    );
}

#[test]
fn packages_are_offered_and_named_where_their_names_are_not_unique() {
    let mesh = "
//- shop/dbt_project.yml
name: shop
//- shop/models/orders.sql
//- shop/dbt_packages/utils/dbt_project.yml
name: utils
//- shop/dbt_packages/utils/models/orders.sql
//- shop/dbt_packages/utils/models/calendar.sql
//- shop/dbt_packages/more/dbt_project.yml
name: more
//- shop/dbt_packages/more/models/calendar.sql
//- shop/dbt_packages/more/models/weather.sql
//- shop/models/new.sql
select * from {{ ref('$0') }}
";
    check_in(
        mesh,
        ALL,
        &expect![[r#"
        orders | - | model · shop | protected · view | orders | ∅
        calendar | - | model · more | protected · view | more', 'calendar | ∅
        calendar | - | model · utils | protected · view | utils', 'calendar | ∅
        orders | - | model · utils | protected · view | utils', 'orders | ∅
        weather | - | model · more | protected · view | weather | ∅
        more | - | package | - | more | ∅
        utils | - | package | - | utils | ∅
        shop | - | this project | - | shop | ∅
    "#]],
    );
}

#[test]
fn seeds_and_snapshots_are_offered() {
    let mesh = "
//- shop/dbt_project.yml
name: shop
//- shop/seeds/codes.csv
//- shop/snapshots/s.sql
{% snapshot history %} select 1 {% endsnapshot %}
//- shop/snapshots/s.yml
snapshots:
  - name: yaml_history
    relation: ref('codes')
//- shop/analyses/a.sql
//- shop/models/new.sql
select * from {{ ref('$0') }}
";
    check_in(
        mesh,
        ALL,
        &expect![[r#"
        codes | - | seed · shop | - | codes | ∅
        history | - | snapshot · shop | - | history | ∅
        yaml_history | - | snapshot · shop | - | yaml_history | ∅
        shop | - | this project | - | shop | ∅
    "#]],
    );
}

#[test]
fn at_most_so_many_at_once() {
    let mut mesh = "//- shop/dbt_project.yml\nname: shop\n".to_owned();
    for at in 0..250 {
        mesh.push_str(&format!("//- shop/models/m_{at:03}.sql\n"));
    }
    let typed = |typed: &str| {
        let mesh = format!("{mesh}//- shop/models/new.sql\n{{{{ ref('{typed}$0') }}}}\n");
        let completions = proposed(&fixture(&mesh), ALL);
        (completions.items.len(), completions.incomplete, completions.items[0].label.clone())
    };
    assert_eq!(typed(""), (MAX_COMPLETIONS, true, "m_000".into()));
    assert_eq!(typed("m_24"), (16, false, "m_240".into()));
    assert_eq!(typed("m_249"), (1, false, "m_249".into()));
}

#[test]
fn a_first_look_takes_nothing_for_better_than_it_is() {
    let mut mesh =
        "//- shop/dbt_project.yml\nname: shop\nmodels: {shop: {a: {off: {+enabled: false}}}}\n".to_owned();
    for at in 0..700 {
        // Near but disabled, near, and elsewhere.
        let folder = ["a/off", "a", "b"][usize::from(at >= 300) + usize::from(at >= 400)];
        mesh.push_str(&format!("//- shop/models/{folder}/m_{at:03}.sql\n"));
    }
    mesh.push_str("//- shop/models/b/a_m_of.sql\n//- platform/dbt_project.yml\nname: platform\n");
    for at in 0..150 {
        mesh.push_str(&format!("//- platform/models/M_{at:03}.sql\n{{{{ config(access='public') }}}}\n"));
    }
    let typed = |typed: &str| {
        let mesh = format!("{mesh}//- shop/models/a/new.sql\n{{{{ ref('{typed}$0') }}}}\n");
        let completions = proposed(&fixture(&mesh), ALL);
        let labels = completions.items.iter().map(|item| item.label.as_str());
        let labels: Vec<&str> = [0, 99].iter().filter_map(|at| labels.clone().nth(*at)).collect();
        format!("{} to {}, {}", labels[0], labels[1], completions.incomplete)
    };
    // 299 disabled ones are passed over.
    assert_eq!(typed("m_"), "m_300 to m_399, true");
    // The upstream is not declared: its models come behind those in which the letters occur.
    assert_eq!(typed("m_0"), "m_300 to M_023, true");
}

#[test]
fn the_public_few_are_found_among_many_that_are_not() {
    let mut mesh =
        "//- shop/dbt_project.yml\nname: shop\n//- platform/dbt_project.yml\nname: platform\n".to_owned();
    for at in 0..1500 {
        mesh.push_str(&format!("//- platform/models/m_{at:04}.sql\n"));
    }
    mesh.push_str("//- platform/models/z.sql\n{{ config(access='public') }}\n");
    mesh.push_str("//- platform/models/s.yml\nmodels: [{name: m_1499, config: {access: public}}]\n");
    mesh.push_str("//- shop/models/new.sql\n{{ ref('$0') }}\n");
    let completions = proposed(&fixture(&mesh), ALL);
    let labels: Vec<&str> = completions.items.iter().map(|item| item.label.as_str()).collect();
    assert_eq!(labels, ["shop", "m_1499", "z", "platform"]);
}
