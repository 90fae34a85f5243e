//! Keys of exposures, groups, the semantic layer and unit tests: dbt v1 refuses any other (the classes `Unparsed…` of
//! dbt-core 1.12.6; each was tried). dbt v2 was not seen to look.

use syntax::yaml::Node;

use super::Section;
use super::check::Checker;

/// What a mapping may have.
struct Keys {
    /// With its article, for people.
    what: &'static str,
    keys: &'static [&'static [&'static str]],
    /// What is in the mapping, or in the mappings of the list, below a key.
    inside: &'static [(&'static str, Keys)],
}

const fn keys(what: &'static str, keys: &'static [&'static [&'static str]]) -> Keys {
    Keys { what, keys, inside: &[] }
}

/// What nearly all of them have.
const DESCRIBED: &[&str] = &["name", "description", "label", "config"];

static EXPOSURE: Keys =
    keys("an exposure", &[DESCRIBED, &["type", "owner", "maturity", "meta", "tags", "url", "depends_on"]]);

static GROUP: Keys = keys("a group", &[&["name", "owner", "description", "config"]]);

static SEMANTIC_MODEL: Keys = Keys {
    what: "a semantic model",
    keys: &[DESCRIBED, &["model", "defaults", "entities", "measures", "dimensions", "primary_entity"]],
    inside: &[
        ("entities", keys("an entity", &[DESCRIBED, &["type", "role", "expr"]])),
        (
            "measures",
            keys(
                "a measure",
                &[
                    DESCRIBED,
                    &[
                        "agg",
                        "expr",
                        "agg_params",
                        "non_additive_dimension",
                        "agg_time_dimension",
                        "create_metric",
                    ],
                ],
            ),
        ),
        ("dimensions", keys("a dimension", &[DESCRIBED, &["type", "is_partition", "type_params", "expr"]])),
    ],
};

/// What a metric has in any form.
const METRIC: &[&str] = &["type", "filter", "time_granularity", "meta", "tags"];

static NESTED_METRIC: Keys = keys("a metric", &[DESCRIBED, METRIC, &["type_params"]]);

/// Without `type_params`, since dbt 1.12.
static FLAT_METRIC: Keys = keys(
    "a metric",
    &[
        DESCRIBED,
        METRIC,
        &[
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
    ],
);

static SAVED_QUERY: Keys = Keys {
    what: "a saved query",
    keys: &[DESCRIBED, &["query_params", "exports", "tags"]],
    inside: &[
        ("query_params", keys("'query_params'", &[&["metrics", "group_by", "where", "order_by", "limit"]])),
        ("exports", keys("an export", &[&["name", "config"]])),
    ],
};

const ROWS: &[&str] = &["rows", "format", "fixture"];

static UNIT_TEST: Keys = Keys {
    what: "a unit test",
    keys: &[&["name", "model", "given", "expect", "description", "overrides", "config", "versions"]],
    inside: &[("given", keys("an input", &[&["input"], ROWS])), ("expect", keys("'expect'", &[ROWS]))],
};

/// The keys of one entry.
pub(super) fn entry(cx: &mut Checker, section: Section, node: Node<'_>) {
    let keys = match section {
        Section::Exposures => &EXPOSURE,
        Section::Groups => &GROUP,
        Section::SemanticModels => &SEMANTIC_MODEL,
        // Those of dbt before 1.6 were something else.
        Section::Metrics if node.entry("calculation_method").is_some() => return,
        Section::Metrics if node.entry("type_params").is_some() => &NESTED_METRIC,
        Section::Metrics => &FLAT_METRIC,
        Section::SavedQueries => &SAVED_QUERY,
        Section::UnitTests => &UNIT_TEST,
        _ => return,
    };
    mapping(cx, keys, node);
}

fn mapping(cx: &mut Checker, keys: &Keys, node: Node<'_>) {
    let known = || keys.keys.iter().flat_map(|keys| keys.iter().copied());
    for entry in node.entries() {
        if !cx.step() {
            return;
        }
        if !known().any(|key| key == entry.key) {
            cx.refuse(&entry, keys.what, known());
        }
        let inside = keys.inside.iter().find(|(key, _)| *key == entry.key);
        if let Some((_, inside)) = inside {
            mapping(cx, inside, entry.value);
            entry.value.items().for_each(|item| mapping(cx, inside, item));
        }
    }
}
