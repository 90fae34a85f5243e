//! What an editor draws into a document or lists beside it: tokens, hints, lenses, links, names of the workspace; and
//! what it does while a tag is typed.

use crate::client::{Client, Preset, Session};
use crate::sample::Sample;
use serde_json::{Value, json};

const FINANCE: &str = "finance/models/new.sql";

fn of_file(client: &mut Client, method: &str, path: &str) -> Value {
    let document = json!({ "uri": client.uri(path) });
    client.request(method, json!({ "textDocument": document }))
}

/// Adds the range over a whole document.
fn of_all(client: &mut Client, method: &str, path: &str) -> Value {
    let end = client.position(path, client.text(path).len());
    let range = json!({ "start": { "line": 0, "character": 0 }, "end": end });
    let document = json!({ "uri": client.uri(path) });
    client.request(method, json!({ "textDocument": document, "range": range }))
}

/// `text:type+modifier` of each token of these types.
fn shown(client: &Client, path: &str, data: &Value, only: &[&str]) -> Vec<String> {
    let legend = &client.server["semanticTokensProvider"]["legend"];
    let numbers: Vec<u64> = data.as_array().unwrap().iter().map(|n| n.as_u64().unwrap()).collect();
    let (mut line, mut col) = (0, 0);
    let mut out = Vec::new();
    for token in numbers.chunks(5) {
        line += token[0];
        col = if token[0] == 0 { col + token[1] } else { token[1] };
        let kind = legend["tokenTypes"][token[3] as usize].as_str().unwrap();
        let range = json!({
            "start": { "line": line, "character": col }, "end": { "line": line, "character": col + token[2] },
        });
        if only.contains(&kind) {
            let mut text = format!("{}:{kind}", client.covered(path, &range));
            for (bit, modifier) in legend["tokenModifiers"].as_array().unwrap().iter().enumerate() {
                if token[4] & (1 << bit) != 0 {
                    text.push_str(&format!("+{}", modifier.as_str().unwrap()));
                }
            }
            out.push(text);
        }
    }
    out
}

const NAMES: &[&str] = &["namespace", "class", "property", "enum", "enumMember", "macro"];

#[test]
fn tokens_tell_names_apart_in_every_encoding() {
    let sample = Sample::hybrid();
    for (preset, encodings) in [
        (Preset::VsCode, &["utf-16"][..]),
        (Preset::Neovim, &["utf-8"]),
        (Preset::Neovim, &["utf-32"]),
        (Preset::Bare, &[]),
    ] {
        let mut client = Session::new(preset, sample.root()).encodings(encodings).start();
        let text = "-- 🪴\r\nselect '🪴é', {{ ref('platform', 'dim_customers', v=1) }}\r\n{# é\r\n🪴 #}";
        client.open(FINANCE, text);
        let full = of_file(&mut client, "textDocument/semanticTokens/full", FINANCE);
        assert_eq!(
            shown(&client, FINANCE, &full["data"], NAMES),
            ["platform:namespace+upstream", "dim_customers:property+deprecated+upstream"],
            "{preset:?}"
        );
        assert_eq!(shown(&client, FINANCE, &full["data"], &["comment"]), ["{# é:comment", "🪴 #}:comment"]);
        let part = of_all(&mut client, "textDocument/semanticTokens/range", FINANCE);
        assert_eq!(part["data"], full["data"]);
    }
}

#[test]
fn tokens_are_told_as_a_difference_once_they_are_known() {
    let sample = Sample::hybrid();
    let mut client = Session::new(Preset::VsCode, sample.root()).start();
    client.open(FINANCE, "select {{ ref('platform', 'fct_orders') }}");
    let mut old = of_file(&mut client, "textDocument/semanticTokens/full", FINANCE);
    for new in ["select 1, {{ ref('platform', 'fct_orders') }}", "{% if x %}\n{% endif %}", ""] {
        client.set_text(FINANCE, new);
        let params =
            json!({ "textDocument": { "uri": client.uri(FINANCE) }, "previousResultId": old["resultId"] });
        let delta = client.request("textDocument/semanticTokens/full/delta", params.clone());
        let mut numbers = old["data"].as_array().unwrap().clone();
        for edit in delta["edits"].as_array().unwrap() {
            let start = edit["start"].as_u64().unwrap() as usize;
            let gone = start..start + edit["deleteCount"].as_u64().unwrap() as usize;
            numbers.splice(gone, edit["data"].as_array().cloned().unwrap_or_default());
        }
        // An id that is not known any more is answered in full.
        let again = client.request("textDocument/semanticTokens/full/delta", params);
        assert_eq!(again["data"].as_array(), Some(&numbers), "{new}");
        old = again;
    }
}

/// In a workspace of `finance` alone.
const PATH: &str = "models/new.sql";

#[test]
fn hints_are_shown_as_the_settings_say() {
    let sample = Sample::some(&["finance"], &["platform"]);
    for (settings, wanted) in [
        (json!({}), &[", v=2"][..]),
        (
            json!({ "inlayHints": { "relations": true, "versions": false } }),
            &["memory.analytics.dim_customers_v2"],
        ),
        (json!({ "inlayHints": false }), &[]),
    ] {
        let mut client =
            Session::new(Preset::VsCode, &sample.path("finance")).initialization_options(settings.clone());
        client = client.settings(settings.clone());
        let mut client = client.start();
        client.open(
            PATH,
            "{{ config(materialized='view') }}\nselect '🪴' from {{ ref('platform', 'dim_customers') }}",
        );
        let hints = of_all(&mut client, "textDocument/inlayHint", PATH);
        let labels: Vec<&str> =
            hints.as_array().unwrap().iter().map(|h| h["label"].as_str().unwrap()).collect();
        assert_eq!(labels, wanted, "{settings}");
    }
}

#[test]
fn a_hint_can_be_written_out_and_follows_a_change_of_settings() {
    let sample = Sample::some(&["finance"], &["platform"]);
    let mut client = Session::new(Preset::VsCode, &sample.path("finance")).start();
    client.open(PATH, "{{ config(materialized='view') }} {{ ref('platform', 'dim_customers') }}");
    let hints = of_all(&mut client, "textDocument/inlayHint", PATH);
    let edit = &hints[0]["textEdits"][0];
    let at = client.offset(client.text(PATH), &edit["range"]["start"]);
    client.edit(PATH, at..at, edit["newText"].as_str().unwrap());
    assert_eq!(
        client.text(PATH),
        "{{ config(materialized='view') }} {{ ref('platform', 'dim_customers', v=2) }}"
    );
    assert_eq!(of_all(&mut client, "textDocument/inlayHint", PATH), json!([]));
    let asked =
        |client: &Client| client.requests.iter().filter(|(m, _)| m == "workspace/inlayHint/refresh").count();
    let before = asked(&client);
    client.settings = json!({ "inlayHints": { "relations": true } });
    client.notify("workspace/didChangeConfiguration", json!({ "settings": null }));
    // A refresh may also come of the upstream that has just been read: then another follows.
    let mut heard = before;
    client.wait_until("a refresh of hints, and the hint", |client| {
        let more = asked(client) > heard;
        heard = asked(client);
        more && of_all(client, "textDocument/inlayHint", PATH).as_array().map(Vec::len) == Some(1)
    });
}

/// The texts of all lenses, resolved.
fn lenses(client: &mut Client, path: &str) -> Vec<String> {
    let found = of_file(client, "textDocument/codeLens", path);
    let mut out = Vec::new();
    for lens in found.as_array().unwrap() {
        assert!(lens["command"].is_null(), "what a lens says comes later: {lens}");
        let lens = client.request("codeLens/resolve", lens.clone());
        out.push(lens["command"]["title"].as_str().unwrap().to_owned());
    }
    out
}

#[test]
fn lenses_tell_who_reads_a_model_and_who_may() {
    let sample = Sample::hybrid();
    for preset in Preset::ALL {
        let mut client = Session::new(preset, sample.root()).start();
        let path = "platform/models/marts/fct_orders.sql";
        client.open_file(path);
        let before = lenses(&mut client, path);
        assert_eq!(before[1], "public · group core · contract", "{preset:?}: {before:?}");
        assert!(before[0].contains(" references · ") && before[0].contains(" projects"), "{before:?}");
        // An unsaved ref counts at once.
        let count = |texts: &[String]| texts[0].split(' ').next().unwrap().parse::<usize>().unwrap();
        client.open(FINANCE, "{{ ref('platform', 'fct_orders') }} {{ ref('platform', 'fct_orders') }}");
        assert_eq!(count(&lenses(&mut client, path)), count(&before) + 2);
    }
}

#[test]
fn a_lens_leads_to_the_places_where_the_client_can_show_them() {
    let sample = Sample::of(&[
        ("dbt_project.yml", "name: shop\n"),
        ("models/a.sql", "select 1\n"),
        ("models/b.sql", "select '🪴' from {{ ref('a') }}\n"),
    ]);
    for known in [true, false] {
        let commands = json!({ "commands": { "commands": ["dbt-mesh.showReferences"] } });
        let session = Session::new(Preset::VsCode, sample.root());
        let session = if known { session.experimental(commands) } else { session };
        let mut client = session.settings(json!({ "codeLens": { "access": false } })).start();
        client.open_file("models/a.sql");
        client.open_file("models/b.sql");
        client.wait_until("the settings", |client| !client.requests.is_empty());
        let found = of_file(&mut client, "textDocument/codeLens", "models/a.sql");
        let lens = client.request("codeLens/resolve", found[0].clone());
        assert_eq!(lens["command"]["title"], "1 reference");
        if known {
            assert_eq!(lens["command"]["command"], "dbt-mesh.showReferences");
            let place = &lens["command"]["arguments"][2][0];
            assert_eq!(client.covered("models/b.sql", &place["range"]), "a");
        } else {
            assert_eq!(lens["command"]["command"], "");
        }
    }
}

#[test]
fn links_lead_to_pages_and_to_files_that_are_there() {
    let sample = Sample::of(&[
        ("dbt_project.yml", "name: shop\n"),
        ("packages.yml", ""),
        ("utils/dbt_project.yml", "name: utils\n"),
    ]);
    let mut client = Session::new(Preset::VsCode, sample.root()).start();
    client.open(
        "packages.yml",
        "packages:\n  - package: dbt-labs/dbt_utils\n    version: 1.0.0\n  - local: utils\n  - local: nowhere\n",
    );
    let found = of_file(&mut client, "textDocument/documentLink", "packages.yml");
    let targets: Vec<&str> =
        found.as_array().unwrap().iter().map(|link| link["target"].as_str().unwrap()).collect();
    assert_eq!(
        targets,
        ["https://hub.getdbt.com/dbt-labs/dbt_utils/latest/", &client.uri("utils/dbt_project.yml")]
    );
    assert_eq!(client.covered("packages.yml", &found[1]["range"]), "utils");
}

#[test]
fn names_of_all_projects_are_found_and_located_when_asked() {
    let sample = Sample::some(&["finance"], &["platform"]);
    for (preset, lazy) in [(Preset::VsCode, true), (Preset::Neovim, false), (Preset::Bare, false)] {
        let mut client = Session::new(preset, &sample.path("finance")).start();
        let find = |client: &mut Client, query: &str| {
            let found = client.request("workspace/symbol", json!({ "query": query }));
            found.as_array().cloned().unwrap_or_default()
        };
        let upstream = find(&mut client, "platform.dim_customers v2");
        assert_eq!(upstream[0]["name"], "platform.dim_customers v2", "{preset:?}");
        let address = upstream[0]["location"]["uri"].as_str().unwrap().to_owned();
        assert!(client.fetch(&address).contains("dim_customers"), "{address}");
        let docs = find(&mut client, "finance");
        assert!(docs.iter().any(|symbol| symbol["name"] == "finance"), "{preset:?}: {docs:?}");
        let project = docs.iter().find(|symbol| symbol["name"] == "finance").unwrap();
        assert_eq!(project["location"]["range"].is_null(), lazy, "{preset:?}: {project}");
        if lazy {
            let project = client.request("workspaceSymbol/resolve", project.clone());
            client.open_file("dbt_project.yml");
            assert_eq!(client.covered("dbt_project.yml", &project["location"]["range"]), "finance");
        }
    }
}

#[test]
fn tags_are_padded_while_they_are_typed() {
    let sample = Sample::hybrid();
    let mut client = Session::new(Preset::Neovim, sample.root()).start();
    client.open(FINANCE, "select '🪴', {{ref('a')}}");
    let mut params = client.at(FINANCE, "('a')}}$0");
    params["ch"] = json!("}");
    params["options"] = json!({ "tabSize": 2, "insertSpaces": true });
    let edits = client.request("textDocument/onTypeFormatting", params);
    let mut places: Vec<usize> = Vec::new();
    for edit in edits.as_array().unwrap() {
        assert_eq!(edit["newText"], " ");
        places.push(client.offset(client.text(FINANCE), &edit["range"]["start"]));
    }
    for at in places.into_iter().rev() {
        client.edit(FINANCE, at..at, " ");
    }
    assert_eq!(client.text(FINANCE), "select '🪴', {{ ref('a') }}");
}
