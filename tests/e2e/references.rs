//! Find references, in every project of the workspace.

use crate::client::{Client, Preset, Session};
use crate::sample::Sample;
use serde_json::json;

fn references(client: &mut Client, path: &str, context: &str, declaration: bool) -> Vec<String> {
    let position = client.cursor(path, context);
    let params = json!({
        "textDocument": { "uri": client.uri(path) },
        "position": position,
        "context": { "includeDeclaration": declaration },
    });
    let answer = client.request("textDocument/references", params);
    let root = client.uri("");
    let shown = |place: &serde_json::Value| {
        let uri = place["uri"].as_str().unwrap();
        let path = uri.strip_prefix(root.trim_end_matches('/')).unwrap_or(uri).trim_start_matches('/');
        format!("{path}:{}", place["range"]["start"]["line"].as_u64().unwrap() + 1)
    };
    answer.as_array().map(|list| list.iter().map(shown).collect()).unwrap_or_default()
}

#[test]
fn a_model_is_found_in_every_project_also_unsaved() {
    let sample = Sample::hybrid();
    let mut client = Session::new(Preset::Helix, sample.root()).start();
    client.open("marketing/models/new.sql", "-- 🦀\r\nselect * from {{ ref('platform', 'dim_customers') }}");
    let found = references(&mut client, "marketing/models/new.sql", "'dim_cus$0tomers'", false);
    assert_eq!(
        found,
        [
            // Nodes first, then properties.
            "finance/models/ledger/fct_receivables.sql:6",
            "marketing/models/new.sql:2",
            "marketing/models/new_customers.sql:5",
            "platform/models/marts/churn_scores.py:4",
            "platform/models/marts/dim_customers_segmented.sql:4",
            "platform/models/marts/orders_wide.sql:3",
            "finance/models/ledger/_ledger.yml:35",
            "platform/models/marts/_exposures.yml:15",
        ]
    );
    let with_declaration = references(&mut client, "marketing/models/new.sql", "'dim_cus$0tomers'", true);
    for declared in
        ["platform/models/marts/_dimensions.yml:4", "platform/models/marts/dim_customers_v1.sql:1"]
    {
        assert!(with_declaration.contains(&declared.to_owned()), "{declared} in {with_declaration:?}");
    }
}

#[test]
fn one_version_alone_and_an_upstream_that_is_only_a_manifest() {
    let sample = Sample::some(&["finance", "marketing"], &["platform"]);
    let mut client = Session::new(Preset::VsCode, sample.root()).start();
    let path = "marketing/models/new_customers.sql";
    client.open_file(path);
    assert_eq!(
        references(&mut client, path, "version=$02", true),
        [
            "finance/models/ledger/fct_receivables.sql:6",
            "marketing/models/new_customers.sql:5",
            "finance/models/ledger/_ledger.yml:35",
            "dbt-mesh://upstream/platform/model.platform.churn_scores.md:1",
            "dbt-mesh://upstream/platform/model.platform.dim_customers.v3.md:1",
        ]
    );
}

#[test]
fn selectors_name_models_too_and_are_renamed_with_them() {
    let sample = Sample::hybrid();
    sample.write(
        "platform/selectors.yml",
        "selectors:\n  - name: nightly\n    definition:\n      union:\n        - '+fqn:dim_customers+1'\n",
    );
    let mut client = Session::new(Preset::VsCode, sample.root()).start();
    let path = "platform/models/marts/orders_wide.sql";
    client.open_file(path);
    let found = references(&mut client, path, "'dim_cus$0tomers'", false);
    assert_eq!(found.last().map(String::as_str), Some("platform/selectors.yml:5"), "{found:?}");
    let params = json!({
        "textDocument": { "uri": client.uri(path) },
        "position": client.cursor(path, "'dim_cus$0tomers'"),
        "newName": "dim_clients",
    });
    let edit = client.request("textDocument/rename", params).to_string();
    let selectors = edit.find("selectors.yml").map(|at| &edit[at..]).expect("selectors.yml is edited");
    assert!(selectors.contains(r#""newText":"dim_clients""#), "{selectors}");
}

#[test]
fn nothing_is_named_in_plain_sql() {
    let sample = Sample::hybrid();
    let mut client = Session::new(Preset::Neovim, sample.root()).start();
    client.open("finance/models/new.sql", "select amount from nowhere");
    assert!(references(&mut client, "finance/models/new.sql", "amo$0unt", true).is_empty());
}
