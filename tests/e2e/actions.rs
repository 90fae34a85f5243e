//! Refactorings and source actions, as editors with different capabilities take them.

use crate::client::{Preset, Session};
use crate::sample::Sample;
use serde_json::{Value, json};

/// Two projects, a model with two versions, and what else actions work on.
fn mesh() -> Sample {
    Sample::of(&[
        ("platform/dbt_project.yml", "name: platform\n"),
        ("platform/models/orders_v1.sql", "select 1 as id\n"),
        ("platform/models/orders_v2.sql", "select 1 as id\n"),
        ("platform/models/plain.sql", "select cast(id as int) as id from raw.events -- 🪴\n"),
        (
            "platform/models/schema.yml",
            "version: 2\n\nmodels:\n  # versions\n  - name: orders\n    access: public\n    versions:\n      - v: 1\n      \
             - v: 2\n  - name: plain # é\n    tags: [x]\n",
        ),
        ("platform/models/sources.yml", "sources:\n  - name: raw\n    tables:\n      - name: events\n"),
        ("platform/packages.yml", "packages:\n  - package: dbt-labs/dbt_utils\n    version: 1.1.1\n"),
        ("finance/dbt_project.yml", "name: finance\n"),
        ("finance/dependencies.yml", "projects:\n  - name: platform\n"),
        ("finance/models/a.sql", "select * from {{ ref('platform', 'orders', v=1) }}\n"),
        ("finance/models/b.sql", "select * from {{ ref('platform', 'orders', version=1) }} -- 🪴\r\n"),
    ])
}

const PRESETS: [Preset; 3] = [Preset::VsCode, Preset::Neovim, Preset::Helix];

#[test]
fn old_versions_are_left_behind_in_closed_files_of_other_projects() {
    for preset in PRESETS {
        let sample = mesh();
        let mut client = Session::new(preset, sample.root()).start();
        client.open_file("platform/models/schema.yml");
        let title = "Upgrade every ref to version 1 of 'orders' to version 2";
        let action = client.action("platform/models/schema.yml", "- v: $01", "refactor.rewrite", title);
        client.take(&action);
        assert!(sample.read("finance/models/a.sql").contains("v=2"), "{preset:?}");
        let other = sample.read("finance/models/b.sql");
        assert_eq!(other, "select * from {{ ref('platform', 'orders', version=2) }} -- 🪴\r\n");
    }
}

#[test]
fn a_contract_and_its_columns_are_written() {
    for preset in PRESETS {
        let sample = mesh();
        let mut client = Session::new(preset, sample.root()).start();
        let (model, yml) = ("platform/models/plain.sql", "platform/models/schema.yml");
        client.open_file(model);
        let title = "Make 'plain' public with an enforced contract";
        let action = client.action(model, "sel$0ect", "refactor", title);
        client.take(&action);
        let text = sample.read(yml);
        let wanted = "  - name: plain # é\n    config:\n      access: public\n      contract: {enforced: true}\n    \
                      tags: [x]\n    columns:\n      - name: id\n        data_type: int\n";
        assert!(text.ends_with(wanted), "{preset:?}: {text}");
    }
}

#[test]
fn columns_come_from_the_catalog_in_the_target_folder() {
    let sample = mesh();
    sample.write("platform/models/plain.sql", "select * from a join b");
    let path = "platform/models/schema.yml";
    let mut client = Session::new(Preset::VsCode, sample.root()).start();
    client.open_file(path);
    let offered = |client: &mut crate::client::Client| {
        let found = client.actions(path, "name: pla$0in", "refactor");
        found.iter().any(|action| action["title"] == "Document the columns of 'plain'")
    };
    assert!(!offered(&mut client), "nobody knows them");
    let catalog = json!({ "nodes": { "model.platform.plain": { "columns": {
        "ID": { "name": "ID", "type": "NUMBER", "index": 1 },
        "NAME": { "name": "NAME", "type": "TEXT", "index": 2 },
    } } }, "sources": {} });
    sample.write("platform/target/catalog.json", &catalog.to_string());
    assert!(offered(&mut client), "read when it is there");
    let action = client.action(path, "name: pla$0in", "refactor", "Document the columns of 'plain'");
    client.take(&action);
    assert!(client.text(path).ends_with("- name: name\n        data_type: TEXT\n"), "{}", client.text(path));
    // One that is cut short is as good as none.
    sample.write("platform/target/catalog.json", "{\"nodes\":");
    let text = client.text(path).replace("name: name", "name: other");
    client.set_text(path, &text);
    assert!(!offered(&mut client));
}

#[test]
fn files_are_split_moved_and_deleted_by_clients_that_can() {
    for preset in PRESETS {
        let sample = mesh();
        let mut client = Session::new(preset, sample.root()).start();
        let (yml, packages) = ("platform/models/schema.yml", "platform/packages.yml");
        client.open_file(packages);
        let moved = client.action(packages, "pack$0ages:", "refactor.move", "Move to dependencies.yml");
        client.take(&moved);
        assert!(sample.read("platform/dependencies.yml").contains("dbt_utils"), "{preset:?}");
        assert!(!sample.path(packages).exists());
        client.open_file(yml);
        let split =
            client.action(yml, "name: pla$0in", "refactor.move", "Split into one file for each model");
        client.take(&split);
        assert!(!sample.path(yml).exists(), "{preset:?}");
        assert_eq!(
            sample.read("platform/models/plain.yml"),
            "version: 2\n\nmodels:\n  - name: plain # é\n    tags: [x]\n"
        );
        assert!(sample.read("platform/models/orders.yml").contains("  # versions\n  - name: orders"));
        // Nothing was lost on the way.
        let model = "platform/models/plain.sql";
        client.open_file(model);
        let again = client.actions(model, "sel$0ect", "refactor");
        assert!(again.iter().all(|action| action["title"] != "Describe 'plain' in YAML"), "{again:#?}");
    }
    // Who cannot delete files is not offered to.
    let sample = mesh();
    let edits = json!({ "documentChanges": true, "resourceOperations": ["create"] });
    let mut client =
        Session::new(Preset::VsCode, sample.root()).capability("/workspace/workspaceEdit", edits).start();
    client.open_file("platform/packages.yml");
    assert_eq!(client.actions("platform/packages.yml", "pack$0ages:", "refactor"), Vec::<Value>::new());
}

#[test]
fn relations_become_sources() {
    let sample = mesh();
    let path = "platform/models/plain.sql";
    let mut client = Session::new(Preset::Neovim, sample.root()).start();
    client.open_file(path);
    let action = client.action(path, "raw.ev$0ents", "refactor", "Replace by source('raw', 'events')");
    client.take(&action);
    assert!(client.text(path).contains("from {{ source('raw', 'events') }} -- 🪴"));
    client.wait_codes(path, &[]);
}

#[test]
fn what_others_feel_is_noted_where_the_client_shows_notes() {
    for preset in PRESETS {
        let sample = mesh();
        sample.write("finance/models/c.sql", "select * from {{ ref('platform', 'plain') }}");
        let mut client = Session::new(preset, sample.root()).start();
        client.open_file("finance/models/c.sql");
        client.wait_codes("finance/models/c.sql", &["protected-model"]);
        let fix = client.fix("finance/models/c.sql", "'pla$0in'", "Make 'plain' public in 'platform'");
        let notes = fix["edit"]["changeAnnotations"].as_object();
        assert_eq!(notes.is_some(), preset == Preset::VsCode, "{preset:?}: {fix}");
        if let Some(note) = notes.and_then(|notes| notes.values().next()) {
            assert_eq!(note["needsConfirmation"], true);
        }
        client.take(&fix);
        client.wait_codes("finance/models/c.sql", &[]);
    }
}

#[test]
fn an_action_whose_place_has_changed_is_refused() {
    let sample = mesh();
    let path = "finance/models/a.sql";
    let mut client = Session::new(Preset::VsCode, sample.root()).start();
    client.open_file(path);
    let found = client.actions(path, "ref('platform', 'orders', $0v=1)", "refactor.rewrite");
    let upgrade =
        found.into_iter().find(|action| action["title"] == "Upgrade to version 2").expect("offered");
    assert!(upgrade["edit"].is_null() && upgrade["data"].is_object(), "{upgrade}");
    client.set_text(path, "-- a line more\nselect 1");
    let error = client.try_request("codeAction/resolve", upgrade).expect_err("refused");
    assert!(error.message.contains("cannot be done here"), "{error:?}");
}

#[test]
fn all_certain_fixes_of_a_file_are_made_on_save() {
    let sample = Sample::broken();
    for preset in PRESETS {
        let path = "finance/models/mistakes/unpinned_ref.sql";
        let mut client = Session::new(preset, sample.root()).start();
        client.open_file(path);
        client.wait_diagnostics(path, |items| !items.is_empty());
        let title = "Make all certain fixes in this file";
        let params = json!({
            "textDocument": { "uri": client.uri(path) },
            "range": { "start": { "line": 0, "character": 0 }, "end": { "line": 0, "character": 0 } },
            "context": { "diagnostics": [], "only": ["source.fixAll"], "triggerKind": 2 },
        });
        let answer = client.request("textDocument/codeAction", params);
        let mut action = answer[0].clone();
        assert_eq!(action["title"], title, "{preset:?}: {answer}");
        assert_eq!(action["kind"], "source.fixAll.dbt-mesh");
        if action["edit"].is_null() {
            action = client.request("codeAction/resolve", action);
        }
        client.take(&action);
        client.wait_diagnostics(path, |items| items.iter().all(|item| item["code"] != "unpinned-ref"));
    }
}

#[test]
fn a_light_bulb_asks_only_for_what_the_cursor_is_on() {
    let sample = mesh();
    let mut client = Session::new(Preset::VsCode, sample.root()).start();
    let path = "platform/models/schema.yml";
    client.open_file(path);
    let kinds = |client: &mut crate::client::Client, trigger: u32| {
        let at = client.cursor(path, "name: pla$0in");
        let params = json!({
            "textDocument": { "uri": client.uri(path) },
            "range": { "start": at, "end": at },
            "context": { "diagnostics": [], "triggerKind": trigger },
        });
        let answer = client.request("textDocument/codeAction", params);
        let kinds: std::collections::BTreeSet<String> = answer
            .as_array()
            .expect("actions")
            .iter()
            .map(|action| action["kind"].as_str().expect("a kind").to_owned())
            .collect();
        kinds.into_iter().collect::<Vec<_>>()
    };
    assert_eq!(kinds(&mut client, 2), ["refactor.rewrite"]);
    assert_eq!(kinds(&mut client, 1), ["refactor.move", "refactor.rewrite", "source.dbt-mesh"]);
}
