//! Columns that are known, and what is made of them.

use expect_test::expect;

use super::{check, titles_of};
use crate::AssistKind;

/// A project whose models say their columns in different ways.
const COLUMNS: &str = r#"
//- shop/dbt_project.yml
name: shop
//- shop/models/marts/finance/orders.sql
{{ config(materialized='table') }}
select cast(id as integer) as id, amount::numeric(10, 2) as amount from x
//- shop/models/marts/finance/copy.sql
with src as (select * from {{ ref('orders') }}) select * from src
//- shop/models/marts/finance/built.sql
{% for c in cols() %} {{ c }} {% endfor %}
//- shop/models/marts/finance/unknown.sql
select * from x join y
//- shop/models/marts/finance/far.sql
select * from {{ ref('platform', 'customers') }}
//- shop/dependencies.yml
projects: [{name: platform}]
//- shop @catalog
model.shop.built ID:NUMBER(38,0);NAME:VARCHAR
//- shop @manifest platform
model customers public contract=true columns=id:int,name:text
"#;

fn columns_at(model: &str, yaml: &str) -> String {
    let source = COLUMNS.replace(&format!("/{model}.sql\n"), &format!("/{model}.sql\n$0"));
    format!("{source}//- shop/models/marts/finance/_models.yml\n{yaml}")
}

#[test]
fn a_contract_is_filled_from_what_is_known() {
    let title = |name: &str| format!("Make '{name}' public with an enforced contract");
    check(
        &columns_at("orders", ""),
        &title("orders"),
        expect![[r#"
        new /w/shop/models/marts/finance/orders.yml
        models:
          - name: orders
            config:
              access: public
              contract: {enforced: true}
            columns:
              - name: id
                data_type: integer
              - name: amount
                data_type: numeric(10, 2)
    "#]],
    );
    check(
        &columns_at(
            "copy",
            "models:\n    - name: copy\n      columns:\n          - name: amount # money\n            description: >\n                Long.\n                text\n    - name: x\n",
        ),
        &title("copy"),
        expect![[r#"
            /w/shop/models/marts/finance/_models.yml
            models:
                - name: copy
                  config:
                      access: public
                      contract: {enforced: true}
                  columns:
                      - name: amount # money
                        data_type: numeric(10, 2)
                        description: >
                            Long.
                            text
                      - name: id
                        data_type: integer
                - name: x
        "#]],
    );
    check(
        &columns_at("built", "models:\n- name: built\n"),
        &title("built"),
        expect![[r#"
        /w/shop/models/marts/finance/_models.yml
        models:
        - name: built
          config:
            access: public
            contract: {enforced: true}
          columns:
          - name: id
            data_type: NUMBER(38,0)
          - name: name
            data_type: VARCHAR
    "#]],
    );
    check(
        &columns_at("far", ""),
        &title("far"),
        expect![[r#"
        new /w/shop/models/marts/finance/far.yml
        models:
          - name: far
            config:
              access: public
              contract: {enforced: true}
            columns:
              - name: id
                data_type: int
              - name: name
                data_type: text
    "#]],
    );
    // A column that is not known, columns that are not known.
    let more = "models:\n  - name: orders\n    columns: [{name: more}]\n";
    check(
        &columns_at("orders", more),
        &title("orders"),
        expect![[r#"
        nothing
    "#]],
    );
    check(
        &columns_at("unknown", ""),
        &title("unknown"),
        expect![[r#"
        nothing
    "#]],
    );
}

#[test]
fn columns_are_documented() {
    check(
        &columns_at("orders", ""),
        "Describe 'orders' in YAML",
        expect![[r#"
        new /w/shop/models/marts/finance/orders.yml
        models:
          - name: orders
            columns:
              - name: id
                data_type: integer
              - name: amount
                data_type: numeric(10, 2)
    "#]],
    );
    check(
        &columns_at("unknown", "models:\n  - name: other\n"),
        "Describe 'unknown' in YAML",
        expect![[r#"
        /w/shop/models/marts/finance/_models.yml
        models:
          - name: other
          - name: unknown
    "#]],
    );
    let yaml = "models:\r\n  - name: orders\r\n    columns:\r\n      - {name: ID}\r\n      # the rest\r\n  - name: built\r\n    columns:\r\n  - name: copy\r\n  - name: broken: x\r\n";
    check(
        &columns_at("orders", yaml),
        "Document the columns of 'orders'",
        expect![[r#"
        /w/shop/models/marts/finance/_models.yml
        models:␍
          - name: orders␍
            columns:␍
              - {name: ID, data_type: integer}␍
              - name: amount␍
                data_type: numeric(10, 2)␍
              # the rest␍
          - name: built␍
            columns:␍
          - name: copy␍
          - name: broken: x␍
    "#]],
    );
    let all = columns_at("orders", yaml).replace("$0", "").replace("  - name: copy", "$0  - name: copy");
    check(
        &all,
        "Document all columns of this file that are known",
        expect![[r#"
        /w/shop/models/marts/finance/_models.yml
        models:␍
          - name: orders␍
            columns:␍
              - {name: ID, data_type: integer}␍
              - name: amount␍
                data_type: numeric(10, 2)␍
              # the rest␍
          - name: built␍
            columns:␍
              - name: id␍
                data_type: NUMBER(38,0)␍
              - name: name␍
                data_type: VARCHAR␍
          - name: copy␍
            columns:␍
              - name: id␍
                data_type: integer␍
              - name: amount␍
                data_type: numeric(10, 2)␍
          - name: broken: x␍
    "#]],
    );
    titles_of(
        &columns_at("unknown", "models: [{name: unknown}]\n"),
        &[AssistKind::Rewrite],
        expect![[r#"
        nothing
    "#]],
    );
}

#[test]
fn a_group_is_created_for_a_folder() {
    check(
        &columns_at("orders", ""),
        "Create group 'finance' for 'orders'",
        expect![[r#"
        new /w/shop/models/marts/finance/_groups.yml
        groups:
          - name: finance
            owner:
              name: finance
        new /w/shop/models/marts/finance/orders.yml
        models:
          - name: orders
            config:
              group: finance
    "#]],
    );
    check(
        &columns_at("orders", "version: 2\nmodels:\n  - name: orders # it\n"),
        "Create group 'finance' for 'orders'",
        expect![[r#"
            new /w/shop/models/marts/finance/_groups.yml
            groups:
              - name: finance
                owner:
                  name: finance
            /w/shop/models/marts/finance/_models.yml
            version: 2
            models:
              - name: orders # it
                config:
                  group: finance
        "#]],
    );
}
