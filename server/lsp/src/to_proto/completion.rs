//! Proposals as completion items.

use super::edit;
use crate::capabilities::ClientCaps;
use crate::commands::APPLY_EDIT;
use crate::documents::Text;
use crate::lsp::{self, CompletionItemKind as Kind};
use crate::snapshot::Snapshot;
use crate::to_proto;
use ide::{Completion, CompletionKind, Completions, DocsKey, SourceChange};
use project::FileId;
use serde_json::{Value, json};
use text::{TextEdit, TextRange};

/// The proposals in `file`, in their order.
pub fn list(snap: &Snapshot, file: FileId, completions: Completions) -> Option<lsp::CompletionList> {
    let text = snap.text(file)?;
    let shared = shared_range(snap, &completions.items);
    let item_defaults = shared.map(|range| lsp::CompletionItemDefaults {
        edit_range: Some(to_proto::range(&text, range, snap.caps.encoding).into()),
        ..Default::default()
    });
    let items = completions.items.into_iter().enumerate();
    let items = items.map(|(rank, proposal)| item(snap, file, &text, rank, proposal));
    let items = items.map(|item| if item_defaults.is_some() { without_range(item) } else { item });
    Some(lsp::CompletionList {
        is_incomplete: completions.incomplete,
        items: items.collect(),
        item_defaults,
        ..Default::default()
    })
}

/// The range that all proposals replace, for clients that take it once: a long list is mostly ranges.
fn shared_range(snap: &Snapshot, items: &[Completion]) -> Option<TextRange> {
    let first = items.first().filter(|_| snap.caps.shared_edit_range)?.replace;
    items.iter().all(|item| item.replace == first).then_some(first)
}

fn without_range(item: lsp::CompletionItem) -> lsp::CompletionItem {
    let Some(lsp::CompletionItemTextEdit::TextEdit(edit)) = item.text_edit else { return item };
    // Without a text of its own the label is inserted.
    let text_edit_text = (edit.new_text != item.label).then_some(edit.new_text);
    lsp::CompletionItem { text_edit: None, text_edit_text, ..item }
}

fn item(
    snap: &Snapshot,
    file: FileId,
    text: &Text,
    rank: usize,
    proposal: Completion,
) -> lsp::CompletionItem {
    let caps = &snap.caps;
    let (insert, is_snippet) = match proposal.plain {
        Some(plain) if !caps.snippets => (plain, false),
        Some(_) => (proposal.insert, true),
        None => (proposal.insert, false),
    };
    let (beside, right, line) = (proposal.label_detail, proposal.label_description, proposal.detail);
    let (label_details, detail) = if caps.label_details {
        let some = beside.is_some() || right.is_some();
        (some.then_some(lsp::CompletionItemLabelDetails { detail: beside, description: right }), line)
    } else {
        // What cannot stand beside the label stands in the detail.
        let parts: Vec<String> = [beside, right, line].into_iter().flatten().collect();
        let parts: Vec<&str> = parts.iter().map(|part| part.trim()).collect();
        (None, (!parts.is_empty()).then(|| parts.join(" · ")))
    };
    let mut elsewhere = proposal.additional;
    let (here, others): (Vec<_>, Vec<_>) = elsewhere.edits.into_iter().partition(|(f, _)| *f == file);
    elsewhere.edits = others;
    let here: Vec<TextEdit> = here.into_iter().flat_map(|(_, edits)| edits).collect();
    // Without it clients match the label.
    let filter = proposal.filter.filter(|filter| *filter != proposal.label);
    lsp::CompletionItem {
        label: proposal.label,
        label_details,
        kind: Some(kind(proposal.kind, caps)),
        tags: (proposal.deprecated && caps.completion_tags).then(|| vec![lsp::CompletionItemTag::Deprecated]),
        detail,
        sort_text: Some(format!("{rank:04}")),
        filter_text: filter,
        insert_text_format: is_snippet.then_some(lsp::InsertTextFormat::Snippet),
        // Lines that follow are indented for the place already.
        insert_text_mode: (caps.insert_as_is && insert.contains('\n')).then_some(lsp::InsertTextMode::AsIs),
        text_edit: Some(lsp::CompletionItemTextEdit::TextEdit(lsp::TextEdit {
            range: to_proto::range(text, proposal.replace, caps.encoding),
            new_text: insert,
        })),
        additional_text_edits: edit::text_edits(snap, file, &here).filter(|edits| !edits.is_empty()),
        command: command(snap, &elsewhere),
        data: proposal.docs.map(|key| json!({ "from": key.from, "unique_id": key.unique_id.as_str() })),
        ..Default::default()
    }
}

/// Additional edits may only touch the same document; others go through a command.
fn command(snap: &Snapshot, change: &SourceChange) -> Option<lsp::Command> {
    let is_empty = change.edits.is_empty() && change.create.is_empty();
    if is_empty || !snap.caps.apply_edit {
        return None;
    }
    let edit = edit::workspace_edit(snap, change)?;
    Some(lsp::Command {
        title: "Complete the declaration".to_owned(),
        command: APPLY_EDIT.to_owned(),
        arguments: Some(vec![serde_json::to_value(edit).ok()?]),
        ..Default::default()
    })
}

/// What an item's data says about its documentation.
pub fn docs_key(data: &Value) -> Option<DocsKey> {
    let text = |key: &str| data.get(key).and_then(Value::as_str);
    Some(DocsKey { from: text("from")?.to_owned(), unique_id: text("unique_id")?.into() })
}

fn kind(kind: CompletionKind, caps: &ClientCaps) -> Kind {
    let new = |new: Kind, old: Kind| if caps.new_completion_kinds { new } else { old };
    match kind {
        CompletionKind::Project | CompletionKind::Package => Kind::Module,
        CompletionKind::Model | CompletionKind::Snapshot => Kind::Class,
        CompletionKind::Seed => Kind::File,
        CompletionKind::Source => Kind::Interface,
        CompletionKind::Table | CompletionKind::SemanticModel => new(Kind::Struct, Kind::Class),
        CompletionKind::Version => new(Kind::EnumMember, Kind::Value),
        CompletionKind::Macro | CompletionKind::Function => Kind::Function,
        CompletionKind::Doc => Kind::Reference,
        CompletionKind::Group => Kind::Enum,
        CompletionKind::Key => Kind::Property,
        CompletionKind::Value => Kind::Value,
        CompletionKind::Keyword => Kind::Keyword,
        CompletionKind::Variable => Kind::Variable,
        CompletionKind::Column => Kind::Field,
        CompletionKind::Test => Kind::Method,
        CompletionKind::Metric => Kind::Unit,
        CompletionKind::Exposure => new(Kind::Event, Kind::Value),
        CompletionKind::Snippet => Kind::Snippet,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{file, snapshot};
    use expect_test::{Expect, expect};

    const SQL: &str = "/srv/shop/models/a.sql";
    const YML: &str = "/srv/shop/dependencies.yml";

    /// An upstream model, chosen at `or` in `ref('or')`, whose project is not declared yet.
    fn check(capabilities: Value, expected: Expect) {
        let sql = "-- 🦀 {{ ref('or') }}";
        let snap = snapshot(capabilities, &[(SQL, sql), (YML, "projects:\n")]);
        let declare = |at: u32, text: &str| TextEdit::insert(at.into(), text);
        let declared = vec![declare(10, "  - name: platform\n"), declare(0, "# upstreams\n")];
        let typed = sql.find("or'").unwrap();
        let proposal = Completion {
            label: "orders".into(),
            label_detail: Some(" v2 (latest)".into()),
            label_description: Some("model · platform".into()),
            detail: Some("One row per order.".into()),
            kind: CompletionKind::Exposure,
            replace: text::range(typed, typed + 2),
            insert: "orders${1:, v=2}".into(),
            plain: Some("orders".into()),
            filter: None,
            additional: SourceChange { edits: vec![(file(&snap, YML), declared)], ..SourceChange::default() },
            deprecated: true,
            docs: Some(DocsKey { from: "/srv/shop".into(), unique_id: "model.platform.orders.v2".into() }),
        };
        let completions = Completions { items: vec![proposal], incomplete: true };
        let list = list(&snap, file(&snap, SQL), completions).unwrap();
        assert!(list.is_incomplete);
        let data = list.items[0].data.clone().unwrap();
        assert_eq!(docs_key(&data).unwrap().unique_id, "model.platform.orders.v2");
        expected.assert_eq(&serde_json::to_string_pretty(&list.items[0]).unwrap());
    }

    #[test]
    fn a_plain_client_gets_plain_items() {
        check(
            json!({}),
            expect![[r#"
                {
                  "label": "orders",
                  "kind": 12,
                  "detail": "v2 (latest) · model · platform · One row per order.",
                  "sortText": "0000",
                  "textEdit": {
                    "range": {
                      "start": {
                        "line": 0,
                        "character": 14
                      },
                      "end": {
                        "line": 0,
                        "character": 16
                      }
                    },
                    "newText": "orders"
                  },
                  "data": {
                    "from": "/srv/shop",
                    "unique_id": "model.platform.orders.v2"
                  }
                }"#]],
        );
    }

    #[test]
    fn a_range_is_sent_once_where_it_is_the_same() {
        let caps = json!({ "textDocument": { "completion": { "completionList": { "itemDefaults": ["editRange"] } } } });
        let snap = snapshot(caps, &[(SQL, "ref('or')")]);
        let proposal = |label: &str, insert: &str, end: usize| Completion {
            label: label.into(),
            label_detail: None,
            label_description: None,
            detail: None,
            kind: CompletionKind::Model,
            replace: text::range(5, end),
            insert: insert.into(),
            plain: None,
            filter: Some("orders".into()),
            additional: SourceChange::default(),
            deprecated: false,
            docs: None,
        };
        let shown = |items| {
            let list = list(&snap, file(&snap, SQL), Completions { items, incomplete: false });
            serde_json::to_value(list).unwrap()
        };
        let same = shown(vec![proposal("orders", "orders", 7), proposal("a", "platform', 'a", 7)]);
        assert_eq!(same["itemDefaults"]["editRange"]["end"]["character"], 7);
        let items = &same["items"];
        assert_eq!(items[0], json!({ "label": "orders", "kind": 7, "sortText": "0000" }));
        assert_eq!(
            (&items[1]["textEditText"], &items[1]["textEdit"]),
            (&json!("platform', 'a"), &Value::Null)
        );
        assert_eq!(items[1]["filterText"], "orders");
        let different = shown(vec![proposal("orders", "orders", 7), proposal("a", "a", 6)]);
        assert_eq!(different["itemDefaults"], Value::Null);
        assert_eq!(different["items"][1]["textEdit"]["range"]["end"]["character"], 6);
    }

    #[test]
    fn a_rich_client_gets_snippets_details_and_the_second_file() {
        let rich = json!({
            "general": { "positionEncodings": ["utf-8"] },
            "workspace": { "applyEdit": true },
            "textDocument": { "completion": {
                "completionItemKind": { "valueSet": [22, 23] },
                "completionItem": {
                    "snippetSupport": true,
                    "labelDetailsSupport": true,
                    "tagSupport": { "valueSet": [1] },
                },
            } },
        });
        check(
            rich,
            expect![[r##"
                {
                  "label": "orders",
                  "labelDetails": {
                    "detail": " v2 (latest)",
                    "description": "model · platform"
                  },
                  "kind": 23,
                  "tags": [
                    1
                  ],
                  "detail": "One row per order.",
                  "sortText": "0000",
                  "insertTextFormat": 2,
                  "textEdit": {
                    "range": {
                      "start": {
                        "line": 0,
                        "character": 16
                      },
                      "end": {
                        "line": 0,
                        "character": 18
                      }
                    },
                    "newText": "orders${1:, v=2}"
                  },
                  "command": {
                    "title": "Complete the declaration",
                    "command": "dbt-mesh.applyEdit",
                    "arguments": [
                      {
                        "changes": {
                          "file:///srv/shop/dependencies.yml": [
                            {
                              "range": {
                                "start": {
                                  "line": 1,
                                  "character": 0
                                },
                                "end": {
                                  "line": 1,
                                  "character": 0
                                }
                              },
                              "newText": "  - name: platform\n"
                            },
                            {
                              "range": {
                                "start": {
                                  "line": 0,
                                  "character": 0
                                },
                                "end": {
                                  "line": 0,
                                  "character": 0
                                }
                              },
                              "newText": "# upstreams\n"
                            }
                          ]
                        }
                      }
                    ]
                  },
                  "data": {
                    "from": "/srv/shop",
                    "unique_id": "model.platform.orders.v2"
                  }
                }"##]],
        );
    }
}
