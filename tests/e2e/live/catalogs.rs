//! A catalog beside an upstream's manifest: what it adds, and that it is live.

use super::{OPEN_ITEMS, shown};
use crate::binary;
use crate::client::{Client, Preset, Session, markup};
use crate::remote::web::Web;
use crate::sample::{Sample, manifest_path, warehouse};
use expect_test::expect;
use serde_json::json;
use std::process::Command;

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

const REPORT: &str = "models/report.sql";

/// A project that reads every public model of `warehouse`, whose manifest is at `place`.
fn shop(place: &str) -> Sample {
    Sample::of(&[
        ("shop/dbt_project.yml", "name: shop\nversion: '1.0'\n"),
        ("shop/dependencies.yml", "projects:\n  - name: warehouse\n"),
        ("shop/dbt_mesh.yml", &format!("upstreams:\n  - manifest: {place}\n")),
        (
            "shop/models/report.sql",
            "select * from {{ ref('warehouse', 'customers') }}\n\
             join {{ ref('warehouse', 'orders') }} using (id)\n\
             join {{ ref('warehouse', 'orders', v=1) }} using (id)\n\
             join {{ ref('warehouse', 'payments') }} using (id)\n",
        ),
        ("shop/models/models.yml", "models:\n  - name: report\n    columns:\n      - name: \n"),
    ])
}

/// The rows of the table of columns in a hover.
fn columns(client: &mut Client, context: &str) -> String {
    let text = markup(&client.hover(REPORT, context));
    let rows = text.lines().filter(|line| line.starts_with("| ") && !line.starts_with("| column"));
    rows.map(|row| format!("{row}\n")).collect()
}

fn every_table(client: &mut Client) -> String {
    ["'cust$0omers'", "'ord$0ers') }}", "'ord$0ers', v=1", "'pay$0ments'"]
        .map(|context| columns(client, context))
        .join("\n")
}

/// The real catalog of a project that names hardly any type: quoted, upper-case and unlisted columns, a view, versions, a
/// contract. From disk and from a web server.
#[test]
fn what_dbt_wrote_reaches_hover_completion_and_lists() {
    let web = Web::start(warehouse("manifest.json"));
    web.serve_catalog(warehouse("catalog.json"));
    for place in ["../up/manifest.json".to_owned(), format!("{}/manifest.json", web.address)] {
        let sample = shop(&place);
        for name in ["manifest.json", "catalog.json"] {
            sample.write_bytes(&format!("up/{name}"), &warehouse(name));
        }
        let home = tempfile::tempdir().unwrap();
        let folder = home.path().display().to_string();
        let environment = [
            ("HOME", &*folder),
            ("XDG_CACHE_HOME", &*folder),
            ("XDG_CONFIG_HOME", &*folder),
            ("DBT_MESH_TRUST", "1"),
        ];
        let session = Session::new(Preset::VsCode, &sample.path("shop"));
        let session = environment.iter().fold(session, |session, (name, value)| session.env(name, value));
        let mut client = session.initialization_options(json!({ "trusted": true })).start();
        client.open_file(REPORT);
        client.open_file("models/models.yml");
        client.wait_until("the catalog", |c| columns(c, "'cust$0omers'").contains("BOOLEAN"));
        let all = every_table(&mut client);
        expect![[r#"
            | customer_id | BIGINT | Given once, never changed. |
            | country_code | VARCHAR |  |
            | Full Name | VARCHAR |  |
            | is_active | BOOLEAN |  |

            | order_id | BIGINT |  |
            | amount | DECIMAL(18,2) |  |
            | ordered_on | DATE |  |

            | order_id | INTEGER |  |
            | amount | DECIMAL(18,2) |  |

            | payment_id | integer |  |
            | amount | decimal(10, 2) | In euros. |
            | country | varchar |  |
        "#]]
        .assert_eq(&all);

        let mut labels = client.labels("models/models.yml", "      - name: $0");
        labels.sort();
        let known =
            "Full Name amount country country_code customer_id is_active order_id ordered_on payment_id";
        assert_eq!(labels.join(" "), known);
        let params = json!({ "project": "warehouse", "uniqueId": "model.warehouse.customers" });
        let listed = client.request("dbt-mesh/columns", params);
        let types: Vec<_> =
            listed.as_array().unwrap().iter().map(|one| one["dataType"].as_str().unwrap()).collect();
        assert_eq!(types, ["BIGINT", "VARCHAR", "VARCHAR", "BOOLEAN"]);
        let show = json!({ "command": "dbt-mesh.showUpstream", "arguments": ["warehouse"] });
        let page = client.request("workspace/executeCommand", show);
        assert!(page.as_str().unwrap().contains("columns also from the catalog of 2026-01-15"), "{page}");

        // What a producer publishes with it says as much.
        let mut publish = Command::new(binary::server());
        publish.args(["publish", "--manifest", "up/manifest.json", "--to", "out/manifest.json", "--public"]);
        let done = publish.current_dir(sample.root()).envs(environment).output().unwrap();
        assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
        assert!(!sample.read("out/catalog.json").contains("landing"), "only what is public");
        sample.write("shop/dbt_mesh.yml", "upstreams:\n  - manifest: ../out/manifest.json\n");
        client.wait_until("the published one", |c| {
            c.request(
                "workspace/executeCommand",
                json!({ "command": "dbt-mesh.showUpstream", "arguments": ["warehouse"] }),
            )
            .as_str()
            .is_some_and(|page| page.contains("out/manifest.json") && page.contains("the catalog of"))
        });
        let published = every_table(&mut client);
        assert_eq!(published, all);
    }
}
