//! Completion: what may be referenced from here, best first, in text that is only half there.

use crate::client::{Client, Preset, Session, markup};
use crate::sample::Sample;
use serde_json::Value;

const FINANCE: &str = "finance/models/new.sql";
const PLATFORM: &str = "platform/models/marts/new.sql";

struct Desk {
    sample: Sample,
    client: Client,
}

fn desk(preset: Preset) -> Desk {
    let sample = Sample::hybrid();
    let client = Session::new(preset, sample.root()).start();
    Desk { sample, client }
}

impl Desk {
    /// The labels at `$0` in an unsaved text, in the order an editor shows them.
    fn labels(&mut self, path: &str, text: &str) -> Vec<String> {
        self.client.open(path, &text.replacen("$0", "", 1));
        let labels = self.client.labels(path, text);
        self.client.close(path);
        labels
    }

    /// The item with that label at `$0` in an unsaved text.
    fn item(&mut self, path: &str, text: &str, label: &str) -> Value {
        self.client.open(path, &text.replacen("$0", "", 1));
        let item = self.client.item(path, text, label);
        self.client.close(path);
        item
    }

    /// The text after the item with that label was chosen at `$0`.
    fn chosen(&mut self, path: &str, text: &str, label: &str) -> String {
        self.client.open(path, &text.replacen("$0", "", 1));
        let item = self.client.item(path, text, label);
        self.client.accept(path, &item);
        let text = self.client.text(path).to_owned();
        assert_eq!(self.client.server_text(path), text.as_str());
        self.client.close(path);
        text
    }
}

/// All that an item says without being resolved.
fn face(item: &Value) -> String {
    format!("{} {} {}", item["label"], item["labelDetails"], item["detail"])
}

fn index(labels: &[String], label: &str) -> usize {
    labels.iter().position(|l| l == label).unwrap_or_else(|| panic!("{label} is among {labels:?}"))
}

#[test]
fn what_may_be_referenced_is_offered_near_things_first() {
    let mut desk = desk(Preset::VsCode);
    let labels = desk.labels("finance/models/ledger/new.sql", "select * from {{ ref('$0') }}");
    // The project's own models, the declared upstream's public ones, then what is not declared.
    for (first, then) in [
        ("stg_bank__statements", "fct_orders"),
        ("int_open_items", "monthly_revenue"),
        ("fct_orders", "fct_shipments"),
        ("fct_orders", "logistics"),
    ] {
        assert!(index(&labels, first) < index(&labels, then), "{first} comes before {then}: {labels:?}");
    }
    assert!(labels.contains(&"platform".to_owned()), "projects are offered too: {labels:?}");
}

#[test]
fn one_list_wherever_the_cursor_is_in_the_first_argument() {
    let mut desk = desk(Preset::VsCode);
    for text in [
        "{{ ref('fct_$0') }}",
        "{{ ref(\"fct_$0\") }}",
        "{{ ref('fct_$0",
        "{{ ref(\"fct_$0",
        "{{ ref('fct_$0 }}",
        "{{ ref('fct_$0orders') }}",
        "{{ ref( 'fct_$0'",
        "{{ ref(fct_$0) }}",
        "{{ ref(fct_$0",
        "{% set x = ref('fct_$0",
        "{% if true %}\nselect * from {{ ref('fct_$0\n{% endif %}\n{{ ref('platform', 'fct_orders') }}",
        "select '{{ ref('fct_$0') }}'",
    ] {
        let labels = desk.labels(FINANCE, text);
        for label in ["fct_receivables", "fct_orders", "fct_payments"] {
            assert!(labels.contains(&label.to_owned()), "{text}: {label} is among {labels:?}");
        }
        let shop = labels.iter().any(|label| label == "stg_shop__orders");
        assert!(!shop, "{text}: what is protected elsewhere is not offered here: {labels:?}");
    }
}

#[test]
fn before_the_quotes_are_typed_they_come_along() {
    let mut desk = desk(Preset::VsCode);
    assert_eq!(desk.chosen(FINANCE, "{{ ref($0) }}", "monthly_revenue"), "{{ ref('monthly_revenue') }}");
    assert_eq!(
        desk.chosen(FINANCE, "{{ ref('platform', $0) }}", "fct_orders"),
        "{{ ref('platform', 'fct_orders') }}"
    );
    assert_eq!(desk.chosen(FINANCE, "{{ ref(mon$0) }}", "monthly_revenue"), "{{ ref('monthly_revenue') }}");
}

#[test]
fn choosing_an_upstream_model_makes_the_call_of_two_arguments() {
    let mut desk = desk(Preset::VsCode);
    for (typed, done) in [
        ("{{ ref('fct_ord$0') }}", "{{ ref('platform', 'fct_orders') }}"),
        ("{{ ref(\"fct_ord$0\") }}", "{{ ref(\"platform\", \"fct_orders\") }}"),
        ("{{ ref($0) }}", "{{ ref('platform', 'fct_orders') }}"),
        ("{{ ref('fct_o$0rd') }}", "{{ ref('platform', 'fct_orders') }}"),
        ("{{ ref('fct_ord$0", "{{ ref('platform', 'fct_orders'"),
        // in the second position the project stands already
        ("{{ ref('platform', 'fct_$0') }}", "{{ ref('platform', 'fct_orders') }}"),
        ("{{ ref('platform', 'fct_$0pay') }}", "{{ ref('platform', 'fct_orders') }}"),
        ("{{ ref('platform', $0) }}", "{{ ref('platform', 'fct_orders') }}"),
    ] {
        let text = desk.chosen(FINANCE, typed, "fct_orders");
        assert!(text.starts_with(done), "{typed} became {text}, not {done}");
    }
    let python = "def model(dbt, session):\n    return dbt.ref(\"fct_ord$0\")\n";
    assert_eq!(
        desk.chosen("finance/models/new.py", python, "fct_orders"),
        "def model(dbt, session):\n    return dbt.ref(\"platform\", \"fct_orders\")\n"
    );
}

#[test]
fn choosing_from_a_project_that_is_not_declared_declares_it() {
    for preset in [Preset::VsCode, Preset::Neovim, Preset::Helix] {
        let mut desk = desk(preset);
        let text = desk.chosen("marketing/models/new.sql", "{{ ref('fct_ship$0') }}", "fct_shipments");
        assert_eq!(text, "{{ ref('logistics', 'fct_shipments') }}", "{preset:?}");
        let dependencies = desk.sample.read("marketing/dependencies.yml");
        assert!(
            dependencies.contains("- name: platform\n  - name: logistics\n"),
            "{preset:?}: {dependencies}"
        );
        desk.client.open("marketing/models/new.sql", &text);
        desk.client.wait_codes("marketing/models/new.sql", &[]);
    }
}

#[test]
fn the_declaration_goes_into_the_unsaved_dependencies() {
    let mut desk = desk(Preset::VsCode);
    let dependencies = "marketing/dependencies.yml";
    desk.client.open(dependencies, "# 🪴\r\nprojects:\r\n  - name: platform\r\n");
    desk.chosen("marketing/models/new.sql", "{{ ref('fct_ship$0') }}", "fct_shipments");
    let text = desk.client.text(dependencies);
    assert!(text.starts_with("# 🪴\r\nprojects:\r\n  - name: platform\r\n  - name: logistics"), "{text:?}");
}

#[test]
fn a_client_that_cannot_edit_elsewhere_still_gets_the_call() {
    let mut desk = desk(Preset::Bare);
    let text = desk.chosen("marketing/models/new.sql", "{{ ref('fct_ship$0') }}", "fct_shipments");
    assert_eq!(text, "{{ ref('logistics', 'fct_shipments') }}");
    assert!(!desk.sample.read("marketing/dependencies.yml").contains("logistics"));
}

#[test]
fn the_second_argument_offers_what_that_project_publishes() {
    let mut desk = desk(Preset::VsCode);
    let text = "{{ ref('platform', '$0') }}";
    let labels = desk.labels(FINANCE, text);
    let public =
        ["daily_revenue", "dim_customers", "dim_products", "fct_order_items", "fct_orders", "fct_payments"];
    for label in public {
        assert!(index(&labels, label) < public.len(), "public models come first: {labels:?}");
    }
    for label in labels.iter().skip(public.len()) {
        let item = desk.item(FINANCE, text, label);
        let reason = face(&item);
        assert!(
            reason.contains("private") || reason.contains("protected") || reason.contains("disabled"),
            "what comes after them says why it may not be used: {reason}"
        );
    }
    // A package: all of its models may be used.
    let labels = desk.labels(PLATFORM, "{{ ref('utils_pkg', '$0') }}");
    assert!(labels.contains(&"calendar".to_owned()), "{labels:?}");
    // A project that nobody knows has nothing to offer.
    assert_eq!(desk.labels(FINANCE, "{{ ref('nowhere', '$0') }}"), Vec::<String>::new());
}

#[test]
fn private_models_are_offered_to_their_group_only() {
    let mut desk = desk(Preset::VsCode);
    let inside = "{{ config(group='core') }} select * from {{ ref('order_mar$0') }}";
    assert_eq!(desk.labels(PLATFORM, inside), ["order_margins"]);
    // Elsewhere it comes last, with the reason, or not at all.
    let outside = "select * from {{ ref('o$0') }}";
    let labels = desk.labels(PLATFORM, outside);
    if let Some(at) = labels.iter().position(|label| label == "order_margins") {
        let item = desk.item(PLATFORM, outside, "order_margins");
        assert!(face(&item).contains("private"), "{item}");
        assert!(at > index(&labels, "stg_shop__orders"), "{labels:?}");
    }
}

#[test]
fn an_item_tells_access_group_version_materialization_and_description() {
    let mut desk = desk(Preset::VsCode);
    let orders = face(&desk.item(FINANCE, "{{ ref('platform', '$0') }}", "fct_orders"));
    for fact in ["public", "core", "table", "One row for each order", "platform"] {
        assert!(orders.contains(fact), "{fact} is in {orders}");
    }
    let customers = face(&desk.item(FINANCE, "{{ ref('platform', '$0') }}", "dim_customers"));
    assert!(customers.contains("v2"), "{customers}");
    let seed = face(&desk.item(PLATFORM, "{{ ref('country$0') }}", "country_codes"));
    assert!(seed.contains("seed"), "{seed}");
}

#[test]
fn versions_come_newest_first_with_what_they_are() {
    for preset in Preset::ALL {
        let mut desk = desk(preset);
        for text in [
            "{{ ref('platform', 'dim_customers', v=$0) }}",
            "{{ ref('platform', 'dim_customers', version=$0) }}",
            "{{ ref('platform', 'dim_customers', v=$0",
        ] {
            assert_eq!(desk.labels(FINANCE, text), ["3", "2", "1"], "{preset:?}: {text}");
        }
        let text = "{{ ref('platform', 'dim_customers', v=$0) }}";
        assert!(face(&desk.item(FINANCE, text, "3")).contains("prerelease"));
        assert!(face(&desk.item(FINANCE, text, "2")).contains("latest"));
        let first = desk.item(FINANCE, text, "1");
        assert!(face(&first).contains("deprecated") && face(&first).contains("2024-12-31"), "{first}");
        let struck = first["tags"] == serde_json::json!([1]);
        assert_eq!(struck, preset != Preset::Bare, "{preset:?}");
        assert_eq!(desk.chosen(FINANCE, text, "2"), "{{ ref('platform', 'dim_customers', v=2) }}");
    }
}

#[test]
fn a_model_without_versions_has_none_to_offer() {
    let mut desk = desk(Preset::VsCode);
    assert_eq!(desk.labels(FINANCE, "{{ ref('platform', 'fct_orders', v=$0) }}"), Vec::<String>::new());
}

#[test]
fn references_in_yaml_are_completed_as_in_sql() {
    let mut desk = desk(Preset::VsCode);
    for (path, text) in [
        (
            "finance/models/new.yml",
            "models:\n  - name: x\n    columns:\n      - name: y\n        data_tests:\n          \
             - relationships:\n              arguments:\n                to: ref('platform', 'fct_ord$0')\n",
        ),
        (
            "finance/models/new.yml",
            "exposures:\n  - name: x\n    depends_on:\n      - ref('platform', 'fct_ord$0')\n",
        ),
        (
            "finance/models/new.yml",
            "exposures:\n  - name: x\n    depends_on:\n      - ref('platform', 'fct_ord$0",
        ),
        (
            "finance/models/new.yml",
            "semantic_models:\n  - name: x\n    model: ref('platform', 'fct_ord$0')\n",
        ),
        (
            "finance/models/new.yml",
            "unit_tests:\n  - name: x\n    model: fct_receivables\n    given:\n      - input: ref('platform', 'fct_ord$0')\n",
        ),
        (
            "finance/macros/new.sql",
            "{% macro m() %}select * from {{ ref('platform', 'fct_ord$0') }}{% endmacro %}",
        ),
        ("finance/models/new.py", "def model(dbt, session):\n    return dbt.ref('platform', 'fct_ord$0')\n"),
    ] {
        let labels = desk.labels(path, text);
        assert_eq!(labels, ["fct_order_items", "fct_orders"], "{text}");
    }
}

#[test]
fn sources_macros_and_docs_are_completed_too() {
    let mut desk = desk(Preset::VsCode);
    assert_eq!(desk.labels(PLATFORM, "{{ source('$0') }}"), ["payments", "shop"]);
    let tables = ["customers", "order_items", "orders", "products"];
    assert_eq!(desk.labels(PLATFORM, "{{ source('shop', '$0') }}"), tables);
    assert_eq!(
        desk.chosen(PLATFORM, "{{ source('shop', 'ord$0ers') }}", "orders"),
        "{{ source('shop', 'orders') }}"
    );
    let docs = desk
        .labels("platform/models/new.yml", "models:\n  - name: x\n    description: \"{{ doc('$0') }}\"\n");
    assert_eq!(docs, ["customer_id", "dim_customers", "order_status"]);
    assert!(desk.labels(PLATFORM, "{{ tidy$0 }}").contains(&"tidy_category".to_owned()));
}

#[test]
fn nothing_is_offered_where_nothing_can_stand() {
    let mut desk = desk(Preset::VsCode);
    for text in
        ["select $0", "{# ref('$0') #}", "-- $0", "{% raw %}{{ ref('$0') }}{% endraw %}", "{{ 'ref($0' }}"]
    {
        assert_eq!(desk.labels(FINANCE, text), Vec::<String>::new(), "{text}");
    }
}

#[test]
fn items_replace_what_is_there_in_every_encoding() {
    for (preset, encodings) in [
        (Preset::VsCode, &["utf-16"][..]),
        (Preset::Neovim, &["utf-8"]),
        (Preset::Helix, &["utf-32"]),
        (Preset::Bare, &[]),
    ] {
        let sample = Sample::hybrid();
        let mut client = Session::new(preset, sample.root()).encodings(encodings).start();
        let text = "-- 🪴\r\nselect '🪴é',\t{{ ref('fct_ord$0') }} -- 🪴\r\n";
        client.open(FINANCE, &text.replacen("$0", "", 1));
        let item = client.item(FINANCE, text, "fct_orders");
        assert_eq!(client.covered(FINANCE, &item["textEdit"]["range"]), "fct_ord", "{preset:?}");
        client.accept(FINANCE, &item);
        assert_eq!(
            client.text(FINANCE),
            "-- 🪴\r\nselect '🪴é',\t{{ ref('platform', 'fct_orders') }} -- 🪴\r\n",
            "{preset:?}"
        );
        let is_snippet = item["insertTextFormat"] == 2;
        assert!(preset != Preset::Bare || !is_snippet, "{item}");
        assert!(preset == Preset::VsCode || item["labelDetails"].is_null(), "{preset:?}: {item}");
        // What is typed filters in the editor: the replaced text must be able to match.
        let filter = item["filterText"].as_str().or(item["label"].as_str()).unwrap_or_default();
        assert!(filter.starts_with("fct_ord"), "{filter}");
    }
}

#[test]
fn documentation_comes_on_resolve_only_in_the_format_the_client_reads() {
    for preset in Preset::ALL {
        let mut desk = desk(preset);
        let item = desk.item(FINANCE, "{{ ref('platform', '$0') }}", "fct_orders");
        assert!(item["documentation"].is_null(), "{item}");
        // Any amount of time later, after any edit.
        desk.client.open(FINANCE, "select 1");
        let resolved = desk.client.resolve(&item);
        let text = markup(&resolved);
        assert!(
            text.contains("One row for each order") && text.contains("decimal(18, 2)"),
            "{preset:?}: {text}"
        );
        let is_markdown = resolved["documentation"]["kind"] == "markdown";
        assert_eq!(is_markdown, matches!(preset, Preset::VsCode | Preset::Neovim), "{preset:?}");
        assert_eq!(resolved["textEdit"], item["textEdit"]);
        assert_eq!(resolved["label"], item["label"]);
    }
}

#[test]
fn an_upstream_manifest_offers_what_a_checkout_would() {
    let sample = Sample::some(&["finance"], &["platform"]);
    let mut client = Session::new(Preset::VsCode, &sample.path("finance")).start();
    client.open("models/new.sql", "{{ ref('platform', '') }}");
    let labels = client.labels("models/new.sql", "'platform', '$0'");
    let public =
        ["daily_revenue", "dim_customers", "dim_products", "fct_order_items", "fct_orders", "fct_payments"];
    assert!(labels.len() >= public.len(), "{labels:?}");
    for label in public {
        assert!(index(&labels, label) < public.len(), "{labels:?}");
    }
    let item = client.item("models/new.sql", "'platform', '$0'", "fct_orders");
    let shown = face(&item);
    assert!(shown.contains("public") && shown.contains("core") && shown.contains("table"), "{shown}");
    let text = markup(&client.resolve(&item));
    assert!(text.contains("One row for each order") && text.contains("decimal(18, 2)"), "{text}");
}

#[test]
fn long_lists_are_cut_and_typing_brings_the_rest() {
    let sample = Sample::of(&[("dbt_project.yml", "name: big\nversion: '1.0'\n")]);
    for n in 0..450 {
        sample.write(&format!("models/m_{n:03}.sql"), "select 1");
    }
    let mut client = Session::new(Preset::VsCode, sample.root()).start();
    client.open("models/new.sql", "{{ ref('') }}");
    let all = client.completion("models/new.sql", "ref('$0')");
    assert_eq!(all["items"].as_array().map(Vec::len), Some(100));
    assert_eq!(all["isIncomplete"], true);
    client.replace("models/new.sql", "ref('')", "ref('m_44')");
    let few = client.completion("models/new.sql", "ref('m_44$0')");
    let labels: Vec<&str> =
        few["items"].as_array().unwrap().iter().filter_map(|i| i["label"].as_str()).collect();
    for n in 440..450 {
        assert!(labels.contains(&format!("m_{n}").as_str()), "{labels:?}");
    }
    assert_eq!(few["isIncomplete"], false);
    // A typing error is forgiven; letters in the right order are enough.
    client.replace("models/new.sql", "ref('m_44')", "ref('m449')");
    assert_eq!(client.labels("models/new.sql", "ref('m449$0')"), ["m_449"]);
}

#[test]
fn columns_of_what_a_query_reads() {
    let mut desk = desk(Preset::Neovim);
    let query =
        "with o as (\n  select * from {{ ref('platform', 'fct_orders') }}\n)\nselect o.order$0\nfrom o";
    let item = desk.item(FINANCE, query, "order_id");
    assert!(face(&item).contains("Number of the order") && face(&item).contains("integer"), "{item}");
    let text = desk.chosen(FINANCE, query, "order_id");
    assert!(text.contains("select o.order_id\nfrom o"), "{text}");
    desk.client.open(FINANCE, &text);
    let shown = markup(&desk.client.hover(FINANCE, "o.order$0_id"));
    assert!(shown.contains("Number of the order"), "{shown}");
    let spots = desk.client.spots(FINANCE, "o.order$0_id");
    assert!(spots[0].uri.ends_with("_marts.yml") && spots[0].name == "order_id", "{spots:?}");
    assert_eq!(desk.labels(FINANCE, "select x.$0 from {{ ref('platform', 'fct_orders') }} as o"), [""; 0]);
}
