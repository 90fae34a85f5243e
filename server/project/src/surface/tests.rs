//! Two states of one project, and what its consumers must hear.

use expect_test::{Expect, expect};

use super::{Surface, diff};
use crate::config::ProjectConfig;
use crate::facts::FileFacts;
use crate::flavor::Flavor;
use crate::layout::classify;
use crate::mesh::{Mesh, NewFile};
use crate::package::Role;

fn surface(files: &[(&str, &str)]) -> Surface {
    let mut mesh = Mesh::default();
    let config = ProjectConfig::parse("name: shop\n");
    let id = mesh.add_package("/w/shop", Role::Project, config.clone());
    for (path, text) in files {
        let kind = classify(path, &config).unwrap();
        let facts = FileFacts::of(kind, path, text, Flavor::V1.dialect()).into();
        mesh.set_file(id, NewFile { path: (*path).into(), kind, facts });
    }
    Surface::live(&mesh, mesh.package(id).unwrap())
}

const BEFORE: &str = "
models:
  - name: orders
    access: public
    latest_version: 1
    config: {contract: {enforced: true}, group: sales}
    columns:
      - {name: id, data_type: int}
      - {name: total, data_type: numeric}
      - {name: note, data_type: text}
    versions:
      - v: 1
      - v: 2
  - name: customers
    access: public
    columns: [{name: id}, {name: email}]
  - name: helper
";

fn check(after: &str, missing: &[&str], expected: Expect) {
    let sql = ["models/orders_v1.sql", "models/orders_v2.sql", "models/customers.sql", "models/helper.sql"];
    let files = |yml: &'static str| {
        let sql = sql.iter().filter(|path| !missing.contains(path)).map(|path| (*path, "select 1"));
        sql.chain([("models/schema.yml", yml)]).collect::<Vec<_>>()
    };
    let before: Vec<(&str, &str)> =
        sql.iter().map(|path| (*path, "select 1")).chain([("models/schema.yml", BEFORE)]).collect();
    let after = files(Box::leak(after.to_owned().into_boxed_str()));
    let lines = diff(&surface(&before), &surface(&after), "2026-11-23").into_iter().map(|change| {
        let mark = if change.breaking { "breaking" } else { "safe" };
        format!("{mark}: {} {}\n", change.model, change.message())
    });
    expected.assert_eq(&lines.collect::<String>());
}

#[test]
fn nothing_changed() {
    check(BEFORE, &[], expect![[""]]);
}

#[test]
fn removed_lowered_and_internal() {
    check(
        &BEFORE.replace("customers\n    access: public", "customers\n    access: protected"),
        &[],
        expect![[r#"
            breaking: customers access public is now protected
        "#]],
    );
    check(
        BEFORE,
        &["models/customers.sql", "models/helper.sql"],
        expect![[r#"
        breaking: customers removed
    "#]],
    );
    let announced = BEFORE.replace("name: customers", "name: customers\n    deprecation_date: 2026-01-31");
    check(
        &announced,
        &[],
        expect![[r#"
        safe: customers deprecated from 2026-01-31
    "#]],
    );
}

#[test]
fn versions() {
    check(
        BEFORE,
        &["models/orders_v1.sql"],
        expect![[r#"
        breaking: orders v1 removed
    "#]],
    );
    check(
        &BEFORE.replace("latest_version: 1", "latest_version: 2"),
        &[],
        expect![[r#"
        safe: orders the latest version is now v2, it was v1
    "#]],
    );
}

#[test]
fn the_first_version_of_a_model() {
    let before = [("models/a.sql", "select 1"), ("models/s.yml", "models: [{name: a, access: public}]")];
    let after = [
        ("models/a_v1.sql", "select 1"),
        ("models/s.yml", "models: [{name: a, access: public, versions: [{v: 1}]}]"),
    ];
    let lines = diff(&surface(&before), &surface(&after), "2026-11-23").into_iter();
    let lines: Vec<String> =
        lines.map(|change| format!("{} {} {}", change.breaking, change.model, change.message())).collect();
    assert_eq!(lines, ["false a has versions now, v1 is the latest", "false a v1 added"]);
}

#[test]
fn contracts_and_columns() {
    let dropped = BEFORE.replace("enforced: true", "enforced: false");
    check(
        &dropped,
        &[],
        expect![[r#"
        breaking: orders v1 its contract is no longer enforced
        breaking: orders v2 its contract is no longer enforced
    "#]],
    );
    let columns = BEFORE
        .replace("data_type: numeric", "data_type: float")
        .replace("name: note, data_type: text", "name: paid, data_type: bool")
        .replace(", {name: email}", ", {name: Phone}");
    check(
        &columns,
        &[],
        expect![[r#"
        safe: customers column email removed
        safe: customers column Phone added
        breaking: orders v1 column total is now float, it was numeric
        breaking: orders v1 column note removed
        safe: orders v1 column paid added
        breaking: orders v2 column total is now float, it was numeric
        breaking: orders v2 column note removed
        safe: orders v2 column paid added
    "#]],
    );
    let spelled = BEFORE.replace("name: total, data_type: numeric", "name: TOTAL, data_type: NUMERIC");
    check(&spelled, &[], expect![[""]]);
}

#[test]
fn groups_and_ephemeral() {
    check(
        &BEFORE.replace("group: sales", "group: finance"),
        &[],
        expect![[r#"
        breaking: orders v1 moved from group sales to group finance
        breaking: orders v2 moved from group sales to group finance
    "#]],
    );
    let ephemeral =
        BEFORE.replace("name: customers", "name: customers\n    config: {materialized: ephemeral}");
    check(
        &ephemeral,
        &[],
        expect![[r#"
        breaking: customers is now ephemeral: it leaves no relation for others to read
    "#]],
    );
}

#[test]
fn a_new_name_is_told() {
    let before = surface(&[
        ("models/customers.sql", "select 1"),
        ("models/s.yml", "models:\n  - {name: customers, access: public, columns: [{name: id}]}\n"),
    ]);
    let after = surface(&[
        ("models/clients.sql", "select 1"),
        ("models/s.yml", "models:\n  - {name: clients, access: public, columns: [{name: id}]}\n"),
    ]);
    let said: Vec<String> = diff(&before, &after, "2026-11-23").iter().map(super::Change::message).collect();
    assert_eq!(said, ["added", "removed; clients is new and has its columns"]);
}
