//! Every request says the same whether columns are counted in utf-8, utf-16 or utf-32: on emoji, accents, tabs and CRLF.

use crate::client::{Client, Preset, Session};
use crate::sample::Sample;
use serde_json::{Value, json};

const SQL: &str = "{# 🪴 é #}{% set né = 'orders' %}\r\n\
    {{ config(materialized='view', tags=['🪴']) }}\r\n\
    with 🪴c as (\tselect '🪴', o.id from {{ ref('orders') }} as o),\r\n\
    é as (select '🦀🦀' as x, {{ ref('plat', 'orders') }}, {{ cents('🪴', digits=2) }})\r\n\
    {% if né %}{{ ref(né) }}{% else %}{# é #}{% endif %} {{ source('raw', 'events') }} {{ var('gone', '🪴') }}\r\n\
    /* é */ select {{ ref('";
const YML: &str = "models:\r\n  - name: orders\r\n    description: \"🪴 {{ doc('é') }} é\"\r\n    columns:\r\n      \
    - {description: \"🪴\", name: id, data_tests: [unique, {relationships: {to: \"ref('orders')\", field: id}}]}\r\n  \
    - {description: \"é🦀\", name: gone}\r\n";

const FILES: &[(&str, &str)] = &[
    ("dbt_project.yml", "name: plat\nprofile: p\n"),
    ("models/orders.sql", "select 1 as id\n"),
    ("models/sources.yml", "sources:\n  - name: raw\n    tables:\n      - name: events\n"),
    ("macros/m.sql", "{% macro cents(column, digits=2) %}{{ column }}{% endmacro %}\n"),
    ("models/new.sql", ""),
    ("models/new.yml", ""),
];

/// Requests at a position, and about the whole document.
const ASKED: &[&str] = &[
    "textDocument/completion",
    "textDocument/hover",
    "textDocument/definition",
    "textDocument/references",
    "textDocument/documentHighlight",
    "textDocument/prepareRename",
    "textDocument/rename",
    "textDocument/signatureHelp",
    "textDocument/prepareCallHierarchy",
    "textDocument/selectionRange",
    "textDocument/linkedEditingRange",
    "textDocument/codeAction",
];
const SHOWN: &[&str] = &[
    "textDocument/documentSymbol",
    "textDocument/foldingRange",
    "textDocument/codeLens",
    "textDocument/documentLink",
    "textDocument/inlayHint",
    "textDocument/diagnostic",
];

/// The answer with every position in the document as `line:byte`. Those in other documents are left out: each is asked for itself.
fn in_bytes(client: &Client, path: &str, answer: &Value, elsewhere: bool) -> Value {
    match answer {
        Value::Array(list) => list.iter().map(|item| in_bytes(client, path, item, elsewhere)).collect(),
        Value::Object(object) if object.contains_key("character") && object.len() == 2 => {
            if elsewhere {
                return json!("elsewhere");
            }
            json!(format!("byte {}", client.offset(client.text(path), answer)))
        }
        Value::Object(object) => {
            let own = client.uri(path);
            let other = |key: &str| object.get(key).and_then(Value::as_str).is_some_and(|uri| uri != own);
            let edited = object.get("textDocument").and_then(|document| document["uri"].as_str());
            let elsewhere = elsewhere || other("uri") || edited.is_some_and(|uri| uri != own);
            let one = |(key, value): (&String, &Value)| {
                let there = elsewhere || key.starts_with("target") && other("targetUri");
                // An opaque number for each session.
                let value =
                    if key == "resultId" { Value::Null } else { in_bytes(client, path, value, there) };
                (key.clone(), value)
            };
            Value::Object(object.iter().map(one).collect())
        }
        other => other.clone(),
    }
}

/// What a server says at every few characters of both documents.
fn said(sample: &Sample, encoding: &'static str) -> Vec<(String, Value)> {
    let mut client = Session::new(Preset::VsCode, sample.root()).encodings(&[encoding]).start();
    let mut out = Vec::new();
    for (path, text) in [("models/new.sql", SQL), ("models/new.yml", YML)] {
        client.open(path, text);
        let document = json!({ "uri": client.uri(path) });
        let places = text.char_indices().map(|(at, _)| at).chain([text.len()]).step_by(3);
        let inside_line_end = |at: &usize| text[..*at].ends_with('\r');
        for at in places.filter(|at| !inside_line_end(at)) {
            let position = client.position(path, at);
            let context = json!({ "includeDeclaration": true, "triggerKind": 1, "isRetrigger": false, "diagnostics": [] });
            let params = json!({
                "textDocument": document, "position": position, "positions": [position], "context": context,
                "range": { "start": position, "end": position }, "newName": "renamed",
            });
            for method in ASKED {
                let answer = match client.try_request(method, params.clone()) {
                    Ok(answer) => in_bytes(&client, path, &answer, false),
                    Err(error) => error.message.into(),
                };
                out.push((format!("{method} at {at} of {path}"), answer));
            }
        }
        let end = client.position(path, text.len());
        for method in SHOWN {
            let range = json!({ "start": { "line": 0, "character": 0 }, "end": end });
            let answer = client.request(method, json!({ "textDocument": document, "range": range }));
            out.push((format!("{method} of {path}"), in_bytes(&client, path, &answer, false)));
        }
    }
    out
}

#[test]
fn answers_do_not_depend_on_how_columns_are_counted() {
    let sample = Sample::of(FILES);
    let wanted = said(&sample, "utf-8");
    let some = wanted.iter().filter(|(_, answer)| answer.to_string().contains("byte ")).count();
    assert!(some > 200, "{some} answers with positions: too little is compared");
    for encoding in ["utf-16", "utf-32"] {
        for ((what, wanted), (_, found)) in wanted.iter().zip(said(&sample, encoding)) {
            assert_eq!(found, *wanted, "{what} in {encoding}");
        }
    }
}
