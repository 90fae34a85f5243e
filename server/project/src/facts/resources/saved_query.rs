//! `saved_queries:` of the semantic layer.

use super::RefusedBy::Both;
use super::Wanted;
use super::form::Form;

const EXPORTS: &[&str] = &["table", "view"];

pub(super) fn read(mut form: Form<'_, '_>) {
    if !form.is_mapping() {
        return;
    }
    if let Some(name) = form.required("name", Both) {
        form.layer_name(name);
    }
    if let Some(params) = form.required("query_params", Both) {
        let mut params = form.part("'query_params'", params);
        if params.is_mapping() {
            for metric in params.list("metrics", Both) {
                params.name(Wanted::Metric, metric, true);
            }
        }
    }
    for export in form.list("exports", Both) {
        let mut export = form.part("an export", export);
        if !export.is_mapping() {
            continue;
        }
        export.required("name", Both);
        if let Some(config) = export.get("config") {
            let mut config = export.part("'config'", config);
            if let Some(kind) = config.get("export_as") {
                config.one_of("export_as", kind, EXPORTS, Both);
            }
        }
    }
}
