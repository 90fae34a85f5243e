//! Upstreams known by their manifest: rewritten, damaged, removed, moved, while the server runs.

use super::{OPEN_ITEMS, shown};
use crate::client::{Client, Preset, Session, has, markup};
use crate::sample::{Sample, hybrid_manifest, manifest_path};
use flate2::Compression;
use flate2::write::GzEncoder;
use serde_json::Value;
use std::io::Write;

/// The manifest of `platform` without `fct_payments`, or with other values.
fn changed(change: impl FnOnce(&mut Value)) -> Vec<u8> {
    let mut manifest: Value = serde_json::from_slice(&hybrid_manifest("platform")).expect("JSON");
    change(&mut manifest);
    manifest.to_string().into_bytes()
}

fn without_payments() -> Vec<u8> {
    changed(|manifest| {
        let nodes = manifest["nodes"].as_object_mut().expect("nodes");
        nodes.remove("model.platform.fct_payments").expect("it is there");
    })
}

/// `finance` alone in the workspace; `platform` lies beside it as a manifest.
fn finance(preset: Preset) -> (Sample, Client) {
    let sample = Sample::some(&["finance"], &["platform"]);
    let mut client = Session::new(preset, &sample.path("finance")).start();
    client.open_file(OPEN_ITEMS);
    client.wait_codes(OPEN_ITEMS, &[]);
    (sample, client)
}

#[test]
fn a_rewritten_manifest_is_live_without_a_restart() {
    for preset in [Preset::Helix, Preset::VsCode] {
        let (sample, mut client) = finance(preset);
        let path = manifest_path("platform");
        for _ in 0..2 {
            sample.write_bytes(&path, &without_payments());
            client.wait_codes(OPEN_ITEMS, &["unknown-model"]);
            sample.write_bytes(&path, &hybrid_manifest("platform"));
            client.wait_codes(OPEN_ITEMS, &[]);
        }
        let described = changed(|manifest| {
            manifest["nodes"]["model.platform.fct_orders"]["description"] = "Orders, described anew.".into();
        });
        // As dbt writes it: beside, then renamed over the old one.
        sample.write_bytes("platform/target/new.json", &described);
        std::fs::rename(sample.path("platform/target/new.json"), sample.path(&path)).expect("writable");
        client.wait_until("the new description", |c| {
            markup(&c.hover(OPEN_ITEMS, "'fct_$0orders'")).contains("Orders, described anew.")
        });
    }
}

#[test]
fn a_virtual_document_that_is_open_is_refreshed() {
    let (sample, mut client) = finance(Preset::VsCode);
    let uri = client.spots(OPEN_ITEMS, "'fct_$0orders'")[0].uri.clone();
    let text = client.fetch(&uri);
    client.open(&uri, &text);
    client.requests.clear();
    sample.write_bytes(
        &manifest_path("platform"),
        &changed(|manifest| {
            manifest["nodes"]["model.platform.fct_orders"]["description"] = "Orders, described anew.".into();
        }),
    );
    client.wait_until("a refresh of the document", |c| {
        c.requests
            .iter()
            .any(|(m, p)| m == "workspace/textDocumentContent/refresh" && p["uri"] == uri.as_str())
    });
    client.wait_until("the new text", |c| c.fetch(&uri).contains("Orders, described anew."));
}

#[test]
fn a_damaged_manifest_keeps_the_last_good_one_and_is_told_once() {
    let whole = hybrid_manifest("platform");
    let mut cut_gz = gz(&whole);
    cut_gz.truncate(cut_gz.len() / 2);
    for (what, bytes) in [
        ("half written", whole[..whole.len() / 2].to_vec()),
        ("cut short by a byte", whole[..whole.trim_ascii_end().len() - 1].to_vec()),
        ("empty", Vec::new()),
        ("blank", b"\n".to_vec()),
        ("not JSON", b"<html>502 Bad Gateway</html>".to_vec()),
        ("no manifest", b"{\"hello\": 1}".to_vec()),
        ("not UTF-8", vec![0xff, 0xfe, 0x00, 0x01]),
        ("UTF-8 broken inside", [&whole[..2000], b"\xff\xff", &whole[2000..]].concat()),
        ("gzip cut short", cut_gz),
    ] {
        let (sample, mut client) = finance(Preset::Helix);
        let path = manifest_path("platform");
        client.open_file("dependencies.yml");
        client.wait_codes("dependencies.yml", &[]);
        sample.write_bytes(&path, &bytes);
        client.wait_until(&format!("a message about a manifest that is {what}"), |c| !shown(c).is_empty());
        let message = shown(&client).remove(0);
        let (file, reason) = message.split_once("manifest.json").unwrap_or_default();
        assert!(file.contains("platform/target/") && reason.len() > 4, "{what}: {message}");
        // Where it is declared the same is said; all that was known still is.
        client.wait_codes("dependencies.yml", &["upstream-not-loaded"]);
        client.wait_codes(OPEN_ITEMS, &[]);
        assert!(
            markup(&client.hover(OPEN_ITEMS, "'fct_$0orders'")).contains("One row for each order"),
            "{what}"
        );

        // The same damage again is no news.
        sample.write_bytes(&path, &bytes);
        client.files_changed(&["../platform/target/manifest.json"]);
        sample.write_bytes(&path, &without_payments());
        client.wait_codes(OPEN_ITEMS, &["unknown-model"]);
        client.wait_codes("dependencies.yml", &[]);
        assert_eq!(shown(&client).len(), 1, "{what}: {:?}", shown(&client));
    }
}

fn gz(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
    encoder.write_all(bytes).expect("memory");
    encoder.finish().expect("memory")
}

#[test]
fn a_gzipped_manifest_is_read_whatever_its_name() {
    let (sample, mut client) = finance(Preset::Helix);
    sample.write_bytes(&manifest_path("platform"), &gz(&without_payments()));
    client.wait_codes(OPEN_ITEMS, &["unknown-model"]);
    sample.write_bytes(&manifest_path("platform"), &gz(&hybrid_manifest("platform")));
    client.wait_codes(OPEN_ITEMS, &[]);
}

#[test]
fn a_manifest_that_goes_and_comes_again() {
    let (sample, mut client) = finance(Preset::Helix);
    let path = manifest_path("platform");
    client.open_file("dependencies.yml");
    client.wait_codes("dependencies.yml", &[]);
    // `dbt clean` in the producer takes the whole folder away.
    sample.remove("platform/target");
    client.wait_codes("dependencies.yml", &["upstream-not-loaded"]);
    assert!(!has(&client.diagnostics(OPEN_ITEMS), "unknown-model"), "nothing is wrong with the consumer");
    sample.write_bytes(&path, &without_payments());
    client.wait_codes("dependencies.yml", &[]);
    client.wait_codes(OPEN_ITEMS, &["unknown-model"]);
    sample.write_bytes(&path, &hybrid_manifest("platform"));
    client.wait_codes(OPEN_ITEMS, &[]);
}

#[test]
fn a_manifest_that_comes_only_later() {
    let sample = Sample::some(&["finance"], &[]);
    let mut client = Session::new(Preset::Helix, &sample.path("finance")).start();
    client.open_file(OPEN_ITEMS);
    client.wait_diagnostics(OPEN_ITEMS, |items| has(items, "upstream-not-loaded"));
    sample.write_bytes(&manifest_path("platform"), &hybrid_manifest("platform"));
    client.wait_codes(OPEN_ITEMS, &[]);
}

#[test]
fn the_files_that_name_manifests_are_live() {
    let sample = Sample::some(&["finance"], &[]);
    sample.write_bytes("elsewhere/a.json", &hybrid_manifest("platform"));
    sample.write_bytes("elsewhere/b.json", &without_payments());
    sample.remove("finance/dbt_loom.config.yml");
    let mut client = Session::new(Preset::Helix, &sample.path("finance")).start();
    client.open_file(OPEN_ITEMS);
    client.wait_diagnostics(OPEN_ITEMS, |items| has(items, "upstream-not-loaded"));

    sample.write("finance/dbt_mesh.yml", "upstreams:\n  - manifest: ../elsewhere/a.json\n");
    client.wait_codes(OPEN_ITEMS, &[]);
    sample.write("finance/dbt_mesh.yml", "upstreams:\n  - manifest: ../elsewhere/b.json\n");
    client.wait_codes(OPEN_ITEMS, &["unknown-model"]);
    sample.write_bytes("elsewhere/b.json", &hybrid_manifest("platform"));
    client.wait_codes(OPEN_ITEMS, &[]);
    sample.remove("finance/dbt_mesh.yml");
    client.wait_diagnostics(OPEN_ITEMS, |items| has(items, "upstream-not-loaded"));

    let loom =
        "manifests:\n  - name: platform\n    type: file\n    config:\n      path: $MESH_ARTIFACTS/a.json\n";
    sample.write("finance/dbt_loom.config.yml", &loom.replace("$MESH_ARTIFACTS", "../elsewhere"));
    client.wait_codes(OPEN_ITEMS, &[]);
}

#[test]
fn variables_in_the_loom_configuration_are_substituted() {
    let sample = Sample::some(&["finance"], &[]);
    sample.write_bytes("elsewhere/a.json", &hybrid_manifest("platform"));
    for written in ["$MESH_ARTIFACTS/a.json", "${MESH_ARTIFACTS}/a.json"] {
        sample.write(
            "finance/dbt_loom.config.yml",
            &format!("manifests:\n  - name: platform\n    type: file\n    config:\n      path: {written}\n"),
        );
        let folder = sample.path("elsewhere").to_string_lossy().into_owned();
        let session = Session::new(Preset::Helix, &sample.path("finance"));
        let mut client = session.env("MESH_ARTIFACTS", &folder).start();
        client.open_file(OPEN_ITEMS);
        client.wait_codes(OPEN_ITEMS, &[]);
    }
}

#[test]
fn settings_name_upstreams_too() {
    let sample = Sample::some(&["finance"], &[]);
    sample.write_bytes("elsewhere/a.json", &hybrid_manifest("platform"));
    sample.remove("finance/dbt_loom.config.yml");
    let mut client = Session::new(Preset::VsCode, &sample.path("finance")).start();
    client.open_file(OPEN_ITEMS);
    client.wait_diagnostics(OPEN_ITEMS, |items| has(items, "upstream-not-loaded"));
    client.settings = serde_json::json!({ "upstreams": [{ "manifest": "../elsewhere/a.json" }] });
    client.notify("workspace/didChangeConfiguration", serde_json::json!({ "settings": null }));
    client.wait_codes(OPEN_ITEMS, &[]);
}

#[test]
fn publications_supply_what_nothing_else_does() {
    let sample = Sample::some(&["finance"], &[]);
    sample.remove("finance/dbt_loom.config.yml");
    let publication = |models: &[&str]| {
        let models: serde_json::Map<String, Value> = models
            .iter()
            .map(|name| {
                let id = format!("model.platform.{name}");
                let model = serde_json::json!({
                    "name": name, "package_name": "platform", "unique_id": id, "relation_name": name,
                    "database": null, "schema": "analytics", "identifier": name, "version": null,
                    "latest_version": null, "public_node_dependencies": [],
                    "generated_at": "2026-01-15T06:00:00Z", "deprecation_date": null,
                });
                (id, model)
            })
            .collect();
        let schema = "https://schemas.getdbt.com/dbt/publication/v1.json";
        serde_json::json!({
            "metadata": { "dbt_schema_version": schema, "dbt_version": "1.11.0", "generated_at": "2026-01-15T06:00:00Z" },
            "project_name": "platform", "public_models": models, "dependencies": [],
        })
        .to_string()
    };
    let file = "publications/platform_publication.json";
    sample.write(file, &publication(&["fct_orders", "fct_payments"]));
    let session = Session::new(Preset::Helix, &sample.path("finance"));
    let folder = sample.path("publications").to_string_lossy().into_owned();
    let mut client = session.env("DBT_CLOUD_PUBLICATIONS_DIR", &folder).start();
    client.open_file(OPEN_ITEMS);
    client.wait_codes(OPEN_ITEMS, &[]);
    sample.write(file, &publication(&["fct_orders"]));
    client.wait_diagnostics(OPEN_ITEMS, |items| items.len() == 1);
}

#[test]
fn a_path_in_a_manifest_never_leads_out_of_the_upstream() {
    let sample = Sample::some(&["finance"], &["platform"]);
    sample.write("secret.sql", "select 'secret'");
    sample.write("platform/models/marts/fct_orders.sql", "select 'harmless'");
    for path in ["../secret.sql", "models/../../secret.sql", "/etc/hostname", "..\\secret.sql", "~/x.sql"] {
        sample.write_bytes(
            &manifest_path("platform"),
            &changed(|manifest| {
                let node = &mut manifest["nodes"]["model.platform.fct_orders"];
                node["original_file_path"] = path.into();
                node["path"] = path.into();
                node["root_path"] = "/etc".into();
                node["patch_path"] = format!("platform://{path}").into();
            }),
        );
        let mut client = Session::new(Preset::VsCode, &sample.path("finance")).start();
        client.open_file(OPEN_ITEMS);
        for spot in client.spots(OPEN_ITEMS, "'platform', 'fct_$0orders'") {
            assert!(!spot.uri.contains("secret") && !spot.uri.contains("/etc/"), "{path}: {spot:?}");
            assert!(!client.fetch(&spot.uri).contains("'secret'"), "{path}");
        }
    }
}

#[test]
fn the_loom_configuration_chooses_packages_and_forgives_what_is_optional() {
    let sample = Sample::some(&["finance"], &["platform"]);
    let loom = |more: &str| {
        let entry = "manifests:\n  - name: platform\n    type: file\n    config:\n      path: ../platform/target/manifest.json\n";
        sample.write("finance/dbt_loom.config.yml", &format!("{entry}{more}"));
    };
    let model = "models/new.sql";
    let mut client = Session::new(Preset::Helix, &sample.path("finance")).start();
    // Packages of an upstream come along, unless they are left out.
    client.open(model, "select * from {{ ref('utils_pkg', 'calendar') }}");
    client.wait_codes(model, &[]);
    loom("    excluded_packages: [utils_pkg]\n");
    client.wait_diagnostics(model, |items| !items.is_empty());
    loom("");
    client.wait_codes(model, &[]);
    loom(
        "  - name: gone\n    type: file\n    optional: true\n    config:\n      path: ../gone/manifest.json\n",
    );
    client.wait_codes(model, &[]);
    assert_eq!(shown(&client), Vec::<String>::new());
}

#[test]
fn of_several_supplies_the_preferred_one_counts() {
    let sample = Sample::some(&["finance", "platform"], &[]);
    sample.remove("platform/target");
    sample.write_bytes("a/manifest.json", &hybrid_manifest("platform"));
    sample.write_bytes("b/manifest.json", &without_payments());
    let loom = |path: &str| {
        format!("manifests:\n  - name: platform\n    type: file\n    config:\n      path: {path}\n")
    };
    // dbt-loom's before the checkout beside the project …
    sample.write("finance/dbt_loom.config.yml", &loom("../b/manifest.json"));
    let mut client = Session::new(Preset::Helix, &sample.path("finance")).start();
    client.open_file(OPEN_ITEMS);
    client.wait_codes(OPEN_ITEMS, &["unknown-model"]);
    // … our own before dbt-loom's …
    sample.write("finance/dbt_mesh.yml", "upstreams:\n  - manifest: ../a/manifest.json\n");
    client.wait_codes(OPEN_ITEMS, &[]);
    sample.write("finance/dbt_mesh.yml", "upstreams:\n  - manifest: ../b/manifest.json\n");
    client.wait_codes(OPEN_ITEMS, &["unknown-model"]);
    // … and a checkout in the workspace before all.
    let folder =
        serde_json::json!({ "uri": crate::client::uri(&sample.path("platform")), "name": "platform" });
    let event = serde_json::json!({ "added": [folder], "removed": [] });
    client.notify("workspace/didChangeWorkspaceFolders", serde_json::json!({ "event": event }));
    client.wait_codes(OPEN_ITEMS, &[]);
}
