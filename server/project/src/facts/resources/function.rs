//! `functions:` (dbt 1.11 and later).

use syntax::yaml::Kind;

use super::RefusedBy::{Both, V1};
use super::form::Form;

pub(super) fn read(mut form: Form<'_, '_>) {
    if !form.is_mapping() {
        return;
    }
    form.required("name", Both);
    if let Some(returns) = form.required("returns", V1) {
        let mut returns = form.part("'returns'", returns);
        if returns.is_mapping() {
            returns.required("data_type", V1);
        }
    }
    let mut defaulted = false;
    for argument in form.list("arguments", Both) {
        if argument.kind() != Kind::Mapping {
            continue;
        }
        let mut part = form.part("an argument", argument);
        part.required("name", Both);
        part.required("data_type", V1);
        let has_default = part.get("default_value").is_some();
        if defaulted && !has_default {
            let at = part.anchor();
            part.fault(
                Both,
                at,
                "an argument without a 'default_value' stands behind one that has it: move it before, or give it one",
            );
        }
        defaulted |= has_default;
    }
}
