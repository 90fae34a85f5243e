//! Parts of a properties file that dbt refuses for their form, where names and versions depend on them.
//!
//! Only what every resource of the kind needs: not a schema of all keys.

use syntax::yaml::{Dialect, Kind, Node, Resolved};
use text::TextRange;

use super::Section;

/// A part of a properties file that dbt refuses.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Shape {
    /// What it is a part of.
    pub of: ShapeOf,
    /// dbt v2 is content with it.
    pub v1_only: bool,
    /// Where.
    pub range: TextRange,
    /// A sentence without its period: what, and the way out.
    pub message: &'static str,
}

/// What a [`Shape`] is a part of; each is a diagnostic of its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ShapeOf {
    /// An element of `groups` (spec §6).
    Group,
    /// A model's `versions` (spec §5).
    Versions,
    /// Anything else.
    Properties,
}

/// The value of a top-level key: must be a list. A key without a value is being typed.
pub(super) fn section(key_range: TextRange, value: Node<'_>, out: &mut Vec<Shape>) {
    if !matches!(value.kind(), Kind::Sequence | Kind::Null) {
        let message = "this must be a list: begin each entry with '- '";
        out.push(Shape { of: ShapeOf::Properties, v1_only: false, range: key_range, message });
    }
}

/// One element of a section.
pub(super) fn entry(section: Section, node: Node<'_>, dialect: Dialect, out: &mut Vec<Shape>) {
    match section {
        Section::Groups => group(node, out),
        Section::Models => {
            if let Some(list) = node.entry("versions") {
                versions(list.key_range, list.value, dialect, out);
            }
        }
        Section::Sources => {
            let tables = node.get("tables").into_iter().flat_map(Node::items);
            for table in tables.filter(|table| table.kind() == Kind::Scalar) {
                let message = "a table is a mapping: write '- name: <table>'";
                let range = table.range();
                out.push(Shape { of: ShapeOf::Properties, v1_only: false, range, message });
            }
        }
        _ => {}
    }
}

fn group(node: Node<'_>, out: &mut Vec<Shape>) {
    let mut push = |range: TextRange, v1_only: bool, message: &'static str| {
        out.push(Shape { of: ShapeOf::Group, v1_only, range, message });
    };
    match node.kind() {
        Kind::Mapping => {}
        // An element is being typed.
        Kind::Null => return,
        _ => return push(node.range(), false, "a group is a mapping with 'name' and 'owner'"),
    }
    let first = node.entries().next().map_or(node.range(), |entry| entry.key_range);
    let name = node.entry("name");
    if name.as_ref().is_none_or(|name| name.value.kind() == Kind::Null) {
        push(name.map_or(first, |name| name.key_range), false, "a group needs a 'name'");
        return;
    }
    let name = name.map_or(first, |name| name.value.range());
    let Some(owner) = node.entry("owner") else {
        return push(name, false, "a group needs an 'owner' with a 'name' or an 'email'");
    };
    match owner.value.kind() {
        Kind::Mapping if ["name", "email"].iter().any(|key| owner.value.get(key).is_some()) => {}
        Kind::Mapping => push(owner.key_range, true, "a group's 'owner' needs a 'name' or an 'email'"),
        _ => push(owner.key_range, false, "a group's 'owner' is a mapping with a 'name' or an 'email'"),
    }
}

fn versions(key_range: TextRange, list: Node<'_>, dialect: Dialect, out: &mut Vec<Shape>) {
    let mut push = |range: TextRange, message: &'static str| {
        out.push(Shape { of: ShapeOf::Versions, v1_only: false, range, message });
    };
    if !matches!(list.kind(), Kind::Sequence | Kind::Null) {
        return push(key_range, "'versions' must be a list of '- v: <version>'");
    }
    for item in list.items() {
        match item.kind() {
            Kind::Null => continue,
            Kind::Mapping => {}
            _ => {
                push(item.range(), "a version is a mapping: write '- v: <version>'");
                continue;
            }
        }
        let first = item.entries().next().map_or(item.range(), |entry| entry.key_range);
        match item.entry("v") {
            None => push(first, "a version needs a 'v'"),
            Some(v) if !is_version(v.value, dialect) => {
                push(v.key_range, "'v' must be a number or a string: quote it if it is a word such as 'on'");
            }
            Some(_) => {}
        }
    }
}

/// Neither null nor a truth value (in YAML 1.1 also `on` and the like), nor a collection.
fn is_version(v: Node<'_>, dialect: Dialect) -> bool {
    match v.scalar() {
        Some(scalar) => {
            let read = scalar.resolve(dialect);
            !matches!(read, Resolved::Null | Resolved::Bool(_))
        }
        None => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::facts::FileFacts;
    use crate::layout::FileKind;

    fn shapes(text: &str) -> Vec<(ShapeOf, bool, &str)> {
        let facts = FileFacts::of(FileKind::Properties, "models/s.yml", text, Dialect::V1_1);
        facts.shapes.iter().map(|shape| (shape.of, shape.v1_only, &text[shape.range])).collect()
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
    fn what_is_being_typed_is_left_alone() {
        assert_eq!(shapes("models:\n"), []);
        assert_eq!(shapes("groups:\n  -\n"), []);
        assert_eq!(shapes("models:\n  - name: m\n    versions:\n      -\n"), []);
    }
}
