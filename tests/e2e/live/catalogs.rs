//! A catalog beside an upstream's manifest: what it adds, and that it is live.

use super::{OPEN_ITEMS, shown};
use crate::client::{Client, Preset, Session, markup};
use crate::sample::{Sample, manifest_path};
use serde_json::json;

/// The catalog as dbt writes it on a warehouse that folds names to upper case.
fn catalog(total: &str) -> Vec<u8> {
    let column = |name: &str, of: &str, index: u32| json!({ "type": of, "index": index, "name": name, "comment": null });
    let orders = json!({
        "metadata": { "type": "BASE TABLE", "schema": "PROD", "name": "FCT_ORDERS", "database": "DB" },
        "columns": {
            "_LOADED_AT": column("_LOADED_AT", "TIMESTAMP_NTZ", 2),
            "TOTAL_FROM_CATALOG": column("TOTAL_FROM_CATALOG", total, 1),
        },
        "stats": {},
        "unique_id": "model.platform.fct_orders",
    });
    let catalog = json!({
        "metadata": {
            "dbt_schema_version": "https://schemas.getdbt.com/dbt/catalog/v1.json",
            "generated_at": "2026-11-20T10:00:00.000000Z",
        },
        "nodes": { "model.platform.fct_orders": orders },
        "sources": {},
        "errors": null,
    });
    catalog.to_string().into_bytes()
}

fn hover(client: &mut Client) -> String {
    markup(&client.hover(OPEN_ITEMS, "'fct_$0orders'"))
}

#[test]
fn columns_of_the_catalog_come_and_change_live() {
    for preset in [Preset::Helix, Preset::VsCode] {
        let sample = Sample::some(&["finance"], &["platform"]);
        let mut client = Session::new(preset, &sample.path("finance")).start();
        client.open_file(OPEN_ITEMS);
        client.wait_codes(OPEN_ITEMS, &[]);
        let without = hover(&mut client);
        assert!(!without.contains("CATALOG") && !without.contains("catalog"), "{without}");

        let path = manifest_path("platform").replace("manifest.json", "catalog.json");
        sample.write_bytes(&path, &catalog("NUMBER(38,2)"));
        client.wait_until("the catalog's columns", |c| {
            let text = hover(c);
            text.contains("| TOTAL_FROM_CATALOG | NUMBER(38,2) |")
                && text.contains("the catalog of 2026-11-20")
        });
        let text = hover(&mut client);
        // What the manifest says stays, and stands first.
        assert!(text.find("order_id") < text.find("TOTAL_FROM_CATALOG"), "{text}");
        let params = json!({ "project": "platform", "uniqueId": "model.platform.fct_orders" });
        let columns = client.request("dbt-mesh/columns", params).to_string();
        assert!(columns.contains("_LOADED_AT") && columns.contains("TIMESTAMP_NTZ"), "{columns}");

        sample.write_bytes(&path, &catalog("FLOAT"));
        client.wait_until("the other type", |c| hover(c).contains("| TOTAL_FROM_CATALOG | FLOAT |"));
        // A damaged one is told of and changes nothing.
        sample.write_bytes(&path, &catalog("FLOAT")[..40]);
        client.wait_until("a message", |c| {
            shown(c).iter().any(|text| text.contains("catalog.json: the file is incomplete"))
                || c.notifications.iter().any(|(method, params)| {
                    method == "window/logMessage" && params.to_string().contains("the file is incomplete")
                })
        });
        assert!(hover(&mut client).contains("| TOTAL_FROM_CATALOG | FLOAT |"));
        sample.remove(&path);
        client.wait_until("the manifest alone", |c| !hover(c).contains("TOTAL_FROM_CATALOG"));
        client.wait_codes(OPEN_ITEMS, &[]);
    }
}
