//! Names of exposures' metrics, measures, fixtures and functions: where they lead, what hovering shows, and what can be
//! written in their place.

use expect_test::{Expect, expect};

use crate::completion::{CompletionOptions, completion};
use crate::definition::definition;
use crate::fixture::fixture;
use crate::hover::hover;
use crate::{FilePos, Place};

const SHOP: &str = "
//- shop/dbt_project.yml
name: shop
//- shop/models/orders.sql
select 1
//- shop/models/m_v1.sql
select 1
//- shop/functions/is_big.sql
x > 10
//- shop/tests/fixtures/order_rows.csv
id
//- shop/models/semantic.yml
models:
  - {name: m, versions: [{v: 1}]}
semantic_models:
  - name: orders
    model: ref('orders')
    entities: [{name: order_id, type: primary}]
    dimensions:
      - {name: ordered_at, type: time, expr: created, type_params: {time_granularity: day}}
      - {name: status, type: categorical}
    measures: [{name: revenue, agg: sum, description: All the money.}, {name: items, agg: count, create_metric: true}]
metrics:
  - {name: total, label: Total sales, description: What we took., type: simple, type_params: {measure: revenue}}
";

/// Where each cursor of `places` leads, the first line of its hover, and what is proposed instead of the name.
fn check(places: &[&str], expect: Expect) {
    let mut out = String::new();
    for place in places {
        let (path, text) = place.split_once(": ").unwrap();
        let mesh = fixture(&format!("{SHOP}//- {path}\n{text}\n"));
        let pos = mesh.cursor.unwrap();
        out.push_str(&format!("{}\n", text.replace('\n', "⏎")));
        let found = definition(&mesh.analysis, pos).unwrap();
        for target in found.iter().flat_map(|found| &found.targets) {
            let at = match &target.place {
                Place::File { file, focus, .. } => {
                    let (path, text) = (mesh.analysis.mesh.path(*file).unwrap(), &mesh.texts[file]);
                    let line = text[..usize::from(focus.start())].matches('\n').count() + 1;
                    format!("{}:{line}", path.trim_start_matches("/w/"))
                }
                other => format!("{other:?}"),
            };
            out.push_str(&format!("  to {}, {at}\n", target.label));
        }
        if let Some(hover) = hover(&mesh.analysis, pos).unwrap() {
            out.push_str(&format!("  shows {}\n", hover.markdown.replace("\n\n", " ¶ ").replace('\n', " ")));
        }
        // With the name taken away everything that fits is proposed.
        let origin = found.map_or(text::TextRange::empty(pos.offset), |found| found.origin);
        let before = &mesh.texts[&pos.file][..usize::from(origin.start())];
        let after = &mesh.texts[&pos.file][usize::from(origin.end())..];
        let empty = fixture(&format!("{SHOP}//- {path}\n{before}$0{after}"));
        let pos = FilePos { file: pos.file, offset: origin.start() };
        let proposed = completion(&empty.analysis, pos, CompletionOptions::default()).unwrap();
        let labels: Vec<&str> = proposed.items.iter().map(|item| item.label.as_str()).take(4).collect();
        out.push_str(&format!("  or {}\n", labels.join(", ")));
    }
    expect.assert_eq(&out);
}

#[test]
fn the_semantic_layer() {
    check(
        &[
            "shop/models/new.yml: metrics: [{name: x, type: simple, type_params: {measure: rev$0enue}}]",
            "shop/models/new.yml: metrics: [{name: x, type: simple, type_params: {measure: {name: rev$0enue}}}]",
            "shop/models/new.yml: metrics: [{name: x, type: ratio, type_params: {numerator: tot$0al}}]",
            "shop/models/new.yml: metrics: [{name: x, type: derived, type_params: {metrics: [ite$0ms]}}]",
            "shop/models/new.yml: saved_queries: [{name: q, query_params: {metrics: [tot$0al]}}]",
            "shop/models/new.yml: exposures: [{name: e, depends_on: [metric('tot$0al')]}]",
            "shop/models/new.sql: {{ metric('tot$0al') }}",
            "shop/models/new.yml: semantic_models:\n  - name: new\n    defaults: {agg_time_dimension: day_$0of}\n    dimensions: [{name: day_of, type: time}]",
        ],
        expect![[r#"
            metrics: [{name: x, type: simple, type_params: {measure: rev$0enue}}]
              to measure revenue, shop/models/semantic.yml:10
              shows **revenue** · measure of shop ¶ agg `sum` · in orders ¶ All the money.
              or items, revenue
            metrics: [{name: x, type: simple, type_params: {measure: {name: rev$0enue}}}]
              to measure revenue, shop/models/semantic.yml:10
              shows **revenue** · measure of shop ¶ agg `sum` · in orders ¶ All the money.
              or items, revenue
            metrics: [{name: x, type: ratio, type_params: {numerator: tot$0al}}]
              to metric total, shop/models/semantic.yml:12
              shows **total** · metric of shop ¶ type `simple` · label Total sales ¶ What we took.
              or items, total, x
            metrics: [{name: x, type: derived, type_params: {metrics: [ite$0ms]}}]
              to measure items, shop/models/semantic.yml:10
              shows **items** · measure of shop ¶ agg `count` · in orders
              or items, total, x, alias
            saved_queries: [{name: q, query_params: {metrics: [tot$0al]}}]
              to metric total, shop/models/semantic.yml:12
              shows **total** · metric of shop ¶ type `simple` · label Total sales ¶ What we took.
              or items, total
            exposures: [{name: e, depends_on: [metric('tot$0al')]}]
              to metric total, shop/models/semantic.yml:12
              shows **total** · metric of shop ¶ type `simple` · label Total sales ¶ What we took.
              or items, total
            {{ metric('tot$0al') }}
              to metric total, shop/models/semantic.yml:12
              shows **total** · metric of shop ¶ type `simple` · label Total sales ¶ What we took.
              or items, total
            semantic_models:⏎  - name: new⏎    defaults: {agg_time_dimension: day_$0of}⏎    dimensions: [{name: day_of, type: time}]
              to dimension day_of, shop/models/new.yml:4
              shows **day_of** · dimension of shop ¶ type `time` · in new
              or day_of
        "#]],
    );
}

#[test]
fn unit_tests_and_functions() {
    check(
        &[
            "shop/models/new.yml: unit_tests: [{name: u, model: ord$0ers}]",
            "shop/models/new.yml: unit_tests: [{name: u, model: m, versions: {include: [$01]}}]",
            "shop/models/new.yml: unit_tests: [{name: u, model: m, expect: {fixture: order$0_rows}}]",
            "shop/models/new.yml: functions: [{name: is_$0big}]",
            "shop/models/new.sql: {{ function('is_$0big') }}(1)",
            "shop/models/new.yml: models:\n  - name: days\n    columns: [{name: date_day}]\n    time_spine: {standard_granularity_column: $0}",
        ],
        expect![[r#"
            unit_tests: [{name: u, model: ord$0ers}]
              to model.shop.orders, shop/models/orders.sql:1
              shows **shop.orders** · model ¶ protected · view ¶ *models/orders.sql*
              or m, orders
            unit_tests: [{name: u, model: m, versions: {include: [$01]}}]
              to model.shop.m.v1, shop/models/m_v1.sql:1
              to model.shop.m.v1 (YAML), shop/models/semantic.yml:2
              shows **shop.m v1** · model ¶ protected · view ¶ Versions: v1 (latest) ¶ *models/m_v1.sql*
              or 1
            unit_tests: [{name: u, model: m, expect: {fixture: order$0_rows}}]
              to fixture order_rows, shop/tests/fixtures/order_rows.csv:1
              shows **order_rows** · rows for unit tests ¶ *tests/fixtures/order_rows.csv*
              or order_rows
            functions: [{name: is_$0big}]
              to function.shop.is_big, shop/functions/is_big.sql:1
              to function.shop.is_big (YAML), shop/models/new.yml:1
              shows **shop.is_big** · function ¶ *functions/is_big.sql*
              or is_big
            {{ function('is_$0big') }}(1)
              to function.shop.is_big, shop/functions/is_big.sql:1
              shows **shop.is_big** · function ¶ *functions/is_big.sql*
              or is_big
            models:⏎  - name: days⏎    columns: [{name: date_day}]⏎    time_spine: {standard_granularity_column: $0}
              or date_day
        "#]],
    );
}
