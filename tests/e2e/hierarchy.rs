//! Lineage as call hierarchy, versions as type hierarchy: walks that any editor can make, with no view of our own.

use crate::client::{Client, Preset, Session};
use crate::sample::Sample;
use serde_json::{Value, json};

fn start() -> (Sample, Client) {
    let sample = Sample::hybrid();
    let client = Session::new(Preset::VsCode, sample.root()).start();
    (sample, client)
}

fn prepared(client: &mut Client, method: &str, path: &str, context: &str) -> Vec<Value> {
    let position = client.cursor(path, context);
    let params = json!({ "textDocument": { "uri": client.uri(path) }, "position": position });
    client.request(method, params).as_array().cloned().unwrap_or_default()
}

/// `name (detail) file`
fn shown(client: &Client, item: &Value) -> String {
    let root = client.uri("");
    let uri = item["uri"].as_str().unwrap();
    let file = uri.strip_prefix(root.trim_end_matches('/')).unwrap_or(uri).trim_start_matches('/');
    format!("{} ({}) {file}", item["name"].as_str().unwrap(), item["detail"].as_str().unwrap())
}

fn calls(client: &mut Client, item: &Value, incoming: bool) -> Vec<String> {
    let (method, end) = if incoming {
        ("callHierarchy/incomingCalls", "from")
    } else {
        ("callHierarchy/outgoingCalls", "to")
    };
    let answer = client.request(method, json!({ "item": item }));
    let list = answer.as_array().expect("a list of calls").clone();
    assert!(list.iter().all(|call| call["fromRanges"].as_array().is_some_and(|ranges| ranges.len() == 1)));
    list.iter().map(|call| shown(client, &call[end])).collect()
}

#[test]
fn a_model_leads_to_its_parents_and_children_in_every_project() {
    let (_sample, mut client) = start();
    let path = "finance/models/ledger/int_open_items.sql";
    client.open_file(path);
    let items = prepared(
        &mut client,
        "textDocument/prepareCallHierarchy",
        path,
        "from $0{{ ref('platform', 'fct_orders')",
    );
    assert_eq!(
        items.iter().map(|item| shown(&client, item)).collect::<Vec<_>>(),
        ["int_open_items (model · finance) finance/models/ledger/int_open_items.sql"]
    );
    assert_eq!(
        calls(&mut client, &items[0], true),
        [
            "stg_bank__statements (model · finance) finance/models/ledger/stg_bank__statements.sql",
            "fct_orders (model · platform) platform/models/marts/fct_orders.sql",
            "fct_payments (model · platform) platform/models/marts/fct_payments.sql",
        ]
    );
    let orders = prepared(&mut client, "textDocument/prepareCallHierarchy", path, "'fct_o$0rders'");
    let children = calls(&mut client, &orders[0], false);
    assert!(
        children.contains(
            &"int_open_items (model · finance) finance/models/ledger/int_open_items.sql".to_owned()
        ),
        "{children:?}"
    );
}

#[test]
fn an_unsaved_reference_counts_at_once() {
    let (_sample, mut client) = start();
    client.open("marketing/models/new.sql", "select * from {{ ref('platform', 'fct_orders') }}");
    let at = "'fct_o$0rders'";
    let orders = prepared(&mut client, "textDocument/prepareCallHierarchy", "marketing/models/new.sql", at);
    let children = calls(&mut client, &orders[0], false);
    assert!(
        children.contains(&"new (model · marketing) marketing/models/new.sql".to_owned()),
        "{children:?}"
    );
}

#[test]
fn a_model_of_a_manifest_has_its_parents_there() {
    let sample = Sample::some(&["finance"], &["platform"]);
    let mut client = Session::new(Preset::Helix, &sample.path("finance")).start();
    let path = "models/ledger/int_open_items.sql";
    client.open_file(path);
    let orders = prepared(&mut client, "textDocument/prepareCallHierarchy", path, "'fct_o$0rders'");
    assert_eq!(orders.len(), 1, "{orders:?}");
    let parents = calls(&mut client, &orders[0], true);
    assert!(parents.iter().any(|parent| parent.contains("(model · platform)")), "{parents:?}");
    let children = calls(&mut client, &orders[0], false);
    assert!(
        children.iter().any(|child| child.starts_with("int_open_items (model · finance)")),
        "{children:?}"
    );
}

#[test]
fn versions_of_a_model_are_a_type_hierarchy() {
    let (_sample, mut client) = start();
    client.open("finance/models/new.sql", "{{ ref('platform', 'dim_customers', v=2) }}");
    let items = prepared(
        &mut client,
        "textDocument/prepareTypeHierarchy",
        "finance/models/new.sql",
        "dim_cus$0tomers",
    );
    let mut names = |method: &str| -> Vec<String> {
        let answer = client.request(method, json!({ "item": items[0] }));
        answer.as_array().unwrap().iter().map(|item| item["name"].as_str().unwrap().to_owned()).collect()
    };
    assert_eq!(names("typeHierarchy/supertypes"), ["dim_customers v1"]);
    assert_eq!(names("typeHierarchy/subtypes"), ["dim_customers v3"]);
}

#[test]
fn nothing_is_prepared_where_no_node_is() {
    let (_sample, mut client) = start();
    client.open("platform/macros/new.sql", "{% macro m() %}{% endmacro %}");
    for method in ["textDocument/prepareCallHierarchy", "textDocument/prepareTypeHierarchy"] {
        assert!(prepared(&mut client, method, "platform/macros/new.sql", "macro$0 m").is_empty());
    }
}
