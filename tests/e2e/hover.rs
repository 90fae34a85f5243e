//! What is shown beside a name, for checkouts and for manifests, in the form the client wants.

use crate::client::{Client, Preset, Session, markup};
use crate::sample::Sample;
use serde_json::Value;

const FINANCE: &str = "finance/models/new.sql";

/// The hover at `$0` in an unsaved text.
fn hover(client: &mut Client, path: &str, text: &str) -> String {
    client.open(path, &text.replacen("$0", "", 1));
    let hover = client.hover(path, text);
    client.close(path);
    markup(&hover)
}

fn has_all(text: &str, facts: &[&str]) {
    for fact in facts {
        assert!(text.contains(fact), "{fact:?} is in:\n{text}");
    }
}

#[test]
fn a_model_tells_all_that_a_reader_needs() {
    let sample = Sample::hybrid();
    let mut client = Session::new(Preset::VsCode, sample.root()).start();
    let text = hover(&mut client, FINANCE, "select * from {{ ref('platform', 'fct_o$0rders') }}");
    has_all(
        &text,
        &[
            "fct_orders",
            "platform",
            "model",
            "public",
            "core",
            "Data Platform",
            "table",
            "contract",
            "One row for each order, with its amount in euros.",
            "| order_id | integer | Number of the order. |",
            "| amount | decimal(18, 2) | Sum of the order's lines, in euros. |",
            // a doc() of the producer, rendered
            "Number given to a customer at sign-up.",
            "unique",
            // where that is known from
            "models/marts/fct_orders.sql",
            "live",
        ],
    );
    assert!(!text.contains("{{"), "no Jinja is left in:\n{text}");
}

#[test]
fn the_line_of_versions_tells_latest_deprecated_and_prerelease() {
    let sample = Sample::hybrid();
    let mut client = Session::new(Preset::VsCode, sample.root()).start();
    let of = |client: &mut Client, reference: &str| hover(client, FINANCE, &format!("{{{{ {reference} }}}}"));
    let latest = of(&mut client, "ref('platform', 'dim_c$0ustomers')");
    has_all(&latest, &["v2 (latest)", "v1 deprecated 2024-12-31", "v3 prerelease", "country_name"]);
    let first = of(&mut client, "ref('platform', 'dim_c$0ustomers', v=1)");
    assert!(
        !first.contains("country_name |") && first.contains("first_order_at"),
        "version 1 lacks it:\n{first}"
    );
    let third = of(&mut client, "ref('platform', 'dim_c$0ustomers', v=3)");
    has_all(&third, &["segment", "One of `new`, `regular` and `loyal`.", "dim_customers_segmented.sql"]);
    // In VS Code, hovering over the version tells the same.
    has_all(&of(&mut client, "ref('platform', 'dim_customers', v=$03)"), &["segment"]);
}

#[test]
fn every_kind_of_name_has_something_to_show() {
    let sample = Sample::hybrid();
    let mut client = Session::new(Preset::VsCode, sample.root()).start();
    let sql = "platform/models/new.sql";
    for (path, text, facts) in [
        (sql, "{{ ref('country_c$0odes') }}", &["seed", "ISO codes of the countries we ship to."][..]),
        (sql, "{{ ref('customer_orders_s$0napshot') }}", &["snapshot", "How many orders each customer had"]),
        (sql, "{{ source('shop', 'or$0ders') }}", &["source", "orders_v4", "Orders as the shop sees them."]),
        (sql, "{{ source('sh$0op', 'orders') }}", &["shop", "Tables copied from the web shop every hour."]),
        (sql, "{{ tidy_c$0ategory('x') }}", &["tidy_category(column)", "Lower case, no blanks around."]),
        (sql, "{{ utils_pkg.cents_to$0_euros('x') }}", &["cents_to_euros", "utils_pkg"]),
        (sql, "{{ config(group='co$0re') }}", &["core", "Data Platform", "data-platform@larkfield.example"]),
        (sql, "{{ ref('utils$0_pkg', 'calendar') }}", &["utils_pkg", "package"]),
        (
            "platform/models/new.yml",
            "models:\n  - name: x\n    description: \"{{ doc('order_$0status') }}\"\n",
            &["Where an order stands"],
        ),
        (
            "platform/models/new.yml",
            "models:\n  - name: x\n    config:\n      group: pay$0ments\n",
            &["Payments Analytics"],
        ),
        (
            "platform/models/new.py",
            "def model(dbt, session):\n    return dbt.ref('fct_pay$0ments')\n",
            &["Money received, one row for each charge."],
        ),
        (FINANCE, "{{ ref('plat$0form', 'fct_orders') }}", &["platform", "9 public models", "live"]),
        ("finance/dependencies.yml", "projects:\n  - name: plat$0form\n", &["platform", "9 public models"]),
    ] {
        let shown = hover(&mut client, path, text);
        for fact in facts {
            assert!(shown.contains(fact), "{path}: {text}: {fact:?} is in:\n{shown}");
        }
    }
    for text in ["{{ ref('platform', 'no_such$0_model') }}", "sel$0ect 1", "-- $0x"] {
        assert_eq!(hover(&mut client, FINANCE, text), "", "{text}");
    }
}

#[test]
fn an_unsaved_description_is_shown_at_once() {
    let sample = Sample::hybrid();
    let mut client = Session::new(Preset::VsCode, sample.root()).start();
    let yaml = "platform/models/marts/_marts.yml";
    client.open_file(yaml);
    client.replace(yaml, "Revenue for each day.", "Revenue for each day, 🪴 included.");
    let text = hover(&mut client, FINANCE, "{{ ref('platform', 'daily_r$0evenue') }}");
    has_all(&text, &["Revenue for each day, 🪴 included."]);
}

#[test]
fn an_upstream_known_by_its_manifest_tells_where_from_and_how_old() {
    let sample = Sample::some(&["finance"], &["platform"]);
    let mut client = Session::new(Preset::VsCode, &sample.path("finance")).start();
    let text = hover(&mut client, "models/new.sql", "{{ ref('platform', 'dim_c$0ustomers', v=2) }}");
    has_all(
        &text,
        &[
            "public",
            "core",
            "Data Platform",
            "contract",
            "v2 (latest)",
            "v1 deprecated 2024-12-31",
            "v3 prerelease",
            "| country_name | varchar | Country of the billing address, in English. |",
            "\"memory\".\"analytics\".\"dim_customers_v2\"",
            "manifest",
            "days old",
            "dbt_loom.config.yml",
        ],
    );
    let project = hover(&mut client, "models/new.sql", "{{ ref('plat$0form', 'dim_customers') }}");
    has_all(&project, &["9 public models", "manifest", "days old"]);
}

#[test]
fn each_client_gets_the_format_it_reads_and_the_range_it_counts() {
    for (preset, encodings, kind) in [
        (Preset::VsCode, &["utf-16"][..], "markdown"),
        (Preset::Neovim, &["utf-8"], "markdown"),
        (Preset::Helix, &["utf-32"], "markdown"),
        (Preset::Bare, &[], "plaintext"),
    ] {
        let sample = Sample::hybrid();
        let mut client = Session::new(preset, sample.root()).encodings(encodings).start();
        client.open(FINANCE, "-- 🪴\r\nselect '🪴é',\t{{ ref('platform', 'dim_customers', v=2) }}\r\n");
        let answer = client.hover(FINANCE, "dim_c$0ustomers");
        assert_eq!(answer["contents"]["kind"], kind, "{preset:?}");
        assert_eq!(client.covered(FINANCE, &answer["range"]), "dim_customers", "{preset:?}");
        let text = markup(&answer);
        has_all(&text, &["One row for each customer", "country_name", "varchar"]);
        let is_marked_up = text.contains("**") || text.contains("|---");
        assert_eq!(is_marked_up, kind == "markdown", "{preset:?}:\n{text}");
    }
}

#[test]
fn a_hover_outside_of_any_project_is_nothing() {
    let sample = Sample::of(&[("notes.sql", "select 1")]);
    let mut client = Session::new(Preset::Neovim, sample.root()).start();
    client.open("notes.sql", "{{ ref('platform', 'fct_orders') }}");
    assert_eq!(client.hover("notes.sql", "fct_$0orders"), Value::Null);
}
