//! Go to definition, from every place where a name stands to every kind of thing it can name.

use crate::client::{Client, Preset, Session};
use crate::sample::Sample;

/// Opens a file of the hybrid mesh as it is, or with other text, and asks for targets.
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
    /// The targets at `$0` in an unsaved text of `path`.
    fn typed(&mut self, path: &str, text: &str) -> Vec<String> {
        self.client.open(path, &text.replacen("$0", "", 1));
        let targets = self.client.targets(path, text);
        self.client.close(path);
        targets
    }

    /// The targets at `$0` in the file as it is on disk.
    fn on_disk(&mut self, path: &str, context: &str) -> Vec<String> {
        self.client.open(path, &self.sample.read(path));
        let targets = self.client.targets(path, context);
        self.client.close(path);
        targets
    }
}

const FINANCE: &str = "finance/models/new.sql";
const PLATFORM: &str = "platform/models/new.sql";

#[test]
fn an_upstream_model_leads_to_its_sql_and_its_yaml_entry() {
    let mut desk = desk(Preset::VsCode);
    let expected = ["platform/models/marts/fct_orders.sql", "platform/models/marts/_marts.yml:4 fct_orders"];
    assert_eq!(
        desk.on_disk("finance/models/ledger/int_open_items.sql", "'platform', 'fct_o$0rders'"),
        expected
    );
    // The cursor may touch the quotes, and the text need not be finished.
    assert_eq!(desk.typed(FINANCE, "select * from {{ ref('platform', '$0fct_orders') }}"), expected);
    assert_eq!(desk.typed(FINANCE, "select * from {{ ref('platform', 'fct_orders$0') }}"), expected);
    assert_eq!(desk.typed(FINANCE, "{% if x %}{{ ref('platform', 'fct_orders$0'"), expected);
    assert_eq!(desk.typed(FINANCE, "{{ ref(\"platform\", \"fct_o$0rders\") }}"), expected);
}

#[test]
fn a_version_leads_to_the_file_of_that_version() {
    let mut desk = desk(Preset::VsCode);
    for (reference, file) in [
        ("ref('platform', 'dim_cus$0tomers', v=1)", "dim_customers_v1.sql"),
        ("ref('platform', 'dim_cus$0tomers', v=2)", "dim_customers_v2.sql"),
        ("ref('platform', 'dim_cus$0tomers', version='2')", "dim_customers_v2.sql"),
        // `defined_in` in the properties
        ("ref('platform', 'dim_cus$0tomers', v=3)", "dim_customers_segmented.sql"),
        // the latest version, as the properties say
        ("ref('platform', 'dim_cus$0tomers')", "dim_customers_v2.sql"),
        // the latest version is the highest, and its file needs no suffix
        ("ref('platform', 'dim_pro$0ducts')", "dim_products.sql"),
        ("ref('platform', 'dim_pro$0ducts', v=1)", "dim_products_v1.sql"),
    ] {
        let targets = desk.typed(FINANCE, &format!("select * from {{{{ {reference} }}}}"));
        assert_eq!(targets[0], format!("platform/models/marts/{file}"), "{reference}");
        assert!(targets[1].starts_with("platform/models/marts/_dimensions.yml:"), "{reference}: {targets:?}");
    }
}

#[test]
fn the_version_itself_leads_there_too() {
    let mut desk = desk(Preset::VsCode);
    let targets = desk.typed(FINANCE, "select * from {{ ref('platform', 'dim_customers', v=$03) }}");
    assert_eq!(targets[0], "platform/models/marts/dim_customers_segmented.sql");
}

#[test]
fn seeds_and_snapshots_lead_to_their_files() {
    let mut desk = desk(Preset::VsCode);
    assert_eq!(
        desk.on_disk("platform/models/marts/dim_customers_v2.sql", "ref('country_c$0odes')"),
        ["platform/seeds/country_codes.csv", "platform/seeds/_seeds.yml:4 country_codes"]
    );
    let targets =
        desk.on_disk("platform/models/marts/customer_segments.sql", "ref('customer_orders_s$0napshot')");
    assert_eq!(targets, ["platform/snapshots/customer_orders_snapshot.yml:4 customer_orders_snapshot"]);
}

#[test]
fn sources_lead_to_their_table_or_to_themselves() {
    let mut desk = desk(Preset::VsCode);
    let sources = "platform/models/staging/shop/_shop__sources.yml";
    assert_eq!(desk.typed(PLATFORM, "{{ source('shop', 'or$0ders') }}"), [format!("{sources}:20 orders")]);
    assert_eq!(desk.typed(PLATFORM, "{{ source('sh$0op', 'orders') }}"), [format!("{sources}:4 shop")]);
}

#[test]
fn macros_lead_to_their_definition_in_the_project_or_a_package() {
    let mut desk = desk(Preset::VsCode);
    let own = desk.on_disk("platform/models/marts/dim_products.sql", "tidy_cat$0egory('category')");
    assert_eq!(own[0], "platform/macros/tidy.sql:1 tidy_category");
    let money = "platform/dbt_packages/utils_pkg/macros/money.sql:";
    let package = desk.on_disk(
        "platform/models/staging/shop/stg_shop__products.sql",
        "utils_pkg.cents_to_e$0uros('cost_cents')",
    );
    assert!(package[0].starts_with(money) && package[0].ends_with(" cents_to_euros"), "{package:?}");
    let model = desk.on_disk("platform/models/marts/daily_revenue.sql", "ref('utils_pkg', 'cal$0endar')");
    assert_eq!(model[0], "platform/dbt_packages/utils_pkg/models/calendar.sql");
}

#[test]
fn docs_lead_to_their_block() {
    let mut desk = desk(Preset::VsCode);
    let from_yaml = desk.on_disk("platform/models/marts/_dimensions.yml", "doc('dim_cus$0tomers')");
    assert_eq!(from_yaml, ["platform/models/docs.md:5 dim_customers"]);
    let from_markdown =
        desk.typed("platform/models/more.md", "{% docs x %}{% enddocs %} {{ doc('order_$0status') }}");
    assert_eq!(from_markdown, ["platform/models/docs.md:15 order_status"]);
}

#[test]
fn project_and_package_names_lead_to_their_project_file() {
    let mut desk = desk(Preset::VsCode);
    let platform = ["platform/dbt_project.yml:1 platform"];
    assert_eq!(desk.typed(FINANCE, "{{ ref('plat$0form', 'fct_orders') }}"), platform);
    assert_eq!(desk.on_disk("finance/dependencies.yml", "name: plat$0form"), platform);
    assert_eq!(
        desk.typed(PLATFORM, "{{ ref('utils$0_pkg', 'calendar') }}"),
        ["platform/dbt_packages/utils_pkg/dbt_project.yml:1 utils_pkg"]
    );
}

#[test]
fn group_names_lead_to_the_group() {
    let mut desk = desk(Preset::VsCode);
    let targets = desk.on_disk("platform/models/staging/payments/_payments.yml", "group: pay$0ments");
    assert_eq!(targets, ["platform/models/_groups.yml:10 payments"]);
    let targets = desk.typed(PLATFORM, "{{ config(group='co$0re') }} select 1");
    assert_eq!(targets, ["platform/models/_groups.yml:4 core"]);
}

#[test]
fn references_in_yaml_lead_as_those_in_sql() {
    let mut desk = desk(Preset::VsCode);
    let fct_orders = "platform/models/marts/fct_orders.sql";
    for (path, context, file) in [
        // an exposure
        ("finance/models/reports/_reports.yml", "ref('platform', 'fct_$0orders')", fct_orders),
        // an argument of a test
        (
            "finance/models/ledger/_ledger.yml",
            "to: ref('platform', 'dim_$0customers', v=2)",
            "platform/models/marts/dim_customers_v2.sql",
        ),
        // a semantic model
        ("platform/models/marts/_metrics.yml", "model: ref('fct_$0orders')", fct_orders),
        // unit tests: a reference, and a plain name
        (
            "platform/models/marts/_unit_tests.yml",
            "input: ref('int_order_$0totals')",
            "platform/models/intermediate/int_order_totals.sql",
        ),
        ("platform/models/marts/_unit_tests.yml", "model: fct_$0orders", fct_orders),
        // a snapshot
        (
            "platform/snapshots/customer_orders_snapshot.yml",
            "relation: ref('int_customer_$0order_counts')",
            "platform/models/intermediate/int_customer_order_counts.sql",
        ),
        // the name of an entry leads to what it describes
        (
            "platform/models/marts/_marts.yml",
            "name: fct_$0payments",
            "platform/models/marts/fct_payments.sql",
        ),
    ] {
        let targets = desk.on_disk(path, context);
        assert_eq!(targets.first().map(String::as_str), Some(file), "{path}: {context}: {targets:?}");
    }
}

#[test]
fn references_in_python_and_macros_lead_as_those_in_sql() {
    let mut desk = desk(Preset::VsCode);
    let python = "finance/models/reports/product_revenue.py";
    assert_eq!(
        desk.on_disk(python, "dbt.ref(\"platform\", \"dim_pro$0ducts\", version=2)")[0],
        "platform/models/marts/dim_products.sql"
    );
    assert_eq!(
        desk.on_disk(python, "dbt.ref(\"plat$0form\", \"dim")[0],
        "platform/dbt_project.yml:1 platform"
    );
    assert_eq!(
        desk.typed("finance/macros/new.sql", "{% macro m() %}{{ ref('monthly_$0revenue') }}{% endmacro %}")
            [0],
        "finance/models/reports/monthly_revenue.sql"
    );
}

#[test]
fn what_leads_nowhere_is_no_error() {
    let mut desk = desk(Preset::Neovim);
    for text in [
        "{{ ref('platform', 'no_such_m$0odel') }}",
        "{{ ref('no_such_p$0roject', 'fct_orders') }}",
        "{{ ref(some_v$0ariable) }}",
        "sel$0ect 1",
        "{# ref('fct_$0orders') #}",
    ] {
        assert_eq!(desk.typed(FINANCE, text), Vec::<String>::new(), "{text}");
    }
}

#[test]
fn links_have_origins_where_the_client_knows_them() {
    for (preset, encodings) in [
        (Preset::VsCode, &["utf-16"][..]),
        (Preset::Neovim, &["utf-8"]),
        (Preset::Neovim, &["utf-32"]),
        (Preset::Helix, &["utf-8"]),
        (Preset::Bare, &[]),
    ] {
        let sample = Sample::hybrid();
        let mut client = Session::new(preset, sample.root()).encodings(encodings).start();
        for line_end in ["\n", "\r\n"] {
            let text =
                format!("-- 🪴{line_end}select '🪴é',\t{{{{ ref('platform', 'fct_orders') }}}}{line_end}");
            client.open(FINANCE, &text);
            let answer = client.definition(FINANCE, "'fct_$0orders'");
            let is_link = answer[0]["targetUri"].is_string();
            assert_eq!(is_link, matches!(preset, Preset::VsCode | Preset::Neovim), "{preset:?}: {answer}");
            if is_link {
                let origin = &answer[0]["originSelectionRange"];
                assert_eq!(client.covered(FINANCE, origin), "fct_orders", "{preset:?} {encodings:?}");
            }
            assert_eq!(
                client.targets(FINANCE, "'fct_$0orders'")[0],
                "platform/models/marts/fct_orders.sql",
                "{preset:?} {encodings:?}"
            );
            client.close(FINANCE);
        }
    }
}

#[test]
fn a_target_that_is_being_edited_is_found_where_it_is_now() {
    let mut desk = desk(Preset::VsCode);
    let yaml = "platform/models/marts/_marts.yml";
    desk.client.open(yaml, &desk.sample.read(yaml));
    desk.client.replace(yaml, "version: 2\n", "# 🪴\n\nversion: 2\n");
    desk.client.open(FINANCE, "select * from {{ ref('platform', 'fct_orders') }}");
    let spots = desk.client.spots(FINANCE, "'fct_$0orders'");
    assert_eq!(spots[1].at, (5, 10));
}

/// A consumer whose producer is known by its manifest only.
fn without_checkout(preset: Preset) -> (Sample, Client) {
    let sample = Sample::some(&["finance"], &["platform"]);
    let cache = sample.path("cache");
    let session = Session::new(preset, &sample.path("finance"));
    let client = session.env("XDG_CACHE_HOME", &cache.to_string_lossy()).start();
    (sample, client)
}

const OPEN_ITEMS: &str = "models/ledger/int_open_items.sql";

#[test]
fn an_upstream_model_without_a_checkout_is_a_virtual_document() {
    let (_sample, mut client) = without_checkout(Preset::VsCode);
    client.open_file(OPEN_ITEMS);
    let spots = client.spots(OPEN_ITEMS, "'platform', 'fct_$0orders'");
    assert_eq!(spots[0].uri, "dbt-mesh://upstream/platform/model.platform.fct_orders.md");
    let text = client.fetch(&spots[0].uri);
    for fact in [
        "fct_orders",
        "public",
        "core",
        "Data Platform",
        "One row for each order, with its amount in euros.",
        "order_id",
        "decimal(18, 2)",
        "Sum of the order's lines, in euros.",
        "\"fct_orders\"",
        "contract",
        "target/manifest.json",
        "select",
        "stg_shop__orders",
    ] {
        assert!(text.contains(fact), "{fact:?} is in:\n{text}");
    }
    let versioned = {
        client.open_file("models/ledger/fct_receivables.sql");
        client.spots("models/ledger/fct_receivables.sql", "'platform', 'dim_$0customers'").remove(0)
    };
    assert_eq!(versioned.uri, "dbt-mesh://upstream/platform/model.platform.dim_customers.v2.md");
    let text = client.fetch(&versioned.uri);
    assert!(text.contains("country_name") && text.contains("v2"), "{text}");
}

#[test]
fn other_clients_get_a_read_only_file_in_the_cache() {
    for preset in [Preset::Neovim, Preset::Helix, Preset::Bare] {
        let (sample, mut client) = without_checkout(preset);
        client.open_file(OPEN_ITEMS);
        let spots = client.spots(OPEN_ITEMS, "'platform', 'fct_$0orders'");
        let path = crate::client::path_of(&spots[0].uri).expect("a file");
        assert!(path.starts_with(sample.path("cache")), "{preset:?}: {}", path.display());
        assert!(std::fs::metadata(&path).expect("it is there").permissions().readonly(), "{preset:?}");
        let text = client.fetch(&spots[0].uri);
        assert!(
            text.contains("One row for each order") && text.contains("decimal(18, 2)"),
            "{preset:?}: {text}"
        );
    }
}

#[test]
fn a_project_known_by_its_manifest_leads_to_the_manifest() {
    let (_sample, mut client) = without_checkout(Preset::VsCode);
    client.open_file(OPEN_ITEMS);
    let spots = client.spots(OPEN_ITEMS, "'plat$0form', 'fct_orders'");
    assert!(spots[0].uri.ends_with("/platform/target/manifest.json"), "{spots:?}");
    client.open_file("dependencies.yml");
    let spots = client.spots("dependencies.yml", "name: plat$0form");
    assert!(spots[0].uri.ends_with("/platform/target/manifest.json"), "{spots:?}");
}

#[test]
fn a_document_that_is_not_ours_is_refused() {
    let (_sample, mut client) = without_checkout(Preset::VsCode);
    let ask = |client: &mut Client, uri: &str| {
        client.try_request("workspace/textDocumentContent", serde_json::json!({ "uri": uri }))
    };
    assert_eq!(ask(&mut client, "dbt-mesh://elsewhere/x").unwrap_err().code, -32602);
    let gone = ask(&mut client, "dbt-mesh://upstream/platform/model.platform.gone.md").unwrap();
    assert!(gone["text"].as_str().is_some_and(|text| text.contains("model.platform.gone")), "{gone}");
}
