//! The form of generic tests on models, sources and columns (spec §10).

use syntax::yaml::{Dialect, Entry, Kind, Node};

use super::check::Checker;
use super::forms::{EMPTY, Kinds, TEXT};
use super::{ShapeOf, Verdict, config};

const REFUSED: (Verdict, Verdict) = (Verdict::Refused, Verdict::Refused);

/// Keys of a test that are no arguments.
const OWN: [&str; 5] = ["config", "description", "name", "arguments", "test_name"];

/// Configs that dbt v1 also takes beside `config`.
pub(in crate::facts) const CONFIGS: [&str; 14] = [
    "severity",
    "tags",
    "enabled",
    "where",
    "limit",
    "warn_if",
    "error_if",
    "fail_calc",
    "store_failures",
    "store_failures_as",
    "meta",
    "database",
    "schema",
    "alias",
];

/// What is written beside a test's `arguments` and `config` and is part of the test's own form.
pub(in crate::facts) fn is_argument(key: &str) -> bool {
    !OWN.contains(&key) && !CONFIGS.contains(&key)
}

pub(super) fn list(cx: &mut Checker, list: Node<'_>) {
    for item in list.items() {
        if !cx.step() {
            return;
        }
        match item.kind() {
            Kind::Scalar => {
                let kind = Kinds::of(item, Dialect::V1_1);
                if kind.is_some_and(|kind| kind != TEXT) {
                    cx.push(ShapeOf::Test, REFUSED, item.range(), "a test is its name, or a mapping of it");
                } else if let Some(text) = item.text() {
                    name(cx, &text, item);
                }
            }
            Kind::Mapping => mapping(cx, item),
            Kind::UnknownAlias => {}
            _ => cx.push(ShapeOf::Test, REFUSED, item.range(), "a test is its name, or a mapping of it"),
        }
    }
}

fn mapping(cx: &mut Checker, item: Node<'_>) {
    if item.entry("test_name").is_some() {
        return arguments(cx, item);
    }
    let mut keys = item.entries();
    let Some(first) = keys.next() else {
        return cx.push(ShapeOf::Test, REFUSED, item.range(), "a test needs a name: write '- not_null'");
    };
    if let Some(second) = keys.next() {
        let message = if first.value.kind() == Kind::Null {
            format!("'{}' belongs below '{}': indent it by two more", second.key, first.key)
        } else {
            format!("a test has one name: begin '{}' with its own '- '", second.key)
        };
        return cx.push(ShapeOf::Test, REFUSED, second.key_range, message);
    }
    name(cx, &first.key, first.key_node);
    match first.value.kind() {
        Kind::Mapping => arguments(cx, first.value),
        Kind::UnknownAlias => {}
        Kind::Null => {
            let message = format!("nothing stands below '{0}': write '- {0}' without the colon", first.key);
            cx.push(ShapeOf::Test, REFUSED, first.key_range, message);
        }
        _ => {
            let message = format!("what '{}' takes is a mapping: write 'arguments:' below it", first.key);
            cx.push(ShapeOf::Test, REFUSED, first.value.range(), message);
        }
    }
}

/// dbt reads a name as far as it is a word, so that only its beginning can be wrong.
fn name(cx: &mut Checker, name: &str, node: Node<'_>) {
    if !name.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_') && !name.contains("{{") {
        let message = format!("'{name}' is no name of a test: it must begin with a letter or '_'");
        cx.push(ShapeOf::Test, REFUSED, node.range(), message);
    }
}

fn arguments(cx: &mut Checker, test: Node<'_>) {
    let nested = test.get("arguments");
    let below = test.get("config");
    // dbt v1 asks for `arguments` only where there are none.
    let asks = nested.is_none_or(|nested| nested.entries().next().is_none());
    let (mut arguments, mut configs) = (Vec::new(), Vec::new());
    for entry in test.entries() {
        if !cx.step() {
            return;
        }
        let key = &*entry.key;
        if key == "model" {
            own_argument(cx, &entry);
        } else if is_argument(key) && key != "column_name" {
            arguments.push(entry);
        } else if CONFIGS.contains(&key) {
            let twice = below.is_some_and(|below| below.entry(key).is_some());
            if twice && Kinds::of(entry.value, Dialect::V1_1) != Some(EMPTY) {
                let message = format!("'{key}' stands here and below 'config': keep that one");
                cx.push(
                    ShapeOf::Arguments,
                    (Verdict::Refused, Verdict::RefusedIfUsed),
                    entry.key_range,
                    message,
                );
            } else {
                configs.push(entry);
            }
        }
    }
    let v1 = if asks { Verdict::Warned } else { Verdict::Fine };
    beside(cx, &arguments, (v1, Verdict::RefusedIfUsed), ("an argument", "arguments"));
    beside(cx, &configs, (Verdict::Warned, Verdict::RefusedIfUsed), ("a config", "config"));
    if let Some(entry) = nested.and_then(|nested| nested.entry("model")) {
        own_argument(cx, &entry);
    }
    if let Some(below) = below {
        config::of_test(cx, below);
    }
}

/// dbt itself says which model is tested.
fn own_argument(cx: &mut Checker, entry: &Entry<'_>) {
    let message = "'model' is the test's own argument: give this one another name";
    cx.push(ShapeOf::Test, (Verdict::Refused, Verdict::RefusedIfUsed), entry.key_range, message);
}

/// Said once for each test: at the first of the keys that belong further in.
fn beside(cx: &mut Checker, keys: &[Entry<'_>], verdicts: (Verdict, Verdict), (what, below): (&str, &str)) {
    let Some(first) = keys.first() else { return };
    let message = match keys {
        [one] => format!("'{}' is {what} of the test: put it below '{below}:'", one.key),
        _ => {
            let names: Vec<String> = keys.iter().map(|entry| format!("'{}'", entry.key)).collect();
            format!("{} belong below '{below}:'", names.join(", "))
        }
    };
    cx.push(ShapeOf::Arguments, verdicts, first.key_range, message);
}
