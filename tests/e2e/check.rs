//! The command line, whose forms other tools rely on.

mod fix;
mod graph;
mod impact;
mod publish;
mod sarif;

use crate::binary::server;
use crate::marks::marks;
use crate::sample::Sample;
use serde_json::Value;
use std::path::Path;
use std::process::{Command, Output};

/// Runs the server's program in `folder`.
fn run(folder: &Path, args: &[&str]) -> Output {
    let mut command = Command::new(server());
    command.args(args).current_dir(folder).env_remove("DBT_MESH_LOG").env_remove("DBT_LOOM_CONFIG");
    command.output().expect("the server can be started")
}

/// Its standard output, if it ends with that code.
fn output(folder: &Path, args: &[&str], code: i32) -> String {
    let output = run(folder, args);
    let stderr = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(code), "{args:?}\n{stderr}");
    String::from_utf8(output.stdout).expect("output is UTF-8")
}

fn json(folder: &Path, args: &[&str], code: i32) -> Value {
    serde_json::from_str(&output(folder, args, code)).expect("output is JSON")
}

/// The keys of an object, sorted: their order is no promise.
fn keys(value: &Value) -> Vec<&str> {
    let mut keys: Vec<&str> = value.as_object().expect("an object").keys().map(String::as_str).collect();
    keys.sort_unstable();
    keys
}

#[test]
fn the_hybrid_mesh_has_no_finding() {
    let sample = Sample::hybrid();
    let report = json(sample.root(), &["check", "--format", "json"], 0);
    assert_eq!(report["diagnostics"], serde_json::json!([]));
    for format in ["sarif", "github"] {
        output(sample.root(), &["check", "--format", format], 0);
    }
    let text = output(sample.root(), &["check"], 0);
    assert!(text.contains("6 projects"), "{text}");
    // Whether as a whole, project by project, or file by file.
    for path in ["platform", "finance", "finance/models/ledger/int_open_items.sql"] {
        assert_eq!(
            json(sample.root(), &["check", path, "--format", "json"], 0)["diagnostics"],
            serde_json::json!([])
        );
    }
}

#[test]
fn every_marked_mistake_is_found_and_nothing_else() {
    let sample = Sample::broken();
    let report = json(sample.root(), &["check", ".", "--format", "json"], 1);
    let text = |item: &Value, key: &str| item[key].as_str().expect("a text").to_owned();
    let mut found: Vec<(String, u64, String)> = report["diagnostics"]
        .as_array()
        .expect("a list")
        .iter()
        .map(|item| (text(item, "file"), item["line"].as_u64().expect("a line"), text(item, "code")))
        .collect();
    found.sort();
    let mut wanted: Vec<(String, u64, String)> = Vec::new();
    for (file, marks) in marks(&sample) {
        wanted.extend(marks.into_iter().map(|(line, code)| (file.clone(), line, code)));
    }
    wanted.sort();
    let missing: Vec<_> = wanted.iter().filter(|mark| !found.contains(mark)).collect();
    let extra: Vec<_> = found.iter().filter(|finding| !wanted.contains(finding)).collect();
    assert!(missing.is_empty() && extra.is_empty(), "missing: {missing:#?}\nnot marked: {extra:#?}");
    assert_eq!(found.len(), wanted.len(), "each is found once");
}

#[test]
fn the_json_document_has_the_form_that_was_promised() {
    let sample = Sample::broken();
    let report = json(sample.root(), &["check", "--format", "json"], 1);
    assert_eq!(keys(&report), ["diagnostics", "projects", "stats", "upstreams"]);
    for project in report["projects"].as_array().expect("a list") {
        assert_eq!(keys(project), ["models", "name", "root"]);
    }
    let finance =
        report["projects"].as_array().unwrap().iter().find(|p| p["name"] == "finance").expect("finance");
    assert_eq!(finance["root"], "finance");
    for upstream in report["upstreams"].as_array().expect("a list") {
        let wanted = ["dbt_version", "generated_at", "kind", "name", "public_models", "source", "state"];
        assert_eq!(keys(upstream), wanted);
    }
    for finding in report["diagnostics"].as_array().expect("a list") {
        let wanted =
            ["code", "column", "end_column", "end_line", "file", "line", "message", "project", "severity"];
        assert_eq!(keys(finding), wanted);
        let file = finding["file"].as_str().expect("a path");
        assert!(!file.starts_with(['/', '.']) && !file.contains('\\'), "{file}");
        assert!(sample.path(file).is_file(), "{file}");
        assert!(file.starts_with(&format!("{}/", finding["project"].as_str().expect("a name"))), "{finding}");
        assert!(
            ["error", "warning", "info", "hint"].contains(&finding["severity"].as_str().unwrap_or_default())
        );
        for number in ["line", "column", "end_line", "end_column"] {
            assert!(finding[number].as_u64() >= Some(1), "{finding}");
        }
    }
    assert_eq!(keys(&report["stats"]), ["bytes", "elapsed_ms", "files"]);
    assert!(report["stats"]["files"].as_u64() > Some(50));
}

#[test]
fn columns_are_counted_in_characters_and_paths_from_path() {
    let sample = Sample::of(&[
        ("mesh/shop/dbt_project.yml", "name: shop\nversion: '1.0'\n"),
        ("mesh/shop/models/größe_🪴.sql", "-- 🪴\r\nselect '🪴é',\t{{ ref('nothing_🪴') }} as ü\r\n"),
    ]);
    let in_mesh = sample.path("mesh");
    let absolute = in_mesh.to_string_lossy().into_owned();
    for (folder, path, file) in [
        (sample.root(), "mesh", "shop/models/größe_🪴.sql"),
        (sample.root(), absolute.as_str(), "shop/models/größe_🪴.sql"),
        (in_mesh.as_path(), ".", "shop/models/größe_🪴.sql"),
        (in_mesh.as_path(), "shop", "models/größe_🪴.sql"),
        (in_mesh.as_path(), "shop/../shop/", "models/größe_🪴.sql"),
    ] {
        let report = json(folder, &["check", path, "--format", "json"], 1);
        let finding = &report["diagnostics"][0];
        assert_eq!(finding["file"], file, "{path}");
        let at =
            ["line", "column", "end_line", "end_column"].map(|key| finding[key].as_u64().unwrap_or_default());
        assert_eq!(at, [2, 22, 2, 31], "{finding}");
    }
}

#[test]
fn the_least_severity_is_chosen() {
    let sample = Sample::broken();
    let severities = |args: &[&str], code: i32| {
        let report = json(sample.root(), &[&["check", "--format", "json"], args].concat(), code);
        let mut all: Vec<String> = Vec::new();
        for finding in report["diagnostics"].as_array().expect("a list") {
            all.push(finding["severity"].as_str().expect("a severity").to_owned());
        }
        all.sort();
        all.dedup();
        all
    };
    assert_eq!(severities(&[], 1), ["error", "hint", "warning"]);
    assert_eq!(severities(&["--min-severity", "hint"], 1), ["error", "hint", "warning"]);
    assert_eq!(severities(&["--min-severity", "warning"], 1), ["error", "warning"]);
    assert_eq!(severities(&["--min-severity", "error"], 1), ["error"]);
    // Warnings are no failure.
    assert_eq!(severities(&["deps_unknown_key"], 0), ["warning"]);
    assert_eq!(severities(&["deps_unknown_key", "--min-severity", "error"], 0), Vec::<String>::new());
    assert_eq!(severities(&["deps_unknown_key", "--dbt", "2"], 1), ["error"]);
    assert_eq!(severities(&["deps_unknown_key", "--dbt", "1"], 0), ["warning"]);
}

#[test]
fn text_shows_the_source_with_the_finding_marked() {
    let sample = Sample::broken();
    let text = output(sample.root(), &["check"], 1);
    for part in [
        "error[unknown-model]: no model, seed or snapshot 'fct_ordres' in 'platform'",
        "finance/models/mistakes/unknown_model.sql:2:35",
        "select * from {{ ref('platform', 'fct_ordres') }}",
        "^^^^^^^^^^",
        "warning[deprecated-model]",
    ] {
        assert!(text.contains(part), "{part:?} is in:\n{text}");
    }
    assert!(!text.contains('\u{1b}'), "no colours for who is no terminal");
}

#[test]
fn annotations_for_github_name_file_line_and_code() {
    let sample = Sample::broken();
    let text = output(sample.root(), &["check", "--format", "github"], 1);
    let wanted = "::error file=finance/models/mistakes/unknown_version.sql,line=2,endLine=2,col=53,endColumn=54,\
                  title=unknown-version::";
    assert!(text.contains(wanted), "{wanted} is in:\n{text}");
    assert!(
        text.lines().all(|l| ["::error ", "::warning ", "::notice "].iter().any(|kind| l.starts_with(kind)))
    );
    // Of a part of the repository too: annotations are relative to where the workflow runs.
    let part = output(sample.root(), &["check", "finance", "--format", "github"], 1);
    assert!(part.contains(wanted), "{wanted} is in:\n{part}");
}

#[test]
fn what_cannot_be_done_is_told_by_the_exit_code() {
    let sample = Sample::of(&[("notes.txt", "no project here")]);
    for args in [
        &["check"][..],
        &["check", "no/such/folder"],
        &["check", "--format", "yaml"],
        &["check", "--dbt", "3"],
        &["check", "--min-severity", "loud"],
        &["graph"],
        &["mesh"],
        &["explain", "no-such-code"],
    ] {
        let ended = run(sample.root(), args);
        assert_eq!(ended.status.code(), Some(2), "{args:?}");
        assert!(!ended.stderr.is_empty(), "{args:?} says why");
        assert!(ended.stdout.is_empty(), "{args:?} prints nothing else");
    }
}

#[test]
fn the_graph_has_macros_on_demand() {
    let sample = Sample::of(&[
        ("dbt_project.yml", "name: shop\nversion: '1.0'\n"),
        ("models/a.sql", "select {{ cents('x') }} {% if is_incremental() %}{{ later() }}{% endif %}"),
        (
            "macros/m.sql",
            "{% macro cents(c) %}{{ half(c) }}{% endmacro %}{% macro half(c) %}{% endmacro %}{% macro later() %}{% endmacro %}",
        ),
    ]);
    let plain = json(sample.root(), &["graph", "--format", "json"], 0);
    assert_eq!(plain["nodes"].as_array().map(Vec::len), Some(1), "{plain}");
    let graph = json(sample.root(), &["graph", "--format", "json", "--macros"], 0);
    let ids: Vec<&str> =
        graph["nodes"].as_array().unwrap().iter().filter_map(|node| node["unique_id"].as_str()).collect();
    assert_eq!(ids, ["macro.shop.cents", "macro.shop.half", "macro.shop.later", "model.shop.a"]);
    let edges =
        serde_json::json!([["macro.shop.cents", "model.shop.a"], ["macro.shop.half", "macro.shop.cents"]]);
    assert_eq!(graph["edges"], edges);
}

#[test]
fn a_macro_of_a_package_that_two_projects_have_is_one() {
    let utils = |project: &str, file: &str| format!("{project}/dbt_packages/utils/{file}");
    let sample = Sample::of(&[("a/dbt_project.yml", "name: a\n"), ("b/dbt_project.yml", "name: b\n")]);
    for project in ["a", "b"] {
        sample.write(&utils(project, "dbt_project.yml"), "name: utils\n");
        sample.write(&utils(project, "macros/star.sql"), "{% macro star() %}{% endmacro %}");
    }
    let graph = json(sample.root(), &["graph", "--format", "json", "--macros"], 0);
    let ids: Vec<&str> =
        graph["nodes"].as_array().unwrap().iter().filter_map(|node| node["unique_id"].as_str()).collect();
    assert_eq!(ids, ["macro.utils.star"]);
}

#[test]
fn a_consumer_is_checked_against_manifests_alone() {
    let sample = Sample::some(&["finance"], &["platform"]);
    sample.write("finance/models/new.sql", "select * from {{ ref('platform', 'order_margins') }}\n");
    let report = json(&sample.path("finance"), &["check", "--format", "json"], 1);
    assert_eq!(report["diagnostics"].as_array().map(Vec::len), Some(1), "{report}");
    assert_eq!(report["diagnostics"][0]["code"], "private-model");
    assert_eq!(report["projects"][0]["root"], ".");
    let upstream = &report["upstreams"][0];
    assert_eq!(upstream["name"], "platform");
    assert_eq!(upstream["state"], "ready");
    assert_eq!(upstream["public_models"], 9);
    assert!(
        upstream["source"].as_str().is_some_and(|s| s.ends_with("platform/target/manifest.json")),
        "{upstream}"
    );
    assert!(upstream["dbt_version"].as_str().is_some_and(|v| v.starts_with("1.")), "{upstream}");
    assert!(upstream["generated_at"].as_str().is_some_and(|at| at.starts_with("2026-01-15")), "{upstream}");
}

#[test]
fn the_mesh_is_a_table_or_json() {
    let sample = Sample::some(&["finance"], &["platform"]);
    sample.write("finance/dependencies.yml", "projects:\n  - name: platform\n  - name: warehouse\n");
    let list = json(&sample.path("finance"), &["mesh", "--format", "json"], 0);
    assert_eq!(list[0]["name"], "platform");
    assert_eq!(list[0]["state"], "ready");
    assert_eq!(list[1]["name"], "warehouse");
    assert_eq!(list[1]["state"], "missing");
    assert_eq!(list[1]["public_models"], 0);
    let table = output(&sample.path("finance"), &["mesh"], 0);
    let rows: Vec<&str> = table.lines().collect();
    assert_eq!(rows.len(), 3, "{table}");
    for (row, words) in [
        (rows[0], &["NAME", "STATE", "DBT", "PUBLIC MODELS"][..]),
        (rows[1], &["platform", "manifest.json", "ready", "1.", " 9"]),
        (rows[2], &["warehouse", "missing", " 0"]),
    ] {
        assert!(words.iter().all(|word| row.contains(word)), "{words:?} are in {row}");
    }
    // A damaged manifest says why.
    sample.write("platform/target/manifest.json", "{");
    let list = json(&sample.path("finance"), &["mesh", "--format", "json"], 0);
    assert_eq!(list[0]["state"], "failed");
    assert!(list[0]["source"].as_str().is_some_and(|why| why.contains("manifest.json")), "{list}");
}

#[test]
fn every_code_is_explained() {
    let sample = Sample::empty();
    let list = output(sample.root(), &["explain", "--list"], 0);
    assert!(list.lines().count() > 30, "{list}");
    for code in list.lines() {
        let page = output(sample.root(), &["explain", code.trim()], 0);
        assert!(page.contains(code.trim()) && page.len() > 300, "{page}");
    }
}
