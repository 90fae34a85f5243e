//! Requests about the shape of one file: outline, folds, growing selections, pairs that change together.

use crate::client::{Client, Preset, Session};
use crate::sample::Sample;
use serde_json::{Value, json};

const MACROS: &str = "platform/macros/new.sql";
const TEXT: &str = "-- 🪴\r\n{% macro first(a) %}\r\nwith c as (\r\n  select 1\r\n)\r\n{% endmacro %}\r\n";

fn of_file(client: &mut Client, method: &str, path: &str) -> Value {
    let document = json!({ "uri": client.uri(path) });
    client.request(method, json!({ "textDocument": document }))
}

/// `name(children)` of a tree, `name` of a flat list.
fn outline(client: &mut Client, path: &str) -> String {
    fn show(symbols: &Value) -> String {
        let symbols = symbols.as_array().cloned().unwrap_or_default();
        let one = |symbol: &Value| {
            let children = show(&symbol["children"]);
            let name = symbol["name"].as_str().unwrap();
            if children.is_empty() { name.to_owned() } else { format!("{name}({children})") }
        };
        symbols.iter().map(one).collect::<Vec<_>>().join(" ")
    }
    show(&of_file(client, "textDocument/documentSymbol", path))
}

#[test]
fn the_outline_is_a_tree_where_the_client_knows_trees() {
    let sample = Sample::hybrid();
    for (preset, wanted) in [
        (Preset::VsCode, "first(c)"),
        (Preset::Neovim, "first(c)"),
        (Preset::Helix, "first c"),
        (Preset::Bare, "first c"),
    ] {
        let mut client = Session::new(preset, sample.root()).start();
        client.open(MACROS, TEXT);
        assert_eq!(outline(&mut client, MACROS), wanted, "{preset:?}");
    }
}

#[test]
fn every_kind_of_file_has_an_outline_while_it_is_typed() {
    let sample = Sample::hybrid();
    let mut client = Session::new(Preset::VsCode, sample.root()).start();
    for (path, text, wanted) in [
        ("platform/models/new.sql", "with a as (select {{ ref('", "a"),
        (
            "platform/models/new.yml",
            "models:\n  - name: m\n    columns:\n      - name: id\n  - na",
            "models(m(id))",
        ),
        ("platform/models/new.md", "{% docs one %}\ntext", "one"),
        ("platform/models/new.py", "def model(dbt, session):\n    return dbt.ref('a'", "model(a)"),
        ("finance/dependencies.yml", "projects:\n  - name: platform\n", "projects(platform)"),
        ("notes.sql", "with a as (select 1)", ""),
    ] {
        client.open(path, text);
        assert_eq!(outline(&mut client, path), wanted, "{path}");
    }
}

#[test]
fn whole_lines_fold_where_the_client_folds_nothing_else() {
    let sample = Sample::hybrid();
    let folds = |preset| {
        let mut client = Session::new(preset, sample.root()).start();
        client.open(MACROS, TEXT);
        let found = of_file(&mut client, "textDocument/foldingRange", MACROS);
        let one = |fold: &Value| {
            let end = &fold["endCharacter"];
            format!("{}-{}:{end}", fold["startLine"], fold["endLine"])
        };
        found.as_array().unwrap().iter().map(one).collect::<Vec<_>>().join(" ")
    };
    assert_eq!(folds(Preset::VsCode), "1-4:null 2-3:null");
    assert_eq!(folds(Preset::Bare), "1-5:0 2-4:0");
}

#[test]
fn selections_grow_for_each_cursor_in_the_units_of_the_client() {
    let sample = Sample::hybrid();
    for encoding in ["utf-8", "utf-16", "utf-32"] {
        let mut client = Session::new(Preset::Neovim, sample.root()).encodings(&[encoding]).start();
        let path = "finance/models/new.sql";
        client.open(path, "select '🪴é',\t{{ ref('platform', 'orders') }}, {{ var('🪴x') }}");
        let at = [client.cursor(path, "'ord$0ers'"), client.cursor(path, "🪴$0x")];
        let document = json!({ "uri": client.uri(path) });
        let params = json!({ "textDocument": document, "positions": at });
        let answer = client.request("textDocument/selectionRange", params);
        let second = &answer[0]["parent"];
        assert_eq!(client.covered(path, &answer[0]["range"]), "orders");
        assert_eq!(client.covered(path, &second["range"]), "'orders'");
        assert_eq!(client.covered(path, &second["parent"]["range"]), "'platform', 'orders'");
        assert_eq!(client.covered(path, &answer[1]["parent"]["range"]), "🪴x");
    }
}

#[test]
fn the_words_of_a_block_are_linked() {
    let sample = Sample::hybrid();
    let mut client = Session::new(Preset::VsCode, sample.root()).start();
    client.open(MACROS, TEXT);
    let at = client.at(MACROS, "{% ma$0cro");
    let pair = client.request("textDocument/linkedEditingRange", at);
    let ranges = pair["ranges"].as_array().unwrap();
    assert_eq!(
        ranges.iter().map(|range| client.covered(MACROS, range)).collect::<Vec<_>>(),
        ["macro", "macro"]
    );
    let nowhere = client.at(MACROS, "sel$0ect");
    assert_eq!(client.request("textDocument/linkedEditingRange", nowhere), Value::Null);
}
