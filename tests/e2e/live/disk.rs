//! Files that change on disk, by other programs: one, hundreds, whole folders; told by the client or seen by us.

use crate::client::{Client, Preset, Session, has};
use crate::sample::{Sample, copy};
use std::fmt::Write as _;

const CONSUMER: &str = "finance/models/ledger/int_open_items.sql";

fn start(sample: &Sample) -> Client {
    Session::new(Preset::Helix, sample.root()).start()
}

#[test]
fn a_model_renamed_in_the_producer_is_missed_in_the_consumer() {
    let sample = Sample::hybrid();
    let mut client = start(&sample);
    client.open_file(CONSUMER);
    client.wait_codes(CONSUMER, &[]);
    let rename = |from: &str, to: &str| {
        let path = |name: &str| sample.path(&format!("platform/models/marts/{name}.sql"));
        std::fs::rename(path(from), path(to)).expect("writable");
    };
    rename("fct_payments", "fct_charges");
    client.wait_codes(CONSUMER, &["unknown-model"]);
    rename("fct_charges", "fct_payments");
    client.wait_codes(CONSUMER, &[]);
    // A whole folder is renamed: what is in it moves along.
    std::fs::rename(sample.path("platform/models/marts"), sample.path("platform/models/core"))
        .expect("writable");
    client.wait_until("the new place", |c| {
        c.targets(CONSUMER, "'fct_$0payments'")
            .first()
            .is_some_and(|t| t == "platform/models/core/fct_payments.sql")
    });
    client.wait_codes(CONSUMER, &[]);
}

#[test]
fn what_the_client_tells_counts_before_we_see_it_ourselves() {
    let sample = Sample::hybrid();
    // Polling is slow enough that the client is first.
    let mut client = Session::new(Preset::Helix, sample.root()).env("DBT_MESH_POLL", "1").start();
    client.open_file(CONSUMER);
    client.wait_codes(CONSUMER, &[]);
    sample.remove("platform/models/marts/fct_payments.sql");
    client.files_changed(&["platform/models/marts/fct_payments.sql"]);
    client.wait_codes(CONSUMER, &["unknown-model"]);
    sample.write("platform/models/marts/fct_payments.sql", "select 1");
    client.files_changed(&["platform/models/marts/fct_payments.sql", "platform/models/no_such_file.sql"]);
    client.wait_codes(CONSUMER, &[]);
    // And without a word from the client polling finds it, although it may not have looked since the file came back.
    sample.remove("platform/models/marts/fct_payments.sql");
    client.wait_codes(CONSUMER, &["unknown-model"]);
}

#[test]
fn packages_come_by_dbt_deps_and_go_by_dbt_clean() {
    let sample = Sample::hybrid();
    sample.remove("platform/dbt_packages");
    let mut client = start(&sample);
    let (packages, model) = ("platform/packages.yml", "platform/models/marts/daily_revenue.sql");
    client.open_file(packages);
    client.open_file(model);
    client.wait_codes(packages, &["package-not-installed"]);
    for _ in 0..2 {
        copy(&sample.path("utils_pkg"), &sample.path("platform/dbt_packages/utils_pkg"));
        client.wait_codes(packages, &[]);
        client.wait_codes(model, &[]);
        assert_eq!(
            client.targets(model, "ref('utils_pkg', 'cal$0endar')")[0],
            "platform/dbt_packages/utils_pkg/models/calendar.sql"
        );
        sample.remove("platform/dbt_packages");
        if sample.path("platform/target").exists() {
            sample.remove("platform/target");
        }
        client.wait_codes(packages, &["package-not-installed"]);
    }
}

#[test]
fn a_checkout_of_another_branch_changes_hundreds_of_files_at_once() {
    let sample = Sample::empty();
    sample.write("dbt_project.yml", "name: big\nversion: '1.0'\n");
    let branch = |sample: &Sample, name: &str, count: usize| {
        let mut yaml = String::from("models:\n");
        for n in 0..count {
            sample.write(&format!("models/{name}/{name}_{n}.sql"), &format!("select {n}"));
            writeln!(yaml, "  - name: {name}_{n}\n    access: public").expect("memory");
        }
        sample.write(&format!("models/{name}/_{name}.yml"), &yaml);
    };
    branch(&sample, "old", 500);
    sample.write("models/last.sql", "select * from {{ ref('old_499') }}");
    let mut client = start(&sample);
    client.open("models/all.sql", "select * from {{ ref('old_0') }} join {{ ref('new_499') }}");
    client.wait_codes("models/all.sql", &["unknown-model"]);
    sample.remove("models/old");
    branch(&sample, "new", 500);
    sample.write("models/last.sql", "select * from {{ ref('new_0') }}");
    client.wait_until("the other branch", |c| c.marked("models/all.sql", "unknown-model") == ["old_0"]);
    client.open_file("models/last.sql");
    client.wait_codes("models/last.sql", &[]);
    for n in [0, 250, 499] {
        client.set_text("models/all.sql", &format!("select * from {{{{ ref('new_{n}') }}}}"));
        client.wait_codes("models/all.sql", &[]);
    }
}

#[test]
fn an_open_document_is_the_truth_whatever_happens_to_its_file() {
    let sample = Sample::hybrid();
    let mut client = start(&sample);
    let marts = "platform/models/marts/_marts.yml";
    client.open_file(CONSUMER);
    client.open_file(marts);
    client.wait_codes(CONSUMER, &[]);
    sample.replace(marts, "group: payments", "group: payments\n      enabled: false");
    // Something else that changed, to know when the change has been seen.
    sample.write("platform/models/seen.sql", "select 1");
    client.open("platform/models/probe.sql", "select * from {{ ref('seen') }}");
    client.wait_codes("platform/models/probe.sql", &[]);
    client.wait_codes(CONSUMER, &[]);
    client.close(marts);
    client.wait_codes(CONSUMER, &["disabled-model"]);
    sample.remove(CONSUMER);
    client.replace(CONSUMER, "'fct_payments'", "'fct_order_items'");
    client.wait_codes(CONSUMER, &[]);
}

#[test]
fn what_is_saved_is_what_was_typed() {
    let sample = Sample::hybrid();
    let mut client = start(&sample);
    let marts = "platform/models/marts/_marts.yml";
    client.open_file(CONSUMER);
    client.open_file(marts);
    client.replace(
        marts,
        "      access: public\n      group: payments",
        "      access: private\n      group: payments",
    );
    client.wait_codes(CONSUMER, &["private-model"]);
    client.save(marts);
    client.close(marts);
    client.listen_for(std::time::Duration::from_millis(300));
    client.wait_codes(CONSUMER, &["private-model"]);
}

#[test]
fn ignored_files_stay_out_when_they_are_opened_or_written() {
    let sample = Sample::hybrid();
    let mut client = start(&sample);
    let (ignored, model) = ("platform/models/scratch/try_basket_size.sql", "platform/models/new.sql");
    client.open(model, "select * from {{ ref('try_basket_size') }}");
    client.wait_codes(model, &["unknown-model"]);
    client.open_file(ignored);
    assert_eq!(client.diagnostics(ignored), Vec::<serde_json::Value>::new());
    sample.write("platform/models/scratch/other.sql", "select 1");
    sample.write("platform/models/seen.sql", "select 1");
    client.set_text(
        model,
        "select * from {{ ref('seen') }} join {{ ref('other') }} join {{ ref('try_basket_size') }}",
    );
    client.wait_codes(model, &["unknown-model", "unknown-model"]);
    // Until they are not ignored any more.
    sample.remove("platform/.dbtignore");
    client.wait_codes(model, &[]);
    sample.write("platform/.dbtignore", "models/scratch/\n");
    client.wait_codes(model, &["unknown-model", "unknown-model"]);
}

#[test]
fn the_project_file_changes_what_is_a_model() {
    let sample = Sample::hybrid();
    let mut client = start(&sample);
    let consumer = "marketing/models/new_customers.sql";
    client.open_file(consumer);
    client.wait_codes(consumer, &[]);
    let project = "platform/dbt_project.yml";
    sample.replace(project, "profile: larkfield\n", "profile: larkfield\nmodel-paths: [nothing]\n");
    client.wait_diagnostics(consumer, |items| has(items, "unknown-model"));
    sample.replace(project, "model-paths: [nothing]\n", "");
    client.wait_codes(consumer, &[]);
    sample.replace(project, "name: platform\n", "name: platform_core\n");
    client.wait_diagnostics(consumer, |items| !items.is_empty() && !has(items, "unknown-model"));
    sample.replace(project, "name: platform_core\n", "name: platform\n");
    client.wait_codes(consumer, &[]);
}

#[test]
fn a_project_comes_and_goes() {
    let sample = Sample::hybrid();
    let mut client = start(&sample);
    let model = "marketing/models/new_customers.sql";
    client.open_file(model);
    client.wait_codes(model, &[]);
    let (here, away) = (sample.path("platform"), tempfile::tempdir().expect("writable"));
    let parked = away.path().join("platform");
    std::fs::rename(&here, &parked).expect("writable");
    client.wait_diagnostics(model, |items| has(items, "upstream-not-loaded"));
    std::fs::rename(&parked, &here).expect("writable");
    client.wait_codes(model, &[]);
}
