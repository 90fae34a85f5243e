//! A producer's manifest on its way to its consumers.

use super::{json, output, run};
use crate::sample::{Sample, warehouse};
use expect_test::expect;

/// The manifest that dbt made for `platform`, and its files.
fn producer() -> Sample {
    Sample::some(&["platform", "finance"], &["platform"])
}

fn publish<'a>(more: &[&'a str]) -> Vec<&'a str> {
    [&["publish", "platform", "--to", "artifacts"], more].concat()
}

/// What is there to be read by others.
const PUBLISHED: &str = "artifacts/platform/manifest.json";

#[test]
fn the_manifest_goes_below_a_stable_key_and_again_changes_nothing() {
    let sample = producer();
    let dry = output(sample.root(), &publish(&["--dry-run"]), 0);
    assert!(dry.contains("Would publish") && !sample.path(PUBLISHED).exists(), "{dry}");
    let first = output(sample.root(), &publish(&[]), 0);
    assert!(first.contains(&format!("to {PUBLISHED}, for the first time.")), "{first}");
    assert_eq!(sample.read(PUBLISHED), sample.read("platform/target/manifest.json"));
    let again = json(sample.root(), &publish(&["--format", "json"]), 0);
    assert_eq!((&again["state"], &again["changes"]), (&"unchanged".into(), &serde_json::json!([])));
}

#[test]
fn a_reduced_manifest_serves_consumers_as_the_whole_one_does_and_tells_no_sql() {
    let sample = producer();
    output(sample.root(), &publish(&["--public"]), 0);
    let reduced = sample.read(PUBLISHED);
    assert!(!reduced.contains("raw_code") && !reduced.contains("select "), "no SQL");
    assert!(reduced.len() * 2 < sample.read("platform/target/manifest.json").len());
    let check = |manifest: &str| {
        let consumer = Sample::some(&["finance"], &["logistics", "sales"]);
        consumer.write("platform/target/manifest.json", manifest);
        let report = run(consumer.root(), &["check", "finance", "--format", "json"]);
        let report: serde_json::Value = serde_json::from_slice(&report.stdout).expect("JSON");
        let platform = report["upstreams"].as_array().unwrap().iter().find(|one| one["name"] == "platform");
        assert_eq!(platform.unwrap()["state"], "ready");
        (report["diagnostics"].clone(), platform.unwrap()["public_models"].clone())
    };
    assert_eq!(check(&reduced), check(&sample.read("platform/target/manifest.json")));
}

#[test]
fn a_catalog_goes_along_with_no_more_than_the_manifest_tells() {
    let sample = Sample::empty();
    for name in ["manifest.json", "catalog.json"] {
        sample.write_bytes(&format!("target/{name}"), &warehouse(name));
    }
    let to = |more: &[&'static str]| {
        [
            &[
                "publish",
                "--manifest",
                "target/manifest.json",
                "--to",
                "out/manifest.json",
                "--format",
                "json",
            ],
            more,
        ]
        .concat()
    };
    let first = json(sample.root(), &to(&["--dry-run"]), 0);
    assert_eq!(first["catalog_bytes"], warehouse("catalog.json").len());
    assert!(!sample.path("out").exists());
    json(sample.root(), &to(&[]), 0);
    assert_eq!(sample.read("out/catalog.json"), sample.read("target/catalog.json"));
    // Another catalog alone is something new, a damaged one is none.
    json(sample.root(), &to(&["--public"]), 0);
    let public: serde_json::Value = serde_json::from_str(&sample.read("out/catalog.json")).expect("JSON");
    let nodes: Vec<_> = public["nodes"].as_object().unwrap().keys().collect();
    let models =
        ["customers", "orders.v1", "orders.v2", "payments"].map(|name| format!("model.warehouse.{name}"));
    assert_eq!(nodes, models.iter().collect::<Vec<_>>());
    assert!(!public.to_string().contains("owner"), "{public}");
    assert_eq!(json(sample.root(), &to(&["--public"]), 0)["state"], "unchanged");
    sample.write("target/catalog.json", "{\"nodes\": ");
    let damaged = run(sample.root(), &to(&["--public"]));
    assert_eq!(damaged.status.code(), Some(2));
    let said = String::from_utf8_lossy(&damaged.stderr);
    assert!(said.contains("catalog.json: the file is incomplete"), "{said}");
    sample.remove("target/catalog.json");
    assert_eq!(json(sample.root(), &to(&["--public"]), 0)["catalog_bytes"], serde_json::Value::Null);
}

#[test]
fn what_breaks_consumers_is_refused_until_it_is_meant() {
    let sample = producer();
    output(sample.root(), &publish(&["--public"]), 0);
    let manifest = "platform/target/manifest.json";
    let text = sample.read(manifest).replace("fct_orders\"", "fct_sales\"");
    sample.write(manifest, &text);
    let before = sample.read(PUBLISHED);
    let report = json(sample.root(), &publish(&["--format", "json"]), 1);
    assert_eq!((&report["state"], sample.read(PUBLISHED)), (&"refused".into(), before));
    let markdown = output(sample.root(), &publish(&["--format", "markdown"]), 1);
    let table: String =
        markdown.lines().filter(|line| line.starts_with("| **")).map(|line| format!("{line}\n")).collect();
    expect![[r#"
        | **breaking** | `fct_orders` | removed; fct_sales is new and has its columns |
    "#]]
    .assert_eq(&table);
    output(sample.root(), &publish(&["--allow-breaking"]), 0);
    assert_eq!(sample.read(PUBLISHED), text);
}

#[test]
fn what_cannot_be_published_is_told_with_the_way_out() {
    let sample = producer();
    let said = |args: &[&str]| {
        let output = run(sample.root(), args);
        assert_eq!(output.status.code(), Some(2), "{args:?}");
        String::from_utf8(output.stderr).expect("UTF-8").replace('\\', "/")
    };
    let mut all =
        said(&["publish", "finance", "--to", "artifacts", "--manifest", "platform/target/manifest.json"]);
    all += &said(&["publish", "platform", "--to", "https://host/x"]);
    sample.write(PUBLISHED, "{\"nodes\": ");
    all += &said(&publish(&[]));
    sample.remove("platform/target/manifest.json");
    all += &said(&publish(&[]));
    expect![[r#"
        dbt-mesh-ls: platform/target/manifest.json is of project platform, not of finance
        dbt-mesh-ls: https://host/x/platform/manifest.json cannot be published to: use a folder, s3://, gs://, az:// or abfss://
        dbt-mesh-ls: artifacts/platform/manifest.json: what is there cannot be compared with: the file is incomplete: it ends in the middle of the JSON, after 10 bytes; --allow-breaking replaces it all the same
        dbt-mesh-ls: platform/target/manifest.json: there is no manifest yet: `dbt parse` makes one
    "#]].assert_eq(&all);
}
