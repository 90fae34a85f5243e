//! `unit_tests:` (dbt 1.8 and later).

use smol_str::SmolStr;
use syntax::calls::Call;
use syntax::yaml::{Dialect, Kind, Node, Resolved};

use super::RefusedBy::{Both, V1, V2};
use super::form::{Form, is_dynamic};
use super::{NameUse, Wanted};

/// What a unit test says of incremental runs.
#[derive(Debug, Clone, PartialEq)]
pub struct Incremental {
    /// Index of the unit test's entry.
    pub entry: u32,
    /// The value it gives `is_incremental()`; `None` without one, `Some(None)` when it is not known.
    pub is_incremental: Option<Option<bool>>,
    /// Whether rows are given for `this`.
    pub gives_this: bool,
}

const FORMATS: &[&str] = &["dict", "csv", "sql"];

pub(super) fn read(mut form: Form<'_, '_>) {
    if !form.is_mapping() {
        return;
    }
    form.required("name", Both);
    if let Some(model) = form.required("model", Both) {
        form.name(Wanted::TestedModel, model, true);
    }
    match form.node.entry("given") {
        None => {
            let at = form.anchor();
            form.fault(V1, at, "a unit test needs 'given': write 'given: []' when the model reads nothing");
        }
        Some(entry) if entry.value.kind() == Kind::Null => {
            form.fault(
                V1,
                entry.key_range,
                "'given' must be a list: write '[]' when the model reads nothing",
            );
        }
        Some(_) => {}
    }
    for given in form.list("given", Both) {
        let mut given = form.part("an input", given);
        if !given.is_mapping() {
            continue;
        }
        let input = given.required("input", Both);
        if let Some(input) = input.filter(|input| !is_dynamic(*input)) {
            let fits = input.text().is_none_or(|text| text.contains('(') || text.trim() == "this");
            if !fits {
                given.fault(V2, input.range(), "an input is written ref('…'), source('…', '…') or this");
            }
        }
        rows(&mut given, input);
    }
    if let Some(expect) = form.required("expect", Both) {
        let mut expect = form.part("'expect'", expect);
        if expect.is_mapping() {
            rows(&mut expect, None);
        }
    }
    if let Some(overrides) = form.get("overrides") {
        let mut part = form.part("'overrides'", overrides);
        if part.is_mapping() {
            for entry in overrides.entries() {
                let known = matches!(&*entry.key, "macros" | "vars" | "env_vars");
                let fits = matches!(entry.value.kind(), Kind::Mapping | Kind::UnknownAlias | Kind::Null);
                if !known && !entry.key.is_empty() {
                    let message =
                        format!("'{}' is no key of 'overrides': macros, vars or env_vars", entry.key);
                    part.fault(V1, entry.key_range, message);
                } else if !fits {
                    part.fault(
                        V1,
                        entry.key_range,
                        format!("'{}' is a mapping: names and values", entry.key),
                    );
                }
                let wanted = match &*entry.key {
                    "macros" => Wanted::OverriddenMacro,
                    "vars" => Wanted::OverriddenVar,
                    _ => continue,
                };
                for named in entry.value.entries().filter(|named| !named.merged) {
                    part.name(wanted, named.key_node, true);
                }
            }
        }
    }
    versions(&mut form);
    incremental(&mut form);
}

/// The rows of an input, or of what is expected (then `input` is `None`). Rows of a dict are a list; of the
/// other formats they are one string, or a file of rows.
fn rows(form: &mut Form<'_, '_>, input: Option<Node<'_>>) {
    let format = form.get("format");
    if let Some(format) = format {
        form.one_of("format", format, FORMATS, Both);
    }
    let (rows, fixture) = (form.get("rows"), form.get("fixture"));
    if let Some(fixture) = fixture {
        form.name(Wanted::Fixture, fixture, true);
    }
    let format = match format {
        Some(format) if is_dynamic(format) => return,
        Some(format) => format.text().unwrap_or_default(),
        None => "dict".into(),
    };
    let (at, in_file) = (form.anchor(), fixture.is_some());
    match (&*format, rows) {
        ("dict", Some(rows)) => match rows.kind() {
            Kind::Scalar if !is_dynamic(rows) => {
                form.fault(
                    V1,
                    rows.range(),
                    "rows of the format 'dict' are a list: add 'format: csv' or 'format: sql'",
                );
            }
            Kind::Mapping => form.fault(V1, rows.range(), "rows are a list: begin each with '- '"),
            _ => {}
        },
        ("dict", None) if in_file => {
            let at = fixture.map_or(at, Node::range);
            form.fault(V1, at, "a fixture is a file of the format csv or sql: add 'format'");
        }
        ("dict", None) => match input {
            None if form.what == "'expect'" => form.fault(V1, at, "'expect' needs 'rows'"),
            Some(input) => seed(form, input),
            None => {}
        },
        ("csv" | "sql", None) if !in_file => {
            let message = format!("the format '{format}' needs 'rows' as one text, or a 'fixture'");
            form.fault(V1, at, message);
        }
        ("csv" | "sql", Some(rows)) if !in_file && matches!(rows.kind(), Kind::Sequence | Kind::Mapping) => {
            let message = format!("rows of the format '{format}' are one text: begin it with 'rows: |'");
            form.fault(V1, rows.range(), message);
        }
        _ => {}
    }
}

/// Without rows an input is a seed, whose file has them.
fn seed(form: &mut Form<'_, '_>, input: Node<'_>) {
    let (Some(scalar), Some(entry)) = (input.scalar(), form.at) else { return };
    let calls = super::super::calls_in(&scalar, true);
    let named = |call: &Call| {
        let [name] = call.args.as_slice() else { return None };
        let name_of = name.value.as_str().filter(|_| name.keyword.is_none() && call.name == "ref")?;
        Some((SmolStr::new(name_of), name.inner_range()))
    };
    let [call] = calls.as_slice() else { return };
    if let Some((name, range)) = named(call) {
        form.out.names.push(NameUse { wanted: Wanted::SeedRows, name, range, entry, counts: true });
    }
}

fn versions(form: &mut Form<'_, '_>) {
    let Some(versions) = form.get("versions") else { return };
    let mut part = form.part("'versions'", versions);
    if !part.is_mapping() {
        return;
    }
    let some =
        |part: &Form<'_, '_>, key: &str| part.get(key).is_some_and(|list| list.items().next().is_some());
    if some(&part, "include") && some(&part, "exclude") {
        let at = part.anchor();
        return part.fault(V1, at, "a unit test names the versions to 'include' or to 'exclude', not both");
    }
    for key in ["include", "exclude"] {
        for version in part.list(key, Both) {
            part.name(Wanted::TestedVersion, version, key == "include");
        }
    }
}

fn incremental(form: &mut Form<'_, '_>) {
    let Some(entry) = form.at else { return };
    let value = form.get("overrides").and_then(|overrides| overrides.get("macros")?.get("is_incremental"));
    // dbt does not render it: what is no truth value in YAML is none.
    let is_incremental = value.and_then(|value| {
        let resolved = value.scalar().map(|scalar| scalar.resolve(Dialect::V1_1));
        match (resolved, value.kind()) {
            (Some(Resolved::Bool(truth)), _) => Some(Some(truth)),
            (_, Kind::UnknownAlias) => Some(None),
            _ => None,
        }
    });
    let mut inputs = form.get("given").into_iter().flat_map(Node::items);
    let gives_this = inputs.any(|given| {
        given.get("input").is_none_or(|input| is_dynamic(input) || input.text().as_deref() == Some("this"))
    });
    form.out.incremental.push(Incremental { entry, is_incremental, gives_this });
}
