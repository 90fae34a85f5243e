//! `invalid-microbatch`: an incremental model of strategy microbatch without the configs that dbt v1 needs (spec §10).

use project::NodeRef;
use project::flavor::Flavor;
use project::names::Space;
use syntax::calls::{Lit, Value};

use super::FileCx;
use super::definitions::is_built;
use super::nodes::{Blame, may_configure};
use crate::{Diagnostic, Severity};

pub(super) const CODE: &str = "invalid-microbatch";

const SIZES: [&str; 4] = ["hour", "day", "month", "year"];

/// Of one model; says what belongs into this file.
pub(super) fn check(cx: &FileCx<'_>, node: &NodeRef, out: &mut Vec<Diagnostic>) {
    let mesh = &cx.analysis.mesh;
    let is = |key, word| mesh.setting(node, key).is_some_and(|value| value.as_str() == Some(word));
    if cx.flavor() != Flavor::V1
        || !is("incremental_strategy", "microbatch")
        || !is("materialized", "incremental")
        || !is_built(cx, node)
    {
        return;
    }
    // A project's own macro decides what it needs.
    let own = |package: &project::Package| {
        ["get_incremental_microbatch_sql", "default__get_incremental_microbatch_sql"]
            .iter()
            .any(|name| package.site(Space::Macro, name).is_some())
    };
    if cx.resolver.packages().any(own) || may_configure(cx, node) {
        return;
    }
    let name = &node.name;
    let problems = [
        ("event_time", event_time(mesh.setting(node, "event_time"))),
        ("begin", begin(mesh.setting(node, "begin"))),
        ("batch_size", batch_size(mesh.setting(node, "batch_size"))),
    ];
    for (key, problem) in problems {
        let Some(problem) = problem else { continue };
        if let Some(range) = Blame::of(cx, node, &[key, "incremental_strategy"]).here(cx) {
            let message = format!("the microbatch model '{name}' needs {problem}");
            out.push(Diagnostic::new(CODE, range, Severity::Error, message));
        }
    }
}

fn event_time(value: Option<Value>) -> Option<&'static str> {
    match value.as_ref().map(Value::single) {
        None | Some(Some(Lit::None)) => Some("'event_time': the column with the time of an event"),
        Some(Some(Lit::Str(_)) | None) => None,
        Some(Some(_)) => Some("the name of a column as 'event_time'"),
    }
}

fn begin(value: Option<Value>) -> Option<&'static str> {
    match value.as_ref().map(Value::single) {
        None | Some(Some(Lit::None)) => Some("'begin': the time of its first batch, such as '2024-01-01'"),
        Some(Some(Lit::Str(text))) => {
            let dated = text.starts_with(|c: char| c.is_ascii_digit());
            (!dated).then_some("a date as 'begin', such as '2024-01-01'")
        }
        Some(Some(Lit::Int(_) | Lit::Bool(_))) => Some("a date as 'begin', such as '2024-01-01'"),
        Some(_) => None,
    }
}

fn batch_size(value: Option<Value>) -> Option<&'static str> {
    const WANTED: &str = "a 'batch_size' of hour, day, month or year";
    match value.as_ref().map(Value::single) {
        None => Some(WANTED),
        Some(Some(Lit::Str(size))) => (!SIZES.contains(&size.as_str())).then_some(WANTED),
        Some(Some(Lit::None)) => Some(WANTED),
        Some(_) => None,
    }
}
