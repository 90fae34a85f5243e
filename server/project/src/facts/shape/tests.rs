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
