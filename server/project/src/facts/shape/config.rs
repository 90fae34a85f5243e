//! Which kinds of value the configs under `config:` take: dbt v1 of a few that every resource has, dbt v2 of all
//! that its schemas name.

use syntax::yaml::{Dialect, Kind, Node};

use super::check::{Checker, wrong};
use super::forms::{self, EMPTY, Kinds, LIST, MAP, TEXT, TRUTH, WHOLE};
use super::{ShapeOf, Verdict};

/// What dbt v1 wants, with nothing in place of a value.
fn wanted(key: &str) -> Option<Kinds> {
    Some(match key {
        "alias"
        | "schema"
        | "database"
        | "group"
        | "incremental_strategy"
        | "on_schema_change"
        | "strategy"
        | "updated_at"
        | "target_schema"
        | "target_database"
        | "dbt_valid_to_current" => TEXT.or(EMPTY),
        "materialized" | "delimiter" => TEXT,
        "unique_key" | "check_cols" => TEXT.or(LIST).or(EMPTY),
        "tags" => TEXT.or(LIST),
        "meta" | "persist_docs" | "quoting" | "column_types" | "grants" | "contract" | "docs" => MAP,
        "full_refresh" | "quote_columns" => TRUTH.or(EMPTY),
        "pre_hook" | "pre-hook" | "post_hook" | "post-hook" => TEXT.or(LIST).or(MAP).or(EMPTY),
        _ => return None,
    })
}

/// What dbt v1 wants of a config in a resource tree of dbt_project.yml (asked of dbt-core 1.12.6).
fn wanted_in_tree(tree: &str, key: &str) -> Option<Kinds> {
    let every = match key {
        "enabled" => Some(TRUTH),
        "meta" => Some(MAP),
        _ => None,
    };
    let of_node = || {
        Some(match key {
            "tags" => TEXT.or(LIST),
            "materialized" => TEXT,
            "alias" | "schema" | "database" | "group" | "incremental_strategy" | "on_schema_change" => {
                TEXT.or(EMPTY)
            }
            "persist_docs" | "quoting" | "column_types" | "grants" | "docs" => MAP,
            "full_refresh" => TRUTH.or(EMPTY),
            "unique_key" => TEXT.or(LIST).or(EMPTY),
            "pre-hook" | "pre_hook" | "post-hook" | "post_hook" => TEXT.or(LIST).or(MAP),
            _ => return None,
        })
    };
    every.or_else(|| match tree {
        "models" => of_node(),
        "seeds" => match key {
            "delimiter" => Some(TEXT),
            "quote_columns" => Some(TRUTH.or(EMPTY)),
            _ => of_node(),
        },
        "snapshots" => match key {
            "strategy" | "updated_at" | "target_schema" | "target_database" | "dbt_valid_to_current" => {
                Some(TEXT.or(EMPTY))
            }
            "check_cols" => Some(TEXT.or(LIST).or(EMPTY)),
            "snapshot_meta_column_names" => Some(MAP),
            _ => of_node(),
        },
        "tests" | "data_tests" => Some(match key {
            "tags" => TEXT.or(LIST),
            "severity" | "fail_calc" | "warn_if" | "error_if" => TEXT,
            "where" | "schema" | "database" | "alias" => TEXT.or(EMPTY),
            "limit" => WHOLE.or(EMPTY),
            "store_failures" => TRUTH.or(EMPTY),
            _ => return None,
        }),
        "unit_tests" => (key == "tags").then(|| TEXT.or(LIST)),
        // Anything that Python can go through.
        "exposures" | "sources" => (key == "tags").then(|| TEXT.or(LIST).or(MAP)),
        _ => None,
    })
}

/// What is wrong with a config in a resource tree of dbt_project.yml, so that dbt v1 refuses the project if a node
/// gets it; `None` when it is fine or only dbt knows.
pub(crate) fn refused_in_tree(tree: &str, key: &str, value: Node<'_>) -> Option<String> {
    let found = Kinds::of(value, Dialect::V1_1)?;
    let wanted = wanted_in_tree(tree, key)?;
    // dbt reads some texts as what they say.
    if found == TEXT && !wanted.contains(TEXT) && value.text().is_none_or(|text| says_something_else(&text)) {
        return None;
    }
    if !wanted.contains(found) {
        return Some(wrong(key, wanted, found));
    }
    if key == "tags" && tree != "sources" && found == LIST {
        let kinds = value.items().map(|item| Kinds::of(item, Dialect::V1_1));
        let other = kinds.flatten().any(|kind| kind != TEXT);
        return other.then(|| "each of 'tags' must be a text: quote it".to_owned());
    }
    if key == "severity"
        && let Some(text) = value.text()
        && !matches!(&*text.to_ascii_lowercase(), "warn" | "error")
    {
        return Some(format!("'{text}' is no severity: write warn or error"));
    }
    None
}

/// Whether a quoted text may be read as a number, a truth value, a list or a mapping.
fn says_something_else(text: &str) -> bool {
    let text = text.trim();
    matches!(text.to_ascii_lowercase().as_str(), "true" | "false" | "none" | "null" | "")
        || text.starts_with(|c: char| c.is_ascii_digit() || "[({-+.'\"".contains(c))
}

/// Whether a config's value is compared with what dbt v1 wants.
pub(super) fn is_checked(key: &str) -> bool {
    wanted(key).is_some()
}

/// The same for configs of generic tests.
fn wanted_of_test(key: &str) -> Option<Kinds> {
    Some(match key {
        "where" | "store_failures_as" | "alias" | "schema" | "database" => TEXT.or(EMPTY),
        "fail_calc" | "warn_if" | "error_if" => TEXT.or(EMPTY),
        "limit" => WHOLE.or(EMPTY),
        "store_failures" => TRUTH.or(EMPTY),
        "tags" => TEXT.or(LIST).or(EMPTY),
        "meta" => MAP.or(EMPTY),
        _ => return None,
    })
}

/// The `config` of a node, a version or a column.
pub(super) fn check(cx: &mut Checker, config: Node<'_>) {
    values(cx, config, wanted, Verdict::RefusedIfUsed);
    let freshness = config.get("freshness").filter(|value| value.kind() == Kind::Mapping);
    for period in ["warn_after", "error_after"].into_iter().filter_map(|key| freshness?.get(key)) {
        cx.in_config = true;
        cx.form(&forms::CONFIG_PERIOD, period);
        cx.in_config = false;
    }
    for (key, truths) in [("contract", ["enforced", "alias_types"]), ("docs", ["show", "show"])] {
        let Some(inner) = config.get(key) else { continue };
        for entry in inner.entries().filter(|entry| truths.contains(&&*entry.key)) {
            let Some(found) = Kinds::of(entry.value, Dialect::V1_1).filter(|found| *found != TRUTH) else {
                continue;
            };
            let message = wrong(&entry.key, TRUTH, found);
            let verdicts = (Verdict::RefusedIfUsed, Verdict::Refused);
            cx.push(ShapeOf::Config, verdicts, entry.key_range, message);
        }
    }
    word(
        cx,
        config,
        "on_configuration_change",
        &["apply", "continue", "fail"],
        (Verdict::RefusedIfUsed, Verdict::Fine),
    );
    if let Some(entry) = config.entry("enabled")
        && Kinds::of(entry.value, Dialect::V1_1) == Some(EMPTY)
    {
        let message = wrong("enabled", TRUTH, EMPTY);
        cx.push(ShapeOf::Config, (Verdict::RefusedIfUsed, Verdict::Fine), entry.key_range, message);
    }
}

/// A config that is one of a few words.
fn word(cx: &mut Checker, config: Node<'_>, key: &str, words: &[&str], verdicts: (Verdict, Verdict)) {
    let Some(value) = config.get(key).filter(|value| Kinds::of(*value, Dialect::V1_2) == Some(TEXT)) else {
        return;
    };
    let Some(text) = value.text().filter(|text| !words.contains(&&**text)) else { return };
    let message = format!("'{text}' is no {key}: write {}", words.join(", "));
    cx.push(ShapeOf::Config, verdicts, value.range(), message);
}

/// The `config` of a generic test.
pub(super) fn of_test(cx: &mut Checker, config: Node<'_>) {
    values(cx, config, wanted_of_test, Verdict::Refused);
    super::keys::of_test(cx, config);
    word(cx, config, "store_failures_as", &["table", "view", "ephemeral"], (Verdict::Fine, Verdict::Refused));
    if let Some(severity) = config.entry("severity")
        && let Some(text) = severity.value.text()
        && severity.value.kind() == Kind::Scalar
        && !text.contains("{{")
        && !matches!(&*text.to_ascii_lowercase(), "warn" | "error")
    {
        let message = format!("'{text}' is no severity: write warn or error");
        cx.push(ShapeOf::Config, (Verdict::Refused, Verdict::Refused), severity.value.range(), message);
    }
}

fn values(cx: &mut Checker, config: Node<'_>, wanted: fn(&str) -> Option<Kinds>, refused: Verdict) {
    for entry in config.entries() {
        if !cx.step() {
            return;
        }
        let Some(kinds) = wanted(&entry.key) else { continue };
        let Some(found) = Kinds::of(entry.value, Dialect::V1_1) else { continue };
        if kinds.contains(found) || config.entry(&entry.key).is_none_or(|last| last.range != entry.range) {
            continue;
        }
        // Nothing is fine for dbt v2, and truth values it takes as it can.
        let lenient = kinds.contains(TRUTH);
        let v2 = match Kinds::of(entry.value, Dialect::V1_2) {
            Some(found) if found != EMPTY && !kinds.contains(found) && !lenient => Verdict::Refused,
            _ => Verdict::Fine,
        };
        let range = if found == EMPTY { entry.key_range } else { entry.value.range() };
        cx.push(ShapeOf::Config, (refused, v2), range, wrong(&entry.key, kinds, found));
    }
}
