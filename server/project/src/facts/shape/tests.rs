use super::*;
use crate::facts::FileFacts;
use crate::layout::FileKind;

fn read(text: &str) -> FileFacts {
    FileFacts::of(FileKind::Properties, "models/s.yml", text, Dialect::V1_1)
}

/// What it is about, whether dbt v1 alone refuses, and the place.
fn shapes(text: &str) -> Vec<(ShapeOf, bool, &str)> {
    let facts = read(text);
    facts.shapes.iter().map(|shape| (shape.of, shape.v2 != Verdict::Refused, &text[shape.range])).collect()
}

#[test]
fn groups_need_a_name_and_an_owner_who_can_be_reached() {
    assert_eq!(shapes("groups: [{name: a, owner: {email: x}}, {name: b, owner: {name: y}}]"), []);
    assert_eq!(shapes("groups: [{owner: {name: y}}]"), [(ShapeOf::Group, false, "owner")]);
    assert_eq!(shapes("groups: [{name: a}]"), [(ShapeOf::Group, false, "a")]);
    assert_eq!(shapes("groups: [{name: a, owner: bob}]"), [(ShapeOf::Group, false, "owner")]);
    assert_eq!(shapes("groups: [{name: a, owner: {slack: x}}]"), [(ShapeOf::Group, true, "owner")]);
}

#[test]
fn versions_are_mappings_with_a_v() {
    assert_eq!(shapes("models: [{name: m, versions: [{v: 1}, {v: gold}, {v: 1.5}]}]"), []);
    assert_eq!(shapes("models: [{name: m, versions: [1]}]"), [(ShapeOf::Versions, false, "1")]);
    assert_eq!(shapes("models: [{name: m, versions: [{v: null}]}]"), [(ShapeOf::Versions, false, "v")]);
    assert_eq!(
        shapes("models: [{name: m, versions: [{defined_in: x}]}]"),
        [(ShapeOf::Versions, false, "defined_in")]
    );
}

#[test]
fn what_dbt_v1_closes_takes_no_other_keys() {
    let keys = |text: &str| -> Vec<String> {
        let facts = read(text);
        let found =
            facts.shapes.iter().filter(|shape| shape.of == ShapeOf::Key && shape.v1 == Verdict::Refused);
        found.map(|shape| text[shape.range].to_owned()).collect()
    };
    assert_eq!(
        keys("exposures: [{name: e, type: ml, owner: {name: x, slack: y}, ownr: 1, config: {any: 1}}]"),
        ["ownr"]
    );
    assert_eq!(keys("groups: [{name: g, owner: {name: x, slack: y}, lead: z}]"), ["lead"]);
    assert_eq!(
        keys(
            "semantic_models: [{name: s, model: ref('a'), table: t, entities: [{name: i, type: primary, a: 1}], \
             dimensions: [{name: d, type: time, b: 1}], measures: [{name: m, agg: sum, c: 1}]}]"
        ),
        ["table", "a", "b", "c"]
    );
    assert_eq!(
        keys("metrics: [{name: m, label: m, type: simple, type_params: {measure: x}, agg: sum}]"),
        ["agg"]
    );
    assert_eq!(keys("metrics: [{name: m, label: m, type: simple, agg: sum, models: x}]"), ["models"]);
    assert_eq!(keys("metrics: [{name: m, label: m, calculation_method: sum, model: ref('a')}]"), [""; 0]);
    assert_eq!(
        keys(
            "saved_queries: [{name: q, query_params: {metrics: [m], having: x}, exports: [{name: e, to: y}]}]"
        ),
        ["having", "to"]
    );
    assert_eq!(
        keys(
            "unit_tests: [{name: u, model: m, given: [{input: ref('a'), row: []}], expect: {row: []}, tag: x}]"
        ),
        ["row", "row", "tag"]
    );
    // Half typed.
    assert_eq!(keys("exposures:\n  - name: e\n    : x\n  - \n"), [""; 0]);
}
