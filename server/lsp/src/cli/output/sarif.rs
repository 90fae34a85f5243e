//! SARIF 2.1.0, as code scanning services read it.

use crate::cli::explain;
use crate::cli::report::{Finding, Report};
use ide::Severity;
use serde::Serialize;
use std::io::{self, Write};

const SCHEMA: &str =
    "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json";
const HOME: &str = env!("CARGO_PKG_REPOSITORY");
/// Files are relative to where the check ran.
const BASE: &str = "%SRCROOT%";

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Log<'a> {
    #[serde(rename = "$schema")]
    schema: &'static str,
    version: &'static str,
    runs: [Run<'a>; 1],
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Run<'a> {
    tool: Tool<'a>,
    column_kind: &'static str,
    results: Vec<Outcome<'a>>,
}

#[derive(Serialize)]
struct Tool<'a> {
    driver: Driver<'a>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Driver<'a> {
    name: &'static str,
    version: &'static str,
    information_uri: &'static str,
    rules: Vec<Rule<'a>>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Rule<'a> {
    id: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    short_description: Option<Message<'a>>,
    help_uri: String,
}

#[derive(Serialize)]
struct Message<'a> {
    text: &'a str,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Outcome<'a> {
    rule_id: &'a str,
    rule_index: usize,
    level: &'static str,
    message: Message<'a>,
    locations: [Location<'a>; 1],
    #[serde(skip_serializing_if = "Vec::is_empty")]
    related_locations: Vec<Location<'a>>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Location<'a> {
    physical_location: PhysicalLocation,
    #[serde(skip_serializing_if = "Option::is_none")]
    message: Option<Message<'a>>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct PhysicalLocation {
    artifact_location: ArtifactLocation,
    region: Region,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct ArtifactLocation {
    uri: String,
    uri_base_id: &'static str,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Region {
    start_line: u32,
    #[serde(skip_serializing_if = "Option::is_none")]
    start_column: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    end_line: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    end_column: Option<u32>,
}

/// Writes `report` as one run.
pub fn write(out: &mut impl Write, report: &Report) -> io::Result<()> {
    let mut codes: Vec<&str> = report.findings.iter().map(|f| f.code).collect();
    codes.sort_unstable();
    codes.dedup();
    let results = report.findings.iter().map(|f| result(f, &codes)).collect();
    let log = Log {
        schema: SCHEMA,
        version: "2.1.0",
        runs: [Run {
            tool: Tool {
                driver: Driver {
                    name: env!("CARGO_PKG_NAME"),
                    version: env!("CARGO_PKG_VERSION"),
                    information_uri: HOME,
                    rules: codes.iter().map(|code| rule(code)).collect(),
                },
            },
            column_kind: "unicodeCodePoints",
            results,
        }],
    };
    serde_json::to_writer_pretty(&mut *out, &log)?;
    writeln!(out)
}

fn rule(code: &str) -> Rule<'_> {
    Rule {
        id: code,
        short_description: explain::summary(code).map(|text| Message { text }),
        help_uri: format!("{HOME}/blob/main/docs/diagnostics/{code}.md"),
    }
}

fn result<'a>(finding: &'a Finding, codes: &[&str]) -> Outcome<'a> {
    let region = Region {
        start_line: finding.line,
        start_column: Some(finding.column),
        end_line: Some(finding.end_line),
        end_column: Some(finding.end_column),
    };
    Outcome {
        rule_id: finding.code,
        // Every code of a finding is among the codes.
        rule_index: codes.binary_search(&finding.code).unwrap_or_default(),
        level: match finding.severity {
            Severity::Error => "error",
            Severity::Warning => "warning",
            Severity::Info | Severity::Hint => "note",
        },
        message: Message { text: &finding.message },
        locations: [Location { physical_location: physical(&finding.file, region), message: None }],
        related_locations: finding
            .related
            .iter()
            .map(|related| {
                let line =
                    Region { start_line: related.line, start_column: None, end_line: None, end_column: None };
                Location {
                    physical_location: physical(&related.file, line),
                    message: Some(Message { text: &related.message }),
                }
            })
            .collect(),
    }
}

fn physical(file: &str, region: Region) -> PhysicalLocation {
    PhysicalLocation {
        artifact_location: ArtifactLocation { uri: reference(file), uri_base_id: BASE },
        region,
    }
}

/// A relative URI reference: only what could be misread is escaped.
fn reference(path: &str) -> String {
    let mut uri = String::with_capacity(path.len());
    for c in path.chars() {
        match c {
            '%' | ' ' | '#' | '?' | '"' | '<' | '>' | '\\' | '^' | '`' | '{' | '|' | '}' | ':' => {
                uri.push_str(&format!("%{:02X}", u32::from(c)));
            }
            c if c.is_ascii() && !c.is_ascii_control() => uri.push(c),
            c => c.encode_utf8(&mut [0; 4]).bytes().for_each(|b| uri.push_str(&format!("%{b:02X}"))),
        }
    }
    uri
}
