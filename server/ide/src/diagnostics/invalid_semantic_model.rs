//! `invalid-semantic-model`: a semantic model or a part of it whose form dbt refuses. Most are facts of the file, see
//! `project::facts::resources`.

use project::facts::Section;
use project::flavor::Flavor;

use super::FileCx;
use crate::{Diagnostic, Severity};

pub(super) const CODE: &str = "invalid-semantic-model";

/// dbt v2 passes over all semantic models of the older form, and warns (dbt1157): once a file is enough.
pub(super) fn older_form(cx: &FileCx<'_>, out: &mut Vec<Diagnostic>) {
    let first = cx.facts.entries.iter().find(|entry| entry.section == Section::SemanticModels);
    if let Some(entry) = first.filter(|_| cx.flavor() == Flavor::V2) {
        let message = "dbt v2 passes over 'semantic_models': give the model a 'semantic_model' and its columns their entities \
                       and dimensions";
        out.push(Diagnostic::new(CODE, entry.name_range, Severity::Warning, message));
    }
}

#[cfg(test)]
mod tests {
    use expect_test::expect;

    use crate::diagnostics::tests::check;

    const SHOP: &str = "
//- shop/dbt_project.yml
name: shop
//- shop/models/orders.sql
select 1
//- shop/models/metricflow_time_spine.sql
select 1
//- shop/models/_semantic.yml
semantic_models:
  - name: orders
    model: orders
    entities: [{name: order_id, type: main}, {name: buyer}]
    dimensions: [{name: ordered_at, type: time, type_params: {time_granularity: dya}}, {name: status, type: Categorical}]
    measures: [{name: revenue}, {name: cost, agg: SUM}]
  - name: braces
    model: \"{{ ref('orders') }}\"
  - entities: []
";

    #[test]
    fn forms() {
        check(
            SHOP,
            expect![[r#"
            error[invalid-semantic-model]: the model of a semantic model is written ref('<model>')
             --> shop/models/_semantic.yml:3:12
              |
            3 |     model: orders
              |            ^^^^^^
            error[invalid-semantic-model]: 'type' cannot be 'main': use foreign, natural, primary or unique
             --> shop/models/_semantic.yml:4:39
              |
            4 |     entities: [{name: order_id, type: main}, {name: buyer}]
              |                                       ^^^^
            error[invalid-semantic-model]: an entity needs 'type'
             --> shop/models/_semantic.yml:4:53
              |
            4 |     entities: [{name: order_id, type: main}, {name: buyer}]
              |                                                     ^^^^^
            error[invalid-semantic-model]: 'time_granularity' cannot be 'dya'; did you mean 'day'?
             --> shop/models/_semantic.yml:5:81
              |
            5 |     dimensions: [{name: ordered_at, type: time, type_params: {time_granularity: dya}}, {name: status, type: Categorical}]
              |                                                                                 ^^^
              |
              = fix: Change to 'day'
            error[invalid-semantic-model]: a measure needs 'agg'
             --> shop/models/_semantic.yml:6:23
              |
            6 |     measures: [{name: revenue}, {name: cost, agg: SUM}]
              |                       ^^^^^^^
            error[invalid-semantic-model]: dbt evaluates this without braces: write ref(…) alone
             --> shop/models/_semantic.yml:8:12
              |
            8 |     model: "{{ ref('orders') }}"
              |            ^^^^^^^^^^^^^^^^^^^^^
            error[invalid-semantic-model]: a semantic model needs 'name'
             --> shop/models/_semantic.yml:9:5
              |
            9 |   - entities: []
              |     ^^^^^^^^
            error[invalid-semantic-model]: a semantic model needs 'model'
             --> shop/models/_semantic.yml:9:5
              |
            9 |   - entities: []
              |     ^^^^^^^^
        "#]],
        );
    }

    /// dbt v1 asks these once there is a metric.
    #[test]
    fn the_semantic_layer_as_a_whole() {
        let source = "
//- shop/dbt_project.yml
name: shop
//- shop/models/orders.sql
select 1
//- shop/models/metricflow_time_spine.sql
select 1
//- shop/models/_metrics.yml
metrics: [{name: total, label: T, type: simple, type_params: {measure: revenue}}]
//- shop/models/_semantic.yml
semantic_models:
  - name: orders
    model: ref('orders')
    entities: [{name: order_id, type: foreign}, {name: Buyer, type: foreign}]
    dimensions: [{name: status, type: categorical}]
    measures: [{name: revenue, agg: sum}, {name: status, agg: count}]
  - name: two
    model: ref('orders')
    primary_entity: order_id
    entities: [{name: item_id, type: primary}, {name: line_id, type: primary}]
";
        check(
            source,
            expect![[r#"
            error[invalid-semantic-model]: a semantic model with dimensions needs an entity of the type primary, or 'primary_entity'
             --> shop/models/_semantic.yml:2:11
              |
            2 |   - name: orders
              |           ^^^^^^
            error[invalid-semantic-model]: the semantic layer refuses the name 'Buyer': use two or more of a-z, 0-9 and single '_' between them
             --> shop/models/_semantic.yml:4:56
              |
            4 |     entities: [{name: order_id, type: foreign}, {name: Buyer, type: foreign}]
              |                                                        ^^^^^
            error[invalid-semantic-model]: a measure needs an 'agg_time_dimension', its own or under 'defaults'
             --> shop/models/_semantic.yml:6:23
              |
            6 |     measures: [{name: revenue, agg: sum}, {name: status, agg: count}]
              |                       ^^^^^^^
            error[invalid-semantic-model]: the semantic model has 'status' already: rename one of them
             --> shop/models/_semantic.yml:6:50
              |
            6 |     measures: [{name: revenue, agg: sum}, {name: status, agg: count}]
              |                                                  ^^^^^^
            error[invalid-semantic-model]: a measure needs an 'agg_time_dimension', its own or under 'defaults'
             --> shop/models/_semantic.yml:6:50
              |
            6 |     measures: [{name: revenue, agg: sum}, {name: status, agg: count}]
              |                                                  ^^^^^^
            error[invalid-semantic-model]: the semantic model has an entity of the type primary: remove 'primary_entity'
             --> shop/models/_semantic.yml:9:21
              |
            9 |     primary_entity: order_id
              |                     ^^^^^^^^
            error[invalid-semantic-model]: a semantic model has one primary entity: make this one 'unique' or 'foreign'
              --> shop/models/_semantic.yml:10:70
               |
            10 |     entities: [{name: item_id, type: primary}, {name: line_id, type: primary}]
               |                                                                      ^^^^^^^
        "#]],
        );
        let without = source.replace("metrics: [{name", "metrics: [{config: {enabled: false}, name");
        check(
            &without,
            expect![[r#"
            nothing
        "#]],
        );
    }
}
