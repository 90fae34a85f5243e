//! Renaming across projects: afterwards every reference resolves, in the editor and for a fresh `check`.

use crate::binary::server;
use crate::client::{Client, Preset, Session};
use crate::sample::Sample;
use serde_json::{Value, json};
use std::process::Command;

fn rename(client: &mut Client, path: &str, context: &str, to: &str) -> Result<Value, String> {
    let position = client.cursor(path, context);
    let params = json!({ "textDocument": { "uri": client.uri(path) }, "position": position, "newName": to });
    client.try_request("textDocument/rename", params).map_err(|error| error.message)
}

/// What a fresh check of the files on disk says.
fn check(sample: &Sample) -> Vec<String> {
    let output =
        Command::new(server()).args(["check", "--format", "json"]).current_dir(sample.root()).output();
    let report: Value = serde_json::from_slice(&output.unwrap().stdout).unwrap();
    let found = report["diagnostics"].as_array().unwrap().iter();
    found.map(|d| format!("{} {} {}", d["file"], d["code"], d["message"])).collect()
}

#[test]
fn a_public_model_is_renamed_in_the_whole_mesh() {
    let sample = Sample::hybrid();
    let mut client = Session::new(Preset::VsCode, sample.root()).start();
    let path = "finance/models/reports/monthly_revenue.sql";
    client.open_file(path);
    let edit = rename(&mut client, path, "'fct_o$0rders'", "fct_purchases").unwrap();
    // The model is public: others may read it by its old name.
    let note = &edit["changeAnnotations"]["caution"];
    assert_eq!(note["needsConfirmation"], true, "{edit}");
    client.apply(&edit);
    assert!(client.text(path).contains("ref('platform', 'fct_purchases')"));
    assert!(sample.path("platform/models/marts/fct_purchases.sql").is_file());
    assert!(!sample.path("platform/models/marts/fct_orders.sql").exists());
    sample.write(path, client.text(path));
    assert_eq!(check(&sample), Vec::<String>::new());
    client.wait_codes(path, &[]);
}

#[test]
fn a_model_with_versions_takes_its_files_along() {
    let sample = Sample::hybrid();
    let mut client = Session::new(Preset::Helix, sample.root()).start();
    let path = "platform/models/marts/_dimensions.yml";
    client.open_file(path);
    let edit = rename(&mut client, path, "name: dim_cust$0omers", "dim_clients").unwrap();
    client.apply(&edit);
    sample.write(path, client.text(path));
    for file in ["dim_clients_v1.sql", "dim_clients_v2.sql", "dim_clients_segmented.sql"] {
        assert!(sample.path(&format!("platform/models/marts/{file}")).is_file(), "{file}");
    }
    assert_eq!(check(&sample), Vec::<String>::new());
}

#[test]
fn what_cannot_be_is_said() {
    let sample = Sample::some(&["finance"], &["platform"]);
    let mut client = Session::new(Preset::VsCode, &sample.path("finance")).start();
    let path = "models/reports/monthly_revenue.sql";
    client.open_file(path);
    let why = rename(&mut client, path, "'fct_o$0rders'", "fct_purchases").unwrap_err();
    assert_eq!(why, "only the manifest of platform is at hand, not its files");
    // An editor that cannot rename files.
    let sample = Sample::hybrid();
    let mut client = Session::new(Preset::Bare, sample.root()).start();
    let path = "finance/models/reports/monthly_revenue.sql";
    client.open_file(path);
    let why = rename(&mut client, path, "'fct_o$0rders'", "fct_purchases").unwrap_err();
    assert!(why.contains("this editor cannot"), "{why}");
}

#[test]
fn a_file_renamed_in_the_explorer_takes_its_references_along() {
    let sample = Sample::hybrid();
    let mut client = Session::new(Preset::VsCode, sample.root()).start();
    client.open_file("finance/models/reports/monthly_revenue.sql");
    let (old, new) = ("platform/models/marts/fct_orders.sql", "platform/models/marts/fct_purchases.sql");
    let files = json!([{ "oldUri": client.uri(old), "newUri": client.uri(new) }]);
    let edit = client.request("workspace/willRenameFiles", json!({ "files": files }));
    client.apply(&edit);
    std::fs::rename(sample.path(old), sample.path(new)).unwrap();
    let path = "finance/models/reports/monthly_revenue.sql";
    sample.write(path, client.text(path));
    assert_eq!(check(&sample), Vec::<String>::new());
    let deleted = json!({ "files": [{ "uri": client.uri("finance/models/ledger/int_open_items.sql") }] });
    assert_eq!(client.request("workspace/willDeleteFiles", deleted), Value::Null);
    client.wait_until("a warning", |client| {
        client.notifications.iter().any(|(method, params)| {
            method == "window/showMessage"
                && params["message"].as_str().unwrap_or_default().contains("int_open_items is still used by")
        })
    });
}
