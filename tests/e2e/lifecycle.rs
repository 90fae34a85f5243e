//! From the first byte to the exit code, and that the server sees exactly the text that the editor has.

use crate::binary::server;
use crate::client::{Incoming, PATIENCE, Preset, Session, Wire};
use serde_json::{Value, json};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};
use tempfile::TempDir;

fn folder() -> TempDir {
    tempfile::tempdir().expect("a temporary folder can be made")
}

fn receive(wire: &mut Wire) -> Value {
    match wire.receive(Instant::now() + PATIENCE) {
        Incoming::Message(message) => message,
        other => panic!("{other:?}\n{}", wire.log()),
    }
}

#[test]
fn every_kind_of_client_starts_and_ends_cleanly() {
    let folder = folder();
    for preset in Preset::ALL {
        let mut client = Session::new(preset, folder.path()).start();
        assert_eq!(client.server["textDocumentSync"]["change"], 2, "{preset:?}");
        client.open("models/a.sql", "select 1");
        assert_eq!(client.diagnostics("models/a.sql"), Vec::<Value>::new(), "{preset:?}");
        assert_eq!(client.shut_down(), Some(0), "{preset:?}");
    }
}

#[test]
fn capabilities_follow_the_client() {
    let folder = folder();
    let full = Session::new(Preset::VsCode, folder.path()).start();
    assert!(full.server["diagnosticProvider"].is_object());
    assert_eq!(full.server["workspace"]["textDocumentContent"]["schemes"], json!(["dbt-mesh"]));
    assert_eq!(full.server["completionProvider"]["resolveProvider"], true);
    let bare = Session::new(Preset::Bare, folder.path()).start();
    assert!(bare.server["diagnosticProvider"].is_null());
    assert!(bare.server["workspace"]["textDocumentContent"].is_null());
    assert_eq!(bare.server["positionEncoding"], "utf-16");
}

#[test]
fn watchers_and_settings_are_registered_only_where_that_is_possible() {
    let folder = folder();
    let mut client = Session::new(Preset::VsCode, folder.path()).start();
    client.wait_until("a registration", |c| c.requests.iter().any(|(m, _)| m == "client/registerCapability"));
    let (_, params) = client.requests.iter().find(|(m, _)| m == "client/registerCapability").unwrap();
    let methods: Vec<_> = params["registrations"].as_array().unwrap().iter().map(|r| &r["method"]).collect();
    assert_eq!(methods, ["workspace/didChangeWatchedFiles", "workspace/didChangeConfiguration"]);

    let mut bare = Session::new(Preset::Bare, folder.path()).start();
    bare.open("a.sql", "select 1");
    bare.diagnostics("a.sql");
    bare.listen_for(Duration::from_millis(100));
    assert!(bare.requests.is_empty(), "{:?}", bare.requests);
}

#[test]
fn exit_without_shutdown_is_a_failure() {
    let folder = folder();
    let mut client = Session::new(Preset::Bare, folder.path()).start();
    client.notify("exit", Value::Null);
    assert_eq!(client.abandon().wait_for_exit(PATIENCE), Some(1));
}

#[test]
fn exit_before_initialize_ends_the_server() {
    let mut wire = Wire::start(&[]);
    wire.send(&json!({ "jsonrpc": "2.0", "method": "exit" }));
    assert_eq!(wire.wait_for_exit(PATIENCE), Some(1));
}

#[test]
fn the_end_of_input_ends_the_server() {
    let folder = folder();
    let mut client = Session::new(Preset::VsCode, folder.path()).start();
    client.open("a.sql", "select 1");
    let wire = client.abandon();
    wire.close_stdin();
    assert_eq!(wire.wait_for_exit(Duration::from_secs(5)), Some(1));
}

#[test]
#[cfg(unix)]
fn the_death_of_the_editor_ends_the_server_although_the_pipe_stays_open() {
    let folder = folder();
    let mut editor = Command::new("sleep").arg("600").stdin(Stdio::null()).spawn().expect("sleep is there");
    let mut client = Session::new(Preset::Bare, folder.path()).process_id(editor.id()).start();
    client.open("a.sql", "select 1");
    client.diagnostics("a.sql");
    editor.kill().unwrap();
    editor.wait().unwrap();
    assert_eq!(client.abandon().wait_for_exit(Duration::from_secs(10)), Some(1));
}

#[test]
fn requests_before_initialize_are_refused() {
    let mut wire = Wire::start(&[]);
    let hover =
        json!({ "textDocument": { "uri": "file:///a.sql" }, "position": { "line": 0, "character": 0 } });
    wire.send(&json!({ "jsonrpc": "2.0", "id": 1, "method": "textDocument/hover", "params": hover }));
    assert_eq!(receive(&mut wire)["error"]["code"], -32002);
}

#[test]
fn unknown_methods_and_wrong_parameters_are_told() {
    let folder = folder();
    let mut client = Session::new(Preset::Bare, folder.path()).start();
    let code = |result: Result<Value, crate::client::RpcError>| result.unwrap_err().code;
    assert_eq!(code(client.try_request("textDocument/typeDefinition", json!({}))), -32601);
    assert_eq!(code(client.try_request("dbt/nonsense", json!({}))), -32601);
    assert_eq!(code(client.try_request("textDocument/hover", json!({ "position": 1 }))), -32602);
    assert_eq!(code(client.try_request("workspace/executeCommand", json!({ "command": "rm" }))), -32602);
    // Unknown notifications are nobody's business.
    client.notify("dbt/nonsense", json!({}));
    client.notify("$/nonsense", json!({}));
    client.open("a.sql", "select 1");
    assert_eq!(client.server_text("a.sql"), "select 1");
}

#[test]
fn malformed_messages_do_not_end_the_session() {
    let folder = folder();
    let mut client = Session::new(Preset::Bare, folder.path()).start();
    for (bytes, code) in [
        ("Content-Length: 12\r\n\r\n{\"jsonrpc\": x", -32700),
        ("X-Nothing: 1\r\n\r\n", -32700),
        ("Content-Length: 2\r\n\r\n[]", -32600),
    ] {
        client.wire.send_raw(bytes.as_bytes());
        client.notifications.clear();
        client.wait_until("an error", |c| c.notifications.iter().any(|(method, _)| method == "error"));
        assert_eq!(client.notifications[0].1["error"]["code"], code, "{bytes}");
    }
    client.open("a.sql", "select 1");
    assert_eq!(client.server_text("a.sql"), "select 1");
}

#[test]
fn a_cancelled_request_is_answered_as_cancelled_or_done() {
    let folder = folder();
    let mut client = Session::new(Preset::Bare, folder.path()).start();
    client.open("a.sql", "select 1");
    for _ in 0..50 {
        let at = json!({ "textDocument": { "uri": client.uri("a.sql") }, "position": client.cursor("a.sql", "sel$0ect") });
        let id = client.send("textDocument/hover", at);
        client.notify("$/cancelRequest", json!({ "id": id }));
        match client.answer(id) {
            Ok(nothing) => assert_eq!(nothing, Value::Null),
            Err(error) => assert_eq!(error.code, -32800),
        }
    }
    // Cancelling what does not exist is no error.
    client.notify("$/cancelRequest", json!({ "id": 4711 }));
    assert_eq!(client.server_text("a.sql"), "select 1");
}

#[test]
fn positions_are_negotiated_and_edits_beside_emoji_land_where_they_should() {
    let folder = folder();
    for (offered, agreed) in [
        (vec!["utf-8", "utf-16"], "utf-8"),
        (vec!["utf-32", "utf-8"], "utf-32"),
        (vec!["utf-7", "utf-16"], "utf-16"),
        (vec![], "utf-16"),
    ] {
        let mut client = Session::new(Preset::Helix, folder.path()).encodings(&offered).start();
        assert_eq!(client.server["positionEncoding"], agreed);
        client.open("models/ünï 🦀.sql", "-- 🦀é🦀 x\r\nselect '🦀' as a\r\n");
        client.replace("models/ünï 🦀.sql", "🦀 x", "🐢🐢 y");
        client.replace("models/ünï 🦀.sql", "' as", "b' as");
        client.replace("models/ünï 🦀.sql", "é", "");
        let expected = "-- 🦀🐢🐢 y\r\nselect '🦀b' as a\r\n";
        assert_eq!(client.text("models/ünï 🦀.sql"), expected);
        assert_eq!(client.server_text("models/ünï 🦀.sql"), expected, "{agreed}");
    }
}

#[test]
fn line_ends_are_kept() {
    let folder = folder();
    let mut client = Session::new(Preset::VsCode, folder.path()).start();
    client.open("a.sql", "one\r\ntwo\rthree\nfour\u{2028}five\r\n");
    client.replace("a.sql", "two", "2\r\n2");
    client.replace("a.sql", "five", "5");
    client.replace("a.sql", "three\n", "");
    assert_eq!(client.server_text("a.sql"), "one\r\n2\r\n2\rfour\u{2028}5\r\n");
}

#[test]
fn no_request_ever_sees_an_older_text() {
    let folder = folder();
    let mut client = Session::new(Preset::VsCode, folder.path()).start();
    client.open("a.sql", "-- 0\n");
    let uri = client.uri("a.sql");
    let asked: Vec<(i64, String)> = (1..=300)
        .map(|n| {
            let end = client.text("a.sql").len();
            client.edit("a.sql", 3..end, &format!("{n}\n"));
            let id = client.send("dbt-mesh/viewFileText", json!({ "uri": uri }));
            (id, format!("-- {n}\n"))
        })
        .collect();
    for (id, expected) in asked {
        assert_eq!(client.answer(id), Ok(Value::from(expected)));
    }
}

#[test]
fn a_storm_of_edits_ends_in_the_right_text_and_its_diagnostics() {
    let folder = folder();
    let mut client = Session::new(Preset::Helix, folder.path()).start();
    client.open("a.sql", "");
    client.open("b.sql", "select 2");
    // A small linear congruential generator: the same storm in every run.
    let mut seed = 7u64;
    let mut random = |below: usize| {
        seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (seed >> 33) as usize % below
    };
    let pieces = ["select ", "🦀", "\r\n", "\n", "{{ ref('", "') }}", "é", "\r", "from x"];
    for _ in 0..2000 {
        let bounds: Vec<usize> = {
            let text = client.text("a.sql");
            let inside_line_end = |at: usize| text[..at].ends_with('\r') && text[at..].starts_with('\n');
            (0..=text.len()).filter(|at| text.is_char_boundary(*at) && !inside_line_end(*at)).collect()
        };
        let from = random(bounds.len());
        let to = (from + random(4)).min(bounds.len() - 1);
        client.edit("a.sql", bounds[from]..bounds[to], pieces[random(pieces.len())]);
    }
    let expected = client.text("a.sql").to_owned();
    assert_eq!(client.server_text("a.sql"), expected);
    client.diagnostics("a.sql");
    assert_eq!(client.published("a.sql").unwrap().version, Some(2001));
}

#[test]
fn impossible_edits_and_positions_are_survived() {
    let folder = folder();
    let mut client = Session::new(Preset::VsCode, folder.path()).start();
    client.open("a.sql", "select 1");
    let uri = client.uri("a.sql");
    let at = |line: u64, character: u64| json!({ "line": line, "character": character });
    let far = u64::from(u32::MAX);
    client.notify(
        "textDocument/didChange",
        json!({
            "textDocument": { "uri": uri, "version": 2 },
            "contentChanges": [
                { "range": { "start": at(far, far), "end": at(far, far) }, "text": "!" },
                { "range": { "start": at(0, 7), "end": at(0, 0) }, "text": "SELECT " },
            ],
        }),
    );
    assert_eq!(client.server_text("a.sql"), "SELECT 1!");
    let nowhere = json!({ "textDocument": { "uri": uri }, "position": at(far, far) });
    assert_eq!(client.request("textDocument/hover", nowhere.clone()), Value::Null);
    assert_eq!(client.request("textDocument/completion", nowhere.clone()), Value::Null);
    assert_eq!(client.request("textDocument/definition", nowhere), Value::Null);
    // An edit of what was never opened.
    client.notify(
        "textDocument/didChange",
        json!({ "textDocument": { "uri": client.uri("b.sql"), "version": 2 }, "contentChanges": [{ "text": "x" }] }),
    );
    assert_eq!(client.server_text("b.sql"), Value::Null);
}

#[test]
fn documents_without_a_file_are_tolerated() {
    let folder = folder();
    for preset in [Preset::VsCode, Preset::Bare] {
        let mut client = Session::new(preset, folder.path()).start();
        client.open("untitled:Untitled-1", "select * from {{ ref('x') }}");
        assert_eq!(client.diagnostics("untitled:Untitled-1"), Vec::<Value>::new());
        assert_eq!(client.hover("untitled:Untitled-1", "ref('$0x"), Value::Null);
        client.replace("untitled:Untitled-1", "'x'", "'y'");
        assert_eq!(client.server_text("untitled:Untitled-1"), "select * from {{ ref('y') }}");
        client.close("untitled:Untitled-1");
        assert_eq!(client.server_text("untitled:Untitled-1"), Value::Null);
    }
}

#[test]
fn a_uri_is_one_document_however_it_is_spelled() {
    let folder = folder();
    let mut client = Session::new(Preset::Bare, folder.path()).start();
    client.open("file:///c%3A/shop/a.sql", "select 1");
    assert_eq!(client.server_text("file:///C:/shop/a.sql"), "select 1");
}

#[test]
fn a_session_without_folders_works() {
    let folder = folder();
    let mut client = Session::new(Preset::VsCode, folder.path()).without_folders().start();
    client.open("untitled:x", "select 1");
    assert_eq!(client.server_text("untitled:x"), "select 1");
}

#[test]
fn mistakes_in_the_settings_are_logged_once() {
    let folder = folder();
    let settings = json!({ "dbtVersoin": 2 });
    let mut client = Session::new(Preset::VsCode, folder.path())
        .settings(settings.clone())
        .initialization_options(settings)
        .start();
    let said = |client: &crate::client::Client| -> Vec<String> {
        let logs = client.notifications.iter().filter(|(m, _)| m == "window/logMessage");
        logs.map(|(_, p)| p["message"].as_str().unwrap_or_default().to_owned()).collect()
    };
    client.wait_until("a line in the log", |c| !said(c).is_empty());
    client.wait_until("the settings are pulled", |c| {
        c.requests.iter().any(|(m, _)| m == "workspace/configuration")
    });
    client.notify("workspace/didChangeConfiguration", json!({ "settings": null }));
    client.listen_for(Duration::from_millis(200));
    assert_eq!(said(&client), ["setting dbt-mesh.dbtVersoin is unknown: did you mean `dbtVersion`?"]);
}

#[test]
fn traced_requests_are_explained() {
    let folder = folder();
    let mut client = Session::new(Preset::Bare, folder.path()).start();
    client.notify("$/setTrace", json!({ "value": "verbose" }));
    client.open("a.sql", "select 1");
    client.hover("a.sql", "sel$0ect");
    client.wait_until("a trace", |c| {
        c.notifications.iter().any(|(m, p)| {
            m == "$/logTrace"
                && p["message"].as_str().is_some_and(|t| t.starts_with("textDocument/hover took"))
        })
    });
}

#[test]
fn an_edit_asked_for_by_command_reaches_the_client() {
    let folder = folder();
    let mut client = Session::new(Preset::Neovim, folder.path()).start();
    let edit = json!({ "changes": { client.uri("dependencies.yml"): [] } });
    let command = json!({ "command": "dbt-mesh.applyEdit", "arguments": [edit] });
    assert_eq!(client.request("workspace/executeCommand", command), Value::Null);
    client.wait_until("an edit", |c| c.requests.iter().any(|(m, _)| m == "workspace/applyEdit"));
    let (_, params) = client.requests.iter().find(|(m, _)| m == "workspace/applyEdit").unwrap();
    assert_eq!(params["edit"], edit);
}

#[test]
fn the_command_line_tells_when_it_could_not_run() {
    let run = |args: &[&str]| Command::new(server()).args(args).output().expect("the server can be started");
    for args in [
        &["check", "no/such/folder"][..],
        &["check", "--format", "yaml"],
        &["explain", "no-such-code"],
        &["explain"],
        &["nonsense"],
        &[],
    ] {
        let output = run(args);
        assert_eq!(output.status.code(), Some(2), "{args:?}");
        assert!(!output.stderr.is_empty() || !output.stdout.is_empty(), "{args:?} says why");
    }
    assert!(run(&["--version"]).status.success());
}

#[test]
fn a_project_of_many_files_is_whole_at_the_first_answer() {
    let folder = folder();
    let root = folder.path();
    let write = |path: &str, text: &str| std::fs::write(root.join(path), text).unwrap();
    std::fs::create_dir(root.join("models")).unwrap();
    write("dbt_project.yml", "name: many\nversion: '1.0'\n");
    // Each refers to one at the far end of the alphabet, more than a part of what the loader hands over at a time.
    const MODELS: usize = 5000;
    for number in 0..MODELS {
        let of = MODELS - 1 - number;
        let text =
            if number < of { format!("select * from {{{{ ref('m_{of:04}') }}}}") } else { "select 1".into() };
        write(&format!("models/m_{number:04}.sql"), &text);
    }
    let mut client = Session::new(Preset::VsCode, root).start();
    client.open("models/m_0000.sql", "select * from {{ ref('m_4999') }} join {{ ref('m_5000') }}");
    let found = client.request(
        "textDocument/definition",
        json!({
            "textDocument": { "uri": client.uri("models/m_0000.sql") },
            "position": { "line": 0, "character": 24 },
        }),
    );
    assert!(found.to_string().contains("/models/m_4999.sql"), "{found}");
    let findings = client.diagnostics("models/m_0000.sql");
    assert_eq!(findings.len(), 1, "{findings:?}");
    assert!(findings[0]["message"].as_str().unwrap().contains("m_5000"), "{findings:?}");
    let report = client.request("workspace/diagnostic", json!({ "previousResultIds": [] }));
    let items = report["items"].as_array().unwrap();
    let mut wrong = items.iter().filter(|item| !item["items"].as_array().unwrap().is_empty());
    assert!(wrong.all(|item| item["uri"] == client.uri("models/m_0000.sql")), "{report}");
}
