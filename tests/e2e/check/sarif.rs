//! What SARIF 2.1.0 demands of a log, as far as we write it, and what GitHub's code scanning demands beyond.

use super::json;
use crate::sample::Sample;
use serde_json::Value;

/// The text at a JSON pointer, which must be there.
fn text<'a>(value: &'a Value, pointer: &str) -> &'a str {
    value.pointer(pointer).and_then(Value::as_str).unwrap_or_else(|| panic!("{pointer} is a text in {value}"))
}

fn list<'a>(value: &'a Value, pointer: &str) -> &'a [Value] {
    value
        .pointer(pointer)
        .and_then(Value::as_array)
        .unwrap_or_else(|| panic!("{pointer} is a list in {value}"))
}

fn check_location(location: &Value, sample: &Sample) {
    let uri = text(location, "/physicalLocation/artifactLocation/uri");
    // A relative reference: no scheme, no drive, percent-encoded.
    assert!(!uri.starts_with('/') && !uri.contains([':', '\\', ' ', '#', '?']) && uri.is_ascii(), "{uri}");
    assert!(sample.path(uri).is_file(), "{uri}");
    let region = &location["physicalLocation"]["region"];
    let number = |key: &str| region[key].as_u64();
    assert!(number("startLine") >= Some(1), "{region}");
    for (start, end) in [("startLine", "endLine"), ("startColumn", "endColumn")] {
        if let (Some(start), Some(end)) = (number(start), number(end)) {
            assert!(start >= 1 && (end >= start || region["startLine"] != region["endLine"]), "{region}");
        }
    }
}

#[test]
fn the_log_is_valid() {
    let sample = Sample::broken();
    let log = json(sample.root(), &["check", "--format", "sarif"], 1);
    assert_eq!(log["version"], "2.1.0");
    assert!(text(&log, "/$schema").contains("sarif-schema-2.1.0"));
    let runs = list(&log, "/runs");
    assert_eq!(runs.len(), 1);
    let run = &runs[0];
    assert_eq!(text(run, "/tool/driver/name"), "dbt-mesh-ls");
    assert_eq!(run["columnKind"], "unicodeCodePoints");
    let rules = list(run, "/tool/driver/rules");
    let mut ids: Vec<&str> = rules.iter().map(|rule| text(rule, "/id")).collect();
    let count = ids.len();
    ids.sort_unstable();
    ids.dedup();
    assert_eq!(ids.len(), count, "rules are unique");
    for rule in rules {
        assert!(text(rule, "/shortDescription/text").ends_with('.'), "{rule}");
        assert!(text(rule, "/helpUri").starts_with("https://"), "{rule}");
    }
    let results = list(run, "/results");
    assert!(results.len() > 50);
    for result in results {
        let index = result["ruleIndex"].as_u64().expect("an index") as usize;
        assert_eq!(text(&rules[index], "/id"), text(result, "/ruleId"));
        assert!(["error", "warning", "note", "none"].contains(&text(result, "/level")), "{result}");
        assert!(!text(result, "/message/text").is_empty());
        let locations = list(result, "/locations");
        assert_eq!(locations.len(), 1);
        for location in locations.iter().chain(result["relatedLocations"].as_array().into_iter().flatten()) {
            check_location(location, &sample);
        }
    }
}

#[test]
fn a_log_without_findings_is_one_too() {
    let sample = Sample::hybrid();
    let log = json(sample.root(), &["check", "--format", "sarif"], 0);
    assert!(list(&log["runs"][0], "/results").is_empty());
}
