//! Variables, parameters, blocks and signatures of templates: signature help, references, highlights, renaming.

use crate::client::{Client, Preset, Session, markup};
use crate::sample::Sample;
use serde_json::{Value, json};

const MODEL: &str = "finance/models/new.sql";

/// A client with `text` open, where `$0` is the cursor; and the parameters of a request about it.
fn typed(client: &mut Client, path: &str, text: &str) -> Value {
    client.open(path, &text.replacen("$0", "", 1));
    let position = client.cursor(path, text);
    json!({ "textDocument": { "uri": client.uri(path) }, "position": position })
}

/// What the ranges of an answer cover.
fn covered(client: &Client, path: &str, answer: &Value) -> Vec<String> {
    let items = answer.as_array().cloned().unwrap_or_default();
    items.iter().map(|item| client.covered(path, &item["range"])).collect()
}

fn with(mut params: Value, key: &str, value: Value) -> Value {
    params[key] = value;
    params
}

#[test]
fn a_variable_is_found_highlighted_and_renamed_in_its_file() {
    let sample = Sample::hybrid();
    for preset in Preset::ALL {
        let mut client = Session::new(preset, sample.root()).start();
        let text = "-- 🦀\r\n{% set größe = 1 %}{{ grö$0ße }}{% for größe in [größe] %}{{ größe }}{% endfor %}{{ f(größe";
        let at = typed(&mut client, MODEL, text);
        let references =
            |declaration: bool| with(at.clone(), "context", json!({ "includeDeclaration": declaration }));
        let all = client.request("textDocument/references", references(true));
        assert_eq!(covered(&client, MODEL, &all), ["größe"; 4]);
        assert!(all.as_array().unwrap().iter().all(|place| place["uri"] == client.uri(MODEL)));
        let reads = client.request("textDocument/references", references(false));
        assert_eq!(covered(&client, MODEL, &reads), ["größe"; 3]);
        let highlights = client.request("textDocument/documentHighlight", at.clone());
        let kinds: Vec<u64> =
            highlights.as_array().unwrap().iter().map(|h| h["kind"].as_u64().unwrap()).collect();
        assert_eq!(kinds, [3, 2, 2, 2]);

        if preset != Preset::Bare {
            let name = client.request("textDocument/prepareRename", at.clone());
            assert_eq!(name["placeholder"], "größe");
        }
        let refused =
            client.try_request("textDocument/rename", with(at.clone(), "newName", json!("ref"))).unwrap_err();
        assert_eq!(refused.code, -32803);
        assert!(refused.message.contains("'ref' is a name of dbt's"), "{}", refused.message);
        let edit = client.request("textDocument/rename", with(at, "newName", json!("width")));
        client.apply(&edit);
        let expected = "-- 🦀\r\n{% set width = 1 %}{{ width }}{% for größe in [width] %}{{ größe }}{% endfor %}{{ f(width";
        assert_eq!(client.text(MODEL), expected);
        client.close(MODEL);
    }
}

#[test]
fn a_parameter_is_renamed_with_its_callers() {
    let sample = Sample::hybrid();
    sample.write("finance/macros/half.sql", "{% macro half(amount) %}{{ amount }} / 2{% endmacro %}\n");
    sample.write("finance/models/halves.sql", "select {{ half(amount='x') }}\n");
    sample.write(
        "finance/macros/_half.yml",
        "macros:\n  - name: half\n    arguments:\n      - {name: amount, type: integer, description: Whole.}\n",
    );
    let mut client = Session::new(Preset::VsCode, sample.root()).start();
    let at = typed(
        &mut client,
        "finance/macros/half.sql",
        "{% macro half(amount) %}{{ am$0ount }} / 2{% endmacro %}\n",
    );
    let edit = client.request("textDocument/rename", with(at, "newName", json!("cents")));
    let mut files: Vec<String> = edit["documentChanges"]
        .as_array()
        .unwrap()
        .iter()
        .map(|change| {
            let uri = change["textDocument"]["uri"].as_str().unwrap();
            format!("{} {}", uri.rsplit('/').next().unwrap(), change["edits"].as_array().unwrap().len())
        })
        .collect();
    files.sort();
    assert_eq!(files, ["_half.yml 1", "half.sql 2", "halves.sql 1"]);

    let at = typed(&mut client, MODEL, "select {{ half($0");
    let help = client.request("textDocument/signatureHelp", at);
    assert_eq!(help["signatures"][0]["label"], "half(amount)");
    assert_eq!(markup(&help["signatures"][0]["parameters"][0]), "`integer` · Whole.");
}

#[test]
fn an_end_tag_shows_what_it_closes() {
    let sample = Sample::hybrid();
    let mut client = Session::new(Preset::Helix, sample.root()).start();
    let at = typed(&mut client, MODEL, "{% if a %}{% for b in c %}{% endfor %}{% else %}{% end$0if %}");
    let tags = client.request("textDocument/documentHighlight", at);
    assert_eq!(covered(&client, MODEL, &tags), ["if", "else", "endif"]);
}

#[test]
fn signatures_mark_the_parameter_being_written() {
    let sample = Sample::hybrid();
    for preset in Preset::ALL {
        let mut client = Session::new(preset, sample.root()).start();
        for (text, label, active) in [
            ("{{ ref('platform', $0", "ref(package, name, version=None, v=None)", 1),
            ("{{ source($0) }}", "source(source_name, table_name)", 0),
            ("{{ ref('a', v=$0", "ref(name, version=None, v=None)", 2),
            ("{{ x | replace('é', $0", "replace(old, new, count=None)", 1),
        ] {
            let at = typed(&mut client, MODEL, text);
            let help = client.request("textDocument/signatureHelp", at);
            assert_eq!(help["signatures"][0]["label"], label, "{text}: {help}");
            assert_eq!(help["activeParameter"], active, "{text}: {help}");
            let first = &help["signatures"][0]["parameters"][0]["label"];
            assert_eq!(first.is_array(), matches!(preset, Preset::VsCode | Preset::Neovim), "{first}");
            client.close(MODEL);
        }
        let at = typed(&mut client, MODEL, "select 1$0");
        assert_eq!(client.request("textDocument/signatureHelp", at), Value::Null);
    }
}
