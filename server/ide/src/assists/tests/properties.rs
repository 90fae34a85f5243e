//! Properties files that are put in order.

use expect_test::expect;

use super::{check, titles_of};
use crate::AssistKind;

const CONFIGS: &str = r#"
//- shop/dbt_project.yml
name: shop
//- shop/models/a.sql
select 1
//- shop/models/a.yml
models:
  - name: a
    # who may
    access: public # all
    tags:
      - x
    description: |
      A text.
    config:
      materialized: view # as ever
    columns:
      - name: id
        tags: [pii]
sources:
  - name: raw
    freshness: {warn_after: {count: 1, period: day}}
    tables:
      - name: t
        config: {enabled: true}
        event_time: at
"#;

#[test]
fn configs_move_below_config() {
    let on = |place: &str| CONFIGS.replace(&place.replace("$0", ""), place);
    check(
        &on("acc$0ess: public"),
        "Move what are configs below 'config'",
        expect![[r#"
        /w/shop/models/a.yml
        models:
          - name: a
            description: |
              A text.
            config:
              materialized: view # as ever
              # who may
              access: public # all
              tags:
                - x
            columns:
              - name: id
                tags: [pii]
        sources:
          - name: raw
            freshness: {warn_after: {count: 1, period: day}}
            tables:
              - name: t
                config: {enabled: true}
                event_time: at
    "#]],
    );
    check(
        &on("tags: [$0pii]"),
        "Move what are configs below 'config'",
        expect![[r#"
        /w/shop/models/a.yml
        models:
          - name: a
            # who may
            access: public # all
            tags:
              - x
            description: |
              A text.
            config:
              materialized: view # as ever
            columns:
              - name: id
                config:
                  tags: [pii]
        sources:
          - name: raw
            freshness: {warn_after: {count: 1, period: day}}
            tables:
              - name: t
                config: {enabled: true}
                event_time: at
    "#]],
    );
    check(
        &on("mod$0els:"),
        "Move all configs of this file below 'config'",
        expect![[r#"
        /w/shop/models/a.yml
        models:
          - name: a
            description: |
              A text.
            config:
              materialized: view # as ever
              # who may
              access: public # all
              tags:
                - x
            columns:
              - name: id
                config:
                  tags: [pii]
        sources:
          - name: raw
            config:
              freshness: {warn_after: {count: 1, period: day}}
            tables:
              - name: t
                config: {enabled: true, event_time: at}
    "#]],
    );
    // dbt before 1.10 has no config of a column.
    let old = on("mod$0els:").replace("name: shop\n", "name: shop\nrequire-dbt-version: '>=1.6.0'\n");
    check(
        &old,
        "Move all configs of this file below 'config'",
        expect![[r#"
        /w/shop/models/a.yml
        models:
          - name: a
            description: |
              A text.
            config:
              materialized: view # as ever
              # who may
              access: public # all
              tags:
                - x
            columns:
              - name: id
                tags: [pii]
        sources:
          - name: raw
            freshness: {warn_after: {count: 1, period: day}}
            tables:
              - name: t
                config: {enabled: true}
                event_time: at
    "#]],
    );
}

#[test]
fn properties_are_split_by_model() {
    let title = "Split into one file for each model";
    let file = |text: &str| {
        format!(
            "//- shop/dbt_project.yml\nname: shop\n//- shop/models/a.sql\nselect 1\n//- shop/models/schema.yml\n{text}"
        )
    };
    let models = "version: 2\n\nmodels:\n  # the first\n  - name: a$0\n    description: \"x\"\n\n  # the second\n  # one\n  - name: b\n    columns:\n      - name: id # key\n";
    check(
        &file(models),
        title,
        expect![[r#"
        new /w/shop/models/a.yml
        version: 2

        models:
          # the first
          - name: a
            description: "x"
        new /w/shop/models/b.yml
        version: 2

        models:
          # the second
          # one
          - name: b
            columns:
              - name: id # key
        /w/shop/models/schema.yml goes
    "#]],
    );
    check(
        &file(&format!("{models}\nsources:\n  - name: s\n").replace('\n', "\r\n")),
        title,
        expect![[r#"
        new /w/shop/models/a.yml
        version: 2␍
        ␍
        models:␍
          # the first␍
          - name: a␍
            description: "x"␍
        new /w/shop/models/b.yml
        version: 2␍
        ␍
        models:␍
          # the second␍
          # one␍
          - name: b␍
            columns:␍
              - name: id # key␍
        /w/shop/models/schema.yml
        version: 2␍
        ␍
        ␍
        sources:␍
          - name: s␍
    "#]],
    );
    check(
        &file(&models.replace("name: a", "name: schema")),
        title,
        expect![[r#"
        new /w/shop/models/b.yml
        version: 2

        models:
          # the second
          # one
          - name: b
            columns:
              - name: id # key
        /w/shop/models/schema.yml
        version: 2

        models:
          # the first
          - name: schema
            description: "x"
    "#]],
    );
    for other in [
        models.replace("\"x\"", "\"x"),
        models.replace("name: b", "name: a"),
        format!("{models}//- shop/models/b.yml\nmodels:\n"),
    ] {
        titles_of(
            &file(&other),
            &[AssistKind::Move],
            expect![[r#"
                nothing
            "#]],
        );
    }
}

#[test]
fn packages_move_to_dependencies() {
    let title = "Move to dependencies.yml";
    let file = |packages: &str, others: &str| {
        format!("//- shop/dbt_project.yml\nname: shop\n//- shop/packages.yml\n{packages}{others}")
    };
    let hub = "# ours\npackages:$0\n  - package: dbt-labs/dbt_utils # tools\n    version: 1.1.1\n";
    check(
        &file(hub, ""),
        title,
        expect![[r#"
        /w/shop/packages.yml becomes /w/shop/dependencies.yml
    "#]],
    );
    check(
        &file(hub, "//- shop/dependencies.yml\nprojects:\r\n  - name: p"),
        title,
        expect![[r#"
        /w/shop/dependencies.yml
        projects:␍
          - name: p␍
        ␍
        # ours␍
        packages:␍
          - package: dbt-labs/dbt_utils # tools␍
            version: 1.1.1␍
        /w/shop/packages.yml goes
    "#]],
    );
    for other in [
        file(&hub.replace("1.1.1", "\"{{ var('v') }}\""), ""),
        file("packages:$0\n  - private: org/repo\n", ""),
        file(hub, "//- shop/dependencies.yml\npackages: []\n"),
        file(&hub.replace("packages:", "packages"), ""),
    ] {
        titles_of(
            &other,
            &[AssistKind::Move],
            expect![[r#"
            nothing
        "#]],
        );
    }
}

#[test]
fn edits_are_made_beside_what_is_broken() {
    let source = "//- shop/dbt_project.yml\nname: shop\n//- shop/models/a.sql\nselect 1\n//- shop/models/a.yml\nmodels:\n  - name: b\n    description: \"unclosed\n  - name$0: a\n    description: fine\n";
    check(
        source,
        "Make 'a' public",
        expect![[r#"
        /w/shop/models/a.yml
        models:
          - name: b
            description: "unclosed
          - name: a
            config:
              access: public
            description: fine
    "#]],
    );
}
