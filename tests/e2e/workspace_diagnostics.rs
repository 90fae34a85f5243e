//! Findings of files that nobody has open, pulled as a whole and then only as far as they are news.

use crate::client::{Client, Preset, Session};
use crate::sample::Sample;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::time::Duration;

fn pull(client: &mut Client, previous: &Value, token: Option<&str>) -> i64 {
    let mut params = json!({ "previousResultIds": previous });
    if let Some(token) = token {
        params["partialResultToken"] = token.into();
    }
    client.send("workspace/diagnostic", params)
}

/// Codes by file.
fn found(client: &Client, items: &Value) -> BTreeMap<String, Vec<String>> {
    let root = client.uri("");
    let of = |item: &Value| {
        let uri = item["uri"].as_str().unwrap();
        let file =
            uri.strip_prefix(root.trim_end_matches('/')).unwrap_or(uri).trim_start_matches('/').to_owned();
        let codes = item["items"].as_array().unwrap().iter().map(|d| d["code"].as_str().unwrap().to_owned());
        (file, codes.collect())
    };
    items.as_array().unwrap().iter().map(of).collect()
}

fn ids(items: &Value) -> Value {
    let id = |item: &Value| json!({ "uri": item["uri"], "value": item["resultId"] });
    items.as_array().unwrap().iter().map(id).collect()
}

#[test]
fn closed_files_are_told_once_and_then_only_when_they_change() {
    let sample = Sample::of(&[
        ("dbt_project.yml", "name: shop\nversion: '1.0'\nprofile: shop\n"),
        ("models/a.sql", "select * from {{ ref('nowhere') }}"),
        ("models/b.sql", "select 1"),
        ("models/open.sql", "select * from {{ ref('gone') }}"),
    ]);
    let mut client = Session::new(Preset::VsCode, sample.root()).start();
    client.open_file("models/open.sql");
    let first = pull(&mut client, &json!([]), None);
    let report = client.answer(first).unwrap();
    // Open documents are pulled on their own.
    let expected = BTreeMap::from([("models/a.sql".to_owned(), vec!["unknown-model".to_owned()])]);
    assert_eq!(found(&client, &report["items"]), expected);
    let known = ids(&report["items"]);

    // Nothing is new: the answer waits for the next change.
    let second = pull(&mut client, &known, None);
    client.listen_for(Duration::from_millis(700));
    sample.write("models/b.sql", "select * from {{ ref('missing') }}");
    sample.write("models/a.sql", "select * from {{ ref('b') }}");
    client.files_changed(&["models/a.sql", "models/b.sql"]);
    let report = client.answer(second).unwrap();
    let mut told = found(&client, &report["items"]);
    let mut known = ids(&report["items"]);
    // Both files may have been read in two steps.
    while told.len() < 2 {
        let next = pull(&mut client, &known, None);
        let more = client.answer(next).unwrap();
        told.extend(found(&client, &more["items"]));
        known.as_array_mut().unwrap().extend(ids(&more["items"]).as_array().unwrap().clone());
    }
    assert_eq!(told["models/a.sql"], Vec::<String>::new());
    assert_eq!(told["models/b.sql"], ["unknown-model"]);
}

#[test]
fn a_long_answer_comes_in_parts() {
    let mut files =
        vec![("dbt_project.yml".to_owned(), "name: shop\nversion: '1.0'\nprofile: shop\n".to_owned())];
    files.extend(
        (0..120).map(|n| (format!("models/m_{n}.sql"), "select * from {{ ref('nowhere') }}".to_owned())),
    );
    let files: Vec<(&str, &str)> = files.iter().map(|(path, text)| (path.as_str(), text.as_str())).collect();
    let sample = Sample::of(&files);
    let mut client = Session::new(Preset::VsCode, sample.root()).start();
    let request = pull(&mut client, &json!([]), Some("parts"));
    let report = client.answer(request).unwrap();
    assert_eq!(report["items"], json!([]));
    client.wait_until("all parts", |client| {
        let parts = client.notifications.iter().filter(|(m, p)| m == "$/progress" && p["token"] == "parts");
        parts.map(|(_, part)| part["value"]["items"].as_array().unwrap().len()).sum::<usize>() == 120
    });
}

#[test]
fn a_pull_that_waits_can_be_cancelled() {
    let sample = Sample::of(&[("dbt_project.yml", "name: shop\n"), ("models/a.sql", "{{ ref('nowhere') }}")]);
    let mut client = Session::new(Preset::VsCode, sample.root()).start();
    let first = pull(&mut client, &json!([]), None);
    let known = ids(&client.answer(first).unwrap()["items"]);
    let second = pull(&mut client, &known, None);
    client.notify("$/cancelRequest", json!({ "id": second }));
    assert_eq!(client.answer(second).unwrap_err().code, -32800);
}
