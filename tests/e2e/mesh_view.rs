//! The requests behind the side bar and the lineage: projects, upstreams, public models, columns, neighbours.

use crate::client::{Client, Preset, Session};
use crate::sample::Sample;
use expect_test::{Expect, expect};
use serde_json::{Value, json};

fn start(sample: &Sample) -> Client {
    Session::new(Preset::VsCode, sample.root()).start()
}

fn text(value: &Value) -> String {
    match value {
        Value::Null => "-".to_owned(),
        Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}

/// One line for each element, of these members.
fn table(rows: &Value, members: &[&str]) -> String {
    let line = |row: &Value| members.iter().map(|m| text(&row[*m])).collect::<Vec<_>>().join(" ") + "\n";
    rows.as_array().unwrap().iter().map(line).collect()
}

#[test]
fn the_mesh_lists_projects_with_their_upstreams_and_consumers() {
    let sample = Sample::hybrid();
    let mut client = start(&sample);
    let view = client.request("dbt-mesh/mesh", json!({}));
    let mut seen = String::new();
    for project in view["projects"].as_array().unwrap() {
        seen += &format!("{} read by {}\n", text(&project["name"]), text(&project["consumers"]));
        assert!(text(&project["uri"]).ends_with("/dbt_project.yml"));
        let upstreams: Vec<Value> = project["upstreams"]
            .as_array()
            .unwrap()
            .iter()
            .filter(|u| u["declared"] == true)
            .cloned()
            .collect();
        let lines = table(&upstreams.into(), &["name", "state", "kind", "publicModels"]);
        seen += &lines.lines().map(|line| format!("  {line}\n")).collect::<String>();
    }
    expect![[r#"
        finance read by []
          platform live workspace 9
        logistics read by ["sales"]
          platform live workspace 9
          sales live workspace 2
        marketing read by []
          platform live workspace 9
        platform read by ["finance","logistics","marketing","sales"]
        sales read by ["logistics"]
          logistics live workspace 2
          platform live workspace 9
        utils_pkg read by []
    "#]]
    .assert_eq(&seen);
}

#[test]
fn public_models_and_their_columns_come_from_files_and_from_manifests() {
    let check = |sample: &Sample, folder: &str, expected: Expect| {
        let mut client = Session::new(Preset::VsCode, &sample.root().join(folder)).start();
        let models = client.request("dbt-mesh/models", json!({ "project": "platform" }));
        let columns = client.request(
            "dbt-mesh/columns",
            json!({ "project": "platform", "uniqueId": "model.platform.dim_customers.v2" }),
        );
        let members = ["uniqueId", "latest", "prerelease", "group", "deprecationDate", "columns"];
        let uris = models.as_array().unwrap().iter().map(|model| text(&model["uri"]));
        let folder = crate::client::uri(sample.root());
        let uris: String = uris.take(2).map(|uri| uri.replace(&folder, "") + "\n").collect();
        expected.assert_eq(&format!(
            "{}{}{uris}",
            table(&models, &members),
            table(&columns, &["name", "dataType", "description"])
        ));
    };
    let sample = Sample::hybrid();
    check(
        &sample,
        "",
        expect![[r#"
        model.platform.daily_revenue true false core 2035-06-30 0
        model.platform.dim_customers.v3 false true core - 5
        model.platform.dim_customers.v2 true false core - 4
        model.platform.dim_customers.v1 false false core 2024-12-31 3
        model.platform.dim_products.v2 true false core - 0
        model.platform.dim_products.v1 false false core - 0
        model.platform.fct_order_items true false core - 0
        model.platform.fct_orders true false core - 5
        model.platform.fct_payments true false payments - 0
        customer_id integer Number given to a customer at sign-up. It never changes, **not even** when two accounts are merged.
        email varchar -
        first_order_at timestamp -
        country_name varchar Country of the billing address, in English.
        /platform/models/marts/daily_revenue.sql
        /platform/models/marts/dim_customers_segmented.sql
    "#]],
    );
    // Without the checkout, what finance reads of platform is its manifest.
    std::fs::remove_file(sample.root().join("platform/dbt_project.yml")).unwrap();
    check(
        &sample,
        "finance",
        expect![[r#"
            model.platform.daily_revenue true false core 2035-06-30 0
            model.platform.dim_customers.v1 false false core 2024-12-31 3
            model.platform.dim_customers.v2 true false core - 4
            model.platform.dim_customers.v3 false true core - 5
            model.platform.dim_products.v1 false false core - 0
            model.platform.dim_products.v2 true false core - 0
            model.platform.fct_order_items true false core - 0
            model.platform.fct_orders true false core - 5
            model.platform.fct_payments true false payments - 0
            customer_id integer Number given to a customer at sign-up. It never changes, **not even** when two accounts are merged.
            email varchar -
            first_order_at timestamp -
            country_name varchar Country of the billing address, in English.
            dbt-mesh://upstream/platform/model.platform.daily_revenue.md
            dbt-mesh://upstream/platform/model.platform.dim_customers.v1.md
        "#]],
    );
}

#[test]
fn consumers_are_told_with_what_they_read_and_where() {
    let sample = Sample::hybrid();
    let mut client = start(&sample);
    let check = |client: &mut Client, project: &str, expected: Expect| {
        let uses = client.request("dbt-mesh/consumers", json!({ "project": project }));
        let folder = crate::client::uri(sample.root());
        let line = |at: &Value| {
            let (reader, read) = (text(&at["consumer"]["uniqueId"]), text(&at["reads"]["uniqueId"]));
            format!(
                "{} {reader} reads {read} {}\n",
                text(&at["project"]),
                text(&at["uri"]).replace(&folder, "")
            )
        };
        expected.assert_eq(&uses.as_array().unwrap().iter().map(line).collect::<String>());
    };
    check(
        &mut client,
        "sales",
        expect![[r#"
        logistics model.logistics.carrier_scorecard reads model.sales.delivery_promises /logistics/models/carrier_scorecard.sql
        logistics model.logistics.carrier_scorecard reads model.sales.fct_wholesale_orders /logistics/models/carrier_scorecard.sql
        logistics model.logistics.warehouse_load reads model.sales.fct_wholesale_orders /logistics/models/warehouse_load.sql
    "#]],
    );
    client.open("logistics/models/warehouse_load.sql", "select 1");
    check(
        &mut client,
        "sales",
        expect![[r#"
        logistics model.logistics.carrier_scorecard reads model.sales.delivery_promises /logistics/models/carrier_scorecard.sql
        logistics model.logistics.carrier_scorecard reads model.sales.fct_wholesale_orders /logistics/models/carrier_scorecard.sql
    "#]],
    );
    check(&mut client, "nobody", expect![""]);
}

fn lineage(client: &mut Client, params: Value) -> String {
    let answer = client.request("dbt-mesh/lineage", params);
    if answer.is_null() {
        return "nothing\n".to_owned();
    }
    let edges = answer["edges"].as_array().unwrap().iter();
    let edges: String = edges.map(|e| format!("{} > {}\n", text(&e[0]), text(&e[1]))).collect();
    let nodes = table(&answer["nodes"], &["uniqueId", "access", "parents", "children"]);
    format!("focus {}\n{nodes}{edges}", text(&answer["focus"]))
}

#[test]
fn lineage_crosses_projects_and_follows_unsaved_edits() {
    let sample = Sample::hybrid();
    let mut client = start(&sample);
    let path = "marketing/models/new_customers.sql";
    let of_file = json!({ "textDocument": { "uri": client.uri(path) }, "up": 2, "down": 1 });
    expect![[r#"
        focus model.marketing.new_customers
        model.marketing.new_customers protected 1 0
        model.platform.dim_customers.v2 public 3 5
        model.platform.int_customer_orders private 1 2
        model.platform.stg_shop__customers protected 1 2
        seed.platform.country_codes - 0 1
        model.platform.dim_customers.v2 > model.marketing.new_customers
        model.platform.int_customer_orders > model.platform.dim_customers.v2
        model.platform.stg_shop__customers > model.platform.dim_customers.v2
        seed.platform.country_codes > model.platform.dim_customers.v2
    "#]]
    .assert_eq(&lineage(&mut client, of_file.clone()));

    client.open(path, "select * from {{ ref('platform', 'fct_orders') }}");
    let answer = client.request("dbt-mesh/lineage", of_file);
    let parents: Vec<String> = answer["edges"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|edge| edge[1] == "model.marketing.new_customers")
        .map(|edge| text(&edge[0]))
        .collect();
    assert_eq!(parents, ["model.platform.fct_orders"]);
    client.wait_until("dbt-mesh/meshChanged", |client| {
        client.notifications.iter().any(|(method, _)| method == "dbt-mesh/meshChanged")
    });

    let document = "dbt-mesh://upstream/platform/model.platform.fct_orders.md";
    let of_document = json!({ "textDocument": { "uri": document }, "up": 0, "down": 0 });
    expect![[r#"
        focus model.platform.fct_orders
        model.platform.fct_orders public 2 14
    "#]]
    .assert_eq(&lineage(&mut client, of_document));
    assert_eq!(lineage(&mut client, json!({ "uniqueId": "model.nobody.nothing" })), "nothing\n");
}
