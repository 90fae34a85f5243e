//! Where projects are: folders that come and go, files opened alone, nested projects, checkouts outside of the
//! workspace, links in circles; and settings, which come while the server runs.

use super::says;
use crate::client::{Client, Preset, Session, has, uri};
use crate::sample::Sample;
use serde_json::{Value, json};
use std::path::Path;

fn folders(client: &mut Client, added: &[&Path], removed: &[&Path]) {
    let list = |paths: &[&Path]| -> Vec<Value> {
        paths.iter().map(|path| json!({ "uri": uri(path), "name": "x" })).collect()
    };
    let event = json!({ "added": list(added), "removed": list(removed) });
    client.notify("workspace/didChangeWorkspaceFolders", json!({ "event": event }));
}

#[test]
fn workspace_folders_come_and_go() {
    for preset in [Preset::VsCode, Preset::Helix] {
        let (here, there) = (Sample::some(&["marketing"], &[]), Sample::some(&["platform"], &[]));
        let mut client = Session::new(preset, &here.path("marketing")).start();
        let model = "models/new_customers.sql";
        client.open_file(model);
        client.wait_codes(model, &["upstream-not-loaded"]);
        for _ in 0..2 {
            folders(&mut client, &[there.root()], &[]);
            client.wait_codes(model, &[]);
            assert_eq!(client.spots(model, "'dim_$0customers'").len(), 2);
            folders(&mut client, &[], &[there.root()]);
            client.wait_codes(model, &["upstream-not-loaded"]);
        }
    }
}

#[test]
fn several_folders_are_one_mesh() {
    let (here, there) = (Sample::some(&["marketing"], &[]), Sample::some(&["platform"], &[]));
    let mut client = Session::new(Preset::VsCode, &here.path("marketing")).folder(there.root()).start();
    client.open_file("models/new_customers.sql");
    client.wait_codes("models/new_customers.sql", &[]);
}

#[test]
fn a_file_opened_alone_finds_its_project() {
    let sample = Sample::hybrid();
    // What lies above the project is nobody's business.
    sample.write("dbt_mesh.yml", "rules:\n  unknown-model: hint\n");
    for preset in [Preset::VsCode, Preset::Bare] {
        let mut client = Session::new(preset, sample.root()).without_folders().start();
        client.root = sample.root().to_path_buf();
        let model = "marketing/models/int_attributed_orders.sql";
        client.open_file(model);
        client.wait_codes(model, &[]);
        assert_eq!(
            client.targets(model, "ref('stg_ads__$0clicks')")[0],
            "marketing/models/stg_ads__clicks.sql"
        );
        // Its upstream is found as for a folder.
        assert_eq!(client.spots(model, "'platform', 'fct_$0orders'").len(), 2, "{preset:?}");
        client.replace(model, "'fct_orders'", "'fct_ordres'");
        let items = client.wait_codes(model, &["unknown-model"]);
        assert_eq!(items[0]["severity"], 1, "{items:#?}");
        // A second file of another project, later.
        let other = "sales/models/delivery_promises.sql";
        client.open_file(other);
        client.wait_codes(other, &[]);
    }
}

#[test]
fn an_open_file_keeps_its_project() {
    let sample = Sample::broken();
    let model = "finance/models/mistakes/version_spelling_float.sql";
    let mut client = Session::new(Preset::VsCode, &sample.path("platform")).start();
    client.root = sample.root().to_path_buf();
    client.open_file(model);
    client.open_file("platform/models/mistakes/unknown_version.sql");
    client.wait_codes(model, &["version-spelling"]);
    client.settings = json!({ "dbtVersion": 2 });
    client.notify("workspace/didChangeConfiguration", json!({ "settings": null }));
    client.wait_diagnostics(model, |items| !items.iter().any(|item| item["severity"] == 1));
    client.settings = json!({ "dbtVersion": 1 });
    client.notify("workspace/didChangeConfiguration", json!({ "settings": null }));
    client.wait_codes(model, &["version-spelling"]);
    // Its folder is removed from the workspace, the file stays open.
    folders(&mut client, &[], &[&sample.path("platform")]);
    client.listen_for(std::time::Duration::from_millis(300));
    client.wait_codes("platform/models/mistakes/unknown_version.sql", &["unknown-version"]);
}

#[test]
fn nested_projects_are_apart() {
    let model = "select * from {{ ref('only_outer') }} join {{ ref('only_inner') }}";
    let sample = Sample::of(&[
        ("dbt_project.yml", "name: outer\nversion: '1.0'\n"),
        ("models/only_outer.sql", "select 1"),
        ("models/both.sql", model),
        ("transform/core/dbt_project.yml", "name: inner\nversion: '1.0'\nmodel-paths: [sql]\n"),
        ("transform/core/sql/only_inner.sql", "select 1"),
        ("transform/core/sql/both.sql", model),
        ("transform/core/models/not_a_model.sql", "select * from {{ ref('nothing') }}"),
        // Not projects of the workspace:
        ("dbt_packages/pkg/dbt_project.yml", "name: pkg\nversion: '1.0'\n"),
        ("dbt_packages/pkg/integration_tests/dbt_project.yml", "name: pkg_tests\nversion: '1.0'\n"),
        ("target/compiled/dbt_project.yml", "name: compiled\nversion: '1.0'\n"),
        ("node_modules/x/dbt_project.yml", "name: node\nversion: '1.0'\n"),
        (".venv/pyvenv.cfg", ""),
        (".venv/lib/dbt/include/starter_project/dbt_project.yml", "name: starter\nversion: '1.0'\n"),
    ]);
    let mut client = Session::new(Preset::Helix, sample.root()).start();
    client.open_file("models/both.sql");
    client.open_file("transform/core/sql/both.sql");
    client.open_file("transform/core/models/not_a_model.sql");
    client.wait_codes("models/both.sql", &["unknown-model"]);
    assert_eq!(client.marked("models/both.sql", "unknown-model"), ["only_inner"]);
    client.wait_codes("transform/core/sql/both.sql", &["unknown-model"]);
    assert_eq!(client.marked("transform/core/sql/both.sql", "unknown-model"), ["only_outer"]);
    client.wait_codes("transform/core/models/not_a_model.sql", &[]);
    client.open("dependencies.yml", "projects:\n  - name: \n");
    assert_eq!(client.labels("dependencies.yml", "name: $0"), ["inner"]);
}

#[test]
#[cfg(unix)]
fn links_in_circles_are_survived() {
    use std::os::unix::fs::symlink;
    let sample = Sample::hybrid();
    symlink(sample.path("platform"), sample.path("platform/models/self")).expect("links can be made");
    symlink(sample.root(), sample.path("finance/models/up")).expect("links can be made");
    symlink(sample.path("finance/models/b"), sample.path("finance/models/a")).expect("links can be made");
    symlink(sample.path("finance/models/a"), sample.path("finance/models/b")).expect("links can be made");
    symlink("nowhere", sample.path("sales/models/dangling.sql")).expect("links can be made");
    let mut client = Session::new(Preset::Helix, sample.root()).start();
    let model = "marketing/models/new_customers.sql";
    client.open_file(model);
    client.wait_codes(model, &[]);
}

#[test]
fn a_checkout_beside_the_project_is_found_while_its_name_is_typed() {
    let sample = Sample::some(&["marketing", "platform"], &[]);
    sample.write("marketing/dependencies.yml", "projects: []\n");
    for preset in [Preset::VsCode, Preset::Helix] {
        let mut client = Session::new(preset, &sample.path("marketing")).start();
        let model = "models/new_customers.sql";
        client.open_file(model);
        client.open_file("dependencies.yml");
        client.wait_codes(model, &["unknown-project"]);
        let mut text = String::from("projects:\n  - name: \n");
        client.set_text("dependencies.yml", &text);
        for letter in "platform".chars() {
            let at = text.len() - 1;
            client.edit("dependencies.yml", at..at, &letter.to_string());
            text.insert(at, letter);
        }
        client.wait_codes(model, &[]);
        client.wait_codes("dependencies.yml", &[]);
        let spots = client.spots(model, "'dim_$0customers'");
        assert!(spots[0].uri.ends_with("/platform/models/marts/dim_customers_v2.sql"), "{spots:?}");
    }
}

#[test]
fn names_typed_before_the_project_was_loaded_count_too() {
    let sample = Sample::some(&["marketing", "platform"], &[]);
    sample.write("marketing/dependencies.yml", "projects: []\n");
    let mut client = Session::new(Preset::VsCode, &sample.path("marketing")).start();
    // As an editor that brings back unsaved texts.
    client.open("dependencies.yml", "projects:\n  - name: platform\n");
    client.open_file("models/new_customers.sql");
    client.wait_codes("models/new_customers.sql", &[]);
    client.wait_codes("dependencies.yml", &[]);
}

#[test]
fn a_checkout_outside_of_the_workspace_is_live() {
    let sample = Sample::some(&["marketing", "platform"], &[]);
    let mut client = Session::new(Preset::Helix, &sample.path("marketing")).start();
    let (model, yaml) = ("models/new_customers.sql", "../platform/models/marts/_dimensions.yml");
    client.open_file(model);
    client.wait_codes(model, &[]);
    // On disk …
    sample.replace(
        "platform/models/marts/_dimensions.yml",
        "latest_version: 2\n    config:\n      access: public",
        "latest_version: 2\n    config:\n      access: protected",
    );
    client.wait_codes(model, &["protected-model"]);
    // … and as typed, once it is opened.
    let path = sample.path("platform/models/marts/_dimensions.yml");
    let document = uri(&path);
    client.open(&document, &std::fs::read_to_string(&path).expect("readable"));
    client.replace(&document, "access: protected", "access: public");
    client.wait_codes(model, &[]);
    client.close(&document);
    client.wait_codes(model, &["protected-model"]);
    assert!(!yaml.is_empty());
}

#[test]
fn dbt_mesh_yml_names_a_checkout_anywhere() {
    let (here, there) = (Sample::some(&["marketing"], &[]), Sample::some(&["platform"], &[]));
    let mut client = Session::new(Preset::Helix, &here.path("marketing")).start();
    let model = "models/new_customers.sql";
    client.open_file(model);
    client.wait_codes(model, &["upstream-not-loaded"]);
    let project = there.path("platform").to_string_lossy().into_owned();
    here.write("marketing/dbt_mesh.yml", &format!("upstreams:\n  - project: {project}\n"));
    client.wait_codes(model, &[]);
    there.replace(
        "platform/models/marts/_dimensions.yml",
        "      - v: 3\n        defined_in",
        "      - v: 9\n        defined_in",
    );
    client.replace(model, "version=2", "version=3");
    let items = client.wait_codes(model, &["unknown-version"]);
    assert!(says(&items, "unknown-version", "9"), "{items:#?}");
}

#[test]
fn settings_change_what_is_found_at_once() {
    for preset in [Preset::VsCode, Preset::Bare] {
        let sample = Sample::broken();
        let mut client = Session::new(preset, sample.root()).start();
        let (unknown, spelling) = (
            "finance/models/mistakes/unknown_model.sql",
            "finance/models/mistakes/version_spelling_float.sql",
        );
        client.open_file(unknown);
        client.open_file(spelling);
        client.wait_codes(unknown, &["unknown-model", "unknown-model"]);
        client
            .wait_diagnostics(spelling, |items| has(items, "version-spelling") && items[0]["severity"] == 1);
        let set = |client: &mut Client, settings: Value| {
            client.settings = settings.clone();
            let pulls = preset == Preset::VsCode;
            let settings = if pulls { Value::Null } else { json!({ "dbt-mesh": settings }) };
            client.notify("workspace/didChangeConfiguration", json!({ "settings": settings }));
        };
        set(&mut client, json!({ "rules": { "unknown-model": "off" } }));
        client.wait_codes(unknown, &[]);
        set(&mut client, json!({ "rules": { "unknown-model": "info" }, "dbtVersion": 2 }));
        client.wait_diagnostics(unknown, |items| {
            items.len() == 2 && items.iter().all(|item| item["severity"] == 3)
        });
        // dbt v2 takes 2.0 for 2.
        client.wait_diagnostics(spelling, |items| !items.iter().any(|item| item["severity"] == 1));
        set(&mut client, json!({}));
        client.wait_diagnostics(unknown, |items| {
            items.len() == 2 && items.iter().all(|item| item["severity"] == 1)
        });
        client
            .wait_diagnostics(spelling, |items| has(items, "version-spelling") && items[0]["severity"] == 1);
    }
}

#[test]
fn the_rules_of_a_project_file_are_live() {
    let sample = Sample::broken();
    let mut client = Session::new(Preset::Helix, sample.root()).start();
    let path = "finance/models/mistakes/unknown_model.sql";
    client.open_file(path);
    client.wait_codes(path, &["unknown-model", "unknown-model"]);
    sample.write("finance/dbt_mesh.yml", "rules:\n  unknown-model: \"off\"\n");
    client.wait_codes(path, &[]);
    sample.write("finance/dbt_mesh.yml", "rules: {}\n");
    client.wait_codes(path, &["unknown-model", "unknown-model"]);
}

#[test]
fn loading_is_shown_as_progress() {
    let sample = Sample::of(&[("dbt_project.yml", "name: big\nversion: '1.0'\n")]);
    // Work that is done in no time is not shown.
    for n in 0..900 {
        let text = format!("select {{{{ ref('m_001') }}}} -- {{# {n} #}}\n").repeat(500);
        sample.write(&format!("models/m_{n:03}.sql"), &text);
    }
    // A client that is slow to answer `create` sees nothing of work that is over by then: a few tries.
    let shown = (0..5).any(|_| {
        let mut client = Session::new(Preset::VsCode, sample.root()).start();
        client.open("models/last.sql", "select * from {{ ref('m_001') }}");
        // Answered once everything is loaded.
        client.hover("models/last.sql", "ref('m$0_001')");
        client.wait_until("a place for progress", |c| {
            c.requests.iter().any(|(method, _)| method == "window/workDoneProgress/create")
        });
        let of = |c: &Client, kind: &str| {
            c.notifications.iter().filter(|(m, p)| m == "$/progress" && p["value"]["kind"] == kind).count()
        };
        client.wait_until("the end of what began", |c| of(c, "begin") == of(c, "end"));
        of(&client, "begin") > 0
    });
    assert!(shown);
}
