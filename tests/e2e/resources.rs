//! Metrics, measures, fixtures and tested models: named in YAML and SQL, asked for over stdio, in text that is still
//! being typed.

use crate::client::{Client, Preset, Session, has, markup};
use crate::sample::Sample;

const YAML: &str = "platform/models/marts/_new.yml";
const SQL: &str = "platform/models/marts/new.sql";

fn typed<T>(client: &mut Client, path: &str, text: &str, ask: impl Fn(&mut Client, &str, &str) -> T) -> T {
    client.open(path, &text.replacen("$0", "", 1));
    let answer = ask(client, path, text);
    client.close(path);
    answer
}

#[test]
fn names_in_yaml_and_sql_lead_to_their_entries() {
    let sample = Sample::hybrid();
    let mut client = Session::new(Preset::VsCode, sample.root()).start();
    let metrics = "platform/models/marts/_metrics.yml";
    for (path, text, wanted) in [
        (YAML, "metrics:\n  - name: x\n    type_params:\n      measure: order_am$0ount\n", metrics),
        (YAML, "saved_queries:\n  - name: q\n    query_params:\n      metrics: [reven$0ue\n", metrics),
        (SQL, "select * from {{ metric('reven$0ue') }}", metrics),
        (YAML, "unit_tests:\n  - name: u\n    model: fct_or$0ders\n", "platform/models/marts/fct_orders.sql"),
    ] {
        let targets = typed(&mut client, path, text, |client, path, text| client.targets(path, text));
        assert!(targets.first().is_some_and(|target| target.starts_with(wanted)), "{text}: {targets:?}");
    }
}

#[test]
fn half_typed_names_are_completed_and_explained() {
    let sample = Sample::hybrid();
    let mut client = Session::new(Preset::VsCode, sample.root()).start();
    for (path, text, wanted) in [
        (YAML, "metrics:\n  - name: x\n    type_params:\n      measure: ord$0\n", "order_amount"),
        (
            YAML,
            "saved_queries:\n  - name: q\n    query_params:\n      metrics:\n        - rev$0\n",
            "revenue",
        ),
        (YAML, "metrics:\n  - name: x\n    type: ratio\n    type_params: {numerator: $0", "revenue"),
        (SQL, "select * from {{ metric('$0", "revenue"),
        (YAML, "unit_tests:\n  - name: u\n    model: fct$0\n", "fct_orders"),
    ] {
        let labels = typed(&mut client, path, text, |client, path, text| client.labels(path, text));
        assert!(labels.iter().any(|label| label == wanted), "{text}: {labels:?}");
    }
    let hover = typed(&mut client, SQL, "{{ metric('reven$0ue') }}", |client, path, text| {
        markup(&client.hover(path, text))
    });
    assert!(hover.contains("metric") && hover.contains("Amount of all orders"), "{hover}");
}

#[test]
fn wrong_names_are_told_while_they_are_typed() {
    let sample = Sample::hybrid();
    let mut client = Session::new(Preset::VsCode, sample.root()).start();
    client.open(YAML, "saved_queries:\n  - name: q\n    query_params:\n      metrics: [revenu]\n");
    client.wait_diagnostics(YAML, |found| has(found, "unknown-metric"));
    client.replace(YAML, "[revenu]", "[revenue]");
    client.wait_diagnostics(YAML, |found| !has(found, "unknown-metric"));
    let test = "unit_tests:\n  - {name: u, model: nothing, given: [], expect: {rows: []}}\nsaved_queries:";
    client.replace(YAML, "saved_queries:", test);
    client.wait_diagnostics(YAML, |found| has(found, "unknown-unit-test-model"));
}
