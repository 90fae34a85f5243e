//! `invalid-constraint`: a constraint that dbt refuses (spec §11). What is wrong with its form is a fact of the file,
//! see `project::facts::Shape`.

use project::NodeRef;
use project::facts::Constraint;
use project::flavor::Flavor;

use super::FileCx;
use super::nodes::Blame;
use crate::{Diagnostic, Severity};

pub(super) const CODE: &str = "invalid-constraint";

/// A model has one primary key: on one column, or on the model for several.
pub(super) fn check(cx: &FileCx<'_>, node: &NodeRef, out: &mut Vec<Diagnostic>) {
    let mesh = &cx.analysis.mesh;
    let Some((_, entry)) = node.entry.and_then(|site| mesh.entry(site)).filter(|_| cx.flavor() == Flavor::V1)
    else {
        return;
    };
    let is_key =
        |constraint: &&Constraint| constraint.kind.as_ref().is_some_and(|(kind, _)| kind == "primary_key");
    let columns = mesh.columns(node);
    let mut keyed =
        columns.iter().filter_map(|column| Some((column, column.constraints.iter().find(is_key)?)));
    let Some((first, key)) = keyed.next() else { return };
    let own = mesh.version_entry(node).and_then(|version| version.constraints.as_deref());
    let of_model = own.unwrap_or(&entry.constraints).iter().find(is_key);
    let found = match (of_model, keyed.next()) {
        (_, Some((second, other))) => {
            let message = format!(
                "'{}' and '{}' are both primary keys: make them one 'primary_key' under the model's constraints",
                first.name, second.name
            );
            Some((other.range, message))
        }
        (Some(_), None) => {
            let message = format!(
                "the model has a primary key under its own constraints: remove the one of '{}'",
                first.name
            );
            Some((key.range, message))
        }
        (None, None) => None,
    };
    let Some((range, message)) = found else { return };
    if let Some(range) = Blame::entry(node, range).here(cx) {
        out.push(Diagnostic::new(CODE, range, Severity::Error, message));
    }
}
