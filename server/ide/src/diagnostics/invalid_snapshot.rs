//! `invalid-snapshot`: a snapshot without the configs that dbt needs (spec §10). What it reads is a fact of the file, see
//! `project::facts::Shape`.

use project::NodeRef;
use project::flavor::Flavor;
use syntax::calls::{Lit, Value};

use super::FileCx;
use super::definitions::is_built;
use super::nodes::{Blame, may_configure};
use crate::{Diagnostic, Severity};

pub(super) const CODE: &str = "invalid-snapshot";

/// Of one snapshot; says what belongs into this file.
pub(super) fn check(cx: &FileCx<'_>, node: &NodeRef, out: &mut Vec<Diagnostic>) {
    if !is_built(cx, node) {
        return;
    }
    let Some((keys, message)) = problem(cx, node) else { return };
    if may_configure(cx, node) {
        return;
    }
    if let Some(range) = Blame::of(cx, node, keys).here(cx) {
        out.push(Diagnostic::new(CODE, range, Severity::Error, message));
    }
}

/// The keys that are to blame, and what is wrong.
fn problem(cx: &FileCx<'_>, node: &NodeRef) -> Option<(&'static [&'static str], String)> {
    let of = |key| Config::of(cx.analysis.mesh.setting(node, key));
    let name = &node.name;
    let (strategy, key) = (of("strategy"), of("unique_key"));
    if strategy == Config::Unknown || key == Config::Unknown {
        return None;
    }
    let missing: Vec<&str> = [(&strategy, "'strategy'"), (&key, "'unique_key'")]
        .into_iter()
        .filter(|(config, _)| **config == Config::Unset)
        .map(|(_, name)| name)
        .collect();
    if !missing.is_empty() {
        return Some((&[], format!("the snapshot '{name}' needs the config {}", missing.join(" and "))));
    }
    // dbt v2 looks at no more when it parses.
    if cx.flavor() == Flavor::V2 {
        return None;
    }
    let (updated, columns) = (of("updated_at"), of("check_cols"));
    let found: (&'static [&'static str], String) = match &strategy {
        Config::Text(word) if word == "check" => match columns {
            Config::Unset => (&["strategy"], format!("the strategy 'check' of '{name}' needs 'check_cols'")),
            Config::Text(word) if word != "all" => {
                (&["check_cols"], format!("check_cols is 'all' or a list of columns: write ['{word}']"))
            }
            _ => return materialized(cx, node),
        },
        Config::Text(word) if word == "timestamp" => match (updated, columns) {
            (Config::Unset, _) => {
                (&["strategy"], format!("the strategy 'timestamp' of '{name}' needs 'updated_at'"))
            }
            (_, Config::Text(_) | Config::Other) => {
                (&["check_cols"], "the strategy 'timestamp' takes no 'check_cols': remove it".to_owned())
            }
            _ => return materialized(cx, node),
        },
        _ => return materialized(cx, node),
    };
    Some(found)
}

fn materialized(cx: &FileCx<'_>, node: &NodeRef) -> Option<(&'static [&'static str], String)> {
    let value = cx.analysis.mesh.setting(node, "materialized")?;
    let word = value.as_str().filter(|word| !matches!(*word, "snapshot" | ""))?;
    Some((&["materialized"], format!("a snapshot cannot be materialized as '{word}': remove this")))
}

#[derive(Debug, PartialEq, Eq)]
enum Config {
    Unset,
    Text(String),
    Other,
    Unknown,
}

impl Config {
    /// As Python's truth: an empty text or list is as good as none.
    fn of(value: Option<Value>) -> Config {
        let Some(value) = value else { return Config::Unset };
        match value.single() {
            None => Config::Unknown,
            Some(lit) if lit.truthy() == Some(false) => Config::Unset,
            Some(Lit::Str(text)) => Config::Text(text.to_string()),
            Some(_) => Config::Other,
        }
    }
}
