//! Which names stand where in dbt_project.yml.

use smol_str::SmolStr;

use super::levels::TREES;
use super::{Named, Spot};

/// Names that are values.
pub(super) fn value(spot: &Spot<'_, '_, '_>) -> Option<Named> {
    match spot.keys.as_slice() {
        ["dispatch", "macro_namespace" | "search_order"] => Some(Named::Package),
        [tree, .., key] if TREES.contains(tree) => match key.strip_prefix('+').unwrap_or(key) {
            "group" => Some(Named::Group),
            "materialized" => Some(Named::Materialization),
            "incremental_strategy" => Some(Named::Strategy),
            _ => None,
        },
        _ => None,
    }
}

/// Names that are keys.
pub(super) fn key(spot: &Spot<'_, '_, '_>) -> Option<Named> {
    match spot.keys.as_slice() {
        ["vars"] => Some(Named::Package),
        [tree, ..] if TREES.contains(tree) && !spot.keys.iter().any(|key| key.starts_with('+')) => {
            Some(Named::Level(spot.keys.iter().map(SmolStr::new).collect()))
        }
        _ => None,
    }
}
