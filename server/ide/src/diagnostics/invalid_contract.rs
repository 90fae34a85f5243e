//! `invalid-contract`: an enforced contract that dbt refuses, or that fails when the model is built (spec §11).

use project::NodeRef;
use project::facts::Constraint;
use project::flavor::Flavor;
use project::layout::FileKind;
use syntax::calls::{Lit, Value};
use text::TextRange;

use super::nodes::{Blame, may_configure};
use super::{FileCx, wording};
use crate::{Diagnostic, Severity};

pub(super) const CODE: &str = "invalid-contract";

/// How many columns a message lists.
const SHOWN: usize = 6;

/// Of one model; says what belongs into this file.
pub(super) fn check(cx: &FileCx<'_>, node: &NodeRef, out: &mut Vec<Diagnostic>) {
    let mesh = &cx.analysis.mesh;
    if let Some(setting) = cx.facts.settings.get("contract").filter(|_| node.file == cx.file)
        && !is_mapping(&setting.value)
    {
        let message = "a contract is a mapping: write {'enforced': true}";
        out.push(Diagnostic::new(CODE, setting.value_range, Severity::Error, message));
        return;
    }
    if mesh.contract(node) != Some(true) {
        return;
    }
    let mut say = |blame: Blame, severity: Severity, message: String| {
        if let Some(range) = blame.here(cx) {
            out.push(Diagnostic::new(CODE, range, severity, message));
        }
    };
    let contract = || Blame::of(cx, node, &["contract"]);
    let v1 = cx.flavor() == Flavor::V1;
    let columns = mesh.columns(node);
    if mesh.file(node.file).is_some_and(|file| file.kind == FileKind::PythonModel) {
        if v1 {
            let message =
                format!("'{}' is a Python model, and dbt enforces contracts of SQL models only", node.name);
            say(contract(), Severity::Error, message);
        }
    } else if columns.is_empty() {
        let message =
            format!("the contract of '{}' needs its columns: list them in a properties file", node.name);
        // Without an entry dbt v1 finds out when it builds the model.
        let severity = if v1 && node.entry.is_some() { Severity::Error } else { Severity::Warning };
        say(contract(), severity, message);
    }
    let untyped: Vec<_> = columns.iter().filter(|column| column.data_type.is_none()).collect();
    if let Some(first) = untyped.first() {
        let names = wording::list(untyped.iter().map(|column| format!("'{}'", column.name)), SHOWN);
        let message = format!("the contract of '{}' needs a data_type for {names}", node.name);
        say(Blame::entry(node, first.name_range), Severity::Warning, message);
    }
    if v1 && let Some(written) = schema_change(cx, node) {
        let message = format!(
            "on_schema_change is '{written}', and an incremental model with a contract needs 'append_new_columns' or \
             'fail'"
        );
        say(Blame::of(cx, node, &["on_schema_change", "contract"]), Severity::Error, message);
    }
    if let Some((materialized, range)) = unsupported(cx, node) {
        let message = format!(
            "dbt creates no constraints for a {materialized}: make it a table, or set warn_unsupported: false"
        );
        say(Blame::entry(node, range), Severity::Warning, message);
    }
}

/// What `on_schema_change` is, where dbt v1 refuses it.
fn schema_change(cx: &FileCx<'_>, node: &NodeRef) -> Option<String> {
    let mesh = &cx.analysis.mesh;
    if mesh.setting(node, "materialized")?.as_str() != Some("incremental") {
        return None;
    }
    match mesh.setting(node, "on_schema_change") {
        None => (!may_configure(cx, node)).then(|| "ignore".to_owned()),
        Some(value) => match value.single()? {
            Lit::Str(word) if matches!(word.as_str(), "append_new_columns" | "fail") => None,
            Lit::Str(word) => Some(word.to_string()),
            _ => None,
        },
    }
}

/// The materialization that cannot have constraints, and the first of them.
fn unsupported(cx: &FileCx<'_>, node: &NodeRef) -> Option<(String, TextRange)> {
    let mesh = &cx.analysis.mesh;
    let materialized = match mesh.setting(node, "materialized") {
        None if may_configure(cx, node) => return None,
        None => "view".to_owned(),
        Some(value) => value.as_str()?.to_owned(),
    };
    if matches!(materialized.as_str(), "table" | "incremental") {
        return None;
    }
    let (_, entry) = mesh.entry(node.entry?)?;
    let own = mesh.version_entry(node).and_then(|version| version.constraints.as_deref());
    let all = mesh.columns(node).into_iter().flat_map(|column| column.constraints.iter());
    let mut all = own.unwrap_or(&entry.constraints).iter().chain(all);
    let first: &Constraint = all.find(|constraint| constraint.warns)?;
    Some((materialized, first.range))
}

/// Whether a value is a contract that dbt can read.
fn is_mapping(value: &Value) -> bool {
    value.single().is_none_or(|lit| matches!(lit, Lit::Dict { .. }))
}
