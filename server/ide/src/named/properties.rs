//! Which names stand where in a properties file.

use project::Target;
use project::facts::Section;
use project::names::Site;
use smol_str::SmolStr;

use super::columns::{self, Of};
use super::{Named, Spot};
use crate::generic_tests;
use crate::thing::Thing;

/// Names that are values.
pub(super) fn value(spot: &Spot<'_, '_, '_>) -> Option<Named> {
    let keys = spot.keys.as_slice();
    let (section, rest) = keys.split_first()?;
    Some(match (*section, rest) {
        (_, [.., "constraints", "to_columns"]) => Named::Column(vec![sibling(spot, "to_columns", "to")?]),
        ("models", [.., "constraints", "columns"]) => Named::Column(own(spot)),
        ("models", ["versions", "columns", "include" | "exclude"]) => Named::Column(own(spot)),
        ("models" | "seeds" | "snapshots", ["columns", "name"])
        | ("sources", ["tables", "columns", "name"])
        | ("models", ["versions", "columns", "name"]) => Named::Listed(own(spot)),
        ("semantic_models", ["entities" | "dimensions" | "measures", "expr"]) => {
            Named::Column(vec![semantic_model(spot)?])
        }
        ("models", ["time_spine", "standard_granularity_column"])
        | ("models", ["time_spine", "custom_granularities", "column_name"]) => Named::Column(own(spot)),
        ("models", ["latest_version"]) => Named::Version(spot.name_in("models")?),
        ("models", ["versions", "v"]) => Named::NewVersion(spot.name_in("models")?),
        ("models", ["versions", "defined_in"]) => Named::Stem,
        ("unit_tests", ["versions", "include" | "exclude"]) => Named::Version(tested(spot, "versions")?),
        (_, [.., "config", "materialized"]) => Named::Materialization,
        (_, [.., "config", "incremental_strategy"]) => Named::Strategy,
        (_, [.., list, _, "arguments", argument]) if is_list(list) => of_test(spot, argument)?,
        (_, [.., list, _, argument]) if is_list(list) => of_test(spot, argument)?,
        (_, [.., key]) if columns::CONFIGS.contains(key) => Named::Column(with_read(spot)),
        (_, [.., "partition_by", "field"]) => Named::Column(own(spot)),
        _ => return None,
    })
}

/// Names that are keys.
pub(super) fn key(spot: &Spot<'_, '_, '_>) -> Option<Named> {
    Some(match spot.keys.as_slice() {
        ["unit_tests", "given", "rows"] => Named::Column(vec![sibling(spot, "rows", "input")?]),
        ["unit_tests", "expect", "rows"] => {
            let mesh = &spot.cx.analysis.mesh;
            let node = mesh.model(spot.cx.package, &tested(spot, "expect")?)?;
            Named::Column(vec![Of::Node(Target::Local(node))])
        }
        ["unit_tests", "overrides", "macros"] => Named::Macro,
        ["unit_tests", "overrides", "vars"] => Named::Variable,
        ["unit_tests", "overrides", "env_vars"] => Named::EnvVar,
        ["seeds", .., "column_types"] => Named::Column(own(spot)),
        [.., list, test, "arguments"] if is_list(list) => argument(spot, test)?,
        [.., list, test] if is_list(list) => argument(spot, test)?,
        _ => return None,
    })
}

fn is_list(key: &str) -> bool {
    matches!(key, "data_tests" | "tests")
}

/// The arguments of a test that the project or a package defines.
fn argument(spot: &Spot<'_, '_, '_>, test: &str) -> Option<Named> {
    match generic_tests::named(spot.cx, test)? {
        Thing::Def(site) => Some(Named::Argument(site)),
        _ => None,
    }
}

/// An argument of a test that is a column by its name: of the other node that the test has, or of its own.
fn of_test(spot: &Spot<'_, '_, '_>, argument: &str) -> Option<Named> {
    let is_column = |word: &str| matches!(word, "column" | "columns" | "col" | "cols");
    match argument {
        "field" => Some(Named::Column(vec![sibling(spot, "field", "to")?])),
        "description" => None,
        _ if argument.split('_').any(is_column) => Some(Named::Column(own(spot))),
        _ => None,
    }
}

/// What the expression beside a key means.
fn sibling(spot: &Spot<'_, '_, '_>, key: &str, beside: &str) -> Option<Of> {
    let text = spot.mapping_of(key)?.get(beside)?.text()?;
    columns::relation(spot.cx, &text).map(Of::Node)
}

/// The model of a semantic model.
fn semantic_model(spot: &Spot<'_, '_, '_>) -> Option<Of> {
    let parts = ["entities", "dimensions", "measures"];
    let list = spot.keys.iter().find(|key| parts.contains(key))?;
    sibling(spot, list, "model")
}

/// The model that a unit test is about; `key` is one of the test's own.
fn tested(spot: &Spot<'_, '_, '_>, key: &str) -> Option<SmolStr> {
    Some(SmolStr::new(spot.mapping_of(key)?.get("model")?.text()?))
}

/// The entry that a place is in. While it is half typed, its text may say more than the facts.
fn own(spot: &Spot<'_, '_, '_>) -> Vec<Of> {
    let cx = spot.cx;
    let (list, section) = match spot.keys.first().copied() {
        Some("models") => ("models", Section::Models),
        Some("seeds") => ("seeds", Section::Seeds),
        Some("snapshots") => ("snapshots", Section::Snapshots),
        Some("sources") if spot.keys.contains(&"tables") => ("tables", Section::Tables),
        _ => return Vec::new(),
    };
    let entries = cx.facts.entries.iter().enumerate().filter(|(_, entry)| entry.section == section);
    let here = |at: usize| Of::Entry(Site { file: cx.file, item: at as u32 });
    let name = spot.name_in(list);
    // Of entries with one name the one that begins last before the cursor.
    let mut before = entries.filter(|(_, entry)| {
        entry.range.start() <= spot.offset && name.as_ref().is_none_or(|name| entry.name == *name)
    });
    if let Some((at, _)) = before.next_back() {
        return vec![here(at)];
    }
    let Some(name) = name else { return Vec::new() };
    let mesh = &cx.analysis.mesh;
    let node = match section {
        Section::Models => mesh.model(cx.package, &name),
        Section::Seeds => mesh.seed(cx.package, &name),
        Section::Snapshots => mesh.snapshot(cx.package, &name),
        _ => spot.name_in("sources").and_then(|source| mesh.table(cx.package, &format!("{source}.{name}"))),
    };
    node.map(|node| Of::Node(Target::Local(node))).into_iter().collect()
}

/// The entry that a place is in; for a snapshot also what it reads, whose columns it keeps.
fn with_read(spot: &Spot<'_, '_, '_>) -> Vec<Of> {
    let mut out = own(spot);
    if spot.keys.first() == Some(&"snapshots") {
        let relation = spot.site.path.get(2).and_then(|step| match step {
            syntax::yaml::Step::Key(_, container) => container.as_ref()?.get("relation")?.text(),
            syntax::yaml::Step::Index(..) => None,
        });
        let target = relation.and_then(|text| columns::relation(spot.cx, &text));
        match target {
            Some(target) => out.push(Of::Node(target)),
            None => out.extend(out.clone().iter().flat_map(|of| columns::read_by(spot.cx, of))),
        }
    }
    out
}
