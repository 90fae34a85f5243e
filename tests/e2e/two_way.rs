//! Two projects that read each other: each one's manifest carries copies of the other's models, and what is here
//! always wins over such a copy.

use crate::client::{Client, Preset, Session, markup};
use crate::sample::{Sample, hybrid_manifest, manifest_path};
use serde_json::Value;

const WHOLESALE: &str = "models/fct_wholesale_orders.sql";
const PROMISES: &str = "models/delivery_promises.sql";

/// `sales` alone; `logistics`, whose manifest has copies of `sales`, and `platform` are known by manifests.
fn sales() -> (Sample, Client) {
    let sample = Sample::some(&["sales"], &["logistics", "platform"]);
    let manifest: Value = serde_json::from_slice(&hybrid_manifest("logistics")).expect("JSON");
    assert!(manifest["nodes"]["model.sales.fct_wholesale_orders"].is_object(), "the copy is there");
    let client = Session::new(Preset::Helix, &sample.path("sales")).start();
    (sample, client)
}

#[test]
fn local_models_win_over_their_copies() {
    let (_sample, mut client) = sales();
    client.open_file(PROMISES);
    client.wait_codes(PROMISES, &[]);
    let spots = client.spots(PROMISES, "ref('fct_wholesale$0_orders')");
    assert!(spots[0].uri.ends_with("/sales/models/fct_wholesale_orders.sql"), "{spots:?}");
    client.open_file("models/_sales.yml");
    client.replace("models/_sales.yml", "Orders of shops that resell our plants.", "Described here.");
    assert!(markup(&client.hover(PROMISES, "ref('fct_wholesale$0_orders')")).contains("Described here."));
    // The other project's own models come from its manifest.
    assert!(
        markup(&client.hover(PROMISES, "'logistics', 'fct_ship$0ments'")).contains("One row for each parcel")
    );
}

#[test]
fn a_deleted_model_does_not_come_back_from_the_other_manifest() {
    let (sample, mut client) = sales();
    client.open_file(PROMISES);
    client.open("models/new.sql", "select * from {{ ref('sales', 'fct_wholesale_orders') }}");
    client.wait_codes(PROMISES, &[]);
    client.wait_codes("models/new.sql", &[]);
    sample.remove(&format!("sales/{WHOLESALE}"));
    client.wait_codes(PROMISES, &["unknown-model"]);
    client.wait_codes("models/new.sql", &["unknown-model"]);
    assert_eq!(client.targets(PROMISES, "ref('fct_wholesale$0_orders')"), Vec::<String>::new());
    client.replace(PROMISES, "ref('fct_wholesale_orders')", "ref('')");
    let labels = client.labels(PROMISES, "ref('$0') }} as w");
    assert!(!labels.contains(&"fct_wholesale_orders".to_owned()), "{labels:?}");
    assert!(labels.contains(&"sales_targets".to_owned()) && labels.contains(&"fct_shipments".to_owned()));
    client.open("models/new.sql", "{{ ref('logistics', '') }}");
    let labels = client.labels("models/new.sql", "'logistics', '$0'");
    assert!(!labels.contains(&"fct_wholesale_orders".to_owned()), "{labels:?}");
}

#[test]
fn a_disabled_model_is_not_revived_either() {
    let (_sample, mut client) = sales();
    client.open_file(PROMISES);
    client.open_file("models/_sales.yml");
    let public = "      access: public\n      group: wholesale\n";
    client.replace("models/_sales.yml", public, &format!("{public}      enabled: false\n"));
    client.wait_codes(PROMISES, &["disabled-model"]);
    client.replace("models/_sales.yml", "      enabled: false\n", "");
    client.wait_codes(PROMISES, &[]);
}

#[test]
fn two_checkouts_read_each_other_live() {
    for preset in [Preset::VsCode, Preset::Helix] {
        let sample = Sample::some(&["sales", "logistics", "platform"], &[]);
        let mut client = Session::new(preset, sample.root()).start();
        let (promises, scorecard) =
            ("sales/models/delivery_promises.sql", "logistics/models/carrier_scorecard.sql");
        client.open_file(promises);
        client.open_file(scorecard);
        client.wait_codes(promises, &[]);
        client.wait_codes(scorecard, &[]);
        // Both manifests lie there and have both models; the checkouts have not.
        sample.remove("sales/models/fct_wholesale_orders.sql");
        client.wait_codes(scorecard, &["unknown-model"]);
        client.wait_codes(promises, &["unknown-model"]);
        sample.remove("logistics/models/fct_shipments.sql");
        client.wait_codes(promises, &["unknown-model", "unknown-model"]);
        client.open("sales/models/fct_wholesale_orders.sql", "select 1");
        client.wait_until("the other of two", |c| c.marked(scorecard, "unknown-model") == ["fct_shipments"]);
    }
}

#[test]
fn a_copy_fills_a_gap_only_while_nothing_better_is_there() {
    // `platform` itself is not to be had, but the manifest of `sales` has what it read of it.
    let sample = Sample::some(&["logistics"], &["sales"]);
    let mut client = Session::new(Preset::Helix, &sample.path("logistics")).start();
    let model = "models/fct_shipments.sql";
    client.open_file(model);
    client.listen_for(std::time::Duration::from_millis(300));
    let before = client.codes(model);
    assert!(before.iter().all(|code| code == "upstream-not-loaded"), "{before:?}");
    sample.write_bytes(&manifest_path("platform"), &hybrid_manifest("platform"));
    client.wait_codes(model, &[]);
    assert!(markup(&client.hover(model, "'platform', 'fct_$0orders'")).contains("One row for each order"));
}
