//! The second argument of `ref()`.

use std::sync::Arc;

use expect_test::expect;
use project::registry::SupplyKind;

use super::{ALL, assert_chosen, check_in, in_sql, proposed};
use crate::fixture::fixture;

#[test]
fn models_of_the_named_project_and_last_what_is_not_allowed() {
    in_sql(
        "{{ ref('platform', '$0') }}",
        expect![[r#"
        customers | - | model · platform | public · table — All customers. | customers | ∅
        orders | v2 | model · platform | public · group sales · table — One row per order. | orders | ∅
        country_codes | - | seed · platform | not allowed: protected in platform | country_codes | ∅
        internal | - | model · platform | not allowed: protected in platform | internal | ∅
        secret | - | model · platform | not allowed: private to group sales | secret | ∅
    "#]],
    );
}

#[test]
fn before_quotes_and_half_typed() {
    in_sql(
        "{{ ref('platform', $0) }}",
        expect![[r#"
        customers | - | model · platform | public · table — All customers. | 'customers' | ∅
        orders | v2 | model · platform | public · group sales · table — One row per order. | 'orders' | ∅
        country_codes | - | seed · platform | not allowed: protected in platform | 'country_codes' | ∅
        internal | - | model · platform | not allowed: protected in platform | 'internal' | ∅
        secret | - | model · platform | not allowed: private to group sales | 'secret' | ∅
    "#]],
    );
    in_sql(
        "{{ ref('platform', cus$0) }}",
        expect![[r#"
        customers | - | model · platform | public · table — All customers. | 'customers' | cus
        country_codes | - | seed · platform | not allowed: protected in platform | 'country_codes' | cus
    "#]],
    );
    in_sql(
        "{{ ref(\"platform\",cus$0",
        expect![[r#"
        customers | - | model · platform | public · table — All customers. | "customers" | cus
        country_codes | - | seed · platform | not allowed: protected in platform | "country_codes" | cus
    "#]],
    );
}

#[test]
fn the_whole_argument_is_replaced() {
    assert_chosen(
        "customers",
        &[
            ("{{ ref('platform', 'cu$0st') }}", "{{ ref('platform', 'customers') }}"),
            ("{{ ref('platform', $0) }}", "{{ ref('platform', 'customers') }}"),
            ("{{ ref(\"platform\", $0, v=1) }}", "{{ ref(\"platform\", \"customers\", v=1) }}"),
            ("{{ ref(\n  'platform',\n  'cu$0'\n) }}", "{{ ref(\n  'platform',\n  'customers'\n) }}"),
        ],
    );
}

#[test]
fn private_models_come_last_with_the_reason() {
    let mesh = "
//- shop/dbt_project.yml
name: shop
//- shop/models/open.sql
//- shop/models/theirs.sql
//- shop/models/a_lonely.sql
//- shop/models/schema.yml
groups: [{name: sales, owner: {name: Sam}}]
models:
  - {name: theirs, access: private, group: sales}
  - {name: a_lonely, access: private}
//- shop/models/new.sql
select * from {{ ref('shop', '$0') }}
";
    check_in(
        mesh,
        ALL,
        &expect![[r#"
        open | - | model · shop | protected · view | open | ∅
        a_lonely | - | model · shop | not allowed: private, without a group | a_lonely | ∅
        theirs | - | model · shop | not allowed: private to group sales | theirs | ∅
    "#]],
    );
}

#[test]
fn a_live_upstream_is_felt_at_once() {
    let mesh = "
//- shop/dbt_project.yml
name: shop
//- platform/dbt_project.yml
name: platform
//- platform/models/orders.sql
{{ config(access='public') }}
//- platform/models/hidden.sql
//- platform/models/schema.yml
models:
  - name: orders
    description: Live orders.
    config: {group: sales}
//- shop/models/new.sql
select * from {{ ref('platform', '$0') }}
";
    check_in(
        mesh,
        ALL,
        &expect![[r#"
        orders | - | model · platform | public · group sales · view — Live orders. | orders | ∅
            new /w/shop/dependencies.yml: "projects:\n  - name: platform\n"
        hidden | - | model · platform | not allowed: protected in platform | hidden | ∅
    "#]],
    );
}

/// dbt-loom hands on the packages inside an upstream's manifest (spec upstreams §2.5).
#[test]
fn a_package_inside_an_upstream_of_dbt_loom() {
    let mut mesh = fixture(
        "
//- shop/dbt_project.yml
name: shop
//- shop/models/new.sql
select * from {{ ref('utils', '$0') }}
//- shop @manifest platform
model orders public
",
    );
    let node = |package: &str, name: &str| {
        let id = format!("model.{package}.{name}");
        format!(
            r#""{id}": {{"unique_id": "{id}", "name": "{name}", "resource_type": "model", "package_name": "{package}"}}"#
        )
    };
    let json = format!(
        r#"{{"metadata": {{"project_name": "platform"}}, "nodes": {{{}, {}}}}}"#,
        node("platform", "orders"),
        node("utils", "calendar")
    );
    let manifest = project::upstream::manifest::read_slice(json.as_bytes()).unwrap();
    let registry = Arc::make_mut(&mut mesh.analysis.mesh.registry);
    let manifest = Arc::new(manifest);
    registry.manifests.values_mut().for_each(|slot| slot.manifest = Some(Arc::clone(&manifest)));
    registry.offers.values_mut().flatten().for_each(|offer| offer.kind = SupplyKind::Loom);
    mesh.analysis.mesh.refresh_upstreams();
    let labels: Vec<String> = proposed(&mesh, ALL).items.into_iter().map(|item| item.label).collect();
    assert_eq!(labels, ["calendar"]);
}

#[test]
fn nothing_is_known_of_an_unknown_project() {
    in_sql("{{ ref('nobody', '$0') }}", expect![[r#""#]]);
    in_sql("{{ ref(var('x'), '$0') }}", expect![[r#""#]]);
}
