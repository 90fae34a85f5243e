//! Changes of several files as workspace edits.

use crate::lsp::{self, Uri};
use crate::snapshot::Snapshot;
use crate::{to_proto, uri};
use ide::SourceChange;
use project::FileId;
use text::TextEdit;

/// The edit that makes `change`; `None` when the client cannot make it (new files need its leave).
pub fn workspace_edit(snap: &Snapshot, change: &SourceChange) -> Option<lsp::WorkspaceEdit> {
    let (can_create, can_move) = (snap.caps.create_files, snap.caps.rename_files);
    let can_delete = snap.caps.delete_files;
    if !change.create.is_empty() && !can_create
        || !change.moves.is_empty() && !can_move
        || !change.delete.is_empty() && !can_delete
    {
        return None;
    }
    if !snap.caps.document_changes {
        let mut changes: Vec<(Uri, Vec<lsp::TextEdit>)> = Vec::new();
        for (file, edits) in &change.edits {
            changes.push((snap.uri(*file)?, text_edits(snap, *file, edits)?));
        }
        return Some(lsp::WorkspaceEdit {
            changes: Some(changes.into_iter().collect()),
            ..Default::default()
        });
    }
    let note = change.caution.as_ref().filter(|_| snap.caps.change_annotations);
    let noted = || note.map(|_| CAUTION.to_owned());
    let mut steps: Vec<lsp::DocumentChange> = Vec::new();
    for (path, text) in &change.create {
        let uri = uri::from_path(path)?;
        let create = lsp::CreateFile { uri: uri.clone(), options: None, annotation_id: noted() };
        steps.push(lsp::DocumentChange::CreateFile(create));
        let whole = lsp::TextEdit { range: lsp::Range::default(), new_text: text.clone() };
        steps.push(document_edit(uri, None, vec![whole], note.is_some()));
    }
    for (file, edits) in &change.edits {
        let edits = text_edits(snap, *file, edits)?;
        steps.push(document_edit(snap.uri(*file)?, snap.version(*file), edits, note.is_some()));
    }
    // Last: the edits above name files by the paths that they have.
    for (from, to) in &change.moves {
        steps.push(lsp::DocumentChange::RenameFile(lsp::RenameFile {
            old_uri: uri::from_path(from)?,
            new_uri: uri::from_path(to)?,
            options: None,
            annotation_id: noted(),
        }));
    }
    for path in &change.delete {
        let uri = uri::from_path(path)?;
        let delete = lsp::DeleteFile { uri, options: None, annotation_id: noted() };
        steps.push(lsp::DocumentChange::DeleteFile(delete));
    }
    let annotation = |text: &String| lsp::ChangeAnnotation {
        label: "Others may be affected".to_owned(),
        needs_confirmation: Some(true),
        description: Some(text.clone()),
    };
    let annotations = note.map(|text| [(CAUTION.to_owned(), annotation(text))].into_iter().collect());
    Some(lsp::WorkspaceEdit {
        document_changes: Some(steps),
        change_annotations: annotations,
        ..Default::default()
    })
}

/// The edits of one file, as ranges of its current text.
pub fn text_edits(snap: &Snapshot, file: FileId, edits: &[TextEdit]) -> Option<Vec<lsp::TextEdit>> {
    let text = snap.text(file)?;
    let convert = |edit: &TextEdit| lsp::TextEdit {
        range: to_proto::range(&text, edit.range(), snap.encoding()),
        new_text: edit.new_text.clone(),
    };
    Some(edits.iter().map(convert).collect())
}

/// The id of the one note that a change carries.
const CAUTION: &str = "caution";

fn document_edit(
    uri: Uri,
    version: Option<i32>,
    edits: Vec<lsp::TextEdit>,
    noted: bool,
) -> lsp::DocumentChange {
    let edit = |edit: lsp::TextEdit| match noted {
        true => lsp::Edit::AnnotatedTextEdit(lsp::AnnotatedTextEdit {
            annotation_id: CAUTION.to_owned(),
            text_edit: edit,
        }),
        false => lsp::Edit::TextEdit(edit),
    };
    lsp::DocumentChange::TextDocumentEdit(lsp::TextDocumentEdit {
        text_document: lsp::OptionalVersionedTextDocumentIdentifier {
            version,
            text_document_identifier: lsp::TextDocumentIdentifier { uri },
        },
        edits: edits.into_iter().map(edit).collect(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{file, snapshot};
    use serde_json::{Value, json};

    const YML: &str = "/srv/shop/dependencies.yml";

    fn converted(capabilities: Value, create: &[(String, String)]) -> Option<Value> {
        let text = "projects: # 🦀\n";
        let snap = snapshot(capabilities, &[(YML, text)]);
        let edit = TextEdit::insert(text::size(text.len()), "  - name: platform\n");
        let change = SourceChange {
            edits: vec![(file(&snap, YML), vec![edit])],
            create: create.to_vec(),
            ..SourceChange::default()
        };
        workspace_edit(&snap, &change).map(|edit| serde_json::to_value(edit).unwrap())
    }

    #[test]
    fn versions_are_named_where_the_client_knows_them() {
        let at = json!({ "line": 1, "character": 0 });
        let edit = json!({ "range": { "start": at, "end": at }, "newText": "  - name: platform\n" });
        let uri = "file:///srv/shop/dependencies.yml";
        assert_eq!(converted(json!({}), &[]), Some(json!({ "changes": { uri: [edit] } })));
        let versioned = json!({ "workspace": { "workspaceEdit": { "documentChanges": true } } });
        let document = json!({ "uri": uri, "version": 1 });
        let change = json!({ "textDocument": document, "edits": [edit] });
        assert_eq!(converted(versioned, &[]), Some(json!({ "documentChanges": [change] })));
    }

    #[test]
    fn files_are_made_only_by_clients_that_can() {
        let create = [("/srv/shop/new.yml".to_owned(), "projects:\n".to_owned())];
        assert_eq!(converted(json!({}), &create), None);
        let able = json!({
            "workspace": { "workspaceEdit": { "documentChanges": true, "resourceOperations": ["create"] } },
        });
        let edit = converted(able, &create).unwrap();
        assert_eq!(
            edit["documentChanges"][0],
            json!({ "kind": "create", "uri": "file:///srv/shop/new.yml" })
        );
        assert_eq!(edit["documentChanges"][1]["edits"][0]["newText"], "projects:\n");
    }
}
