//! `invalid-config`: a config whose value is one that dbt does not take. Those of a wrong kind are facts of the file, see
//! `project::facts::Shape`.

use project::NodeRef;
use project::flavor::Flavor;

use super::FileCx;
use super::nodes::Blame;
use crate::{Diagnostic, Severity};

pub(super) const CODE: &str = "invalid-config";

/// dbt v1 lets a seed be nothing else, wherever it is set.
pub(super) fn seed(cx: &FileCx<'_>, node: &NodeRef, out: &mut Vec<Diagnostic>) {
    let value = cx.analysis.mesh.setting(node, "materialized");
    let Some(word) = value.as_ref().and_then(|value| value.as_str()).filter(|word| *word != "seed") else {
        return;
    };
    if cx.flavor() != Flavor::V1 {
        return;
    }
    if let Some(range) = Blame::of(cx, node, &["materialized"]).here(cx) {
        let message =
            format!("the seed '{}' cannot be materialized as '{word}': remove this config", node.name);
        out.push(Diagnostic::new(CODE, range, Severity::Error, message));
    }
}
