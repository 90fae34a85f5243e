//! The server beside its answers: how it says that it is well, what goes into a bug report, very large messages.

use crate::client::{Client, Preset, Session};
use crate::sample::Sample;
use serde_json::{Value, json};

fn command(client: &mut Client, name: &str, arguments: &Value) -> Value {
    client.request("workspace/executeCommand", json!({ "command": name, "arguments": arguments }))
}

#[test]
fn the_debug_page_tells_sizes_and_times_and_no_secret() {
    const SECRET: &str = "hunter2-very-secret";
    let sample = Sample::hybrid();
    sample.write(
        "finance/models/private.sql",
        "select 'confidential-text' from {{ ref('platform', 'fct_orders') }}",
    );
    sample.write(
        "finance/dbt_mesh.yml",
        "upstreams:\n  - name: crm\n    manifest: https://me:${CRM_TOKEN}@127.0.0.1:9/path-part/manifest.json?sig=${CRM_TOKEN}\n    \
         headers: {Authorization: \"Bearer ${CRM_TOKEN}\"}\nvars: {password: hunter2-very-secret}\n",
    );
    for preset in Preset::ALL {
        let mut client = Session::new(preset, sample.root()).env("CRM_TOKEN", SECRET).start();
        client.open_file("finance/models/private.sql");
        client.hover("finance/models/private.sql", "'fct_o$0rders'");
        let page = command(&mut client, "dbt-mesh.debugInfo", &json!([]));
        let page = page.as_str().unwrap();
        for wanted in [
            "| finance | project |",
            "| platform | live |",
            "- files: ",
            "- memory: ",
            "`textDocument/hover`",
            "- client: ",
        ] {
            let found = page.contains(wanted) || wanted.contains("live") && page.contains("| live |");
            assert!(found, "{wanted}: {page}");
        }
        let home = sample.root().to_string_lossy().into_owned();
        for hidden in [SECRET, "confidential-text", "path-part", "sig=", "Bearer", home.as_str()] {
            assert!(!page.contains(hidden), "{hidden}: {page}");
        }
    }
}

#[test]
fn who_wants_to_know_hears_how_the_server_is() {
    let sample = Sample::hybrid();
    let statuses = |client: &Client| -> Vec<Value> {
        let of = client.notifications.iter().filter(|(method, _)| method == "experimental/serverStatus");
        of.map(|(_, params)| params.clone()).collect()
    };
    let mut client = Session::new(Preset::VsCode, sample.root()).start();
    client.wait_until("rest", |client| {
        statuses(client).last().is_some_and(|status| status["quiescent"] == true)
    });
    assert_eq!(statuses(&client).last().unwrap()["health"], "ok");
    // An upstream that nothing supplies.
    let path = "finance/dependencies.yml";
    client.open_file(path);
    let text = format!("{}  - name: nowhere\n", client.text(path));
    client.set_text(path, &text);
    client.wait_until("a warning", |client| {
        statuses(client).last().is_some_and(|status| {
            status["health"] == "warning"
                && status["message"].as_str().unwrap_or_default().contains("nowhere")
        })
    });
    let mut client = Session::new(Preset::Helix, sample.root()).start();
    client.open_file(path);
    client.hover(path, "plat$0form");
    assert_eq!(statuses(&client), Vec::<Value>::new());
}

#[test]
fn a_very_large_document_passes() {
    let sample = Sample::hybrid();
    let mut client = Session::new(Preset::VsCode, sample.root()).start();
    let path = "finance/models/large.sql";
    let line = "-- a comment that is of no use to anybody, é\n";
    let mut text = line.repeat((12 << 20) / line.len());
    text.push_str("select * from {{ ref('platform', 'fct_orders') }}\n");
    client.open(path, &text);
    assert!(crate::client::markup(&client.hover(path, "'fct_o$0rders'")).contains("fct_orders"));
    client.edit(path, 0..0, "-- first\n");
    assert!(client.server_text(path).as_str().unwrap().starts_with("-- first\n-- a comment"));
}

#[test]
fn a_document_of_ours_is_refreshed_when_its_manifest_changes() {
    let sample = Sample::some(&["finance"], &["platform"]);
    let mut client = Session::new(Preset::VsCode, sample.root()).start();
    client.open("finance/models/new.sql", "{{ ref('platform', 'fct_orders') }}");
    let target = client.definition("finance/models/new.sql", "'fct_o$0rders'");
    let uri = target[0]["targetUri"].as_str().unwrap().to_owned();
    let content = client.request("workspace/textDocumentContent", json!({ "uri": uri }));
    assert!(content["text"].as_str().unwrap().contains("model.platform.fct_orders"));
    client.notify(
        "textDocument/didOpen",
        json!({ "textDocument": { "uri": uri, "languageId": "markdown", "version": 1, "text": content["text"] } }),
    );
    let path = crate::sample::manifest_path("platform");
    let manifest = sample.read(&path).replace("\"fct_orders\"", "\"fct_orders\" ");
    sample.write(&path, &manifest);
    client.files_changed(&[&path]);
    client.wait_until("a refresh", |client| {
        client.requests.iter().any(|(method, params)| {
            method == "workspace/textDocumentContent/refresh" && params["uri"] == uri.as_str()
        })
    });
}
