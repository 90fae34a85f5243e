//! `invalid-unit-test`: a unit test whose form dbt refuses. What one entry alone tells is a fact of the file, see
//! `project::facts::resources`.

use project::facts::resources::Wanted;
use project::facts::{By, FileFacts};
use project::names::Space;
use project::resolve::Resolution;
use project::{NodeKind, NodeRef};
use syntax::calls::Reach;

use super::FileCx;
use super::definitions::v1_error;
use super::resources::{EntrySite, NameSite, local};
use crate::Diagnostic;

pub(super) const CODE: &str = "invalid-unit-test";

/// An input without rows takes them from a seed's file.
pub(super) fn seed(site: &NameSite<'_>) -> Option<Diagnostic> {
    let (cx, name) = (site.cx, site.used.name.as_str());
    match cx.resolver.reference(Some(cx.package.name()), name, None) {
        Resolution::Found { target, .. } => {
            local(&target).filter(|node| node.kind != NodeKind::Seed)?;
        }
        Resolution::Missing(_) => {}
        _ => return None,
    }
    Some(site.finding(CODE, format!("'{name}' is no seed of this project: give this input 'rows'"), None))
}

/// A model that asks `is_incremental()` needs to be told, and rows of its own table if it is.
pub(super) fn incremental(cx: &FileCx<'_>, out: &mut Vec<Diagnostic>) {
    // The project's own macro is none of dbt's.
    if cx.facts.resources().incremental.is_empty() || cx.is_overridden("is_incremental") {
        return;
    }
    for said in &cx.facts.resources().incremental {
        let Some(entry) = cx.facts.entries.get(said.entry as usize) else { continue };
        let site = EntrySite { cx, at: said.entry, entry };
        if !site.is_enabled() || !tested(&site).is_some_and(|model| asks(cx, &model)) {
            continue;
        }
        let message = match said.is_incremental {
            None => {
                "the model asks is_incremental(): say true or false under 'overrides: {macros: {is_incremental: …}}'"
            }
            Some(Some(true)) if !said.gives_this => {
                "an incremental run reads the model's own table: give an input 'this'"
            }
            _ => continue,
        };
        out.push(Diagnostic::new(CODE, entry.name_range, v1_error(cx), message));
    }
}

/// The model that a unit test is about; of several versions the latest.
fn tested(site: &EntrySite<'_>) -> Option<NodeRef> {
    let cx = site.cx;
    let mut names = cx.facts.resources().names.iter();
    let model = names.find(|used| used.wanted == Wanted::TestedModel && used.entry == site.at)?;
    match cx.analysis.mesh.tested_model(&cx.resolver, cx.package, &model.name) {
        Resolution::Found { target, .. } => local(&target).cloned(),
        _ => None,
    }
}

/// Whether a model surely calls dbt's `is_incremental()`.
fn asks(cx: &FileCx<'_>, model: &NodeRef) -> bool {
    let calls = |facts: &FileFacts| {
        facts.uses.iter().any(|used| {
            let sure = used.by == By::File && used.call.reach == Reach::Always;
            sure && matches!(used.call.name.as_str(), "is_incremental" | "dbt.is_incremental")
        })
    };
    let is_python = cx.analysis.mesh.file(model.file).is_none_or(|file| file.path.ends_with(".py"));
    !is_python
        && cx.package.site(Space::Macro, "is_incremental").is_none()
        && cx.analysis.mesh.facts(model.file).is_some_and(calls)
}

#[cfg(test)]
mod tests {
    use expect_test::expect;

    use crate::diagnostics::tests::{check, check_v2};

    const SHOP: &str = "
//- shop/dbt_project.yml
name: shop
//- shop/models/orders.sql
select 1
//- shop/models/closed.sql
{{ config(enabled=false) }} select 1
//- shop/models/m_v1.sql
select 1
//- shop/models/m_v2.sql
select 1
//- shop/seeds/codes.csv
id
//- shop/tests/fixtures/deep/order_rows.csv
id
//- shop/models/_models.yml
models: [{name: m, versions: [{v: 1}, {v: 2}]}]
//- shop/models/growing.sql
select 1 {% if is_incremental() %} where true {% endif %}
//- shop/models/_tests.yml
$0unit_tests:
  - name: fine
    model: orders
    given:
      - {input: ref('codes')}
      - {input: ref('orders'), rows: [{id: 1}]}
      - {input: \"source('raw', 't')\", format: sql, rows: select 1}
    expect: {format: csv, rows: id}
  - name: bare
  - name: rows
    model: orders
    given:
      - {input: orders, rows: []}
      - {rows: []}
      - {input: ref('orders')}
      - {input: ref('orders'), rows: 'id'}
      - {input: ref('orders'), fixture: order_rows}
      - {input: ref('orders'), format: csv, rows: [{id: 1}]}
      - {input: ref('orders'), format: tsv, rows: id}
    expect: {format: sql}
  - name: versions
    model: m
    versions: {include: [1], exclude: [2]}
    given: []
    expect: {}
";

    #[test]
    fn what_dbt_v1_refuses() {
        check(
            SHOP,
            expect![[r#"
            error[invalid-unit-test]: a unit test needs 'model'
             --> shop/models/_tests.yml:9:11
              |
            9 |   - name: bare
              |           ^^^^
            error[invalid-unit-test]: a unit test needs 'given': write 'given: []' when the model reads nothing
             --> shop/models/_tests.yml:9:11
              |
            9 |   - name: bare
              |           ^^^^
            error[invalid-unit-test]: a unit test needs 'expect'
             --> shop/models/_tests.yml:9:11
              |
            9 |   - name: bare
              |           ^^^^
            error[invalid-unit-test]: an input needs 'input'
              --> shop/models/_tests.yml:14:10
               |
            14 |       - {rows: []}
               |          ^^^^
            error[invalid-unit-test]: 'orders' is no seed of this project: give this input 'rows'
              --> shop/models/_tests.yml:15:22
               |
            15 |       - {input: ref('orders')}
               |                      ^^^^^^
            error[invalid-unit-test]: rows of the format 'dict' are a list: add 'format: csv' or 'format: sql'
              --> shop/models/_tests.yml:16:38
               |
            16 |       - {input: ref('orders'), rows: 'id'}
               |                                      ^^^^
            error[invalid-unit-test]: a fixture is a file of the format csv or sql: add 'format'
              --> shop/models/_tests.yml:17:41
               |
            17 |       - {input: ref('orders'), fixture: order_rows}
               |                                         ^^^^^^^^^^
            error[invalid-unit-test]: rows of the format 'csv' are one text: begin it with 'rows: |'
              --> shop/models/_tests.yml:18:51
               |
            18 |       - {input: ref('orders'), format: csv, rows: [{id: 1}]}
               |                                                   ^^^^^^^^^
            error[invalid-unit-test]: 'format' cannot be 'tsv'; did you mean 'csv'?
              --> shop/models/_tests.yml:19:40
               |
            19 |       - {input: ref('orders'), format: tsv, rows: id}
               |                                        ^^^
               |
               = fix: Change to 'csv'
            error[invalid-unit-test]: the format 'sql' needs 'rows' as one text, or a 'fixture'
              --> shop/models/_tests.yml:20:14
               |
            20 |     expect: {format: sql}
               |              ^^^^^^
            error[invalid-unit-test]: a unit test names the versions to 'include' or to 'exclude', not both
              --> shop/models/_tests.yml:23:16
               |
            23 |     versions: {include: [1], exclude: [2]}
               |                ^^^^^^^
            error[invalid-unit-test]: 'expect' needs 'rows'
              --> shop/models/_tests.yml:25:13
               |
            25 |     expect: {}
               |             ^^
        "#]],
        );
    }

    #[test]
    fn what_dbt_v2_refuses() {
        check_v2(
            SHOP,
            expect![[r#"
            error[invalid-unit-test]: a unit test needs 'model'
             --> shop/models/_tests.yml:9:11
              |
            9 |   - name: bare
              |           ^^^^
            error[invalid-unit-test]: a unit test needs 'expect'
             --> shop/models/_tests.yml:9:11
              |
            9 |   - name: bare
              |           ^^^^
            error[invalid-unit-test]: an input is written ref('…'), source('…', '…') or this
              --> shop/models/_tests.yml:13:17
               |
            13 |       - {input: orders, rows: []}
               |                 ^^^^^^
            error[invalid-unit-test]: an input needs 'input'
              --> shop/models/_tests.yml:14:10
               |
            14 |       - {rows: []}
               |          ^^^^
            warning[invalid-unit-test]: 'orders' is no seed of this project: give this input 'rows'
              --> shop/models/_tests.yml:15:22
               |
            15 |       - {input: ref('orders')}
               |                      ^^^^^^
            error[invalid-unit-test]: 'format' cannot be 'tsv'; did you mean 'csv'?
              --> shop/models/_tests.yml:19:40
               |
            19 |       - {input: ref('orders'), format: tsv, rows: id}
               |                                        ^^^
               |
               = fix: Change to 'csv'
        "#]],
        );
    }

    #[test]
    fn incremental_models() {
        let start = SHOP.find("$0").unwrap_or_default();
        let tests = "$0unit_tests:
  - {name: silent, model: growing, given: [], expect: {rows: []}}
  - {name: first, model: growing, overrides: {macros: {is_incremental: false}}, given: [], expect: {rows: []}}
  - {name: next, model: growing, overrides: {macros: {is_incremental: true}}, given: [], expect: {rows: []}}
  - name: next_with_rows
    model: growing
    overrides: {macros: {is_incremental: true}}
    given: [{input: this, rows: []}]
    expect: {rows: []}
";
        check(
            &format!("{}{tests}", &SHOP[..start]),
            expect![[r#"
            error[invalid-unit-test]: the model asks is_incremental(): say true or false under 'overrides: {macros: {is_incremental: …}}'
             --> shop/models/_tests.yml:2:12
              |
            2 |   - {name: silent, model: growing, given: [], expect: {rows: []}}
              |            ^^^^^^
            error[invalid-unit-test]: an incremental run reads the model's own table: give an input 'this'
             --> shop/models/_tests.yml:4:12
              |
            4 |   - {name: next, model: growing, overrides: {macros: {is_incremental: true}}, given: [], expect: {rows: []}}
              |            ^^^^
        "#]],
        );
    }
}
