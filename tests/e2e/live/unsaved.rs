//! Unsaved edits in one file change what is true of another, in the same project or across projects.

use super::says;
use crate::client::{Preset, Session, has, markup};
use crate::sample::Sample;

const CONSUMER: &str = "finance/models/ledger/int_open_items.sql";
const MARTS: &str = "platform/models/marts/_marts.yml";
const PUBLIC: &str = "amount in euros.\n      Rebuilt every hour.\n    config:\n      access: public\n";
const PRIVATE: &str = "amount in euros.\n      Rebuilt every hour.\n    config:\n      access: private\n";

#[test]
fn access_typed_in_the_producer_is_felt_in_the_consumer() {
    for preset in Preset::ALL {
        let sample = Sample::hybrid();
        let mut client = Session::new(preset, sample.root()).start();
        client.open_file(CONSUMER);
        client.open_file(MARTS);
        client.wait_codes(CONSUMER, &[]);
        client.replace(MARTS, PUBLIC, PRIVATE);
        let items = client.wait_codes(CONSUMER, &["private-model"]);
        assert!(says(&items, "private-model", "core"), "{preset:?}: {items:#?}");
        client.replace(MARTS, PRIVATE, &PRIVATE.replace("private", "protected"));
        client.wait_codes(CONSUMER, &["protected-model"]);
        client.replace(
            MARTS,
            "access: protected\n      group: core\n      contract",
            "access: public\n      group: core\n      contract",
        );
        client.wait_codes(CONSUMER, &[]);
        // Closing without saving takes everything back to what is on disk.
        client.replace(MARTS, PUBLIC, PRIVATE);
        client.wait_codes(CONSUMER, &["private-model"]);
        client.close(MARTS);
        client.wait_codes(CONSUMER, &[]);
    }
}

#[test]
fn a_pulling_client_is_told_to_pull_again() {
    let sample = Sample::hybrid();
    let mut client = Session::new(Preset::VsCode, sample.root()).start();
    client.open_file(CONSUMER);
    client.open_file(MARTS);
    client.wait_codes(CONSUMER, &[]);
    client.listen_for(std::time::Duration::from_millis(300));
    client.requests.clear();
    client.replace(MARTS, PUBLIC, PRIVATE);
    client.wait_until("a refresh", |c| c.requests.iter().any(|(m, _)| m == "workspace/diagnostic/refresh"));
    assert!(has(&client.diagnostics(CONSUMER), "private-model"));
}

#[test]
fn a_file_that_is_not_saved_yet_is_a_model_already() {
    for preset in [Preset::VsCode, Preset::Helix] {
        let sample = Sample::hybrid();
        let mut client = Session::new(preset, sample.root()).start();
        let consumer = "finance/models/new.sql";
        client.open(consumer, "select * from {{ ref('platform', 'fct_returns') }}");
        client.wait_codes(consumer, &["unknown-model"]);
        let model = "platform/models/marts/fct_returns.sql";
        client.open(model, "select * from {{ ref('fct_orders') }} where status = 'returned'");
        client.wait_codes(consumer, &["protected-model"]);
        let yaml = "platform/models/marts/_returns.yml";
        client.open(
            yaml,
            "models:\n  - name: fct_returns\n    description: Orders that came back.\n    access: public\n",
        );
        client.wait_codes(consumer, &[]);
        assert_eq!(client.targets(consumer, "'fct_$0returns'").len(), 2);
        assert!(markup(&client.hover(consumer, "'fct_$0returns'")).contains("Orders that came back."));
        client.close(yaml);
        client.wait_codes(consumer, &["protected-model"]);
        client.close(model);
        client.wait_codes(consumer, &["unknown-model"]);
    }
}

#[test]
fn versions_typed_in_the_producer_are_known_to_the_consumer() {
    let sample = Sample::hybrid();
    let mut client = Session::new(Preset::Helix, sample.root()).start();
    let consumer = "finance/models/new.sql";
    client.open(consumer, "select * from {{ ref('platform', 'dim_customers', v=3) }}");
    client.wait_codes(consumer, &[]);
    let yaml = "platform/models/marts/_dimensions.yml";
    client.open_file(yaml);
    client.replace(yaml, "- v: 3\n", "- v: 4\n");
    let items = client.wait_codes(consumer, &["unknown-version"]);
    assert!(says(&items, "unknown-version", "4"), "{items:#?}");
    client.replace(yaml, "- v: 4\n", "- v: 3\n        deprecation_date: 2020-01-01\n");
    client.wait_codes(consumer, &["deprecated-model"]);
    client.replace(yaml, "latest_version: 2", "latest_version: 3");
    client.set_text(consumer, "select * from {{ ref('platform', 'dim_customers') }}");
    client.wait_diagnostics(consumer, |items| has(items, "unpinned-ref") || has(items, "deprecated-model"));
}

#[test]
fn configuration_in_a_model_or_in_the_project_file_counts_unsaved() {
    let sample = Sample::hybrid();
    let mut client = Session::new(Preset::Helix, sample.root()).start();
    let consumer = "platform/models/new.sql";
    client.open(consumer, "select * from {{ ref('fct_order_items') }} join {{ ref('fct_payments') }}");
    client.wait_codes(consumer, &[]);
    let model = "platform/models/marts/fct_order_items.sql";
    client.open_file(model);
    client.replace(model, "materialized='incremental'", "enabled=false");
    client.wait_codes(consumer, &["disabled-model"]);
    client.replace(model, "enabled=false", "enabled=true");
    client.wait_codes(consumer, &[]);

    let project = "platform/dbt_project.yml";
    client.open_file(project);
    client.replace(
        project,
        "      +materialized: table\n",
        "      +materialized: table\n      fct_payments:\n        +enabled: false\n",
    );
    client.wait_codes(consumer, &["disabled-model"]);
    client.close(project);
    client.wait_codes(consumer, &[]);
}

#[test]
fn sources_macros_and_groups_typed_elsewhere_count() {
    let sample = Sample::hybrid();
    let mut client = Session::new(Preset::VsCode, sample.root()).start();
    let model = "platform/models/staging/new.sql";
    client.open(model, "select * from {{ source('shop', 'returns') }}");
    client.wait_codes(model, &["unknown-source"]);
    let sources = "platform/models/staging/shop/_shop__sources.yml";
    client.open_file(sources);
    client.replace(
        sources,
        "      - name: order_items\n",
        "      - name: order_items\n      - name: returns\n",
    );
    client.wait_codes(model, &[]);
    assert_eq!(client.labels(model, "'shop', 'ret$0urns'")[0], "returns");
    let macros = "platform/macros/new.sql";
    client.open(macros, "{% macro shout(x) %}upper({{ x }}){% endmacro %}");
    client.set_text(model, "select {{ shout('a') }} from {{ source('shop', 'returns') }}");
    // Not on disk yet: where it leads has no text there.
    let spots = client.spots(model, "sho$0ut('a')");
    assert!(spots[0].uri.ends_with("/platform/macros/new.sql"), "{spots:?}");
}

#[test]
fn a_half_typed_properties_file_does_not_take_the_rest_away() {
    let sample = Sample::hybrid();
    let mut client = Session::new(Preset::Helix, sample.root()).start();
    client.open_file(CONSUMER);
    client.open_file(MARTS);
    client.wait_codes(CONSUMER, &[]);
    for (old, new) in [
        ("  - name: order_margins\n", "  - name: order_margins\n    description: \"What each\n"),
        ("  - name: fct_payments\n", "  - na\n  - name: fct_payments\n"),
        ("    deprecation_date: 2035-06-30\n", "    deprecation_date: 2035-06-30\n    columns: [\n"),
    ] {
        client.replace(MARTS, old, new);
        client.wait_codes(CONSUMER, &[]);
        client.replace(MARTS, new, old);
    }
    client.wait_codes(MARTS, &[]);
}
