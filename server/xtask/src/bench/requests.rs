//! The time of each request on one large project, asked one after the other at a rested server: from its last
//! byte sent to the answer's last byte heard, beside the processor time that the server took for it.

use super::client::{Client, uri};
use super::hub::{File, Files};
use super::latency::Spread;
use super::machine;
use anyhow::Result;
use serde_json::{Value, json};
use std::path::Path;
use std::time::Duration;

/// How often a cheap request is asked.
const TIMES: usize = 200;
/// How often one is asked that changes or lists much.
const FEW: usize = 30;

/// One line of the table.
struct Question {
    /// What a person would call it.
    name: &'static str,
    method: &'static str,
    params: Value,
    times: usize,
    /// Of issue or docs: the 99th percentile in milliseconds; 0 for none.
    goal: u64,
    /// The answer has at least so many elements, edits or bytes of text: an empty one proves nothing.
    least: usize,
}

/// Asks everything; gives the table in Markdown.
pub fn table(client: &mut Client, root: &Path, files: &Files) -> Result<String> {
    for file in [&files.properties, &files.hub, &files.user, &files.shared] {
        client.open(&file.path, &file.text)?;
    }
    let mut out = String::from(
        "| request | p50 / p99 | processor time each | answer | goal, p99 |\n|---|---|---|---|---|\n",
    );
    for question in questions(client, root, files)? {
        let row = ask(client, &question)?;
        out.push_str(&row);
    }
    Ok(out)
}

fn ask(client: &mut Client, question: &Question) -> Result<String> {
    let mut samples = Vec::with_capacity(question.times);
    let mut bytes = 0;
    // The first answer may have to work out what later ones share; the table's p99 has it if it is slow.
    let before = machine::processor_time(client.pid())?;
    for _ in 0..question.times {
        let (answer, time) = client.request(question.method, &question.params)?;
        bytes = answer.to_string().len();
        anyhow::ensure!(
            size(&answer) >= question.least,
            "{}: {} of {} in {:.200}",
            question.name,
            size(&answer),
            question.least,
            answer.to_string()
        );
        samples.push(time);
    }
    let each = (machine::processor_time(client.pid())? - before) / u32::try_from(question.times)?;
    let spread = Spread::of(samples);
    let goal = match question.goal {
        0 => "–".to_owned(),
        goal if spread.p99 <= Duration::from_millis(goal) => format!("{goal} ms"),
        goal => format!("**{goal} ms**"),
    };
    let (ms, kb) = (each.as_secs_f64() * 1e3, bytes as f64 / 1e3);
    Ok(format!("| {} | {spread} | {ms:.2} ms | {kb:.1} kB | {goal} |\n", question.name))
}

/// How much an answer says: elements of lists, edits, or else 1 for something and 0 for nothing.
fn size(answer: &Value) -> usize {
    let list = |value: &Value| value.as_array().map(Vec::len);
    if let Some(length) = list(answer).or_else(|| list(&answer["items"])).or_else(|| list(&answer["data"])) {
        return length;
    }
    if let Some(changes) = answer["documentChanges"].as_array() {
        return changes.len();
    }
    if let Some(changes) = answer["changes"].as_object() {
        return changes.len();
    }
    usize::from(!answer.is_null())
}

fn questions(client: &mut Client, root: &Path, files: &Files) -> Result<Vec<Question>> {
    let Files { model, properties, hub, user, shared, .. } = files;
    let item = |file: &File| json!({"uri": uri(&file.path)});
    let place = |file: &File, (line, character): (usize, usize)| json!({"textDocument": item(file), "position": {"line": line, "character": character}});
    let with = |mut params: Value, key: &str, value: Value| {
        params[key] = value;
        params
    };
    let whole = |file: &File| json!({"start": {"line": 0, "character": 0}, "end": {"line": file.text.lines().count(), "character": 0}});
    let document = |file: &File| json!({"textDocument": item(file)});
    let (in_ref, in_macro) = (model.at("ref('", 8), model.at("to_cents", 4));
    let in_argument = model.at("_cents_", 13);
    let declared = with(place(user, user.at("ref('hub", 6)), "context", json!({"includeDeclaration": true}));
    let macro_uses =
        with(place(shared, shared.at("shared", 2)), "context", json!({"includeDeclaration": true}));
    let triggered = |file: &File, at| with(place(file, at), "context", json!({"triggerKind": 1}));
    let actions = |file: &File| {
        with(
            with(document(file), "range", whole(file)),
            "context",
            json!({"diagnostics": [], "triggerKind": 1}),
        )
    };
    let (prepared, _) =
        client.request("textDocument/prepareCallHierarchy", &place(user, user.at("ref('hub", 6)))?;
    let lenses = client.request("textDocument/codeLens", &document(hub))?.0;
    let of = |name, method, params, times, goal, least| Question { name, method, params, times, goal, least };
    let mut all = vec![
        of("hover, model", "textDocument/hover", place(model, in_ref), TIMES, 5, 1),
        of("hover, macro", "textDocument/hover", place(model, in_macro), TIMES, 5, 1),
        of(
            "hover, YAML key",
            "textDocument/hover",
            place(properties, properties.at("data_tests", 2)),
            TIMES,
            5,
            1,
        ),
        of("definition, model", "textDocument/definition", place(model, in_ref), TIMES, 5, 1),
        of("definition, macro", "textDocument/definition", place(model, in_macro), TIMES, 5, 1),
        of(
            "completion, `ref('`",
            "textDocument/completion",
            triggered(model, model.at("ref('", 5)),
            TIMES,
            5,
            100,
        ),
        of(
            "completion, `{{ `",
            "textDocument/completion",
            triggered(model, model.at("{{ ref", 3)),
            TIMES,
            5,
            100,
        ),
        of(
            "completion, YAML key",
            "textDocument/completion",
            triggered(properties, properties.at("data_type", 0)),
            TIMES,
            5,
            1,
        ),
        of(
            "highlights, block",
            "textDocument/documentHighlight",
            place(model, model.at("if target", 1)),
            TIMES,
            5,
            2,
        ),
        of("highlights, model", "textDocument/documentHighlight", place(model, in_ref), TIMES, 5, 1),
        of("signature help", "textDocument/signatureHelp", place(model, in_argument), TIMES, 5, 1),
        of("references, 500 users", "textDocument/references", declared, FEW * 2, 30, super::hub::USERS),
        of(
            "references, macro with 500",
            "textDocument/references",
            macro_uses,
            FEW * 2,
            30,
            super::hub::USERS,
        ),
        of("document symbols, SQL", "textDocument/documentSymbol", document(model), TIMES, 30, 1),
        of("document symbols, 20 models", "textDocument/documentSymbol", document(properties), TIMES, 30, 1),
        of("workspace symbols, a word", "workspace/symbol", json!({"query": "user"}), FEW * 2, 30, 100),
        of("workspace symbols, all", "workspace/symbol", json!({"query": ""}), FEW * 2, 30, 100),
        of("workspace symbols, letters", "workspace/symbol", json!({"query": "mdl99"}), FEW * 2, 30, 1),
        of("prepare rename", "textDocument/prepareRename", place(user, user.at("ref('hub", 6)), TIMES, 30, 1),
        of(
            "rename, 500 users",
            "textDocument/rename",
            with(place(user, user.at("ref('hub", 6)), "newName", json!("centre")),
            FEW,
            150,
            super::hub::USERS,
        ),
        of(
            "rename, macro with 500",
            "textDocument/rename",
            with(place(shared, shared.at("shared", 2)), "newName", json!("common")),
            FEW,
            150,
            super::hub::USERS,
        ),
        of(
            "inlay hints",
            "textDocument/inlayHint",
            with(document(model), "range", whole(model)),
            TIMES,
            0,
            0,
        ),
        of("code lenses, SQL", "textDocument/codeLens", document(hub), TIMES, 0, 1),
        of("code lenses, 20 models", "textDocument/codeLens", document(properties), TIMES, 0, 20),
        of("semantic tokens, SQL", "textDocument/semanticTokens/full", document(model), TIMES, 0, 5),
        of(
            "semantic tokens, 20 models",
            "textDocument/semanticTokens/full",
            document(properties),
            TIMES,
            0,
            5,
        ),
        of("code actions, SQL", "textDocument/codeAction", actions(model), TIMES, 0, 0),
        of("code actions, 20 models", "textDocument/codeAction", actions(properties), TIMES, 0, 0),
        of("folding, 20 models", "textDocument/foldingRange", document(properties), TIMES, 0, 20),
        of("links", "textDocument/documentLink", document(model), TIMES, 0, 0),
        of(
            "selection range",
            "textDocument/selectionRange",
            json!({"textDocument": item(model), "positions": [{"line": in_ref.0, "character": in_ref.1}]}),
            TIMES,
            0,
            1,
        ),
        of(
            "prepare call hierarchy",
            "textDocument/prepareCallHierarchy",
            place(user, user.at("ref('hub", 6)),
            TIMES,
            0,
            1,
        ),
        of("incoming calls", "callHierarchy/incomingCalls", json!({"item": prepared[0]}), FEW, 0, 0),
        of(
            "outgoing calls, 500",
            "callHierarchy/outgoingCalls",
            json!({"item": prepared[0]}),
            FEW,
            0,
            super::hub::USERS,
        ),
        of(
            "rename a file, 500 users",
            "workspace/willRenameFiles",
            json!({"files": [{"oldUri": uri(&hub.path), "newUri": uri(&root.join("models/hub/centre.sql"))}]}),
            FEW,
            150,
            super::hub::USERS,
        ),
        of("document diagnostics, pulled", "textDocument/diagnostic", document(model), TIMES, 0, 0),
        of(
            "diagnostics of the whole workspace",
            "workspace/diagnostic",
            json!({"previousResultIds": []}),
            3,
            0,
            0,
        ),
    ];
    if let Some(lens) = lenses.as_array().and_then(|lenses| lenses.first()) {
        all.push(of("resolve a lens, 500 users", "codeLens/resolve", lens.clone(), FEW, 0, 1));
    }
    Ok(all)
}
