//! `exposures:` (spec §10).

use syntax::yaml::{Kind, Node};

use super::RefusedBy::{Both, V1, V2};
use super::form::{Form, is_dynamic, is_null, is_rendered_call};

const TYPES: &[&str] = &["dashboard", "notebook", "analysis", "ml", "application"];
const MATURITIES: &[&str] = &["low", "medium", "high"];

pub(super) fn read(mut form: Form<'_, '_>) {
    if !form.is_mapping() {
        return;
    }
    if let Some(name) = form.required("name", Both)
        && name.text().is_some_and(|text| text.contains(' '))
        && !is_dynamic(name)
    {
        form.fault(V2, name.range(), "dbt wants letters, digits and '_' here: keep the spaces for 'label'");
    }
    if let Some(kind) = form.required("type", Both) {
        form.one_of("type", kind, TYPES, Both);
    }
    owner(&mut form);
    if let Some(maturity) = form.get("maturity") {
        form.one_of("maturity", maturity, MATURITIES, V1);
    }
    for item in form.list("depends_on", Both) {
        // dbt v1 renders anything and takes no note of what is no call.
        let plain = item.text().is_some_and(|text| !text.contains('(') && !text.trim().is_empty());
        if is_rendered_call(item) {
            form.fault(Both, item.range(), "dbt evaluates this without braces: write ref(…) alone");
        } else if plain && !is_dynamic(item) {
            form.fault(V2, item.range(), "dbt ignores this: write ref(…), source(…) or metric(…)");
        }
    }
}

fn owner(form: &mut Form<'_, '_>) {
    let Some(entry) = form.node.entry("owner") else {
        let at = form.anchor();
        return form.fault(Both, at, "an exposure needs an 'owner' with a 'name' or an 'email'");
    };
    let reachable = |owner: Node<'_>| {
        ["name", "email"].iter().any(|key| owner.get(key).is_some_and(|value| !is_null(value)))
    };
    match entry.value.kind() {
        _ if is_null(entry.value) => {
            form.fault(V1, entry.key_range, "an exposure's 'owner' needs a 'name' or an 'email'");
        }
        Kind::Mapping if reachable(entry.value) => {}
        Kind::Mapping => {
            form.fault(V1, entry.key_range, "an exposure's 'owner' needs a 'name' or an 'email'");
        }
        Kind::UnknownAlias => {}
        _ if is_dynamic(entry.value) => {}
        _ => form.fault(
            Both,
            entry.key_range,
            "an exposure's 'owner' is a mapping with a 'name' or an 'email'",
        ),
    }
}
