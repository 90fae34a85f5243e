//! Columns in SQL.

use expect_test::{Expect, expect};

use super::{ALL, check_in};

const MESH: &str = "
//- platform/dbt_project.yml
name: platform
//- platform/models/orders.sql
select 1
//- platform/models/schema.yml
models:
  - name: orders
    access: public
    columns:
      - {name: id, data_type: bigint, description: The key.}
      - {name: total, data_type: numeric}
//- shop/dbt_project.yml
name: shop
//- shop/dependencies.yml
projects: [{name: platform}]
//- shop/models/sources.yml
sources:
  - name: raw
    tables:
      - name: regions
        columns: [{name: id}, {name: name, description: Of the region.}]
";

fn columns(sql: &str, expect: Expect) {
    let sql = sql
        .replace("ORDERS", "{{ ref('platform', 'orders') }}")
        .replace("REGIONS", "{{ source('raw', 'regions') }}");
    check_in(&format!("{MESH}//- shop/models/new.sql\n{sql}\n"), ALL, &expect);
}

#[test]
fn of_the_one_relation_that_is_read() {
    columns(
        "select $0 from ORDERS",
        expect![[r#"
        id | - | orders | bigint · The key. | id | ∅
        total | - | orders | numeric | total | ∅
    "#]],
    );
    columns(
        "select\n  id,\n  to$0\nfrom ORDERS where id > 1",
        expect![[r#"
        total | - | orders | numeric | total | to
    "#]],
    );
    columns(
        "select count(distinct $0) from ORDERS",
        expect![[r#"
        id | - | orders | bigint · The key. | id | ∅
        total | - | orders | numeric | total | ∅
    "#]],
    );
    columns(
        "select case when $0 then 1 end from ORDERS",
        expect![[r#"
        id | - | orders | bigint · The key. | id | ∅
        total | - | orders | numeric | total | ∅
    "#]],
    );
    columns(
        "select id from ORDERS where $0",
        expect![[r#"
        id | - | orders | bigint · The key. | id | ∅
        total | - | orders | numeric | total | ∅
    "#]],
    );
    columns(
        "select id from ORDERS group by i$0",
        expect![[r#"
        id | - | orders | bigint · The key. | id | i
    "#]],
    );
    columns(
        "select id from ORDERS qualify row_number() over (partition by $0) = 1",
        expect![[r#"
        id | - | orders | bigint · The key. | id | ∅
        total | - | orders | numeric | total | ∅
    "#]],
    );
}

#[test]
fn behind_the_name_of_a_relation() {
    columns(
        "select o.$0, r.name\nfrom ORDERS as o\nleft join REGIONS r on r.id = o.id",
        expect![[r#"
        id | - | orders | bigint · The key. | id | ∅
        total | - | orders | numeric | total | ∅
    "#]],
    );
    columns(
        "select o.id\nfrom ORDERS as o\nleft join REGIONS r on r.$0",
        expect![[r#"
        id | - | raw.regions | - | id | ∅
        name | - | raw.regions | Of the region. | name | ∅
    "#]],
    );
    columns(
        "with orders as (\n  select * from ORDERS\n),\nregions as (select * from REGIONS),\nfinal as (\n  select\n    orders.id,\n    regions.n$0\n  from orders\n  left join regions on\n)\nselect * from final",
        expect![[r#"
            name | - | raw.regions | Of the region. | name | n
        "#]],
    );
    columns(
        "with source as (select * from REGIONS),\nrenamed as (\n  select\n    $0\n  from source\n)\nselect * from renamed",
        expect![[r#"
            id | - | raw.regions | - | id | ∅
            name | - | raw.regions | Of the region. | name | ∅
        "#]],
    );
}

#[test]
fn of_any_relation_that_is_read() {
    columns(
        "select $0 from ORDERS join REGIONS using (id)",
        expect![[r#"
        id | - | orders | bigint · The key. | id | ∅
        name | - | raw.regions | Of the region. | name | ∅
        total | - | orders | numeric | total | ∅
    "#]],
    );
    columns(
        "select o.id, r.name from ORDERS o join REGIONS r on id = n$0",
        expect![[r#"
        name | - | raw.regions | Of the region. | name | n
    "#]],
    );
}

#[test]
fn while_the_rest_is_half_typed() {
    columns(
        "with o as (select $0 from ORDERS",
        expect![[r#"
        id | - | orders | bigint · The key. | id | ∅
        total | - | orders | numeric | total | ∅
    "#]],
    );
    columns(
        "select o.$0 from ORDERS o where {{ ",
        expect![[r#"
        id | - | orders | bigint · The key. | id | ∅
        total | - | orders | numeric | total | ∅
    "#]],
    );
    columns(
        "select 'it, o.$0 from ORDERS o",
        expect![[r#"
        id | - | orders | bigint · The key. | id | ∅
        total | - | orders | numeric | total | ∅
    "#]],
    );
    columns(
        "select\n  {% if x %} o.$0\nfrom ORDERS o",
        expect![[r#"
        id | - | orders | bigint · The key. | id | ∅
        total | - | orders | numeric | total | ∅
    "#]],
    );
}

#[test]
fn where_it_is_not_certain_nothing() {
    columns("select $0", expect![[""]]);
    columns("select x.$0 from ORDERS o", expect![[""]]);
    columns("select 1 as $0 from ORDERS", expect![[""]]);
    columns("select 'o.$0' from ORDERS o", expect![[""]]);
    columns("-- o.$0\nselect 1 from ORDERS o", expect![[""]]);
    columns("select o.$0 from {{ ref('nowhere') }} o", expect![[""]]);
}
