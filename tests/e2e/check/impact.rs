//! What a change of a producer breaks for its consumers, against a commit.

use super::{json, output, run};
use crate::sample::Sample;
use serde_json::Value;
use std::process::Command;

/// The hybrid mesh as one repository with one commit.
fn repository() -> Sample {
    let sample = Sample::hybrid();
    let git = |args: &[&str]| {
        let identity = ["-c", "user.name=t", "-c", "user.email=t@example.com", "-c", "core.autocrlf=false"];
        let output = Command::new("git").arg("-C").arg(sample.root()).args(identity).args(args).output();
        let output = output.expect("git can be started");
        assert!(output.status.success(), "{args:?}: {}", String::from_utf8_lossy(&output.stderr));
    };
    git(&["init", "--quiet"]);
    git(&["add", "--all"]);
    git(&["commit", "--quiet", "--message", "before"]);
    sample
}

fn lines(report: &Value) -> Vec<String> {
    let changes =
        report["projects"].as_array().unwrap().iter().flat_map(|p| p["changes"].as_array().unwrap());
    let line = |change: &Value| {
        let mark = if change["breaking"] == true { "breaking" } else { "safe" };
        let readers = change["consumers"].as_array().unwrap().iter();
        let readers: Vec<String> = readers
            .map(|reader| format!("{}:{}", reader["file"].as_str().unwrap(), reader["line"]))
            .collect();
        format!(
            "{mark} {}: {} [{}]",
            change["model"].as_str().unwrap(),
            change["change"].as_str().unwrap(),
            readers.join(", ")
        )
    };
    changes.map(line).collect()
}

#[test]
fn nothing_changed() {
    let sample = repository();
    assert_eq!(output(sample.root(), &["impact"], 0), "Nothing that others use has changed since HEAD.\n");
    // What is nobody's business outside of the project.
    sample.write("platform/models/marts/internal.sql", "select 1");
    assert_eq!(json(sample.root(), &["impact", "--format", "json"], 0)["projects"], serde_json::json!([]));
}

#[test]
fn the_consumers_of_what_breaks_are_named() {
    let sample = repository();
    let yml = "platform/models/marts/_dimensions.yml";
    sample.replace(yml, "      - name: email\n        data_type: varchar\n", "");
    sample.replace(yml, "latest_version: 2", "latest_version: 3");
    sample.remove("platform/models/marts/fct_orders.sql");
    let report = json(sample.root(), &["impact", "--base", "HEAD", "--format", "json"], 1);
    let pinned = "finance/models/ledger/_ledger.yml:35, finance/models/ledger/fct_receivables.sql:6, \
                  marketing/models/new_customers.sql:5";
    let orders = "finance/models/ledger/int_open_items.sql:2, finance/models/reports/_reports.yml:21, \
                  finance/models/reports/monthly_revenue.sql:6, logistics/models/fct_shipments.sql:3, \
                  marketing/models/int_attributed_orders.sql:3, sales/models/fct_wholesale_orders.sql:3";
    assert_eq!(
        lines(&report),
        [
            "breaking dim_customers v1: column email removed []".to_owned(),
            format!("breaking dim_customers v2: column email removed [{pinned}]"),
            "safe dim_customers: the latest version is now v3, it was v2 []".to_owned(),
            "breaking dim_customers v3: column email removed []".to_owned(),
            format!("breaking fct_orders: removed [{orders}]"),
        ]
    );
    let text = output(sample.root(), &["impact"], 1);
    assert!(text.starts_with("platform: "), "{text}");
    let markdown = output(sample.root(), &["impact", "--format", "markdown"], 1);
    assert!(markdown.contains("| **breaking** | `fct_orders` | removed |"), "{markdown}");
    let github = output(sample.root(), &["impact", "--format", "github"], 1);
    assert!(github.lines().any(|line| line.starts_with("::error file=platform/")), "{github}");
}

#[test]
fn a_column_that_a_consumer_names_breaks_it_without_a_contract_too() {
    let sample = repository();
    // Nobody else names `charged_at`: what is lost is nobody's loss.
    let path = "platform/models/marts/fct_payments.sql";
    sample.replace(path, "order_id, amount, charged_at", "order_number, amount");
    let report = json(sample.root(), &["impact", "--format", "json"], 1);
    assert_eq!(
        lines(&report),
        ["breaking fct_payments: column order_id removed [finance/models/ledger/int_open_items.sql:5]"]
    );
    assert_eq!(report["projects"][0]["changes"][0]["consumers"][0]["names_column"], true);
    let text = output(sample.root(), &["impact"], 1);
    assert!(
        text.contains("finance/models/ledger/int_open_items.sql:5 model.finance.int_open_items names it"),
        "{text}"
    );
    // What comes through a star may still be there.
    sample.replace(path, "select charge_id, order_number, amount", "select *");
    assert_eq!(json(sample.root(), &["impact", "--format", "json"], 0)["projects"], serde_json::json!([]));
}

#[test]
fn a_project_that_is_gone_or_called_otherwise_takes_all_with_it() {
    let sample = repository();
    sample.replace("platform/dbt_project.yml", "name: platform", "name: base");
    let report = json(sample.root(), &["impact", "--format", "json"], 1);
    let gone = |lines: &[String]| lines.iter().any(|line| line.starts_with("breaking fct_orders: removed ["));
    assert!(gone(&lines(&report)), "{report}");
    assert_eq!(report["projects"][1]["name"], "platform");
    std::fs::remove_dir_all(sample.root().join("platform")).unwrap();
    let report = json(sample.root(), &["impact", "--format", "json"], 1);
    assert!(gone(&lines(&report)), "{report}");
    assert_eq!(report["projects"][0]["changes"][0]["file"], "platform/dbt_project.yml");
}

#[test]
fn what_cannot_be_compared_is_said() {
    let sample = repository();
    let unknown = run(sample.root(), &["impact", "--base", "nowhere"]);
    assert_eq!(unknown.status.code(), Some(2));
    let said = String::from_utf8_lossy(&unknown.stderr).into_owned();
    assert!(said.contains("nowhere is no commit of"), "{said}");
    let plain = Sample::of(&[("dbt_project.yml", "name: shop\n")]);
    let outside = run(plain.root(), &["impact"]);
    assert_eq!(outside.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&outside.stderr).contains("is in no git repository"));
}
