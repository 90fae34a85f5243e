//! Quick fixes: each makes its finding go away, in the form that the client can apply.

use crate::client::{Client, Preset, Session, has};
use crate::marks::marks;
use crate::sample::Sample;
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};

/// The fixes for one diagnostic.
fn fixes(client: &mut Client, path: &str, finding: &Value) -> Vec<Value> {
    let params = json!({
        "textDocument": { "uri": client.uri(path) },
        "range": finding["range"],
        "context": { "diagnostics": [finding], "triggerKind": 1 },
    });
    let answer = client.request("textDocument/codeAction", params);
    let actions = answer.as_array().cloned().unwrap_or_default();
    actions.into_iter().filter(|a| a["diagnostics"][0]["code"] == finding["code"]).collect()
}

#[test]
fn every_fix_of_every_mistake_makes_the_finding_go_away() {
    let sample = Sample::broken();
    let mut client = Session::new(Preset::VsCode, sample.root()).start();
    let mut fixed = BTreeSet::new();
    for (path, marks) in marks(&sample) {
        if marks.is_empty() {
            continue;
        }
        client.open_file(&path);
        let findings = client.wait_diagnostics(&path, |items| items.len() == marks.len());
        client.close(&path);
        for (at, finding) in findings.iter().enumerate() {
            let code = finding["code"].as_str().expect("a code");
            for choice in 0.. {
                let before = files(&sample);
                client.open_file(&path);
                let now = client.wait_diagnostics(&path, |items| items.len() == findings.len());
                let actions = fixes(&mut client, &path, &now[at]);
                let Some(action) = actions.get(choice) else {
                    client.close(&path);
                    break;
                };
                client.take(action);
                let left = |items: &[Value]| items.iter().filter(|item| item["code"] == code).count();
                let (was, title) = (left(&findings), action["title"].clone());
                client.wait_diagnostics(&path, |items| left(items) < was);
                assert!(title.as_str().is_some_and(|t| t.starts_with(char::is_uppercase)), "{title}");
                fixed.insert(code.to_owned());
                client.close(&path);
                restore(&sample, &mut client, &before);
            }
        }
    }
    for code in [
        "undeclared-project",
        "project-name-case",
        "unpinned-ref",
        "one-argument-cross-project",
        "unknown-model",
        "unknown-project",
        "unknown-source",
        "unknown-version",
        "version-on-unversioned",
        "version-spelling",
        "ignored-argument",
        "deprecated-model",
        "prerelease-available",
        "ambiguous-model",
        "duplicate-dependency",
        "self-dependency",
        "unused-dependency",
    ] {
        assert!(fixed.contains(code), "{code} has a fix: {fixed:?}");
    }
}

/// Every file of the sample.
fn files(sample: &Sample) -> BTreeMap<String, Vec<u8>> {
    let read = |path: String| (path.clone(), std::fs::read(sample.path(&path)).expect("readable"));
    sample.files(".").into_iter().map(|path| read(path.trim_start_matches("./").to_owned())).collect()
}

/// Makes the sample again what it was.
fn restore(sample: &Sample, client: &mut Client, before: &BTreeMap<String, Vec<u8>>) {
    let after = files(sample);
    let new: Vec<&String> = after.keys().filter(|path| !before.contains_key(*path)).collect();
    new.iter().for_each(|path| sample.remove(path));
    let other: Vec<&String> = before
        .iter()
        .filter(|(path, bytes)| after.get(*path) != Some(*bytes))
        .map(|(path, _)| path)
        .collect();
    other.iter().for_each(|path| sample.write_bytes(path, &before[*path]));
    let changed: Vec<&str> = new.into_iter().chain(other).map(String::as_str).collect();
    if !changed.is_empty() {
        client.files_changed(&changed);
    }
}

const MODEL: &str = "marketing/models/new.sql";
const DEPENDENCIES: &str = "marketing/dependencies.yml";

#[test]
fn an_undeclared_project_is_declared_by_one_click_in_every_editor() {
    for preset in [Preset::VsCode, Preset::Neovim, Preset::Helix] {
        for open in [false, true] {
            let sample = Sample::hybrid();
            let mut client = Session::new(preset, sample.root()).start();
            client.open(MODEL, "select * from {{ ref('logistics', 'fct_shipments') }}");
            if open {
                client.open(DEPENDENCIES, "projects:\n  - name: platform # 🪴");
            }
            client.wait_codes(MODEL, &["undeclared-project"]);
            let fix = client.fix(MODEL, "logis$0tics", "logistics");
            client.take(&fix);
            let text = if open { client.text(DEPENDENCIES).to_owned() } else { sample.read(DEPENDENCIES) };
            assert!(text.contains("  - name: platform") && text.contains("\n  - name: logistics"), "{text}");
            client.wait_codes(MODEL, &[]);
            client.open(DEPENDENCIES, &text);
            client.wait_codes(DEPENDENCIES, &[]);
        }
    }
}

#[test]
fn a_missing_dependencies_yml_is_made_where_the_client_can_make_files() {
    for preset in [Preset::VsCode, Preset::Helix, Preset::Neovim] {
        let sample = Sample::hybrid();
        sample.remove(DEPENDENCIES);
        let mut client = Session::new(preset, sample.root()).start();
        client.open(MODEL, "select * from {{ ref('logistics', 'fct_shipments') }}");
        client.wait_codes(MODEL, &["undeclared-project"]);
        let actions = client.code_actions(MODEL, "logis$0tics");
        client.take(&actions[0]);
        assert_eq!(sample.read(DEPENDENCIES), "projects:\n  - name: logistics\n", "{preset:?}");
        client.wait_codes(MODEL, &[]);
    }
}

#[test]
fn fixes_take_the_form_the_client_understands() {
    let sample = Sample::broken();
    let path = "finance/models/mistakes/unpinned_ref.sql";
    for preset in [Preset::VsCode, Preset::Neovim, Preset::Helix] {
        let mut client = Session::new(preset, sample.root()).start();
        client.open_file(path);
        client.wait_diagnostics(path, |items| has(items, "unpinned-ref"));
        let action = client.fix(path, "'dim_pro$0ducts'", "version 2");
        assert_eq!(action["kind"], "quickfix");
        assert_eq!(action["diagnostics"][0]["code"], "unpinned-ref");
        // Neovim states operations on files, which come among document changes, but not those.
        assert!(action["edit"]["documentChanges"].is_array(), "{preset:?}: {action}");
        client.take(&action);
        assert!(client.text(path).contains("ref('platform', 'dim_products', v=2)"), "{}", client.text(path));
        client.wait_codes(path, &[]);
    }
    // Who knows neither code action literals nor edits asked for by the server can be helped by nothing.
    let mut bare = Session::new(Preset::Bare, sample.root()).start();
    bare.open_file(path);
    bare.wait_diagnostics(path, |items| has(items, "unpinned-ref"));
    assert_eq!(bare.code_actions(path, "'dim_pro$0ducts'"), Vec::<Value>::new());
}

#[test]
fn fixes_keep_emoji_line_ends_and_quotes() {
    for (preset, encodings) in
        [(Preset::VsCode, &["utf-16"][..]), (Preset::Neovim, &["utf-8"]), (Preset::Helix, &["utf-32"])]
    {
        let sample = Sample::hybrid();
        let mut client = Session::new(preset, sample.root()).encodings(encodings).start();
        client.open(MODEL, "-- 🪴\r\nselect '🪴é',\t{{ ref(\"fct_orders\") }} -- 🪴\r\n");
        client.wait_codes(MODEL, &["one-argument-cross-project"]);
        let fix = client.fix(MODEL, "fct_$0orders", "platform");
        client.take(&fix);
        assert_eq!(
            client.text(MODEL),
            "-- 🪴\r\nselect '🪴é',\t{{ ref(\"platform\", \"fct_orders\") }} -- 🪴\r\n",
            "{preset:?}"
        );
        client.wait_codes(MODEL, &[]);
    }
}

#[test]
fn only_the_kind_that_is_asked_for_is_given() {
    let sample = Sample::broken();
    let path = "finance/models/mistakes/unpinned_ref.sql";
    let mut client = Session::new(Preset::VsCode, sample.root()).start();
    client.open_file(path);
    let items = client.wait_diagnostics(path, |items| has(items, "unpinned-ref"));
    for (only, kinds) in [
        (json!(["quickfix"]), &["quickfix"][..]),
        (json!([]), &["quickfix", "refactor.rewrite", "source.fixAll.dbt-mesh"]),
        (json!(["refactor"]), &["refactor.rewrite"]),
        (json!(["refactor.rewrite"]), &["refactor.rewrite"]),
        (json!(["refactor.move"]), &[]),
        (json!(["source"]), &["source.fixAll.dbt-mesh"]),
        (json!(["source.fixAll"]), &["source.fixAll.dbt-mesh"]),
        (json!(["source.fixAll.dbt-mesh"]), &["source.fixAll.dbt-mesh"]),
        (json!(["source.fixAll.other", "source.organizeImports"]), &[]),
    ] {
        let params = json!({
            "textDocument": { "uri": client.uri(path) },
            "range": items[0]["range"],
            "context": { "diagnostics": [], "only": only },
        });
        let answer = client.request("textDocument/codeAction", params);
        let given: BTreeSet<&str> =
            answer.as_array().into_iter().flatten().filter_map(|a| a["kind"].as_str()).collect();
        assert_eq!(given, kinds.iter().copied().collect(), "{only}");
    }
    assert_eq!(client.code_actions(path, "sel$0ect"), Vec::<Value>::new());
}

#[test]
fn rewrites_bring_their_edit_at_once_or_when_they_are_chosen() {
    let title = "Add version 2 of 'new'";
    for (preset, lazy) in [(Preset::VsCode, true), (Preset::Helix, false)] {
        let sample = Sample::hybrid();
        let mut client = Session::new(preset, sample.root()).start();
        client.open(MODEL, "select 1 as id -- 🪴");
        let rewrites = |client: &mut Client, only: Value| {
            let at = json!({ "line": 0, "character": 3 });
            let params = json!({
                "textDocument": { "uri": client.uri(MODEL) },
                "range": { "start": at, "end": at },
                "context": { "diagnostics": [], "only": only },
            });
            let answer = client.request("textDocument/codeAction", params);
            answer.as_array().cloned().unwrap_or_default()
        };
        assert!(rewrites(&mut client, json!(["quickfix"])).iter().all(|a| a["kind"] == "quickfix"));
        assert_eq!(rewrites(&mut client, json!(["source"])), Vec::<Value>::new());
        let found = rewrites(&mut client, json!(["refactor"]));
        let mut action = found.into_iter().find(|a| a["title"] == title).expect("it is offered");
        assert_eq!(action["kind"], "refactor.rewrite");
        assert_eq!(action["edit"].is_null(), lazy, "{preset:?}: {action}");
        if lazy {
            action = client.request("codeAction/resolve", action);
        }
        client.take(&action);
        assert_eq!(sample.read("marketing/models/new_v2.sql"), "select 1 as id -- 🪴", "{preset:?}");
        let written = |path: &String| {
            path.ends_with(".yml") && sample.read(path).contains("- name: new\n    latest_version: 1")
        };
        assert!(sample.files("marketing/models").iter().any(written));
    }
}
