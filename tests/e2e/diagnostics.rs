//! Findings as an editor sees them: every kind, as typed, pushed or pulled, where they belong, silenced or set.

use crate::client::{Client, Preset, Session, codes, has};
use crate::marks::marks;
use crate::sample::Sample;
use serde_json::{Value, json};

const FINANCE: &str = "finance/models/new.sql";

/// Line (from 1) and code of each diagnostic, in order.
fn places(items: &[Value]) -> Vec<(u64, String)> {
    let line = |item: &Value| item["range"]["start"]["line"].as_u64().expect("a line") + 1;
    let mut places: Vec<(u64, String)> = items.iter().map(line).zip(codes(items)).collect();
    places.sort();
    places
}

/// The one diagnostic with this code.
fn the<'a>(items: &'a [Value], code: &str) -> &'a Value {
    let found: Vec<&Value> = items.iter().filter(|item| item["code"] == code).collect();
    assert_eq!(found.len(), 1, "{code} occurs once in {items:#?}");
    found[0]
}

#[test]
fn every_marked_mistake_is_shown_to_every_client_and_nothing_else() {
    for preset in [Preset::VsCode, Preset::Helix, Preset::Bare] {
        let sample = Sample::broken();
        let mut client = Session::new(preset, sample.root()).start();
        let marks = marks(&sample);
        for path in marks.keys() {
            client.open_file(path);
        }
        for (path, mut wanted) in marks {
            wanted.sort();
            client.wait_diagnostics(&path, |items| places(items) == wanted);
        }
    }
}

#[test]
fn a_mistake_is_found_in_every_kind_of_file_as_it_is_typed() {
    for preset in [Preset::VsCode, Preset::Neovim, Preset::Helix, Preset::Bare] {
        let sample = Sample::hybrid();
        let mut client = Session::new(preset, sample.root()).start();
        for (path, right, wrong, code) in [
            (
                "finance/models/new.sql",
                "'platform', 'fct_orders'",
                "'platform', 'fct_ordres'",
                "unknown-model",
            ),
            (
                "finance/tests/new.sql",
                "'platform', 'fct_orders'",
                "'platform', 'order_margins'",
                "private-model",
            ),
            (
                "finance/analyses/new.sql",
                "'platform', 'fct_orders'",
                "'platfrom', 'fct_orders'",
                "unknown-project",
            ),
        ] {
            let text = format!("select * from {{{{ ref({right}) }}}}\n");
            client.open(path, &text);
            client.wait_codes(path, &[]);
            client.replace(path, right, wrong);
            client.wait_codes(path, &[code]);
            client.replace(path, wrong, right);
            client.wait_codes(path, &[]);
        }
        let yaml = "finance/models/reports/_reports.yml";
        client.open_file(yaml);
        client.wait_codes(yaml, &[]);
        client.replace(yaml, "ref('platform', 'fct_orders')", "ref('platform', 'fct_ordres')");
        client.wait_codes(yaml, &["unknown-model"]);
        assert_eq!(client.marked(yaml, "unknown-model"), ["fct_ordres"], "{preset:?}");
        let python = "finance/models/reports/product_revenue.py";
        client.open_file(python);
        client.wait_codes(python, &[]);
        client.replace(python, "version=2", "version=7");
        client.wait_codes(python, &["unknown-version"]);
    }
}

#[test]
fn findings_come_in_the_way_the_client_wants_them() {
    for preset in Preset::ALL {
        let sample = Sample::broken();
        let mut client = Session::new(preset, sample.root()).start();
        let path = "finance/models/mistakes/unknown_model.sql";
        client.open_file(path);
        client.wait_diagnostics(path, |items| items.len() == 2);
        let pulls = matches!(preset, Preset::VsCode | Preset::Neovim);
        assert_eq!(client.server["diagnosticProvider"].is_object(), pulls, "{preset:?}");
        assert_eq!(client.published(path).is_some(), !pulls, "{preset:?}: pushed or pulled, never both");
        if pulls {
            // What is known already is not sent again.
            let document = json!({ "uri": client.uri(path) });
            let first = client.request("textDocument/diagnostic", json!({ "textDocument": document }));
            assert_eq!(first["kind"], "full");
            let again = json!({ "textDocument": document, "previousResultId": first["resultId"] });
            assert_eq!(client.request("textDocument/diagnostic", again)["kind"], "unchanged");
        } else {
            // Closing clears what was shown.
            client.close(path);
            client.wait_until("no diagnostics", |c| c.published(path).is_some_and(|p| p.items.is_empty()));
        }
    }
}

#[test]
fn a_finding_carries_all_that_the_client_can_show() {
    let sample = Sample::broken();
    let path = "finance/models/mistakes/deprecated_model.sql";
    let mut rich = Session::new(Preset::VsCode, sample.root()).start();
    rich.open_file(path);
    let items = rich.diagnostics(path);
    let finding = the(&items, "deprecated-model");
    assert_eq!(finding["source"], "dbt-mesh");
    assert_eq!(finding["severity"], 2);
    assert_eq!(finding["tags"], json!([2]));
    assert!(
        finding["codeDescription"]["href"]
            .as_str()
            .is_some_and(|href| href.ends_with("/deprecated-model.md")),
        "{finding}"
    );
    let related = &finding["relatedInformation"][0];
    assert!(
        related["location"]["uri"].as_str().is_some_and(|uri| uri.ends_with("/platform/models/_models.yml")),
        "{finding}"
    );

    let mut bare = Session::new(Preset::Bare, sample.root()).start();
    bare.open_file(path);
    let items = bare.diagnostics(path);
    let plain = the(&items, "deprecated-model");
    for field in ["tags", "codeDescription", "relatedInformation"] {
        assert!(plain[field].is_null(), "{plain}");
    }
    let message = plain["message"].as_str().unwrap_or_default();
    assert!(message.contains("2024-12-31") && message.contains("_models.yml:"), "{message}");
}

#[test]
fn severities_say_how_bad_it_is() {
    let sample = Sample::broken();
    let mut client = Session::new(Preset::VsCode, sample.root()).start();
    for (file, code, severity) in [
        ("unknown_model.sql", "unknown-model", 1),
        ("private_model.sql", "private-model", 1),
        ("undeclared_project.sql", "undeclared-project", 2),
        ("deprecated_model.sql", "deprecated-model", 2),
        ("unpinned_ref.sql", "unpinned-ref", 4),
        ("prerelease_available.sql", "prerelease-available", 4),
    ] {
        let path = format!("finance/models/mistakes/{file}");
        client.open_file(&path);
        let items = client.diagnostics(&path);
        let found = items.iter().find(|item| item["code"] == code);
        assert_eq!(found.map(|item| &item["severity"]), Some(&json!(severity)), "{code}: {items:#?}");
    }
}

#[test]
fn a_finding_marks_exactly_the_word_in_every_encoding() {
    for (preset, encodings) in [
        (Preset::VsCode, &["utf-16"][..]),
        (Preset::Neovim, &["utf-8"]),
        (Preset::Neovim, &["utf-32"]),
        (Preset::Helix, &["utf-8"]),
        (Preset::Helix, &["utf-32"]),
        (Preset::Bare, &[]),
    ] {
        let sample = Sample::hybrid();
        let mut client = Session::new(preset, sample.root()).encodings(encodings).start();
        let text = "-- 🪴\r\nselect '🪴é' as ü,\t\t'𝕏'\r\nfrom\t{{ ref('platform', 'fct_ordres') }} -- 🪴\r\n\
                    join {{ ref(\r\n\t'platfrom',\r\n  'x') }}\r\n-- 🪴 {{ ref('platform', 'dim_customers', v=9) }}\r";
        client.open(FINANCE, text);
        client.wait_codes(FINANCE, &["unknown-model", "unknown-project", "unknown-version"]);
        assert_eq!(client.marked(FINANCE, "unknown-model"), ["fct_ordres"], "{preset:?} {encodings:?}");
        assert_eq!(client.marked(FINANCE, "unknown-project"), ["platfrom"], "{preset:?} {encodings:?}");
        assert_eq!(client.marked(FINANCE, "unknown-version"), ["9"], "{preset:?} {encodings:?}");
    }
}

#[test]
fn what_is_not_finished_is_not_judged() {
    let sample = Sample::hybrid();
    let mut client = Session::new(Preset::Helix, sample.root()).start();
    client.open(FINANCE, "");
    for text in [
        "select * from {{ ref('",
        "select * from {{ ref('platf",
        "select * from {{ ref('platform', 'fct_",
        "select * from {{ ref(some_name) }}",
        "select * from {{ ref('fct_' ~ kind) }}",
        "{# {{ ref('nothing') }} #}",
        "{% raw %}{{ ref('nothing') }}{% endraw %}",
        "select * from {{ ref(var('which', 'fct_orders')) }}",
    ] {
        client.set_text(FINANCE, text);
        let found = client.diagnostics(FINANCE);
        let judged = codes(&found).into_iter().filter(|code| code != "syntax-error").collect::<Vec<_>>();
        let known = ["one-argument-cross-project", "unknown-model", "unknown-project"];
        assert!(!judged.iter().any(|code| known.contains(&code.as_str())), "{text}: {judged:?}");
    }
}

#[test]
fn typing_a_reference_letter_by_letter_ends_without_a_finding() {
    for preset in [Preset::Helix, Preset::VsCode] {
        let sample = Sample::hybrid();
        let mut client = Session::new(preset, sample.root()).start();
        client.open(FINANCE, "select * from \n");
        for (at, letter) in "{{ ref('platform', 'dim_customers', v=2) }}".char_indices() {
            client.edit(FINANCE, 14 + at..14 + at, &letter.to_string());
        }
        client.wait_codes(FINANCE, &[]);
        client.replace(FINANCE, "v=2", "v=1");
        client.wait_codes(FINANCE, &["deprecated-model"]);
    }
}

#[test]
fn findings_are_published_without_a_save_and_for_the_newest_version_only() {
    let sample = Sample::hybrid();
    let mut client = Session::new(Preset::Helix, sample.root()).start();
    client.open(FINANCE, "select * from {{ ref('platform', 'x') }}");
    for n in 0..200 {
        let old = if n == 0 { "'x'".to_owned() } else { format!("'x{}'", n - 1) };
        client.replace(FINANCE, &old, &format!("'x{n}'"));
    }
    let items = client.diagnostics(FINANCE);
    assert!(
        the(&items, "unknown-model")["message"].as_str().is_some_and(|m| m.contains("'x199'")),
        "{items:#?}"
    );
    // The client itself fails on diagnostics that are older than others or newer than its text.
}

#[test]
fn rules_are_set_for_a_project_and_by_the_user() {
    let sample = Sample::broken();
    sample.write(
        "finance/dbt_mesh.yml",
        "rules:\n  unknown-model: warning\n  deprecated-model: \"off\"\n  unpinned-ref: error\n",
    );
    let mut client = Session::new(Preset::VsCode, sample.root())
        .settings(json!({ "rules": { "unpinned-ref": "info" } }))
        .start();
    let severities = |client: &mut Client, file: &str| {
        let path = format!("finance/models/mistakes/{file}.sql");
        client.open_file(&path);
        let items = client.diagnostics(&path);
        items.iter().map(|item| item["severity"].as_i64().unwrap_or_default()).collect::<Vec<_>>()
    };
    // The settings are asked for after the handshake.
    client.wait_until("the settings", |c| c.requests.iter().any(|(m, _)| m == "workspace/configuration"));
    client.open_file("finance/models/mistakes/unpinned_ref.sql");
    client.wait_diagnostics("finance/models/mistakes/unpinned_ref.sql", |items| {
        items.len() == 1 && items[0]["severity"] == 3
    });
    assert_eq!(severities(&mut client, "unknown_model"), [2, 2]);
    assert_eq!(severities(&mut client, "deprecated_model"), [0_i64; 0]);
    // Another project is not concerned.
    client.open_file("platform/models/mistakes/unknown_model.sql");
    let items = client.diagnostics("platform/models/mistakes/unknown_model.sql");
    assert_eq!(the(&items, "unknown-model")["severity"], 1);
}

#[test]
fn comments_silence_one_place() {
    let sample = Sample::hybrid();
    let mut client = Session::new(Preset::Helix, sample.root()).start();
    let wrong = "{{ ref('platform', 'nothing') }}";
    for (path, text, wanted) in [
        (FINANCE, format!("select * from {wrong} -- dbt-mesh: ignore[unknown-model]\n"), &[][..]),
        (FINANCE, format!("-- dbt-mesh: ignore\nselect * from {wrong}\n"), &[]),
        (FINANCE, format!("{{# dbt-mesh: ignore[unpinned-ref, unknown-model] #}}\nselect * from {wrong}\n"), &[]),
        (FINANCE, format!("select * from {wrong} -- dbt-mesh: ignore[unpinned-ref]\n"), &["unknown-model"]),
        (FINANCE, format!("-- dbt-mesh: ignore\n\nselect * from {wrong}\n"), &["unknown-model"]),
        (
            "finance/models/new.py",
            "def model(dbt, session):\n    # dbt-mesh: ignore\n    return dbt.ref('platform', 'nothing')\n".to_owned(),
            &[],
        ),
        (
            "finance/models/new.yml",
            "exposures:\n  - name: x\n    type: dashboard\n    owner: {email: a@b.c}\n    depends_on:\n      \
             - ref('platform', 'nothing') # dbt-mesh: ignore[unknown-model]\n"
                .to_owned(),
            &[],
        ),
    ] {
        client.open(path, &text);
        client.wait_codes(path, wanted);
        client.close(path);
    }
}

#[test]
fn syntax_errors_are_local_and_findings_beside_them_stay() {
    let sample = Sample::hybrid();
    let mut client = Session::new(Preset::VsCode, sample.root()).start();
    client.open(
        FINANCE,
        "{% if is_incremental() %}\nselect * from {{ ref('platform', 'nothing') }}\njoin {{ ref('platform, 'x') }}\n\
         left join {{ ref('platform', 'nothing_else') }}\n",
    );
    let items = client.wait_diagnostics(FINANCE, |items| {
        items.iter().filter(|i| i["code"] == "unknown-model").count() == 2
    });
    assert!(has(&items, "syntax-error"), "{items:#?}");
}

#[test]
fn cycles_across_projects_are_found_while_they_are_typed() {
    for preset in [Preset::VsCode, Preset::Helix] {
        let sample = Sample::hybrid();
        let mut client = Session::new(preset, sample.root()).start();
        let (sales, logistics) =
            ("sales/models/fct_wholesale_orders.sql", "logistics/models/warehouse_load.sql");
        client.open_file(sales);
        client.open_file(logistics);
        client.open_file("logistics/models/_logistics.yml");
        client.wait_codes(sales, &[]);
        client.wait_codes(logistics, &[]);
        client.replace(
            "logistics/models/_logistics.yml",
            "Parcels to pack for wholesale, by day.\n",
            "Parcels to pack for wholesale, by day.\n    config:\n      access: public\n",
        );
        client.replace(sales, "ref('platform', 'fct_orders')", "ref('logistics', 'warehouse_load')");
        client.wait_codes(sales, &["reference-cycle"]);
        client.wait_codes(logistics, &["reference-cycle"]);
        client.replace(sales, "ref('logistics', 'warehouse_load')", "ref('platform', 'fct_orders')");
        client.wait_codes(sales, &[]);
        client.wait_codes(logistics, &[]);
    }
}

#[test]
fn installed_packages_are_not_judged() {
    let sample = Sample::hybrid();
    let mut client = Session::new(Preset::Helix, sample.root()).start();
    let path = "platform/dbt_packages/utils_pkg/models/calendar_months.sql";
    client.open(path, "select * from {{ ref('nothing') }}");
    client.wait_codes(path, &[]);
}
