//! dbt_project.yml: its keys and what their values may be (spec §13; each rule was asked of dbt-core 1.11 and
//! 2.0.0-alpha.4).

use syntax::yaml::{Kind, Node};
use text::TextRange;

use super::{BOTH, Both, FlawOf, Flaws, Gravity, Is, V1, V2, config_tree, place, requirement, warn_error};
use crate::layout::FileKind;
use crate::schema::{self, Shape};

/// What the value of a key may be.
#[derive(Clone, Copy)]
enum Form {
    /// A list of texts, or nothing.
    Texts,
    /// A text, a list of texts, or nothing.
    TextOrTexts,
    /// A text, or nothing.
    Text,
    /// A mapping; dbt v1 takes nothing for an empty one only for some keys.
    Mapping { or_null: bool },
}

fn form(key: &str) -> Option<Form> {
    Some(match key {
        "on-run-start" | "on-run-end" => Form::TextOrTexts,
        "clean-targets" => Form::Texts,
        _ if key.ends_with("-paths") => Form::Texts,
        "target-path" | "log-path" | "packages-install-path" => Form::Text,
        "models" | "seeds" | "snapshots" | "vars" | "dbt-cloud" | "quoting" => {
            Form::Mapping { or_null: true }
        }
        "analyses" | "sources" | "tests" | "data_tests" | "unit_tests" | "metrics" | "semantic-models"
        | "saved-queries" | "exposures" | "functions" | "flags" => Form::Mapping { or_null: false },
        _ => return None,
    })
}

/// Words that are names of dbt's own to Jinja, so that no project may be called so (dbt v1).
const RESERVED: &[&str] = &[
    "_sql_results",
    "adapter",
    "api",
    "column",
    "config",
    "context",
    "database",
    "env",
    "env_var",
    "exceptions",
    "execute",
    "flags",
    "fromjson",
    "fromyaml",
    "graph",
    "invocation_id",
    "load_agate_table",
    "load_result",
    "log",
    "model",
    "modules",
    "post_hooks",
    "pre_hooks",
    "ref",
    "render",
    "return",
    "run_started_at",
    "schema",
    "source",
    "sql",
    "sql_now",
    "store_raw_result",
    "store_result",
    "target",
    "this",
    "tojson",
    "toyaml",
    "try_or_compiler_error",
    "var",
    "write",
];

pub(super) fn check(root: Option<Node<'_>>, out: &mut Flaws) {
    let top = TextRange::empty(0.into());
    let Some(root) = root.filter(|root| root.kind() != Kind::Null) else {
        out.push(FlawOf::Project, BOTH, top, "dbt_project.yml is empty: it needs at least a 'name'");
        return;
    };
    if root.kind() != Kind::Mapping {
        out.push(
            FlawOf::Project,
            BOTH,
            root.range(),
            "dbt_project.yml must be a mapping: write 'name: …' first",
        );
        return;
    }
    let shape = schema::shape_of(FileKind::ProjectFile);
    for entry in root.entries() {
        let key = &*entry.key;
        if let Some(shape) = shape.filter(|shape| shape.key(key).is_none()) {
            unknown(shape, key, entry.key_range, out);
            continue;
        }
        if let Some(form) = form(key) {
            has_form(form, key, entry.key_range, entry.value, out);
        }
        one(key, entry.key_range, entry.value, out);
    }
    together(root, out);
    match root.entry("name") {
        Some(name) => self::name(name.key_range, name.value, out),
        None => {
            let first = root.entries().next().map_or(top, |entry| entry.key_range);
            out.push(FlawOf::Name, BOTH, first, "the project has no 'name'");
        }
    }
}

fn unknown(shape: Shape, key: &str, range: TextRange, out: &mut Flaws) {
    let dashes = key.replace('_', "-");
    let known = || shape.keys().filter(|key| !key.quiet).map(|key| key.name);
    let near = match shape.key(&dashes).is_some() {
        true => Some(dashes.as_str()),
        false => text::suggest(key, known()),
    };
    let hint = near.map_or(String::new(), |near| format!("; did you mean '{near}'?"));
    out.push(FlawOf::Key, BOTH, range, format!("'{key}' is no key of dbt_project.yml{hint}"));
    if let Some(near) = near {
        out.instead(near);
    }
}

fn has_form(form: Form, key: &str, key_range: TextRange, value: Node<'_>, out: &mut Flaws) {
    let Some(is) = out.value(value) else { return };
    let range = place(value, key_range);
    match (form, is) {
        (Form::Texts | Form::TextOrTexts, Is::List) => {
            for item in value.items() {
                if matches!(out.value(item), Some(is) if is != Is::Text) {
                    out.push(
                        FlawOf::Project,
                        BOTH,
                        place(item, key_range),
                        format!("each item of '{key}' is a text"),
                    );
                }
            }
        }
        (Form::Texts, Is::Text) => {
            let text = value.text().unwrap_or_default();
            out.push(FlawOf::Project, BOTH, range, format!("'{key}' is a list: write [{text}]"));
            if value.scalar().is_some_and(|scalar| scalar.style == syntax::yaml::Style::Plain) {
                out.instead(format!("[{text}]"));
            }
        }
        (Form::TextOrTexts | Form::Text, Is::Text) | (Form::Mapping { .. }, Is::Mapping) => {}
        (Form::Texts | Form::TextOrTexts | Form::Text | Form::Mapping { or_null: true }, Is::Null) => {}
        (Form::Mapping { or_null: false }, Is::Null) => {
            let message = format!("'{key}' has no value: write {{}} or take the key away");
            out.push(FlawOf::Project, V1, key_range, message);
        }
        (Form::Texts, _) => out.push(FlawOf::Project, BOTH, range, format!("'{key}' is a list of texts")),
        (Form::TextOrTexts, _) => {
            out.push(FlawOf::Project, BOTH, range, format!("'{key}' is a text or a list of texts"));
        }
        (Form::Text, _) => out.push(FlawOf::Project, BOTH, range, format!("'{key}' is a text")),
        (Form::Mapping { .. }, _) => {
            // dbt v2 passes over `flags` of any other form.
            let both = if key == "flags" { V1 } else { BOTH };
            out.push(FlawOf::Project, both, range, format!("'{key}' is a mapping: keys and values"));
        }
    }
}

/// Rules of single keys.
fn one(key: &str, key_range: TextRange, value: Node<'_>, out: &mut Flaws) {
    let is = out.value(value);
    let range = place(value, key_range);
    match key {
        "version" => version(value, range, out),
        "config-version" => config_version(value, range, key_range, out),
        "profile" if matches!(is, Some(is) if !matches!(is, Is::Text | Is::Null)) => {
            out.push(FlawOf::Project, BOTH, range, "'profile' is the name of a profile: a text");
        }
        "restrict-access" => match is {
            Some(Is::Null) => {
                out.push(
                    FlawOf::Project,
                    V1,
                    key_range,
                    "'restrict-access' has no value: write true or false",
                );
            }
            Some(is) if is != Is::Bool => {
                out.push(FlawOf::Project, BOTH, range, "'restrict-access' is true or false, without quotes");
            }
            _ => {}
        },
        "dispatch" => dispatch(key_range, value, out),
        "query-comment" => match is {
            Some(Is::Bool | Is::Int | Is::Float | Is::List) => {
                let message = "'query-comment' is a text or a mapping with 'comment' and 'append'";
                out.push(FlawOf::Project, BOTH, range, message);
            }
            Some(Is::Mapping) => keys("query-comment", value, &["comment", "append", "job-label"], V1, out),
            _ => {}
        },
        "quoting" if is == Some(Is::Mapping) => quoting(value, out),
        "packages" => {
            out.push(FlawOf::Key, V2, key_range, "'packages' stand in packages.yml or dependencies.yml");
        }
        "project-root" => {
            out.push(FlawOf::Key, V2, key_range, "'project-root' is set by dbt itself: take it away")
        }
        "source-paths" => renamed(key, "model-paths", key_range, out),
        "data-paths" => renamed(key, "seed-paths", key_range, out),
        "target-path" | "log-path" => elsewhere(key, value, key_range, out),
        _ if config_tree::is_tree(key) => config_tree::check(key, value, out),
        _ => {}
    }
}

fn renamed(key: &str, now: &str, range: TextRange, out: &mut Flaws) {
    let both = (Gravity::Warning, Gravity::Error);
    out.push(FlawOf::Project, both, range, format!("'{key}' is the old name of '{now}'"));
    out.instead(now);
}

fn elsewhere(key: &str, value: Node<'_>, range: TextRange, out: &mut Flaws) {
    // dbt passes over the default that old projects were made with.
    let usual = if key == "target-path" { "target" } else { "logs" };
    if value.text().is_some_and(|text| text == usual) {
        return;
    }
    let variable = if key == "target-path" { "DBT_TARGET_PATH" } else { "DBT_LOG_PATH" };
    let message = format!("'{key}' no longer belongs here: use '--{key}' or the variable {variable}");
    out.push(FlawOf::Project, (Gravity::Warning, Gravity::Error), range, message);
}

/// The keys of a small mapping.
fn keys(owner: &str, value: Node<'_>, known: &[&str], both: Both, out: &mut Flaws) {
    for entry in value.entries().filter(|entry| !known.contains(&&*entry.key)) {
        let near = text::suggest(&entry.key, known.iter().copied());
        let hint = near.map_or(String::new(), |near| format!("; did you mean '{near}'?"));
        out.push(FlawOf::Key, both, entry.key_range, format!("'{}' is no key of '{owner}'{hint}", entry.key));
        if let Some(near) = near {
            out.instead(near);
        }
    }
}

fn quoting(value: Node<'_>, out: &mut Flaws) {
    let known = ["database", "schema", "identifier", "project", "snowflake_ignore_case"];
    keys("quoting", value, &known, BOTH, out);
    for entry in value.entries().filter(|entry| known.contains(&&*entry.key)) {
        if matches!(out.value(entry.value), Some(is) if !matches!(is, Is::Bool | Is::Null)) {
            let message = format!("'{}' is true or false, without quotes", entry.key);
            out.push(FlawOf::Project, V1, place(entry.value, entry.key_range), message);
        }
    }
}

/// dbt v1: `1.0` as a number or text, or `1.0.0` with pre-release and build; a whole number is refused.
fn version(value: Node<'_>, range: TextRange, out: &mut Flaws) {
    let both = match out.value(value) {
        Some(Is::Text) if !value.text().is_some_and(|text| is_version(&text)) => V1,
        Some(Is::Int) => V1,
        Some(Is::Bool | Is::List | Is::Mapping) => BOTH,
        _ => return,
    };
    out.push(FlawOf::Project, both, range, "'version' is like '1.0' or '1.0.0'");
}

fn is_version(text: &str) -> bool {
    let core = text.split(['-', '+']).next().unwrap_or_default();
    let parts: Vec<&str> = core.split('.').collect();
    let number = |part: &&str| {
        part.bytes().all(|b| b.is_ascii_digit())
            && !part.is_empty()
            && (*part == "0" || !part.starts_with('0'))
    };
    let numbers = parts.iter().all(number);
    match parts.len() {
        2 => numbers && core.len() == text.len(),
        3 => numbers,
        _ => false,
    }
}

fn config_version(value: Node<'_>, range: TextRange, key_range: TextRange, out: &mut Flaws) {
    let message = "'config-version' is always 2";
    match out.value(value) {
        Some(Is::Int) => match value.text().as_deref().map(str::trim) {
            Some("2") => {}
            _ => {
                out.push(FlawOf::Project, V1, range, message);
                out.instead("2");
            }
        },
        Some(Is::Null) => out.push(FlawOf::Project, V1, key_range, message),
        Some(Is::Text) => {
            out.push(FlawOf::Project, BOTH, range, "'config-version' is the number 2, without quotes")
        }
        _ => {}
    }
}

fn dispatch(key_range: TextRange, value: Node<'_>, out: &mut Flaws) {
    match out.value(value) {
        Some(Is::List) => {}
        Some(Is::Null) => {
            return out.push(
                FlawOf::Project,
                V1,
                key_range,
                "'dispatch' has no value: write [] or take the key away",
            );
        }
        Some(_) => {
            return out.push(
                FlawOf::Project,
                BOTH,
                place(value, key_range),
                "'dispatch' is a list of mappings",
            );
        }
        None => return,
    }
    for item in value.items() {
        if out.value(item).is_none_or(|is| is == Is::Null) {
            continue;
        }
        let first = item.entries().next().map_or(place(item, key_range), |entry| entry.key_range);
        if item.get("macro_namespace").is_none() {
            out.push(FlawOf::Project, BOTH, first, "an item of 'dispatch' needs a 'macro_namespace'");
            continue;
        }
        match item.entry("search_order") {
            None => out.push(FlawOf::Project, BOTH, first, "an item of 'dispatch' needs a 'search_order'"),
            Some(order) if matches!(out.value(order.value), Some(is) if is != Is::List) => {
                out.push(FlawOf::Project, BOTH, order.key_range, "'search_order' is a list of packages");
            }
            Some(_) => {}
        }
        keys("dispatch", item, &["macro_namespace", "search_order"], V2, out);
    }
}

/// Keys that exclude each other.
fn together(root: Node<'_>, out: &mut Flaws) {
    if let Some(required) = root.entry("require-dbt-version") {
        let flag = root.get("flags").and_then(|flags| flags.get("version_check")).and_then(Node::text);
        let checked = !flag.is_some_and(|flag| flag.eq_ignore_ascii_case("false"));
        requirement::check(required.key_range, required.value, checked, out);
    }
    for (old, new) in [("source-paths", "model-paths"), ("data-paths", "seed-paths")] {
        if let (Some(old_entry), Some(_)) = (root.entry(old), root.entry(new)) {
            let message = format!("'{old}' and '{new}' are the same: take '{old}' away");
            out.push(FlawOf::Project, BOTH, old_entry.key_range, message);
        }
    }
    if let Some(options) = root.get("flags").and_then(|flags| flags.entry("warn_error_options")) {
        warn_error::check(&options, out);
    }
    let filled = |key: &str| root.entry(key).filter(|entry| entry.value.entries().next().is_some());
    if let (Some(old), Some(_)) = (filled("tests"), filled("data_tests")) {
        let message = "'tests' and 'data_tests' are the same: move everything to 'data_tests'";
        out.push(FlawOf::Project, BOTH, old.key_range, message);
    }
}

fn name(key_range: TextRange, value: Node<'_>, out: &mut Flaws) {
    let Some(is) = out.value(value) else { return };
    let range = place(value, key_range);
    let text = value.text().unwrap_or_default();
    match is {
        Is::Text => {}
        Is::Null => return out.push(FlawOf::Name, BOTH, key_range, "the project has no 'name'"),
        Is::Bool | Is::Int | Is::Float => {
            out.push(
                FlawOf::Name,
                BOTH,
                range,
                format!("the project's name must be a text: '{text}' is none"),
            );
            return;
        }
        Is::List | Is::Mapping => {
            return out.push(FlawOf::Name, BOTH, key_range, "the project's name must be a text");
        }
    }
    if !is_identifier(&text) {
        let both = if text.contains(' ') { BOTH } else { V1 };
        let message = "a project's name has letters, digits and underscores only, and no digit first";
        out.push(FlawOf::Name, both, range, message);
        let right: String =
            text.trim().chars().map(|c| if c.is_alphanumeric() || c == '_' { c } else { '_' }).collect();
        if is_identifier(&right) && !RESERVED.contains(&right.as_str()) {
            out.instead(right);
        }
    } else if let Some(why) = reserved(&text) {
        out.push(FlawOf::Name, V1, range, why);
    }
}

/// Why dbt v1 lets no project be called so, if it does not.
pub fn reserved(name: &str) -> Option<String> {
    if RESERVED.contains(&name) {
        return Some(format!("'{name}' is a word of dbt's own, so no project can be called that"));
    }
    let is_dbt = name == "dbt";
    is_dbt.then(|| "'dbt' is the name of dbt's own macros, so no project can be called that".to_owned())
}

/// Python's `^[^\d\W]\w*$`.
fn is_identifier(text: &str) -> bool {
    let mut chars = text.chars();
    chars.next().is_some_and(|first| first.is_alphabetic() || first == '_')
        && chars.all(|c| c.is_alphanumeric() || c == '_')
}
