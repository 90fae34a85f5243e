//! Findings as diagnostics.

use super::location;
use crate::documents::Text;
use crate::lsp;
use crate::snapshot::Snapshot;
use crate::to_proto;
use ide::{Diagnostic, Severity, Tag};
use std::fmt::Write as _;

/// Where the pages of docs/diagnostics are published.
const PAGES: &str = concat!(env!("CARGO_PKG_REPOSITORY"), "/blob/main/docs/diagnostics/");

/// A finding in `text`. What the client cannot show elsewhere is said in the message.
pub fn diagnostic(snap: &Snapshot, text: &Text, finding: &Diagnostic) -> lsp::Diagnostic {
    let mut message = finding.message.clone();
    let mut related = Vec::new();
    for (place, note) in &finding.related {
        // A cancelled conversion leaves the finding without its note.
        let Ok(Some(spot)) = location::spot(snap, place) else { continue };
        if snap.caps.related_information {
            let location = lsp::Location { uri: spot.uri, range: spot.focus };
            related.push(lsp::DiagnosticRelatedInformation { location, message: note.clone() });
        } else {
            let name = spot.uri.path_segments().and_then(Iterator::last).unwrap_or_default().to_owned();
            // Writing to a string cannot fail.
            _ = write!(message, "\n{note} ({name}:{})", spot.focus.start.line + 1);
        }
    }
    lsp::Diagnostic {
        range: to_proto::range(text, finding.range, snap.encoding()),
        severity: Some(severity(finding.severity)),
        code: Some(lsp::Code::String(finding.code.to_owned())),
        code_description: page(finding.code)
            .filter(|_| snap.caps.code_descriptions)
            .map(|href| lsp::CodeDescription { href }),
        source: Some("dbt-mesh".to_owned()),
        message: message.into(),
        tags: finding.tag.filter(|_| snap.caps.diagnostic_tags).map(|tag| vec![self::tag(tag)]),
        related_information: (!related.is_empty()).then_some(related),
        data: None,
    }
}

/// The page of a diagnostic.
pub fn page(code: &str) -> Option<lsp::Uri> {
    format!("{PAGES}{code}.md").parse().ok()
}

fn severity(severity: Severity) -> lsp::DiagnosticSeverity {
    match severity {
        Severity::Hint => lsp::DiagnosticSeverity::Hint,
        Severity::Info => lsp::DiagnosticSeverity::Information,
        Severity::Warning => lsp::DiagnosticSeverity::Warning,
        Severity::Error => lsp::DiagnosticSeverity::Error,
    }
}

fn tag(tag: Tag) -> lsp::DiagnosticTag {
    match tag {
        Tag::Unused => lsp::DiagnosticTag::Unnecessary,
        Tag::Deprecated => lsp::DiagnosticTag::Deprecated,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{file, snapshot};
    use expect_test::{Expect, expect};
    use ide::Place;
    use serde_json::{Value, json};

    const SQL: &str = "/srv/shop/models/a.sql";
    const YML: &str = "/srv/shop/models/_a.yml";

    fn check(capabilities: Value, expected: Expect) {
        let snap = snapshot(capabilities, &[(SQL, "{{ ref('old') }}"), (YML, "models:\n  - name: old\n")]);
        let declared =
            Place::File { file: file(&snap, YML), full: text::range(10, 21), focus: text::range(18, 21) };
        let finding = Diagnostic {
            code: "deprecated-model",
            range: text::range(8, 11),
            severity: Severity::Warning,
            message: "`old` is deprecated".into(),
            related: vec![(declared, "deprecated here".into())],
            tag: Some(Tag::Deprecated),
            fixes: Vec::new(),
            event: None,
        };
        let text = snap.text(file(&snap, SQL)).unwrap();
        let converted = diagnostic(&snap, &text, &finding);
        expected.assert_eq(&serde_json::to_string_pretty(&converted).unwrap());
    }

    #[test]
    fn related_places_are_links_where_the_client_has_them() {
        let rich = json!({ "textDocument": { "publishDiagnostics": {
            "relatedInformation": true,
            "codeDescriptionSupport": true,
            "tagSupport": { "valueSet": [1, 2] },
        } } });
        check(
            rich,
            expect![[r#"
                {
                  "range": {
                    "start": {
                      "line": 0,
                      "character": 8
                    },
                    "end": {
                      "line": 0,
                      "character": 11
                    }
                  },
                  "severity": 2,
                  "code": "deprecated-model",
                  "codeDescription": {
                    "href": "https://github.com/dbt-mesh-ls/dbt-mesh-ls/blob/main/docs/diagnostics/deprecated-model.md"
                  },
                  "source": "dbt-mesh",
                  "message": "`old` is deprecated",
                  "tags": [
                    2
                  ],
                  "relatedInformation": [
                    {
                      "location": {
                        "uri": "file:///srv/shop/models/_a.yml",
                        "range": {
                          "start": {
                            "line": 1,
                            "character": 10
                          },
                          "end": {
                            "line": 1,
                            "character": 13
                          }
                        }
                      },
                      "message": "deprecated here"
                    }
                  ]
                }"#]],
        );
    }

    #[test]
    fn related_places_are_words_elsewhere() {
        check(
            json!({}),
            expect![[r#"
            {
              "range": {
                "start": {
                  "line": 0,
                  "character": 8
                },
                "end": {
                  "line": 0,
                  "character": 11
                }
              },
              "severity": 2,
              "code": "deprecated-model",
              "source": "dbt-mesh",
              "message": "`old` is deprecated\ndeprecated here (_a.yml:2)"
            }"#]],
        );
    }
}
