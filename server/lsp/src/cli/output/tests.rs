//! One report in every format.

use super::{github, json, sarif, text};
use crate::cli::report::{Finding, Place, Project, Related, Report, Stats, Upstream};
use ::text as text_crate;
use expect_test::expect;
use ide::{Diagnostic, Severity};
use std::sync::Arc;
use text_crate::LineIndex;

fn report() -> Report {
    let source: Arc<str> = "-- é🦀\nselect * from {{ ref('platfrom', 'orders') }}\n".into();
    let lines = LineIndex::new(&source);
    let place = Place { file: "sales/models/a b.sql", project: "sales", text: &source, lines: &lines };
    let found = |code, severity, needle: &str, message: &str| Diagnostic {
        code,
        range: {
            let at = source.find(needle).unwrap();
            text_crate::range(at, at + needle.len())
        },
        severity,
        message: message.to_owned(),
        related: Vec::new(),
        tag: None,
        fixes: Vec::new(),
        event: None,
    };
    let unknown = found(
        "unknown-project",
        Severity::Error,
        "'platfrom'",
        "No project `platfrom`, 100% sure.\nDid you mean `platform`?",
    );
    let unpinned = found("unpinned-ref", Severity::Hint, "🦀", "Pin a version: v=2");
    let related = Related { file: "sales/dependencies.yml".into(), line: 2, message: "declared here".into() };
    Report {
        projects: vec![Project { name: "sales".into(), root: "sales".into(), models: 1 }],
        upstreams: vec![Upstream {
            name: "platform".into(),
            source: Some("../platform/target/manifest.json".into()),
            kind: Some("manifest".into()),
            state: "loaded".into(),
            dbt_version: Some("1.10.2".into()),
            generated_at: Some("2026-11-01T10:00:00Z".into()),
            checked_at: None,
            failure: None,
            public_models: 3,
        }],
        findings: vec![
            Finding::new(unpinned, &place, Vec::new()),
            Finding::new(unknown, &place, vec![related]),
        ],
        stats: Stats { files: 1, bytes: source.len() as u64, elapsed_ms: 5 },
        ..Report::default()
    }
}

fn written(write: impl FnOnce(&mut Vec<u8>) -> std::io::Result<()>) -> String {
    let mut out = Vec::new();
    write(&mut out).unwrap();
    String::from_utf8(out).unwrap()
}

#[test]
fn text_shows_the_source() {
    expect![[r#"
        hint[unpinned-ref]: Pin a version: v=2
         --> sales/models/a b.sql:1:5
          |
        1 | -- é🦀
          |     ^^

        error[unknown-project]: No project `platfrom`, 100% sure.
                                Did you mean `platform`?
         --> sales/models/a b.sql:2:22
          |
        2 | select * from {{ ref('platfrom', 'orders') }}
          |                      ^^^^^^^^^^
          |
          = note: sales/dependencies.yml:2: declared here

        1 error, 1 hint in 1 project (1 file, 5 ms)
    "#]]
    .assert_eq(&written(|out| text::write(out, &report(), text::Style::Plain)));
}

#[test]
fn text_survives_ranges_at_the_edges() {
    let source: Arc<str> = "a\r\nb".into();
    let lines = LineIndex::new(&source);
    let place = Place { file: "a.sql", project: "p", text: &source, lines: &lines };
    for (start, end) in [(0, 0), (4, 4), (0, 4), (1, 3), (2, 2)] {
        let finding = Diagnostic {
            code: "x",
            range: text_crate::range(start, end),
            severity: Severity::Info,
            message: "m".into(),
            related: Vec::new(),
            tag: None,
            fixes: Vec::new(),
            event: None,
        };
        let report =
            Report { findings: vec![Finding::new(finding, &place, Vec::new())], ..Report::default() };
        let shown = written(|out| text::write(out, &report, text::Style::Plain));
        assert!(shown.contains("a.sql:"), "{start}..{end}: {shown}");
    }
}

#[test]
fn text_shows_no_more_than_the_first_lines_of_a_long_finding() {
    let source: Arc<str> = "line\n".repeat(100).into();
    let lines = LineIndex::new(&source);
    let place = Place { file: "a.yml", project: "p", text: &source, lines: &lines };
    let finding = Diagnostic {
        code: "x",
        range: text_crate::range(5, source.len()),
        severity: Severity::Error,
        message: "m".into(),
        related: Vec::new(),
        tag: None,
        fixes: Vec::new(),
        event: None,
    };
    let report = Report { findings: vec![Finding::new(finding, &place, Vec::new())], ..Report::default() };
    let shown = written(|out| text::write(out, &report, text::Style::Plain));
    assert!(shown.lines().count() < 15, "{shown}");
}

#[test]
fn json_has_the_documented_form() {
    expect![[r#"
        {
          "projects": [
            {
              "name": "sales",
              "root": "sales",
              "models": 1
            }
          ],
          "upstreams": [
            {
              "name": "platform",
              "source": "../platform/target/manifest.json",
              "kind": "manifest",
              "state": "loaded",
              "dbt_version": "1.10.2",
              "generated_at": "2026-11-01T10:00:00Z",
              "public_models": 3
            }
          ],
          "diagnostics": [
            {
              "code": "unpinned-ref",
              "severity": "hint",
              "message": "Pin a version: v=2",
              "file": "sales/models/a b.sql",
              "line": 1,
              "column": 5,
              "end_line": 1,
              "end_column": 6,
              "project": "sales"
            },
            {
              "code": "unknown-project",
              "severity": "error",
              "message": "No project `platfrom`, 100% sure.\nDid you mean `platform`?",
              "file": "sales/models/a b.sql",
              "line": 2,
              "column": 22,
              "end_line": 2,
              "end_column": 32,
              "project": "sales"
            }
          ],
          "stats": {
            "files": 1,
            "bytes": 56,
            "elapsed_ms": 5
          }
        }
    "#]]
    .assert_eq(&written(|out| json::write(out, &report())));
}

#[test]
fn github_commands_are_escaped() {
    expect![[r#"
        ::notice file=sales/models/a b.sql,line=1,endLine=1,col=5,endColumn=6,title=unpinned-ref::Pin a version: v=2
        ::error file=sales/models/a b.sql,line=2,endLine=2,col=22,endColumn=32,title=unknown-project::No project `platfrom`, 100%25 sure.%0ADid you mean `platform`?%0Asales/dependencies.yml:2: declared here
    "#]]
    .assert_eq(&written(|out| github::write(out, &report())));
}

#[test]
fn sarif_points_into_the_sources() {
    let log: serde_json::Value = serde_json::from_str(&written(|out| sarif::write(out, &report()))).unwrap();
    assert_eq!(log["version"], "2.1.0");
    let run = &log["runs"][0];
    assert_eq!(run["columnKind"], "unicodeCodePoints");
    let rules: Vec<_> = run["tool"]["driver"]["rules"].as_array().unwrap().iter().map(|r| &r["id"]).collect();
    assert_eq!(rules, ["unknown-project", "unpinned-ref"]);
    let result = &run["results"][1];
    assert_eq!((&result["ruleId"], &result["ruleIndex"]), (&"unknown-project".into(), &0.into()));
    assert_eq!(result["level"], "error");
    let place = &result["locations"][0]["physicalLocation"];
    assert_eq!(place["artifactLocation"]["uri"], "sales/models/a%20b.sql");
    assert_eq!(place["region"]["startColumn"], 22);
    let related = &result["relatedLocations"][0];
    assert_eq!(related["physicalLocation"]["region"]["startLine"], 2);
    assert_eq!(related["message"]["text"], "declared here");
}
