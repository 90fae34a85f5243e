//! Finding and renaming every kind of name, and what files that are made, moved and deleted bring along, over the wire.

use crate::client::{Client, Preset, Session};
use crate::sample::Sample;
use serde_json::{Value, json};

const MESH: &[(&str, &str)] = &[
    (
        "platform/dbt_project.yml",
        "name: platform\nprofile: p\nmodel-paths: [models, \"more/models\"]\nvars:\n  since: 2020\n  \
         platform:\n    own: 1\nmodels:\n  platform:\n    marts:\n      +materialized: table\n\
         dispatch:\n  - macro_namespace: utils\n    search_order: [platform, utils]\n",
    ),
    (
        "platform/models/marts/orders.sql",
        "select id, total from {{ source('raw', 'events') }} where at > {{ var('since') }}",
    ),
    (
        "platform/models/schema.yml",
        "sources:\n  - name: raw\n    tables:\n      - name: events\nmodels:\n  - name: orders\n    access: public\n    \
         columns:\n      - name: id\n        data_tests:\n          - above: {arguments: {least: 0}}\n      \
         - name: total\n",
    ),
    (
        "platform/more/models/extra.sql",
        "select {{ var('since', 1) }}, {{ var('free', 2) }}, {{ var('free') }}",
    ),
    (
        "platform/tests/generic/above.sql",
        "{% test above(model, column_name, least) %}select * from {{ model }} where {{ column_name }} < {{ least }}{% endtest %}",
    ),
    (
        "platform/macros/m.sql",
        "{% macro cents(column, digits=2) %}round({{ column }}, {{ digits }}){% endmacro %}",
    ),
    ("platform/macros/m.yml", "macros:\n  - name: cents\n    arguments:\n      - name: digits\n"),
    (
        "platform/analyses/a.sql",
        "-- 🪴\nselect {{ cents('x', digits=1) }}, {{ platform.cents('y', digits=3) }}",
    ),
    ("finance/dbt_project.yml", "name: finance\nprofile: p\n"),
    ("finance/dependencies.yml", "projects:\n  - name: platform\n"),
    ("finance/dbt_mesh.yml", "upstreams:\n  - name: platform\n    project: ../platform\n"),
    ("finance/models/report.sql", "select o.total, o.id from {{ ref('platform', 'orders') }} as o"),
    (
        "finance/models/schema.yml",
        "models:\n  - name: report\n    data_tests:\n      - relationships: {to: \"ref('platform', 'orders')\", field: id}\n",
    ),
];

fn start(preset: Preset) -> (Sample, Client) {
    let sample = Sample::of(MESH);
    let client = Session::new(preset, sample.root()).start();
    (sample, client)
}

/// `file:line [text]` of each place.
fn shown(client: &Client, sample: &Sample, places: &Value) -> Vec<String> {
    let root = client.uri("");
    let one = |place: &Value| {
        let uri = place["uri"].as_str().unwrap();
        let path = uri.strip_prefix(root.trim_end_matches('/')).unwrap_or(uri).trim_start_matches('/');
        let text = sample.read(path);
        let at = |end: &str| client.offset(&text, &place["range"][end]);
        format!(
            "{path}:{} [{}]",
            place["range"]["start"]["line"].as_u64().unwrap() + 1,
            &text[at("start")..at("end")]
        )
    };
    places.as_array().map(|list| list.iter().map(one).collect()).unwrap_or_default()
}

fn references(client: &mut Client, sample: &Sample, path: &str, at: &str) -> Vec<String> {
    client.open_file(path);
    let position = client.cursor(path, at);
    let params = json!({
        "textDocument": { "uri": client.uri(path) }, "position": position, "context": { "includeDeclaration": true },
    });
    let found = client.request("textDocument/references", params);
    let mut found = shown(client, sample, &found);
    found.sort();
    client.close(path);
    found
}

#[test]
fn references_of_every_kind_of_name_in_every_encoding() {
    for (preset, encoding) in
        [(Preset::VsCode, "utf-16"), (Preset::Neovim, "utf-8"), (Preset::Helix, "utf-32")]
    {
        let sample = Sample::of(MESH);
        let mut client = Session::new(preset, sample.root()).encodings(&[encoding]).start();
        for (path, at, wanted) in [
            (
                "platform/models/marts/orders.sql",
                "'si$0nce'",
                &[
                    "platform/dbt_project.yml:5 [since]",
                    "platform/models/marts/orders.sql:1 [since]",
                    "platform/more/models/extra.sql:1 [since]",
                ][..],
            ),
            // Nothing sets it: the command line may.
            (
                "platform/more/models/extra.sql",
                "'fr$0ee', 2",
                &["platform/more/models/extra.sql:1 [free]", "platform/more/models/extra.sql:1 [free]"],
            ),
            (
                "platform/tests/generic/above.sql",
                "test ab$0ove",
                &["platform/models/schema.yml:11 [above]", "platform/tests/generic/above.sql:1 [above]"],
            ),
            (
                "platform/tests/generic/above.sql",
                "{ le$0ast }",
                &[
                    "platform/models/schema.yml:11 [least]",
                    "platform/tests/generic/above.sql:1 [least]",
                    "platform/tests/generic/above.sql:1 [least]",
                ],
            ),
            (
                "platform/macros/m.sql",
                "dig$0its=2",
                &[
                    "platform/analyses/a.sql:2 [digits]",
                    "platform/analyses/a.sql:2 [digits]",
                    "platform/macros/m.sql:1 [digits]",
                    "platform/macros/m.sql:1 [digits]",
                    "platform/macros/m.yml:4 [digits]",
                ],
            ),
            (
                "platform/models/schema.yml",
                "- name: to$0tal",
                &["finance/models/report.sql:1 [total]", "platform/models/schema.yml:12 [total]"],
            ),
            (
                "finance/models/report.sql",
                "o.i$0d",
                &[
                    "finance/models/report.sql:1 [id]",
                    "finance/models/schema.yml:4 [id]",
                    "platform/models/schema.yml:9 [id]",
                ],
            ),
            (
                "finance/dependencies.yml",
                "plat$0form",
                &[
                    "finance/dbt_mesh.yml:2 [platform]",
                    "finance/dependencies.yml:2 [platform]",
                    "finance/models/report.sql:1 [platform]",
                    "finance/models/schema.yml:4 [platform]",
                    "platform/analyses/a.sql:2 [platform]",
                    "platform/dbt_project.yml:1 [platform]",
                    "platform/dbt_project.yml:14 [platform]",
                    "platform/dbt_project.yml:6 [platform]",
                    "platform/dbt_project.yml:9 [platform]",
                ],
            ),
        ] {
            assert_eq!(references(&mut client, &sample, path, at), wanted, "{preset:?}: {at} in {path}");
        }
    }
}

#[test]
fn consumers_that_only_a_manifest_tells_of_are_references_too() {
    // Sales reads models of logistics: of sales there is only its manifest here, which platform's reads.
    let sample = Sample::some(&["platform", "marketing"], &["finance"]);
    sample.write("marketing/dependencies.yml", "projects:\n  - name: platform\n  - name: finance\n");
    for preset in [Preset::VsCode, Preset::Helix] {
        let mut client = Session::new(preset, sample.root()).start();
        let path = "platform/models/marts/fct_orders.sql";
        client.open_file(path);
        let params = json!({
            "textDocument": { "uri": client.uri(path) }, "position": { "line": 0, "character": 0 },
            "context": { "includeDeclaration": false },
        });
        client.open("platform/models/new.sql", "{{ ref('fct_orders') }}");
        let at = client.cursor("platform/models/new.sql", "fct_o$0rders");
        let params = json!({
            "textDocument": { "uri": client.uri("platform/models/new.sql") }, "position": at, "context": params["context"],
        });
        let found = client.request("textDocument/references", params);
        let uris: Vec<&str> =
            found.as_array().unwrap().iter().filter_map(|place| place["uri"].as_str()).collect();
        let of_manifest = uris.iter().filter(|uri| uri.contains("model.finance.")).count();
        assert!(of_manifest > 0, "{preset:?}: {uris:?}");
        assert_eq!(uris.iter().any(|uri| uri.starts_with("dbt-mesh:")), preset == Preset::VsCode, "{uris:?}");
    }
}

#[test]
fn references_come_in_parts_and_show_that_they_are_worked_on() {
    let (_sample, mut client) = start(Preset::VsCode);
    let path = "platform/models/marts/orders.sql";
    client.open_file(path);
    let position = client.cursor(path, "'si$0nce'");
    let params = json!({
        "textDocument": { "uri": client.uri(path) }, "position": position, "context": { "includeDeclaration": true },
        "partialResultToken": "parts", "workDoneToken": 7,
    });
    assert_eq!(client.request("textDocument/references", params), json!([]));
    client.wait_until("all progress", |client| {
        let of = |token: Value| {
            client.notifications.iter().filter(move |(m, p)| m == "$/progress" && p["token"] == token)
        };
        let kinds: Vec<&str> = of(7.into()).filter_map(|(_, p)| p["value"]["kind"].as_str()).collect();
        let places: usize = of("parts".into()).filter_map(|(_, p)| p["value"].as_array().map(Vec::len)).sum();
        places == 3 && kinds.first() == Some(&"begin") && kinds.last() == Some(&"end")
    });
}

/// Renames, applies, and gives back every changed line.
fn rename(preset: Preset, path: &str, at: &str, to: &str) -> Result<Vec<String>, String> {
    let (sample, mut client) = start(preset);
    client.open_file(path);
    let position = client.cursor(path, at);
    let document = json!({ "uri": client.uri(path) });
    let prepared = client
        .try_request("textDocument/prepareRename", json!({ "textDocument": document, "position": position }));
    let params = json!({ "textDocument": document, "position": position, "newName": to });
    let edit = client.try_request("textDocument/rename", params).map_err(|error| error.message)?;
    assert!(prepared.is_ok_and(|range| range["placeholder"].is_string()));
    client.apply(&edit);
    let mut out = Vec::new();
    for (file, before) in MESH {
        let after = if *file == path { client.text(path).to_owned() } else { sample.read(file) };
        let changed = before.lines().zip(after.lines()).enumerate().filter(|(_, (old, new))| old != new);
        out.extend(changed.map(|(line, (_, new))| format!("{file}:{} {}", line + 1, new.trim())));
    }
    client.close(path);
    Ok(out)
}

#[test]
fn variables_tests_parameters_and_projects_are_renamed() {
    for preset in [Preset::VsCode, Preset::Helix, Preset::Bare] {
        assert_eq!(
            rename(preset, "platform/dbt_project.yml", "si$0nce:", "start_date").unwrap(),
            [
                "platform/dbt_project.yml:5 start_date: 2020",
                "platform/models/marts/orders.sql:1 select id, total from {{ source('raw', 'events') }} where at > {{ var('start_date') }}",
                "platform/more/models/extra.sql:1 select {{ var('start_date', 1) }}, {{ var('free', 2) }}, {{ var('free') }}",
            ],
            "{preset:?}"
        );
    }
    assert_eq!(
        rename(Preset::VsCode, "platform/tests/generic/above.sql", "ab$0ove", "at_least").unwrap(),
        [
            "platform/models/schema.yml:11 - at_least: {arguments: {least: 0}}",
            "platform/tests/generic/above.sql:1 {% test at_least(model, column_name, least) %}select * from {{ model }} where {{ column_name }} < {{ least }}{% endtest %}",
        ]
    );
    assert_eq!(
        rename(Preset::VsCode, "platform/tests/generic/above.sql", "{ le$0ast", "limit_").unwrap(),
        [
            "platform/models/schema.yml:11 - above: {arguments: {limit_: 0}}",
            "platform/tests/generic/above.sql:1 {% test above(model, column_name, limit_) %}select * from {{ model }} where {{ column_name }} < {{ limit_ }}{% endtest %}",
        ]
    );
    assert_eq!(
        rename(Preset::Neovim, "finance/dependencies.yml", "plat$0form", "core").unwrap(),
        [
            "platform/dbt_project.yml:1 name: core",
            "platform/dbt_project.yml:6 core:",
            "platform/dbt_project.yml:9 core:",
            "platform/dbt_project.yml:14 search_order: [core, utils]",
            "platform/analyses/a.sql:2 select {{ cents('x', digits=1) }}, {{ core.cents('y', digits=3) }}",
            "finance/dependencies.yml:2 - name: core",
            "finance/dbt_mesh.yml:2 - name: core",
            "finance/models/report.sql:1 select o.total, o.id from {{ ref('core', 'orders') }} as o",
            "finance/models/schema.yml:4 - relationships: {to: \"ref('core', 'orders')\", field: id}",
        ]
    );
}

#[test]
fn what_cannot_be_renamed_says_why() {
    for (path, at, to, why) in [
        ("platform/dbt_project.yml", "si$0nce:", "own", "'own' exists already in platform"),
        ("platform/dbt_project.yml", "si$0nce:", "a b", "is no name that dbt takes"),
        (
            "platform/tests/generic/above.sql",
            "mod$0el,",
            "m",
            "dbt gives a generic test its 'model' by this name",
        ),
        ("platform/models/schema.yml", "- name: to$0tal", "x", "a column gets its name in SQL"),
        ("finance/dependencies.yml", "plat$0form", "finance", "'finance' exists already"),
        ("finance/dependencies.yml", "plat$0form", "1x", "is no name that dbt takes"),
    ] {
        let said = rename(Preset::VsCode, path, at, to).unwrap_err();
        assert!(said.contains(why), "{at} to {to}: {said}");
    }
}

fn moved(client: &mut Client, old: &str, new: &str) -> Value {
    let files = json!([{ "oldUri": client.uri(old), "newUri": client.uri(new) }]);
    client.request("workspace/willRenameFiles", json!({ "files": files }))
}

#[test]
fn moving_folders_fixes_the_paths_in_the_project_file() {
    let (sample, mut client) = start(Preset::VsCode);
    for (old, new, wanted) in [
        ("platform/models", "platform/queries", "model-paths: [queries, \"more/models\"]"),
        ("platform/more", "platform/further", "model-paths: [models, \"further/models\"]"),
        ("platform/models/marts", "platform/models/core", "    core:"),
    ] {
        let edit = moved(&mut client, old, new);
        assert!(edit.is_object(), "{old}");
        client.apply(&edit);
        let after = sample.read("platform/dbt_project.yml");
        assert!(after.lines().any(|line| line == wanted), "{old}: {after}");
        sample.write("platform/dbt_project.yml", MESH[0].1);
        client.files_changed(&["platform/dbt_project.yml"]);
        client.wait_until("the old text", |client| {
            let again = moved(client, old, new);
            again == edit
        });
    }
}

#[test]
fn files_that_come_move_and_go_in_the_editor_are_known_at_once() {
    let (sample, mut client) = start(Preset::VsCode);
    let names = |client: &mut Client, query: &str| -> Vec<String> {
        let found = client.request("workspace/symbol", json!({ "query": query }));
        found.as_array().unwrap().iter().map(|symbol| symbol["name"].as_str().unwrap().to_owned()).collect()
    };
    sample.write("platform/models/brand_new.sql", "select 1");
    let new = client.uri("platform/models/brand_new.sql");
    client.notify("workspace/didCreateFiles", json!({ "files": [{ "uri": new }] }));
    client.wait_until("the new model", |client| names(client, "brand_new") == ["brand_new"]);
    std::fs::create_dir(sample.path("platform/models/sub")).unwrap();
    std::fs::rename(
        sample.path("platform/models/brand_new.sql"),
        sample.path("platform/models/sub/brand_old.sql"),
    )
    .unwrap();
    let files = json!([{ "oldUri": new, "newUri": client.uri("platform/models/sub/brand_old.sql") }]);
    client.notify("workspace/didRenameFiles", json!({ "files": files }));
    client.wait_until("its other name", |client| names(client, "brand_") == ["brand_old"]);
    sample.remove("platform/models/sub");
    let gone = client.uri("platform/models/sub");
    client.notify("workspace/didDeleteFiles", json!({ "files": [{ "uri": gone }] }));
    client.wait_until("its end", |client| names(client, "brand_").is_empty());
}

#[test]
fn deleting_a_folder_with_a_used_model_warns() {
    let (_sample, mut client) = start(Preset::VsCode);
    let files = json!([{ "uri": client.uri("platform/models/marts") }]);
    assert_eq!(client.request("workspace/willDeleteFiles", json!({ "files": files })), Value::Null);
    client.wait_until("a warning", |client| {
        client.notifications.iter().any(|(method, params)| {
            method == "window/showMessage"
                && params["message"]
                    .as_str()
                    .unwrap_or_default()
                    .contains("model.platform.orders is still used by")
        })
    });
}

#[test]
fn a_rename_names_the_consumers_that_will_break() {
    let sample = Sample::some(&["platform", "marketing"], &["finance"]);
    sample.write("marketing/dependencies.yml", "projects:\n  - name: platform\n  - name: finance\n");
    let mut client = Session::new(Preset::VsCode, sample.root()).start();
    client.open("platform/models/new.sql", "{{ ref('fct_orders') }}");
    let position = client.cursor("platform/models/new.sql", "fct_o$0rders");
    let document = json!({ "uri": client.uri("platform/models/new.sql") });
    let params = json!({ "textDocument": document, "position": position, "newName": "fct_sales" });
    let edit = client.request("textDocument/rename", params);
    let note = edit["changeAnnotations"]["caution"]["description"].as_str().unwrap_or_default();
    assert!(note.contains("Outside of this workspace model.finance."), "{note}");
}
