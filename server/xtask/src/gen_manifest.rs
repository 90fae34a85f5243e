//! Writes a manifest.json as large as real ones get: a producer for measuring the manifest reader.
//!
//! Deterministic: the same numbers give the same bytes. Written as it is made, never held in memory.

#![allow(clippy::disallowed_methods, reason = "a developer's tool writes files")]

use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::Path;

use anyhow::{Context, Result};
use serde_json::{Value, json};

/// The project that the manifest belongs to.
pub const PROJECT: &str = "platform";

const WORDS: [&str; 32] = [
    "customer", "order", "payment", "invoice", "shipment", "product", "region", "amount", "status", "date",
    "segment", "price", "total", "gross", "margin", "session", "event", "user", "account", "channel", "cost",
    "country", "currency", "discount", "item", "month", "plan", "quantity", "refund", "source", "store",
    "tax",
];
const TYPES: [&str; 8] =
    ["varchar", "number(38,0)", "timestamp_ntz", "boolean", "date", "float", "number(18,2)", "variant"];
const GROUPS: [&str; 6] = ["finance", "sales", "product", "growth", "risk", "core"];

/// Writes a dbt 1.10 manifest (schema v12) to `path`: `models` models of `columns_per_model` columns with SQL,
/// two tests each, one source table per twenty, macros, and the parent and child maps.
///
/// 8,700 models of 18 columns make 200 MB.
pub fn write(path: &Path, models: usize, columns_per_model: usize) -> Result<()> {
    let file = File::create(path).with_context(|| format!("cannot write {}", path.display()))?;
    let mut out = BufWriter::with_capacity(1 << 20, file);
    let mut dice = Dice(0x9e37_79b9_7f4a_7c15);
    out.write_all(b"{\"metadata\": ")?;
    serde_json::to_writer(&mut out, &metadata())?;

    let mut nodes = Section::start(&mut out, "nodes")?;
    for index in 0..models {
        let model = model(&mut dice, index, columns_per_model);
        nodes.entry(&mut out, &unique_id(index), &model)?;
        for (test, column) in [("not_null", 0), ("unique", 1)] {
            let (id, test) = data_test(&mut dice, index, test, column);
            nodes.entry(&mut out, &id, &test)?;
        }
    }
    nodes.end(&mut out)?;

    let mut sources = Section::start(&mut out, "sources")?;
    for index in 0..models.div_ceil(20) {
        let id = format!("source.{PROJECT}.raw.table_{index}");
        sources.entry(&mut out, &id, &source(&mut dice, index, columns_per_model))?;
    }
    sources.end(&mut out)?;

    let mut macros = Section::start(&mut out, "macros")?;
    for index in 0..models / 2 + 500 {
        let package = if index.is_multiple_of(10) { PROJECT } else { "dbt" };
        let id = format!("macro.{package}.macro_{index}");
        macros.entry(&mut out, &id, &sql_macro(&mut dice, package, index))?;
    }
    macros.end(&mut out)?;

    let mut groups = Section::start(&mut out, "groups")?;
    for group in GROUPS {
        let id = format!("group.{PROJECT}.{group}");
        groups.entry(
            &mut out,
            &id,
            &json!({"name": group, "resource_type": "group", "package_name": PROJECT, "path": "groups.yml",
                "original_file_path": "models/groups.yml", "unique_id": id,
                "owner": {"email": format!("{group}@example.com"), "name": format!("The {group} team")}}),
        )?;
    }
    groups.end(&mut out)?;

    for (name, forward) in [("parent_map", false), ("child_map", true)] {
        let mut map = Section::start(&mut out, name)?;
        for index in 0..models {
            let near = parents(if forward { index + 40 } else { index });
            map.entry(&mut out, &unique_id(index), &json!(near))?;
        }
        map.end(&mut out)?;
    }
    for empty in ["docs", "exposures", "metrics", "selectors", "disabled", "group_map", "saved_queries"] {
        write!(out, ", \"{empty}\": {{}}")?;
    }
    out.write_all(b", \"semantic_models\": {}, \"unit_tests\": {}, \"functions\": {}}")?;
    out.flush()?;
    Ok(())
}

/// The name of a model.
pub fn model_name(index: usize) -> String {
    let layer = ["stg", "int", "fct", "dim"][index % 4];
    let (a, b) = (WORDS[index % 32], WORDS[index / 32 % 32]);
    format!("{layer}_{a}_{b}_{index:05}")
}

fn unique_id(index: usize) -> String {
    format!("model.{PROJECT}.{}", model_name(index))
}

fn parents(index: usize) -> Vec<String> {
    [1, 7, 40].iter().filter_map(|back| index.checked_sub(*back)).map(unique_id).collect()
}

fn metadata() -> Value {
    json!({"dbt_schema_version": "https://schemas.getdbt.com/dbt/manifest/v12.json", "dbt_version": "1.10.4",
        "generated_at": "2026-10-01T00:00:00.000000Z", "invocation_id": "00000000-0000-0000-0000-000000000000",
        "env": {}, "project_name": PROJECT, "project_id": "34a6e5d64ade17ef4e51612c50dd72f5", "user_id": null,
        "send_anonymous_usage_stats": false, "adapter_type": "snowflake"})
}

fn model(dice: &mut Dice, index: usize, columns: usize) -> Value {
    let name = model_name(index);
    let group = GROUPS[index % 6];
    let access = ["public", "protected", "private", "protected"][index % 4];
    let lines = 24 + dice.below(36);
    let raw = sql(dice, index, lines);
    let compiled = raw.replace("{{ ref('", "\"PROD\".\"marts\".\"").replace("') }}", "\"");
    let config = json!({"enabled": true, "alias": null, "schema": "marts", "database": null, "tags": ["nightly", group],
        "meta": {"owner": format!("team-{group}"), "pii": false}, "group": group, "materialized": "table",
        "incremental_strategy": null, "batch_size": null, "lookback": 1, "begin": null, "persist_docs": {},
        "post-hook": [], "pre-hook": [], "quoting": {}, "column_types": {}, "full_refresh": null, "unique_key": null,
        "on_schema_change": "ignore", "on_configuration_change": "apply", "grants": {}, "packages": [],
        "docs": {"show": true, "node_color": null}, "contract": {"enforced": true, "alias_types": true},
        "event_time": null, "concurrent_batches": null, "access": access});
    let start = json!({"database": "PROD", "schema": "marts", "name": name, "resource_type": "model", "package_name": PROJECT,
        "path": format!("marts/{group}/{name}.sql"), "original_file_path": format!("models/marts/{group}/{name}.sql"),
        "unique_id": unique_id(index), "fqn": [PROJECT, "marts", group, name], "alias": name,
        "checksum": {"name": "sha256", "checksum": dice.hex(64)}, "config": config, "tags": ["nightly", group],
        "description": dice.prose(30), "columns": self::columns(dice, columns), "meta": {}, "group": group,
        "docs": {"show": true, "node_color": null},
        "patch_path": format!("{PROJECT}://models/marts/{group}/_{group}.yml"), "build_path": null});
    let rest = json!({
        "unrendered_config": {"materialized": "table", "access": access, "group": group},
        "created_at": 1_759_300_000.125, "relation_name": format!("\"PROD\".\"marts\".\"{name}\""), "raw_code": raw,
        "doc_blocks": [], "language": "sql",
        "refs": parents(index).iter().map(|id| json!({"name": id, "package": null, "version": null})).collect::<Vec<_>>(),
        "sources": [], "metrics": [],
        "depends_on": {"macros": ["macro.dbt.is_incremental"], "nodes": parents(index)},
        "compiled_path": format!("target/compiled/{name}.sql"), "compiled": true, "compiled_code": compiled,
        "extra_ctes_injected": true, "extra_ctes": [],
        "contract": {"enforced": true, "alias_types": true, "checksum": dice.hex(64)}, "access": access,
        "constraints": [], "version": null, "latest_version": null, "deprecation_date": null, "primary_key": [],
        "time_spine": null});
    merged(start, rest)
}

/// Two halves of an object: the `json!` macro cannot take so many keys at once.
fn merged(mut a: Value, b: Value) -> Value {
    if let (Value::Object(a), Value::Object(b)) = (&mut a, b) {
        a.extend(b);
    }
    a
}

fn columns(dice: &mut Dice, count: usize) -> Value {
    let column = |dice: &mut Dice, at: usize| {
        let name = format!("{}_{}_{at}", dice.word(), dice.word());
        let constraints = if at.is_multiple_of(5) {
            json!([{"type": "not_null", "expression": null, "name": null, "to": null, "to_columns": [],
                "warn_unenforced": true, "warn_unsupported": true}])
        } else {
            json!([])
        };
        let value = json!({"name": name, "description": dice.prose(12), "meta": {},
            "data_type": TYPES[dice.below(TYPES.len())], "constraints": constraints, "quote": null,
            "config": {"meta": {}, "tags": []}, "tags": [], "granularity": null, "dimension": null, "entity": null,
            "doc_blocks": []});
        (name, value)
    };
    Value::Object((0..count).map(|at| column(dice, at)).collect())
}

fn data_test(dice: &mut Dice, index: usize, test: &str, column: usize) -> (String, Value) {
    let model = model_name(index);
    let name = format!("{test}_{model}_id_{column}");
    let id = format!("test.{PROJECT}.{name}.{}", dice.hex(10));
    let value = json!({"test_metadata": {"name": test,
            "kwargs": {"column_name": format!("id_{column}"), "model": format!("{{{{ get_where_subquery(ref('{model}')) }}}}")},
            "namespace": null},
        "database": "PROD", "schema": "marts_dbt_test__audit", "name": name, "resource_type": "test",
        "package_name": PROJECT, "path": format!("{name}.sql"), "original_file_path": "models/marts/_marts.yml",
        "unique_id": id, "fqn": [PROJECT, "marts", name], "alias": name,
        "checksum": {"name": "none", "checksum": ""},
        "config": {"enabled": true, "alias": null, "schema": "dbt_test__audit", "database": null, "tags": [], "meta": {},
            "group": null, "materialized": "test", "severity": "ERROR", "store_failures": null, "where": null,
            "limit": null, "fail_calc": "count(*)", "warn_if": "!= 0", "error_if": "!= 0"},
        "tags": [], "description": "", "columns": {}, "meta": {}, "group": null, "patch_path": null,
        "unrendered_config": {}, "created_at": 1_759_300_000.5, "relation_name": null,
        "raw_code": format!("{{{{ test_{test}(**_dbt_generic_test_kwargs) }}}}"), "language": "sql",
        "refs": [{"name": model, "package": null, "version": null}], "sources": [], "metrics": [],
        "depends_on": {"macros": [format!("macro.dbt.test_{test}")], "nodes": [unique_id(index)]},
        "compiled_code": format!("select id_{column} from \"PROD\".\"marts\".\"{model}\" where id_{column} is null"),
        "contract": {"enforced": false, "alias_types": true, "checksum": null},
        "column_name": format!("id_{column}"), "file_key_name": format!("models.{model}"),
        "attached_node": unique_id(index)});
    (id, value)
}

fn source(dice: &mut Dice, index: usize, columns: usize) -> Value {
    let name = format!("table_{index}");
    json!({"database": "RAW", "schema": "raw", "name": name, "resource_type": "source", "package_name": PROJECT,
        "path": "models/sources.yml", "original_file_path": "models/sources.yml",
        "unique_id": format!("source.{PROJECT}.raw.{name}"), "fqn": [PROJECT, "raw", name], "source_name": "raw",
        "source_description": "", "loader": "fivetran", "identifier": name, "loaded_at_field": "_synced_at",
        "freshness": {"warn_after": {"count": 1, "period": "day"}, "error_after": {"count": null, "period": null}},
        "description": dice.prose(10), "columns": self::columns(dice, columns), "meta": {}, "tags": [],
        "relation_name": format!("RAW.raw.{name}")})
}

fn sql_macro(dice: &mut Dice, package: &str, index: usize) -> Value {
    let name = format!("macro_{index}");
    let body = format!("{{% macro {name}(relation) %}}\n{}{{% endmacro %}}", sql(dice, index, 30));
    json!({"name": name, "resource_type": "macro", "package_name": package, "path": format!("macros/{name}.sql"),
        "original_file_path": format!("macros/{name}.sql"), "unique_id": format!("macro.{package}.{name}"),
        "macro_sql": body, "depends_on": {"macros": []}, "description": dice.prose(8), "meta": {},
        "docs": {"show": true, "node_color": null}, "patch_path": null,
        "arguments": [{"name": "relation", "type": "relation", "description": "What to look at."}],
        "created_at": 1_759_300_000.25, "supported_languages": null})
}

fn sql(dice: &mut Dice, index: usize, columns: usize) -> String {
    let mut out =
        String::from("{{ config(materialized='table', tags=[\"nightly\"]) }}\n\nwith source as (\n");
    if let Some(parent) = index.checked_sub(1).map(model_name) {
        out += &format!("    select * from {{{{ ref('{parent}') }}}}\n");
    }
    out += "),\nrenamed as (\n    select\n";
    for _ in 0..columns {
        let (a, b, c) = (dice.word(), dice.word(), dice.word());
        out += &format!("        {a}_{b}::numeric(38, 2) as {a}_{c}, -- \"{c}\" of the {b}\n");
    }
    out + "    from source\n    where not _deleted\n)\nselect * from renamed\n"
}

/// A JSON object of the document, written entry by entry.
struct Section(bool);

impl Section {
    fn start(out: &mut impl Write, name: &str) -> Result<Section> {
        write!(out, ", \"{name}\": {{")?;
        Ok(Section(false))
    }

    fn entry(&mut self, out: &mut impl Write, id: &str, value: &Value) -> Result<()> {
        if std::mem::replace(&mut self.0, true) {
            out.write_all(b", ")?;
        }
        write!(out, "\"{id}\": ")?;
        serde_json::to_writer(out, value)?;
        Ok(())
    }

    fn end(self, out: &mut impl Write) -> Result<()> {
        out.write_all(b"}")?;
        Ok(())
    }
}

/// A small random number generator (xorshift): its numbers must never change.
struct Dice(u64);

impl Dice {
    fn next(&mut self) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0
    }

    fn below(&mut self, limit: usize) -> usize {
        (self.next() >> 33) as usize % limit
    }

    fn word(&mut self) -> &'static str {
        WORDS[self.below(WORDS.len())]
    }

    fn hex(&mut self, len: usize) -> String {
        (0..len).map(|_| char::from_digit(self.below(16) as u32, 16).unwrap_or('0')).collect()
    }

    /// `words` words with a quote, a line end and a letter that is not ASCII.
    fn prose(&mut self, words: usize) -> String {
        let text: Vec<&str> = (0..words).map(|_| self.word()).collect();
        format!("The {} of the \"thing\".\nSeen from the café.", text.join(" "))
    }
}
