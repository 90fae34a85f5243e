//! docs/protocol.md says what the server listens to and sends, no more and no less.

use super::{assert_none, read, sources};
use std::collections::BTreeSet;

/// Requests, notifications and commands look like this; types, fields and files do not.
fn is_method(word: &str) -> bool {
    let roots = [
        "textDocument/",
        "workspace/",
        "window/",
        "completionItem/",
        "codeAction/",
        "codeLens/",
        "inlayHint/",
        "callHierarchy/",
        "typeHierarchy/",
        "workspaceSymbol/",
        "experimental/",
        "dbt-mesh/",
        "client/",
        "$/",
    ];
    roots.iter().any(|root| word.starts_with(root)) && !word.contains([' ', ':'])
}

/// The methods that a line of the table names, the short ones (`didChange`) with the root of the one before.
fn methods(cell: &str) -> Vec<String> {
    let mut root = String::new();
    let mut out = Vec::new();
    for word in cell.split('`').skip(1).step_by(2) {
        let known = match word {
            "initialize" | "initialized" | "shutdown" | "exit" => word.to_owned(),
            // `inlayHint/refresh` beside `workspace/semanticTokens/refresh`.
            _ if word.ends_with("/refresh") && word.matches('/').count() == 1 => format!("workspace/{word}"),
            _ if is_method(word) => {
                root = word.rsplit_once('/').map(|(root, _)| format!("{root}/")).unwrap_or_default();
                word.to_owned()
            }
            _ => format!("{root}{word}"),
        };
        out.push(known);
    }
    out
}

fn documented() -> BTreeSet<String> {
    let page = read("docs/protocol.md");
    let rows = page.lines().filter(|line| line.starts_with("| ") || line.starts_with("| |"));
    let table = rows
        .skip_while(|line| !line.starts_with("| method"))
        .take_while(|line| !line.starts_with("| own type"));
    table.filter_map(|line| line.split(" | ").next()).flat_map(methods).collect()
}

/// What is registered with tower-lsp and what it does itself.
fn listened() -> BTreeSet<String> {
    let backend = read("server/lsp/src/backend.rs");
    let registered = backend.split(".custom_method(\"").skip(1).filter_map(|rest| rest.split('"').next());
    let own = ["initialize", "initialized", "shutdown", "exit", "$/cancelRequest"];
    registered.chain(own).map(str::to_owned).collect()
}

/// What is sent to the client: by the methods of tower-lsp's client, and our own notifications.
fn sent() -> BTreeSet<String> {
    let calls = [
        (".publish_diagnostics(", "textDocument/publishDiagnostics"),
        (".workspace_diagnostic_refresh(", "workspace/diagnostic/refresh"),
        (".semantic_tokens_refresh(", "workspace/semanticTokens/refresh"),
        (".inlay_hint_refresh(", "workspace/inlayHint/refresh"),
        (".code_lens_refresh(", "workspace/codeLens/refresh"),
        (".text_document_content_refresh(", "workspace/textDocumentContent/refresh"),
        (".apply_edit(", "workspace/applyEdit"),
        (".show_document(", "window/showDocument"),
        (".configuration(", "workspace/configuration"),
        (".register_capability(", "client/registerCapability"),
        (".create_work_done_progress(", "window/workDoneProgress/create"),
        (".log_message(", "window/logMessage"),
        (".show_message(", "window/showMessage"),
        ("ProgressNotification>", "$/progress"),
        ("LogTraceNotification>", "$/logTrace"),
    ];
    let mut out = BTreeSet::new();
    for file in sources().iter().filter(|file| file.path.starts_with("server/lsp/src/")) {
        let text = file.without_tests();
        out.extend(
            calls.iter().filter(|(call, _)| text.contains(call)).map(|(_, method)| (*method).to_owned()),
        );
        let custom = text.split("Custom(\"").skip(1).filter_map(|rest| rest.split('"').next());
        // Kinds of code actions are custom too.
        out.extend(custom.filter(|name| name.contains('/')).map(str::to_owned));
    }
    out
}

#[test]
fn every_method_is_documented_and_every_documented_one_is_there() {
    let (documented, there) = (documented(), listened().union(&sent()).cloned().collect::<BTreeSet<_>>());
    let mut wrong: Vec<String> =
        there.difference(&documented).map(|method| format!("{method}: not in docs/protocol.md")).collect();
    wrong.extend(
        documented
            .difference(&there)
            .map(|method| format!("{method}: documented, but nobody handles or sends it")),
    );
    assert_none("docs/protocol.md", wrong);
}

#[test]
fn every_command_is_documented() {
    let (page, commands) = (read("docs/protocol.md"), read("server/lsp/src/commands.rs"));
    let names: Vec<&str> =
        commands.split("= \"dbt-mesh.").skip(1).filter_map(|rest| rest.split('"').next()).collect();
    assert!(names.len() > 3, "{names:?}");
    let missing = names.iter().filter(|name| !page.contains(&format!("`dbt-mesh.{name}`")));
    assert_none("docs/protocol.md", missing.map(|name| format!("dbt-mesh.{name} is missing")).collect());
    let listed: Vec<&str> =
        page.split("`dbt-mesh.").skip(1).filter_map(|rest| rest.split('`').next()).collect();
    // What VS Code's client offers is its own.
    let unknown = listed.iter().filter(|name| !names.contains(name) && **name != "showReferences");
    assert_none("docs/protocol.md", unknown.map(|name| format!("dbt-mesh.{name} is no command")).collect());
}
