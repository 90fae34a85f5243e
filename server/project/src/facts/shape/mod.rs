//! Parts of a properties file that dbt refuses, or warns about, for their form alone.
//!
//! Facts of the file: both engines' verdicts are kept, whichever judges the project. Knows no other file.

mod check;
mod closed;
mod config;
mod constraints;
pub(super) mod data_tests;
mod forms;
mod keys;
#[cfg(test)]
mod tests;

use smol_str::SmolStr;
use syntax::yaml::{Dialect, Entry, Kind, Node, Resolved};
use text::TextRange;

pub(super) use self::check::Checker;
pub(crate) use self::config::refused_in_tree;
use super::Section;

/// A part of a properties file that an engine refuses or warns about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Shape {
    /// What it is a part of.
    pub of: ShapeOf,
    /// What dbt v1 says.
    pub v1: Verdict,
    /// What dbt v2 says.
    pub v2: Verdict,
    /// Index of the entry it is in; past the last one where the entry has no name.
    pub entry: u32,
    /// Where.
    pub range: TextRange,
    /// A sentence without its period: what, and the way out.
    pub message: Box<str>,
    /// What would be right in place of `range`.
    pub instead: Option<SmolStr>,
}

/// What an engine says about a [`Shape`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Verdict {
    /// Nothing.
    Fine,
    /// It warns.
    Warned,
    /// It does not parse the project.
    Refused,
    /// It does not parse the project if the entry belongs to something that exists.
    RefusedIfUsed,
}

/// What a [`Shape`] is a part of; each is a diagnostic of its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ShapeOf {
    /// An element of `groups` (spec §6).
    Group,
    /// A model's `versions` (spec §5).
    Versions,
    /// The kind of a config's value.
    Config,
    /// A constraint of a model or column (spec §11).
    Constraint,
    /// What a snapshot reads.
    Snapshot,
    /// `ref` and the like where dbt does not know them.
    Call,
    /// A generic test (spec §10).
    Test,
    /// An argument or config of a generic test that stands beside its `arguments` or `config`.
    Arguments,
    /// A key that means nothing.
    Key,
    /// A config at top level.
    Place,
    /// Anything else.
    Properties,
}

const REFUSED: (Verdict, Verdict) = (Verdict::Refused, Verdict::Refused);
const V1_ONLY: (Verdict, Verdict) = (Verdict::Refused, Verdict::Fine);

/// The whole file.
pub(super) fn file(cx: &mut Checker, root: Node<'_>) {
    match root.kind() {
        Kind::Mapping => keys::file(cx, root),
        _ if is_empty(root) => {}
        _ => {
            let message = "a properties file is a mapping: begin with a section such as 'models:'";
            let first = root.items().next().map_or(root.range(), Node::range);
            cx.push(ShapeOf::Properties, REFUSED, first, message);
        }
    }
}

/// The value of a top-level key: must be a list.
pub(super) fn section(cx: &mut Checker, section: Section, key: &Entry<'_>) {
    cx.entry = u32::MAX;
    // dbt v1 does not look at a `tests` section, and only warns about `data_tests`.
    let v1 = match (section, &*key.key) {
        (Section::DataTests, "tests") => Verdict::Fine,
        (Section::DataTests, _) => Verdict::Warned,
        _ => Verdict::Refused,
    };
    match key.value.kind() {
        Kind::Sequence | Kind::UnknownAlias => {}
        _ if is_empty(key.value) => {
            let message = format!("'{}' is empty: list its entries, or remove the key", key.key);
            cx.push(ShapeOf::Properties, (v1, Verdict::Fine), key.key_range, message);
        }
        _ => {
            let message = "this must be a list: begin each entry with '- '";
            cx.push(ShapeOf::Properties, (v1, Verdict::Refused), key.key_range, message);
        }
    }
}

/// One element of the section `key`; `at` is its index among the file's entries, should it have a name.
pub(super) fn entry(
    cx: &mut Checker,
    (section, key): (Section, &str),
    node: Node<'_>,
    dialect: Dialect,
    at: u32,
) {
    cx.entry = at;
    cx.in_models = section == Section::Models;
    cx.unknown = keys::unknown(section, key);
    closed::entry(cx, section, node);
    let form = match section {
        Section::Groups => return group(node, cx),
        Section::DataTests if key == "tests" => return,
        Section::Models => &forms::MODEL,
        Section::Seeds | Section::Snapshots => &forms::NODE,
        Section::Analyses => &forms::ANALYSIS,
        Section::Macros => &forms::MACRO,
        Section::DataTests => &forms::SINGULAR_TEST,
        // A source of another package is given other values for some keys only.
        Section::Sources if node.entry("overrides").is_some() => &forms::NAMED,
        Section::Sources => &forms::SOURCE,
        // Tables are a part of their source, what comes below has readers of its own.
        Section::Tables
        | Section::UnitTests
        | Section::Exposures
        | Section::Metrics
        | Section::SemanticModels
        | Section::Measures
        | Section::Dimensions
        | Section::Entities
        | Section::SavedQueries
        | Section::Functions => &forms::ANYTHING,
    };
    cx.item(form, node);
    keys::entry(cx, section, key, node);
    if section == Section::Snapshots
        && let Some(relation) = node.get("relation")
        && relation.text().is_none_or(|text| !constraints::is_reference(&text))
        && relation.kind() != Kind::UnknownAlias
    {
        let message = "write 'relation' as ref('<model>') or source('<source>', '<table>')";
        let verdicts = (Verdict::Refused, constraints::rendered(relation));
        cx.push(ShapeOf::Snapshot, verdicts, relation.range(), message);
    }
    if section == Section::Models
        && let Some(list) = node.entry("versions")
    {
        versions(list.key_range, list.value, dialect, cx);
    }
}

fn group(node: Node<'_>, cx: &mut Checker) {
    let mut push = |range: TextRange, v1_only: bool, message: &'static str| {
        let v2 = if v1_only { Verdict::Warned } else { Verdict::Refused };
        cx.push(ShapeOf::Group, (Verdict::Refused, v2), range, message);
    };
    match node.kind() {
        Kind::Mapping | Kind::UnknownAlias => {}
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

fn versions(key_range: TextRange, list: Node<'_>, dialect: Dialect, cx: &mut Checker) {
    let push = |cx: &mut Checker, range: TextRange, message: &'static str| {
        cx.push(ShapeOf::Versions, REFUSED, range, message);
    };
    match list.kind() {
        // A key without a value is being typed.
        Kind::Sequence | Kind::UnknownAlias | Kind::Null => {}
        _ if is_empty(list) => {
            let message = "'versions' is empty: list them, or remove the key";
            return cx.push(ShapeOf::Versions, V1_ONLY, key_range, message);
        }
        _ => return push(cx, key_range, "'versions' must be a list of '- v: <version>'"),
    }
    for item in list.items() {
        match item.kind() {
            Kind::UnknownAlias | Kind::Null => continue,
            Kind::Mapping => {}
            _ => {
                push(cx, item.range(), "a version is a mapping: write '- v: <version>'");
                continue;
            }
        }
        let first = item.entries().next().map_or(item.range(), |entry| entry.key_range);
        match item.entry("v") {
            None => push(cx, first, "a version needs a 'v'"),
            Some(v) if !is_version(v.value, dialect) => {
                push(
                    cx,
                    v.key_range,
                    "'v' must be a number or a string: quote it if it is a word such as 'on'",
                );
            }
            Some(_) => {}
        }
        cx.form(&forms::VERSION, item);
        if let Some(columns) = item.get("columns") {
            version_columns(columns, cx);
        }
    }
}

/// `columns` of a version: one element may say what is taken from the model. dbt v2 does not look.
fn version_columns(list: Node<'_>, cx: &mut Checker) {
    let mut included = false;
    for item in list.items() {
        if !cx.step() {
            return;
        }
        match item.entry("include") {
            Some(include) if included => {
                let message = "only one element may have 'include': bring them together";
                cx.push(ShapeOf::Versions, V1_ONLY, include.key_range, message);
            }
            Some(_) => included = true,
            None if item.kind() == Kind::Mapping => cx.form(&forms::COLUMN, item),
            None if item.kind() == Kind::UnknownAlias => {}
            None => {
                let message = "a column is a mapping: write '- name: <column>'";
                cx.push(ShapeOf::Versions, V1_ONLY, item.range(), message);
            }
        }
    }
}

/// Nothing, or `null`.
fn is_empty(node: Node<'_>) -> bool {
    forms::Kinds::of(node, Dialect::V1_2) == Some(forms::EMPTY)
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
