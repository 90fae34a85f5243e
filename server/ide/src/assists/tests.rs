//! What a place offers, and every file as it is after one of the assists.

mod columns;
mod properties;
mod refs;

use expect_test::{Expect, expect};
use text::TextRange;

use super::{Assist, AssistKind, Wanted, assists};
use crate::fixture::{Fixture, fixture};
use crate::{FileRange, SourceChange};

const MESH: &str = r#"
//- platform/dbt_project.yml
name: platform
//- platform/models/customers_v1.sql
select 1 as id
//- platform/models/customers_v2.sql
select 2 as id
//- platform/models/plain.sql
select 1 as id
//- platform/models/schema.yml
groups:
  - name: sales
    owner: {name: Sue}
models:
  - name: customers # 🦀
    access: protected
    columns:
      - name: id
        data_type: int
    versions:
      - v: 1
      - v: 2
//- platform/models/second.sql
select * from {{ ref('customers', v=1) }}
"#;

/// What is offered at the cursor.
fn offered(fixture: &Fixture, wanted: Wanted<'_>, kinds: &[AssistKind]) -> Vec<Assist> {
    let cursor = fixture.cursor.unwrap();
    let at = FileRange { file: cursor.file, range: TextRange::empty(cursor.offset) };
    assists(&fixture.analysis, at, fixture, wanted, &|kind| kinds.contains(&kind)).unwrap()
}

const ALL: &[AssistKind] = &[AssistKind::Rewrite, AssistKind::Move, AssistKind::FixAll, AssistKind::Source];

/// The titles of rewrites at the cursor.
fn titles(source: &str, expected: Expect) {
    titles_of(&format!("{MESH}{source}"), &[AssistKind::Rewrite], expected);
}

/// The titles at the cursor.
fn titles_of(source: &str, kinds: &[AssistKind], expected: Expect) {
    let found = offered(&fixture(source), Wanted::Titles, kinds);
    let titles: String = found.iter().map(|assist| format!("{}\n", assist.title)).collect();
    expected.assert_eq(if titles.is_empty() { "nothing\n" } else { &titles });
}

/// The files that the assist with this title changes.
fn check(source: &str, title: &str, expected: Expect) {
    let fixture = fixture(source);
    let found = offered(&fixture, Wanted::One(title), ALL);
    let change = found.into_iter().next().and_then(|assist| assist.change);
    expected.assert_eq(&change.map_or_else(|| "nothing\n".to_owned(), |change| shown(&fixture, &change)));
}

/// Every file that a change makes, changes or takes away.
pub(crate) fn shown(fixture: &Fixture, change: &SourceChange) -> String {
    let mut out = String::new();
    for (path, text) in &change.create {
        out.push_str(&format!("new {path}\n{}\n", text.replace('\r', "␍").trim_end()));
    }
    for (file, edits) in &change.edits {
        // Snapshots hold no carriage returns: shown, they can be compared.
        let text = text::apply_edits(&fixture.texts[file], edits).unwrap().replace('\r', "␍");
        out.push_str(&format!("{}\n{}\n", fixture.analysis.mesh.path(*file).unwrap(), text.trim_end()));
    }
    out.extend(change.moves.iter().map(|(from, to)| format!("{from} becomes {to}\n")));
    out.extend(change.delete.iter().map(|path| format!("{path} goes\n")));
    out.extend(change.caution.iter().map(|caution| format!("caution: {caution}\n")));
    out
}

/// The same in the mesh with one place marked.
fn check_at(place: &str, title: &str, expected: Expect) {
    let plain = place.replace("$0", "");
    assert!(MESH.contains(&plain), "{plain}");
    check(&MESH.replacen(&plain, place, 1), title, expected);
}

#[test]
fn refs_are_pinned_moved_and_unpinned() {
    let model = |text: &str| format!("//- platform/models/x.sql\n{text}\n");
    titles(
        &model("select * from {{ re$0f('customers') }}"),
        expect![[r#"
            Pin version 2
            Describe 'x' in YAML
            Make 'x' public with an enforced contract
            Make 'x' public
            Add 'x' to group 'sales'
            Add version 2 of 'x'
        "#]],
    );
    titles(
        &model("select * from {{ ref('customers', $0v=1) }}"),
        expect![[r#"
            Upgrade to version 2
            Upgrade every ref to version 1 of 'customers' to version 2
            Remove the version: always the latest
            Describe 'x' in YAML
            Make 'x' public with an enforced contract
            Make 'x' public
            Add 'x' to group 'sales'
            Add version 2 of 'x'
        "#]],
    );
    titles(
        &model("select * from {{ ref('customers', v=va$0r('x')) }}"),
        expect![[r#"
            Remove the version: always the latest
            Describe 'x' in YAML
            Make 'x' public
            Add 'x' to group 'sales'
            Add version 2 of 'x'
        "#]],
    );
    titles(
        &model("select * from {{ ref('customers', v=1$0"),
        expect![[r#"
            Describe 'x' in YAML
            Make 'x' public
            Add 'x' to group 'sales'
            Add version 2 of 'x'
        "#]],
    );
    check_at(
        "ref('customers', $0v=1)",
        "Remove the version: always the latest",
        expect![[r#"
        /w/platform/models/second.sql
        select * from {{ ref('customers') }}
    "#]],
    );
}

#[test]
fn a_version_is_left_behind_everywhere() {
    let report = "//- platform/models/report.sql\n{{ ref('customers', $0version=1) }} {{ ref('customers') }} {{ ref('customers', v=2) }}\n";
    let title = "Upgrade every ref to version 1 of 'customers' to version 2";
    check(
        &format!("{MESH}{report}"),
        title,
        expect![[r#"
        /w/platform/models/second.sql
        select * from {{ ref('customers', v=2) }}
        /w/platform/models/report.sql
        {{ ref('customers', version=2) }} {{ ref('customers') }} {{ ref('customers', v=2) }}
    "#]],
    );
}

#[test]
fn models_are_made_public() {
    check_at(
        "select 2 $0as id",
        "Make 'customers' public with an enforced contract",
        expect![[r#"
        /w/platform/models/schema.yml
        groups:
          - name: sales
            owner: {name: Sue}
        models:
          - name: customers # 🦀
            config:
              contract: {enforced: true}
            access: public
            columns:
              - name: id
                data_type: int
            versions:
              - v: 1
              - v: 2
    "#]],
    );
    check_at(
        "- name: cust$0omers",
        "Make 'customers' public",
        expect![[r#"
        /w/platform/models/schema.yml
        groups:
          - name: sales
            owner: {name: Sue}
        models:
          - name: customers # 🦀
            access: public
            columns:
              - name: id
                data_type: int
            versions:
              - v: 1
              - v: 2
    "#]],
    );
    let plain = MESH.replacen("plain.sql\n", "plain.sql\n$0", 1);
    check(
        &plain,
        "Make 'plain' public",
        expect![[r#"
            /w/platform/models/schema.yml
            groups:
              - name: sales
                owner: {name: Sue}
            models:
              - name: customers # 🦀
                access: protected
                columns:
                  - name: id
                    data_type: int
                versions:
                  - v: 1
                  - v: 2
              - name: plain
                config:
                  access: public
        "#]],
    );
    let set = plain.replace("$0select", "{{ config(access='private') }}$0select");
    check(
        &set,
        "Make 'plain' public",
        expect![[r#"
        nothing
    "#]],
    );
}

#[test]
fn configs_keep_the_form_they_have() {
    let with = |config: &str| {
        format!(
            "//- shop/dbt_project.yml\nname: shop\n//- shop/models/a.sql\nselect 1\n//- shop/models/a.yml\ngroups: [{{name: g, owner: {{name: x}}}}]\nmodels:\n  - na$0me: a\n{config}"
        )
    };
    let title = "Add 'a' to group 'g'";
    check(
        &with("    config: {materialized: view}\n"),
        title,
        expect![[r#"
        /w/shop/models/a.yml
        groups: [{name: g, owner: {name: x}}]
        models:
          - name: a
            config: {materialized: view, group: g}
    "#]],
    );
    check(
        &with("    config:\n      materialized: view # x\n    description: |\n      b\n"),
        title,
        expect![[r#"
        /w/shop/models/a.yml
        groups: [{name: g, owner: {name: x}}]
        models:
          - name: a
            config:
              materialized: view # x
              group: g
            description: |
              b
    "#]],
    );
    check(
        &with("    description: \"broken\n"),
        title,
        expect![[r#"
        nothing
    "#]],
    );
    check(
        &with("    description: b")
            .replace('\n', "\r\n")
            .replace("\r\n//-", "\n//-")
            .replace(".sql\r", ".sql")
            .replace(".yml\r", ".yml"),
        title,
        expect![[r#"
            /w/shop/models/a.yml
            groups: [{name: g, owner: {name: x}}]␍
            models:␍
              - name: a␍
                config:␍
                  group: g␍
                description: b
        "#]],
    );
}

#[test]
fn a_version_is_added() {
    check_at(
        "customers_v1.sql\n$0select",
        "Add version 3 of 'customers'",
        expect![[r#"
        new /w/platform/models/customers_v3.sql
        select 2 as id
        /w/platform/models/schema.yml
        groups:
          - name: sales
            owner: {name: Sue}
        models:
          - name: customers # 🦀
            latest_version: 2
            access: protected
            columns:
              - name: id
                data_type: int
            versions:
              - v: 1
              - v: 2
              - v: 3
    "#]],
    );
    let plain = MESH.replacen("plain.sql\n", "plain.sql\n$0", 1);
    check(
        &plain,
        "Add version 2 of 'plain'",
        expect![[r#"
            new /w/platform/models/plain_v2.sql
            select 1 as id
            /w/platform/models/schema.yml
            groups:
              - name: sales
                owner: {name: Sue}
            models:
              - name: customers # 🦀
                access: protected
                columns:
                  - name: id
                    data_type: int
                versions:
                  - v: 1
                  - v: 2
              - name: plain
                latest_version: 1
                versions:
                  - v: 1
                  - v: 2
            caution: What 'plain' is called in the warehouse becomes plain_v1, unless it has an alias: who reads it there by name must follow.
        "#]],
    );
}

#[test]
fn old_versions_are_deprecated() {
    check_at(
        "- v: $01",
        "Deprecate version 1 of 'customers'",
        expect![[r#"
        /w/platform/models/schema.yml
        groups:
          - name: sales
            owner: {name: Sue}
        models:
          - name: customers # 🦀
            access: protected
            columns:
              - name: id
                data_type: int
            versions:
              - v: 1
                deprecation_date: 2027-02-21
              - v: 2
    "#]],
    );
    check_at(
        "- v: $02",
        "Deprecate version 2 of 'customers'",
        expect![[r#"
        nothing
    "#]],
    );
}

#[test]
fn a_prerelease_is_never_left_by_an_upgrade() {
    let mesh = MESH.replace("    versions:\n", "    latest_version: 1\n    versions:\n");
    titles_of(
        &format!("{mesh}//- platform/models/x.sql\nselect * from {{{{ ref('customers', $0v=2) }}}}\n"),
        &[AssistKind::Rewrite],
        expect![[r#"
            Remove the version: always the latest
            Describe 'x' in YAML
            Make 'x' public with an enforced contract
            Make 'x' public
            Add 'x' to group 'sales'
            Add version 2 of 'x'
        "#]],
    );
}

#[test]
fn an_old_version_offers_to_be_left_behind() {
    check_at(
        "- v: $01",
        "Upgrade every ref to version 1 of 'customers' to version 2",
        expect![[r#"
        /w/platform/models/second.sql
        select * from {{ ref('customers', v=2) }}
    "#]],
    );
}

#[test]
fn certain_fixes_are_made_together() {
    let source = format!(
        "{MESH}//- finance/dbt_project.yml\nname: finance\n//- finance/dependencies.yml\nprojects: [{{name: Platform}}, platform$0]\n"
    );
    check(
        &source,
        "Make all certain fixes in this file",
        expect![[r#"
        /w/finance/dependencies.yml
        projects: [{name: platform}, name: platform]
    "#]],
    );
    titles_of(
        &MESH.replace("select 2", "$0select 2"),
        &[AssistKind::FixAll],
        expect![[r#"
        nothing
    "#]],
    );
}
