//! An upstream whose manifest lies on a web server: fetched once it may be, kept, and usable without the server.

pub mod web;

use crate::binary;
use crate::client::{Client, Preset, Session, has, markup};
use crate::sample::{Sample, hybrid_manifest};
use serde_json::{Value, json};
use std::process::Command;
use web::Web;

/// A model of `finance` that reads two models of `platform`.
const OPEN_ITEMS: &str = "models/ledger/int_open_items.sql";

/// A consumer whose upstream is on a web server, and a home of its own.
struct Mesh {
    sample: Sample,
    home: tempfile::TempDir,
    web: Web,
}

impl Mesh {
    fn new() -> Mesh {
        let web = Web::start(hybrid_manifest("platform"));
        let sample = Sample::some(&["finance"], &[]);
        sample.remove("finance/dbt_loom.config.yml");
        let config = format!("upstreams:\n  - name: platform\n    manifest: {}/m.json\n", web.address);
        sample.write("finance/dbt_mesh.yml", &config);
        Mesh { sample, home: tempfile::tempdir().unwrap(), web }
    }

    fn environment(&self) -> Vec<(&'static str, String)> {
        let home = |name: &str| self.home.path().join(name).display().to_string();
        vec![
            ("HOME", home("")),
            ("XDG_CACHE_HOME", home("cache")),
            ("XDG_CONFIG_HOME", home("config")),
            ("SECRET", "hunter2".to_owned()),
        ]
    }

    fn session(&self, preset: Preset) -> Session {
        let session = Session::new(preset, &self.sample.path("finance"));
        self.environment().iter().fold(session, |session, (name, value)| session.env(name, value))
    }

    fn open(&self, preset: Preset) -> Client {
        let mut client = self.session(preset).start();
        client.open_file(OPEN_ITEMS);
        client.open_file("dependencies.yml");
        client
    }

    /// Runs a command line; gives the exit code and all that it printed.
    fn run(&self, arguments: &[&str]) -> (i32, String) {
        let mut command = Command::new(binary::server());
        command.args(arguments).current_dir(self.sample.path("finance")).env("DBT_MESH_LOG", "trace");
        let output = command.envs(self.environment()).output().unwrap();
        let text = [output.stdout, output.stderr].concat();
        (output.status.code().unwrap(), String::from_utf8(text).unwrap())
    }
}

/// Waits until the upstream's models are known: before that nothing is said about them.
fn wait_loaded(client: &mut Client) {
    client.wait_until("the upstream", |client| {
        markup(&client.hover(OPEN_ITEMS, "'fct_$0orders'")).contains("from dbt_mesh.yml")
    });
    client.wait_codes(OPEN_ITEMS, &[]);
}

#[test]
fn nothing_is_fetched_until_the_user_allows_it() {
    for preset in [Preset::Helix, Preset::VsCode] {
        let mesh = Mesh::new();
        let mut client = mesh.open(preset);
        let found = client.wait_diagnostics("dependencies.yml", |items| has(items, "upstream-not-loaded"));
        assert!(found[0]["message"].as_str().unwrap().contains("not trusted"), "{found:?}");
        assert_eq!(mesh.web.requests(), 0);
        let range = found[0]["range"].clone();
        let params = json!({
            "textDocument": { "uri": client.uri("dependencies.yml") },
            "range": range,
            "context": { "diagnostics": found },
        });
        let actions = client.request("textDocument/codeAction", params);
        let trust = actions.as_array().unwrap().iter().find(|action| {
            action["title"].as_str().is_some_and(|title| title.starts_with("Trust this workspace"))
        });
        let trust = trust.expect("the quick fix");
        let command =
            if trust["command"].is_string() { &trust["command"] } else { &trust["command"]["command"] };
        client.request("workspace/executeCommand", json!({ "command": command }));
        wait_loaded(&mut client);
        client.wait_codes("dependencies.yml", &[]);
        assert_eq!(mesh.web.requests(), 1);
        // Where it comes from and how old it is.
        let hover = markup(&client.hover("dependencies.yml", "plat$0form"));
        assert!(hover.contains("/m.json") && hover.contains("last asked for"), "{hover}");
        let show = json!({ "command": "dbt-mesh.showUpstream", "arguments": ["platform"] });
        let page = client.request("workspace/executeCommand", show);
        assert!(page.as_str().unwrap().contains("- `fct_orders`"), "{page}");
    }
}

#[test]
fn the_catalog_comes_along() {
    let mesh = Mesh::new();
    let config =
        format!("upstreams:\n  - name: platform\n    manifest: {}/manifest.json\n", mesh.web.address);
    mesh.sample.write("finance/dbt_mesh.yml", &config);
    assert_eq!(mesh.run(&["trust"]).0, 0);
    let mut client = mesh.open(Preset::Helix);
    wait_loaded(&mut client);
    let hover = |client: &mut Client| markup(&client.hover(OPEN_ITEMS, "'fct_$0orders'"));
    assert!(!hover(&mut client).contains("LOADED_AT"));
    let catalog = json!({ "nodes": { "model.platform.fct_orders": { "columns": {
        "LOADED_AT": { "type": "TIMESTAMP_NTZ", "index": 1, "name": "LOADED_AT", "comment": null } } } } });
    mesh.web.serve_catalog(catalog.to_string().into_bytes());
    client.request("workspace/executeCommand", json!({ "command": "dbt-mesh.refreshUpstreams" }));
    client.wait_until("the catalog's column", |c| hover(c).contains("| LOADED_AT | TIMESTAMP_NTZ |"));
    drop(client);
    // It is kept like the manifest.
    mesh.web.fail(true);
    let mut client = mesh.open(Preset::Helix);
    wait_loaded(&mut client);
    assert!(hover(&mut client).contains("| LOADED_AT | TIMESTAMP_NTZ |"));
}

/// A server that begins to answer and then says nothing: nobody in the editor notices, and the user can stop it.
#[test]
fn no_request_waits_for_the_network() {
    let mesh = Mesh::new();
    assert_eq!(mesh.run(&["trust"]).0, 0);
    mesh.web.stall(true);
    let mut client = mesh.open(Preset::VsCode);
    client.wait_until("a request", |_| mesh.web.requests() > 0);
    for _ in 0..5 {
        client.hover(OPEN_ITEMS, "'fct_$0orders'");
        client.spots(OPEN_ITEMS, "ref('stg_bank$0__statements')");
        client.request("workspace/symbol", json!({ "query": "open" }));
        let params = json!({ "textDocument": { "uri": client.uri(OPEN_ITEMS) } });
        client.request("textDocument/documentSymbol", params);
    }
    assert_eq!(mesh.web.requests(), 1, "all were answered while it was silent");
    let token = |client: &Client| {
        let begun = client.notifications.iter().find(|(method, params)| {
            method == "$/progress"
                && params["value"]["kind"] == "begin"
                && params["value"]["title"].as_str().is_some_and(|title| title.contains("Fetching"))
        });
        begun.map(|(_, params)| params["token"].clone())
    };
    client.wait_until("progress", |client| token(client).is_some());
    let token = token(&client).unwrap();
    client.notify("window/workDoneProgress/cancel", json!({ "token": token }));
    let found = client.wait_diagnostics("dependencies.yml", |items| has(items, "upstream-not-loaded"));
    let stopped = |found: &[Value]| found[0]["message"].as_str().is_some_and(|text| text.contains("stopped"));
    if !stopped(&found) {
        client.wait_diagnostics("dependencies.yml", stopped);
    }
    mesh.web.stall(false);
    client.request("workspace/executeCommand", json!({ "command": "dbt-mesh.refreshUpstreams" }));
    wait_loaded(&mut client);
}

#[test]
fn what_was_fetched_works_without_the_server() {
    let mesh = Mesh::new();
    assert_eq!(mesh.run(&["trust"]).0, 0);
    let mut client = mesh.open(Preset::VsCode);
    wait_loaded(&mut client);
    drop(client);
    mesh.web.fail(true);
    let mut client = mesh.open(Preset::VsCode);
    wait_loaded(&mut client);
    client.request("workspace/executeCommand", json!({ "command": "dbt-mesh.refreshUpstreams" }));
    let found = client.wait_codes("dependencies.yml", &["stale-upstream"]);
    assert!(found[0]["message"].as_str().unwrap().contains("(500)"), "{found:?}");
    wait_loaded(&mut client);
    // The server is back, with less than before.
    mesh.web.serve(br#"{"metadata": {"project_name": "platform"}, "nodes": {}}"#.to_vec());
    client.request("workspace/executeCommand", json!({ "command": "dbt-mesh.refreshUpstreams" }));
    client.wait_codes("dependencies.yml", &[]);
    client.wait_diagnostics(OPEN_ITEMS, |items| has(items, "unknown-model"));
}

#[test]
fn the_editor_may_speak_for_the_user() {
    let mesh = Mesh::new();
    let mut client = mesh
        .session(Preset::VsCode)
        .initialization_options(json!({ "trusted": true }))
        .settings(json!({ "trusted": true }))
        .start();
    client.open_file(OPEN_ITEMS);
    wait_loaded(&mut client);
    drop(client);
    // Restricted mode counts even where the user once trusted the folder.
    mesh.run(&["trust"]);
    mesh.web.fail(true);
    let before = mesh.web.requests();
    let restricted = json!({ "trusted": false });
    let mut client =
        mesh.session(Preset::VsCode).initialization_options(restricted.clone()).settings(restricted).start();
    client.open_file(OPEN_ITEMS);
    client.request("workspace/executeCommand", json!({ "command": "dbt-mesh.refreshUpstreams" }));
    wait_loaded(&mut client);
    assert_eq!(mesh.web.requests(), before);
}

#[test]
fn the_command_line_fetches_keeps_and_cleans() {
    let mesh = Mesh::new();
    let (code, said) = mesh.run(&["check"]);
    assert!(code == 0 && said.contains("not trusted"), "{said}");
    mesh.run(&["trust"]);
    let (_, said) = mesh.run(&["check", "--offline"]);
    assert!(said.contains("working offline"), "{said}");
    assert_eq!(mesh.web.requests(), 0);
    let (code, said) = mesh.run(&["check"]);
    assert!(code == 0 && !said.contains("upstream-not-loaded"), "{said}");
    mesh.run(&["check"]);
    assert_eq!(mesh.web.requests(), 1, "it is not asked for within the hour");
    let (code, said) = mesh.run(&["mesh", "sync", "platform"]);
    assert!(code == 0 && said.contains("/m.json"), "{said}");
    assert_eq!(mesh.web.requests(), 2);
    mesh.web.fail(true);
    let (code, said) = mesh.run(&["mesh", "sync"]);
    assert!(code == 1 && said.contains("(500)"), "{said}");
    let (code, said) = mesh.run(&["mesh", "sync", "nobody"]);
    assert!(code == 2 && said.contains("no project here has an upstream 'nobody'"), "{said}");
    let (_, said) = mesh.run(&["mesh", "status", "--offline", "--format", "json"]);
    let status: Value = serde_json::from_str(said.split_at(said.find("\n]").unwrap() + 2).0).unwrap();
    assert_eq!((&status[0]["state"], status[0]["checked_at"].is_string()), (&json!("ready"), true));
    assert!(mesh.run(&["mesh", "clean"]).1.contains("Removed 1 "));
    assert!(mesh.run(&["check", "--offline"]).1.contains("upstream-not-loaded"));
    mesh.run(&["trust", "--revoke"]);
    assert!(mesh.run(&["check"]).1.contains("not trusted"));
}

/// Nobody knows its name before it comes: it has a row all the same.
#[test]
fn what_only_our_own_file_names_is_missed() {
    let mesh = Mesh::new();
    mesh.sample.remove("finance/dependencies.yml");
    mesh.sample
        .write("finance/dbt_mesh.yml", &format!("upstreams:\n  - manifest: {}/m.json\n", mesh.web.address));
    let (code, said) = mesh.run(&["mesh", "sync"]);
    assert!(code == 1 && said.contains("?     mesh http://") && said.contains("not trusted"), "{said}");
    mesh.run(&["trust"]);
    let (code, said) = mesh.run(&["mesh", "sync", "platform"]);
    assert!(code == 0 && !said.contains('?'), "{said}");
}

/// Whatever happens, no secret is written or said.
#[test]
fn secrets_are_never_told() {
    let mesh = Mesh::new();
    let host = mesh.web.address.trim_start_matches("http://");
    let config = format!(
        "upstreams:\n  - name: platform\n    manifest: http://me:${{SECRET}}@{host}/${{SECRET}}/m.json?sig=${{SECRET}}\n    headers:\n      X-Token: ${{SECRET}}\n"
    );
    mesh.sample.write("finance/dbt_mesh.yml", &config);
    mesh.run(&["trust"]);
    let mut all = String::new();
    for fails in [false, true] {
        mesh.web.fail(fails);
        for arguments in [&["mesh", "sync"][..], &["check", "--format", "json"], &["mesh"]] {
            all += &mesh.run(arguments).1;
        }
    }
    assert!(mesh.web.heads().contains("hunter2"), "it must have been sent");
    assert!(all.contains("platform"), "{all}");
    for file in walk(mesh.home.path()) {
        all += &String::from_utf8_lossy(&std::fs::read(file).unwrap());
    }
    let at = all.find("hunter2").map(|at| &all[at.saturating_sub(200)..(at + 100).min(all.len())]);
    assert_eq!(at, None);
}

fn walk(folder: &std::path::Path) -> Vec<std::path::PathBuf> {
    let mut out = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap().flatten() {
        if entry.path().is_dir() {
            out.extend(walk(&entry.path()));
        } else {
            out.push(entry.path());
        }
    }
    out
}
