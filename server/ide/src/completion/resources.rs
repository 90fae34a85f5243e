//! Names that stand without a call in a properties file: metrics, measures, dimensions, entities, fixtures.

use project::facts::{Entry, Section};
use project::names::Space;

use super::{Cx, Slot, list, sources};
use crate::{CompletionKind, Completions};

/// What a place names.
#[derive(Clone, Copy)]
enum Names {
    Metric,
    Measure,
    TimeDimension,
    Entity,
    Fixture,
}

/// What the keys that lead to a place name, the indexes of lists aside.
fn named(path: &[&str]) -> Option<Names> {
    // An input is a name, or a mapping with one.
    let path = match path {
        [rest @ .., last, "name"] if is_input(last) => &path[..=rest.len()],
        _ => path,
    };
    Some(match path {
        ["saved_queries", "query_params", "metrics"] | ["metrics", "type_params", "metrics"] => Names::Metric,
        ["metrics", "type_params", "numerator" | "denominator"] => Names::Metric,
        ["metrics", key] | ["models", "metrics", key] => match *key {
            "numerator" | "denominator" | "input_metric" | "input_metrics" | "base_metric"
            | "conversion_metric" => Names::Metric,
            _ => return None,
        },
        ["metrics", "type_params", "measure"] => Names::Measure,
        ["metrics", "type_params", "conversion_type_params", key] => match *key {
            "base_measure" | "conversion_measure" => Names::Measure,
            "entity" => Names::Entity,
            _ => return None,
        },
        ["semantic_models", "defaults" | "measures", "agg_time_dimension"] => Names::TimeDimension,
        ["unit_tests", "given" | "expect", "fixture"] => Names::Fixture,
        _ => return None,
    })
}

fn is_input(key: &str) -> bool {
    matches!(
        key,
        "measure"
            | "numerator"
            | "denominator"
            | "base_measure"
            | "conversion_measure"
            | "input_metric"
            | "input_metrics"
            | "base_metric"
            | "conversion_metric"
            | "metrics"
    )
}

/// Whether names of this module belong at a place. The `name` of a metric itself is none of them.
pub(super) fn names_something(path: &[&str]) -> bool {
    !matches!(path, ["metrics", "name"] | ["models", "metrics", "name"]) && named(path).is_some()
}

pub(super) fn complete(cx: &Cx<'_>, slot: &Slot, path: &[&str]) -> Completions {
    let Some(names) = named(path) else { return Completions::default() };
    match names {
        Names::Metric => sources::resources(cx, slot, None, Space::Metric, CompletionKind::Metric),
        Names::Measure => sources::resources(cx, slot, None, Space::Measure, CompletionKind::Metric),
        Names::Fixture => {
            let fixtures = cx.file.package.names(Space::Fixture).map(|(name, _)| name);
            list(slot, CompletionKind::Value, fixtures)
        }
        Names::Entity => {
            let packages = cx.file.resolver.packages().flat_map(|package| package.names(Space::Entity));
            let entities = packages.filter_map(|(name, _)| name.rsplit_once('.')).map(|(_, name)| name);
            list(slot, CompletionKind::Column, entities)
        }
        Names::TimeDimension => {
            let Some((at, _)) = around(cx, Section::SemanticModels) else { return Completions::default() };
            let is_time = |entry: &&Entry| {
                let kind = entry.settings.top("type").and_then(|kind| kind.value.as_str());
                entry.section == Section::Dimensions
                    && entry.parent == Some(at)
                    && kind.is_none_or(|kind| kind.eq_ignore_ascii_case("time"))
            };
            let dimensions = cx.file.facts.entries.iter().filter(is_time).map(|entry| &entry.name);
            list(slot, CompletionKind::Column, dimensions)
        }
    }
}

/// The entry of a section that the cursor is in, with its index.
fn around<'a>(cx: &'a Cx<'_>, section: Section) -> Option<(u32, &'a Entry)> {
    let mut entries = cx.file.facts.entries.iter().enumerate();
    let found =
        entries.find(|(_, entry)| entry.section == section && entry.range.contains_inclusive(cx.offset));
    found.map(|(at, entry)| (at as u32, entry))
}
