//! Proposals as completion items.

use super::edit;
use crate::capabilities::ClientCaps;
use crate::documents::Text;
use crate::handlers::execute_command::APPLY_EDIT;
use crate::lsp::{self, CompletionItemKind as Kind};
use crate::snapshot::Snapshot;
use crate::to_proto;
use ide::{Completion, CompletionKind, Completions, DocsKey, SourceChange};
use project::FileId;
use serde_json::{Value, json};
use text::TextEdit;

/// The proposals in `file`, in their order.
pub fn list(snap: &Snapshot, file: FileId, completions: Completions) -> Option<lsp::CompletionList> {
    let text = snap.text(file)?;
    let items = completions.items.into_iter().enumerate();
    Some(lsp::CompletionList {
        is_incomplete: completions.incomplete,
        items: items.map(|(rank, proposal)| item(snap, file, &text, rank, proposal)).collect(),
        ..Default::default()
    })
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
    let label_details = (caps.label_details
        && (proposal.label_detail.is_some() || proposal.label_description.is_some()))
    .then_some(lsp::CompletionItemLabelDetails {
        detail: proposal.label_detail,
        description: proposal.label_description.clone(),
    });
    let detail = match (&label_details, proposal.label_description, proposal.detail) {
        // What cannot stand behind the label stands in the detail.
        (None, Some(description), Some(detail)) => Some(format!("{description} · {detail}")),
        (None, Some(description), None) => Some(description),
        (_, _, detail) => detail,
    };
    let (here, elsewhere): (Vec<_>, Vec<_>) = proposal.additional.into_iter().partition(|(f, _)| *f == file);
    let here: Vec<TextEdit> = here.into_iter().map(|(_, edit)| edit).collect();
    lsp::CompletionItem {
        label: proposal.label,
        label_details,
        kind: Some(kind(proposal.kind, caps)),
        tags: (proposal.deprecated && caps.completion_tags).then(|| vec![lsp::CompletionItemTag::Deprecated]),
        detail,
        sort_text: Some(format!("{rank:04}")),
        filter_text: proposal.filter,
        insert_text_format: is_snippet.then_some(lsp::InsertTextFormat::Snippet),
        text_edit: Some(lsp::CompletionItemTextEdit::TextEdit(lsp::TextEdit {
            range: to_proto::range(text, proposal.replace, caps.encoding),
            new_text: insert,
        })),
        additional_text_edits: edit::text_edits(snap, file, &here).filter(|edits| !edits.is_empty()),
        command: command(snap, elsewhere),
        data: proposal.docs.map(|key| json!({ "from": key.from, "unique_id": key.unique_id.as_str() })),
        ..Default::default()
    }
}

/// Additional edits may only touch the same document; others go through a command.
fn command(snap: &Snapshot, edits: Vec<(FileId, TextEdit)>) -> Option<lsp::Command> {
    if edits.is_empty() || !snap.caps.apply_edit {
        return None;
    }
    let mut change = SourceChange::default();
    for (file, edit) in edits {
        match change.edits.iter_mut().find(|(known, _)| *known == file) {
            Some((_, edits)) => edits.push(edit),
            None => change.edits.push((file, vec![edit])),
        }
    }
    let edit = edit::workspace_edit(snap, &change)?;
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
