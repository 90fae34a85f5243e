//! Keys of exposures, groups, the semantic layer and unit tests: dbt v1 refuses any other (the classes `Unparsed…` of
//! dbt-core 1.12.6; each was tried). dbt v2 was not seen to look.

use syntax::yaml::{Entry, Node};

use super::check::{Checker, unknown_key};
use super::{Section, ShapeOf, Verdict};

/// What a mapping may have.
struct Keys {
    /// With its article, for people.
    what: &'static str,
    keys: &'static [&'static str],
    /// What is in the mapping, or in the mappings of the list, below a key.
    inside: &'static [(&'static str, Keys)],
}

const fn keys(what: &'static str, keys: &'static [&'static str]) -> Keys {
    Keys { what, keys, inside: &[] }
}

static EXPOSURE: Keys = keys(
    "an exposure",
    &[
        "name",
        "type",
        "owner",
        "description",
        "label",
        "maturity",
        "meta",
        "tags",
        "url",
        "depends_on",
        "config",
    ],
);

static GROUP: Keys = keys("a group", &["name", "owner", "description", "config"]);

static SEMANTIC_MODEL: Keys = Keys {
    what: "a semantic model",
    keys: &[
        "name",
        "model",
        "config",
        "description",
        "label",
        "defaults",
        "entities",
        "measures",
        "dimensions",
        "primary_entity",
    ],
    inside: &[
        ("entities", keys("an entity", &["type", "name", "description", "label", "config", "role", "expr"])),
        (
            "measures",
            keys(
                "a measure",
                &[
                    "name",
                    "agg",
                    "description",
                    "label",
                    "expr",
                    "agg_params",
                    "non_additive_dimension",
                    "agg_time_dimension",
                    "create_metric",
                    "config",
                ],
            ),
        ),
        (
            "dimensions",
            keys(
                "a dimension",
                &["type", "name", "description", "label", "is_partition", "config", "type_params", "expr"],
            ),
        ),
    ],
};

/// With `type_params`; without them dbt 1.12 takes those of [`FLAT_METRIC`].
static METRIC: Keys = keys(
    "a metric",
    &[
        "name",
        "type",
        "label",
        "description",
        "filter",
        "time_granularity",
        "config",
        "type_params",
        "meta",
        "tags",
    ],
);

static FLAT_METRIC: Keys = keys(
    "a metric",
    &[
        "name",
        "type",
        "label",
        "description",
        "filter",
        "time_granularity",
        "config",
        "meta",
        "tags",
        "hidden",
        "agg",
        "percentile",
        "percentile_type",
        "join_to_timespine",
        "fill_nulls_with",
        "expr",
        "non_additive_dimension",
        "agg_time_dimension",
        "window",
        "grain_to_date",
        "period_agg",
        "input_metric",
        "numerator",
        "denominator",
        "input_metrics",
        "entity",
        "calculation",
        "base_metric",
        "conversion_metric",
        "constant_properties",
    ],
);

static SAVED_QUERY: Keys = Keys {
    what: "a saved query",
    keys: &["name", "query_params", "description", "label", "exports", "config", "tags"],
    inside: &[
        ("query_params", keys("'query_params'", &["metrics", "group_by", "where", "order_by", "limit"])),
        ("exports", keys("an export", &["name", "config"])),
    ],
};

const ROWS: &[&str] = &["rows", "format", "fixture"];

static UNIT_TEST: Keys = Keys {
    what: "a unit test",
    keys: &["name", "model", "given", "expect", "description", "overrides", "config", "versions"],
    inside: &[
        ("given", keys("an input", &["input", "rows", "format", "fixture"])),
        ("expect", keys("'expect'", ROWS)),
    ],
};

/// The keys of one entry.
pub(super) fn entry(cx: &mut Checker, section: Section, node: Node<'_>) {
    let keys = match section {
        Section::Exposures => &EXPOSURE,
        Section::Groups => &GROUP,
        Section::SemanticModels => &SEMANTIC_MODEL,
        // Those of dbt before 1.6 were something else.
        Section::Metrics if node.entry("calculation_method").is_some() => return,
        Section::Metrics if node.entry("type_params").is_some() => &METRIC,
        Section::Metrics => &FLAT_METRIC,
        Section::SavedQueries => &SAVED_QUERY,
        Section::UnitTests => &UNIT_TEST,
        _ => return,
    };
    mapping(cx, keys, node);
}

fn mapping(cx: &mut Checker, keys: &Keys, node: Node<'_>) {
    for entry in node.entries() {
        if !cx.step() {
            return;
        }
        if !keys.keys.contains(&&*entry.key) {
            unknown(cx, keys, &entry);
        }
        let inside = keys.inside.iter().find(|(key, _)| *key == entry.key);
        if let Some((_, inside)) = inside {
            mapping(cx, inside, entry.value);
            entry.value.items().for_each(|item| mapping(cx, inside, item));
        }
    }
}

fn unknown(cx: &mut Checker, keys: &Keys, entry: &Entry<'_>) {
    if entry.key.is_empty() {
        return;
    }
    let near = text::suggest(&entry.key, keys.keys.iter().copied());
    let message = unknown_key(&entry.key, keys.what, near);
    cx.push(ShapeOf::Key, (Verdict::Refused, Verdict::Fine), entry.key_range, message);
    cx.instead(near);
}
