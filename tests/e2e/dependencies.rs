//! dependencies.yml: what can be typed there, where it leads, what is wrong with it and how to put it right.

use crate::client::{Client, Preset, Session, has, markup};
use crate::sample::Sample;

const DEPENDENCIES: &str = "marketing/dependencies.yml";

fn desk() -> (Sample, Client) {
    let sample = Sample::hybrid();
    let client = Session::new(Preset::VsCode, sample.root()).start();
    (sample, client)
}

fn labels(client: &mut Client, text: &str) -> Vec<String> {
    client.open(DEPENDENCIES, &text.replacen("$0", "", 1));
    let labels = client.labels(DEPENDENCIES, text);
    client.close(DEPENDENCIES);
    labels
}

#[test]
fn keys_are_completed() {
    let (_sample, mut client) = desk();
    assert_eq!(labels(&mut client, "$0\n"), ["projects", "packages"]);
    assert_eq!(labels(&mut client, "proj$0\n").first().map(String::as_str), Some("projects"));
    assert!(labels(&mut client, "projects:\n  - $0\n").contains(&"name".to_owned()));
    let package = labels(&mut client, "packages:\n  - $0\n");
    for key in ["package", "git", "local"] {
        assert!(package.contains(&key.to_owned()), "{key} is among {package:?}");
    }
}

#[test]
fn names_of_all_known_projects_are_completed() {
    let (_sample, mut client) = desk();
    let names = labels(&mut client, "projects:\n  - name: $0\n");
    for name in ["platform", "finance", "sales", "logistics"] {
        assert!(names.contains(&name.to_owned()), "{name} is among {names:?}");
    }
    assert!(!names.contains(&"marketing".to_owned()), "not the project itself: {names:?}");
    let others = labels(&mut client, "projects:\n  - name: platform\n  - name: $0\n");
    assert!(!others.contains(&"platform".to_owned()), "not what is declared: {others:?}");

    client.open(DEPENDENCIES, "projects:\n  - name: pl\n");
    let item = client.item(DEPENDENCIES, "name: pl$0", "platform");
    let detail = item["detail"].as_str().unwrap_or_default();
    assert!(detail.contains("9 public models"), "{item}");
    client.accept(DEPENDENCIES, &item);
    assert_eq!(client.text(DEPENDENCIES), "projects:\n  - name: platform\n");
}

#[test]
fn a_name_known_from_a_manifest_tells_its_age() {
    let sample = Sample::some(&["finance"], &["platform"]);
    let mut client = Session::new(Preset::VsCode, &sample.path("finance")).start();
    client.open("dependencies.yml", "projects:\n  - name: \n");
    let item = client.item("dependencies.yml", "name: $0", "platform");
    let detail = item["detail"].as_str().unwrap_or_default();
    assert!(detail.contains("9 public models") && detail.contains("days old"), "{item}");
}

#[test]
fn names_lead_to_their_project_and_are_explained() {
    let (_sample, mut client) = desk();
    client.open_file(DEPENDENCIES);
    assert_eq!(client.targets(DEPENDENCIES, "name: plat$0form"), ["platform/dbt_project.yml:1 platform"]);
    let text = markup(&client.hover(DEPENDENCIES, "name: plat$0form"));
    assert!(text.contains("9 public models") && text.contains("live"), "{text}");
}

#[test]
fn findings_follow_every_keystroke() {
    let (_sample, mut client) = desk();
    client.open_file(DEPENDENCIES);
    client.wait_codes(DEPENDENCIES, &[]);
    for (text, codes) in [
        ("projects:\n  - name: platform\n  - name: platform\n", &["duplicate-dependency"][..]),
        ("projects:\n  - name: platform\n  - name: marketing\n", &["self-dependency"]),
        ("projects:\n  - name: platform\n  - name: sales\n", &["unused-dependency"]),
        ("projects:\n  - name: platform\n  - name: warehouse\n", &["upstream-not-loaded"]),
        ("projects:\n  - name: Platform\n", &["project-name-case"]),
        ("projects:\n  - name: platform\n  - name:\n", &["missing-name"]),
        ("projects:\n  - name: platform\n    branch: main\n", &["unknown-key"]),
        ("projects:\n  - name: platform\n  - name: \"{{ var('x') }}\"\n", &["jinja-in-dependencies"]),
        ("projects: platform\n", &["malformed-dependencies"]),
        ("# 🪴\r\nprojects:\r\n  - name: platform\r\n", &[]),
    ] {
        client.set_text(DEPENDENCIES, text);
        let found = client.wait_codes(DEPENDENCIES, codes);
        assert_eq!(found.len(), codes.len(), "{text}");
    }
}

#[test]
fn quick_fixes_put_the_file_right() {
    let (sample, mut client) = desk();
    for (text, context, title, fixed) in [
        ("project:\n  - name: platform\n", "proj$0ect", "", "projects:\n  - name: platform\n"),
        ("projects:\n  - name: Platform\n", "Plat$0form", "platform", "projects:\n  - name: platform\n"),
        (
            "projects:\n  - name: platform\n  - name: platform # twice\n",
            "plat$0form # twice",
            "",
            "projects:\n  - name: platform\n",
        ),
        (
            "projects:\n  - name: platform\n  - name: marketing\n",
            "mark$0eting",
            "",
            "projects:\n  - name: platform\n",
        ),
        (
            "projects:\n  - name: platform\n  - name: sales\n",
            "sa$0les",
            "",
            "projects:\n  - name: platform\n",
        ),
    ] {
        client.open(DEPENDENCIES, text);
        client.wait_diagnostics(DEPENDENCIES, |items| items.len() == 1);
        let fix = client.fix(DEPENDENCIES, context, title);
        client.take(&fix);
        assert_eq!(client.text(DEPENDENCIES), fixed, "{fix}");
        client.wait_codes(DEPENDENCIES, &[]);
        client.close(DEPENDENCIES);
    }
    drop(sample);
}

#[test]
fn a_consumer_feels_its_unsaved_dependencies() {
    let (_sample, mut client) = desk();
    let model = "marketing/models/new_customers.sql";
    client.open_file(model);
    client.open_file(DEPENDENCIES);
    client.wait_codes(model, &[]);
    client.set_text(DEPENDENCIES, "projects: []\n");
    client.wait_diagnostics(model, |items| has(items, "undeclared-project"));
    client.set_text(DEPENDENCIES, "projects:\n  - name: platform\n");
    client.wait_codes(model, &[]);
}

#[test]
fn packages_are_checked_against_the_packages_folder() {
    let sample = Sample::hybrid();
    let mut client = Session::new(Preset::Helix, sample.root()).start();
    let packages = "platform/packages.yml";
    client.open_file(packages);
    client.wait_codes(packages, &[]);
    client.set_text(
        packages,
        "packages:\n  - local: ../utils_pkg\n  - package: larkfield/dates\n    version: 1.0.0\n",
    );
    client.wait_codes(packages, &["package-not-installed"]);
    assert_eq!(client.marked(packages, "package-not-installed"), ["larkfield/dates"]);
}
