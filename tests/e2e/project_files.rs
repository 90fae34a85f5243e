//! The files that say what a project is: dbt_project.yml, selectors.yml, vars.yml, profiles.yml, as they are typed.

use crate::binary::server;
use crate::client::{Client, Preset, Session, has, markup};
use crate::sample::Sample;
use serde_json::json;
use std::process::Command;

const PROJECT: &str = "shop/dbt_project.yml";
const SELECTORS: &str = "shop/selectors.yml";
const MODEL: &str = "shop/models/orders.sql";
const PROFILES: &str = "shop/profiles.yml";

fn shop() -> Sample {
    Sample::of(&[
        (PROJECT, "name: shop\nprofile: shop\nvars:\n  start_date: '2020-01-01' # 🪴\n"),
        (SELECTORS, "selectors:\n  - name: nightly\n    definition: {method: tag, value: night}\n"),
        (PROFILES, "shop:\n  target: dev\n  outputs:\n    dev: {type: postgres, password: hunter2}\n"),
        (MODEL, "select {{ var('start_date') }} as id"),
        ("shop/models/staging/raw.sql", "select 1 as id"),
    ])
}

fn says(client: &mut Client, path: &str, code: &str) -> String {
    let items = client.wait_diagnostics(path, |items| has(items, code));
    let found = items.iter().find(|item| item["code"] == code).expect("just waited for");
    format!("{} {}", found["severity"], client.covered(path, &found["range"]))
}

#[test]
fn mistakes_are_found_in_what_is_not_saved_yet() {
    for preset in [Preset::VsCode, Preset::Helix] {
        let sample = shop();
        let mut client = Session::new(preset, sample.root()).start();
        for (path, text, code, wanted) in [
            (PROJECT, "name: shop\r\nconfig-version: two\r\n", "invalid-project", "1 two"),
            (PROJECT, "name: my shop\n", "invalid-project-name", "1 my shop"),
            (PROJECT, "name: shop\nname: store\n", "duplicate-key", "2 name"),
            (PROJECT, "name: shop\nmodel_paths: [models]\n", "unknown-key", "1 model_paths"),
            (
                PROJECT,
                "name: shop\n# 🪴é\nmodels:\n  shop:\n    stagin: {+enabled: true}\n",
                "unused-config-path",
                "2 stagin",
            ),
            (
                SELECTORS,
                "selectors:\n  - name: a\n    definition: {method: selector, value: b}\n",
                "invalid-selector",
                "1 b",
            ),
            ("shop/vars.yml", "start: 2020\n", "invalid-project", "2 start"),
        ] {
            client.open(path, text);
            assert_eq!(says(&mut client, path, code), wanted, "{path}: {text}");
            client.close(path);
        }
    }
}

#[test]
fn a_variable_is_known_as_soon_as_it_is_typed() {
    let sample = shop();
    let mut client = Session::new(Preset::VsCode, sample.root()).start();
    client.open_file(PROJECT);
    client.open(MODEL, "select {{ var('end_date') }} as id");
    client.wait_codes(MODEL, &["unknown-variable"]);
    client.replace(PROJECT, "vars:\n", "vars:\n  end_date: '2030-12-31'\n");
    client.wait_codes(MODEL, &[]);
    assert_eq!(client.labels(MODEL, "'$0end_date'"), ["end_date", "start_date"]);
    assert!(markup(&client.hover(MODEL, "'end$0_date'")).contains("2030-12-31"));
    assert!(client.spots(MODEL, "'end$0_date'")[0].uri.ends_with(PROJECT));
    client.close(PROJECT);
    client.wait_codes(MODEL, &["unknown-variable"]);
    client.set_text(MODEL, "select {{ var('start_date') }}");
    assert_eq!(client.targets(MODEL, "'start$0_date'"), ["shop/dbt_project.yml:4 start_date"]);
}

#[test]
fn selectors_and_profiles_are_completed_and_explained() {
    let sample = shop();
    let mut client = Session::new(Preset::VsCode, sample.root()).start();
    let more = "  - name: all\n    definition: {method: selector, value: nightly}\n";
    client.open(SELECTORS, &(sample.read(SELECTORS) + more));
    assert_eq!(client.targets(SELECTORS, "value: night$0ly"), ["shop/selectors.yml:2 nightly"]);
    assert!(client.labels(SELECTORS, "value: $0nightly").contains(&"nightly".to_owned()));
    assert!(markup(&client.hover(SELECTORS, "value: night$0ly")).contains("nightly"));

    client.open(PROFILES, "shop:\n  target: dev\n  outputs:\n    dev:\n      type: postgres\n      password: hunter2\n      thr");
    assert!(client.labels(PROFILES, "      thr$0").contains(&"threads".to_owned()));
    let said = markup(&client.hover(PROFILES, "pass$0word"));
    assert!(said.contains("secret") && !said.contains("hunter2"), "{said}");
}

const STARTED: &str = "name: shop\nmodels:\n  shop:\n    orders: {+enabled: \"{{ var('on_here') }}\"}\n";

#[test]
fn what_only_the_command_line_could_supply_is_no_error_in_an_editor() {
    let sample = shop();
    sample.write(PROJECT, STARTED);
    sample.write(MODEL, "select 1 as id");
    sample.write("shop/models/uses.sql", "select * from {{ ref('orders') }}");
    let mut client = Session::new(Preset::Helix, sample.root()).start();
    client.open_file(PROJECT);
    assert_eq!(says(&mut client, PROJECT, "unknown-variable"), "2 on_here");
    client.close(PROJECT);
    drop(client);

    // Told of it, both an editor and the command line take it as dbt would.
    let vars = json!({ "vars": { "on_here": true } });
    let mut client = Session::new(Preset::VsCode, sample.root()).settings(vars).start();
    client.open_file(PROJECT);
    client.wait_codes(PROJECT, &[]);
    assert!(client.labels(PROJECT, "'$0on_here'").contains(&"on_here".to_owned()));
    drop(client);
    let check = |args: &[&str]| {
        let output = Command::new(server()).arg("check").args(args).current_dir(sample.root()).output();
        let output = output.expect("the server can be started");
        let said = String::from_utf8_lossy(&output.stdout) + String::from_utf8_lossy(&output.stderr);
        (output.status.code(), said.into_owned())
    };
    let (code, said) = check(&[]);
    assert!(code == Some(1) && said.contains("error[unknown-variable]"), "{said}");
    let (code, said) = check(&["--vars", "{on_here: yes}"]);
    assert!(code == Some(0) && !said.contains("unknown-variable"), "{said}");
    let (code, said) = check(&["--vars", "on_here"]);
    assert!(code == Some(2) && said.contains("--vars is a YAML mapping"), "{said}");
    sample.write("shop/dbt_mesh.yml", "vars: {on_here: false}\n");
    let (_, said) = check(&[]);
    assert!(said.contains("disabled-model") && !said.contains("unknown-variable"), "{said}");
    // The command line wins.
    let (code, said) = check(&["--vars", "on_here: true"]);
    assert!(code == Some(0) && !said.contains("disabled-model"), "{said}");
}
