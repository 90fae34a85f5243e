//! A long session with a careless typist: random damage in many files, questions at random places, half of them
//! cancelled. Nothing breaks, and in the end the server knows exactly what a fresh one knows.

use crate::client::{Client, Preset, Session};
use crate::sample::Sample;
use serde_json::{Value, json};

const STEPS: usize = 2000;

const FILES: &[&str] = &[
    "platform/models/marts/_marts.yml",
    "platform/models/marts/_dimensions.yml",
    "platform/models/marts/fct_orders.sql",
    "platform/models/marts/dim_customers_v2.sql",
    "platform/models/marts/churn_scores.py",
    "platform/models/docs.md",
    "platform/macros/tidy.sql",
    "platform/dbt_project.yml",
    "platform/packages.yml",
    "finance/dependencies.yml",
    "finance/models/ledger/int_open_items.sql",
    "finance/models/ledger/_ledger.yml",
    "finance/models/reports/product_revenue.py",
    "sales/models/delivery_promises.sql",
    "logistics/models/new.sql",
    "marketing/models/new_customers.sql",
];

const DAMAGE: &[&str] = &[
    "{{ ref('",
    "{{ ref('platform', 'fct_orders') }}",
    "{{ ref('sales', 'delivery_promises', v=",
    "{{ source('shop', 'orders') }}",
    "dbt.ref(\"platform\", \"dim_products\", v=2)",
    "{% if x %}",
    "{% endif %}",
    "{% macro m(a, b='",
    "{#",
    "#}",
    "{% raw %}",
    "{% docs x %}",
    "'",
    "\"",
    ")",
    "}}",
    "%}",
    "\n",
    "\r\n",
    "\r",
    "\t",
    "🪴",
    "é",
    "\u{0}",
    "\u{2028}",
    "models:\n  - name: fct_orders\n",
    "  - name: ",
    "    config:\n      access: private\n",
    "projects:\n  - name: sales\n",
    "versions:\n      - v: 3\n",
    ": ",
    "- ",
    "[",
    "{",
    "&a ",
    "*a",
    "<<: *a\n",
    "|\n",
    "? ",
    "---\n",
    "    ",
    "\"\"\"",
];

/// The same sequence in every run of the same seed.
struct Random(u64);

impl Random {
    fn below(&mut self, limit: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) as usize % limit.max(1)
    }

    fn pick<'a, T: ?Sized>(&mut self, list: &[&'a T]) -> &'a T {
        list[self.below(list.len())]
    }

    /// A place where an editor can put its cursor: between characters, not within a line end.
    fn place(&mut self, text: &str) -> usize {
        let mut at = self.below(text.len() + 1);
        while !text.is_char_boundary(at) || text[..at].ends_with('\r') && text[at..].starts_with('\n') {
            at -= 1;
        }
        at
    }

    /// A range of mostly a few characters.
    fn range(&mut self, text: &str) -> std::ops::Range<usize> {
        let from = self.place(text);
        let length = if self.below(30) == 0 { 400 } else { self.below(12) };
        let mut to = (from + length).min(text.len());
        while !text.is_char_boundary(to) || text[..to].ends_with('\r') && text[to..].starts_with('\n') {
            to += 1;
        }
        from..to
    }
}

fn edit(client: &mut Client, random: &mut Random, path: &str, original: &str) {
    let text = client.text(path).to_owned();
    match random.below(20) {
        0 if text.len() > 4 * original.len() + 2000 => client.set_text(path, original),
        0 => {
            // Undo of everything, now and then.
            client.set_text(path, if random.below(3) == 0 { original } else { &text });
        }
        1..=3 => {
            // Several cursors: one notification, each change on the text that the one before left.
            let mut changed = text;
            let mut edits = Vec::new();
            for _ in 0..1 + random.below(4) {
                let range = random.range(&changed);
                let new = random.pick(DAMAGE);
                changed.replace_range(range.clone(), new);
                edits.push((range, new));
            }
            client.edit_many(path, &edits);
        }
        4..=7 => {
            let range = random.range(&text);
            client.edit(path, range, "");
        }
        _ => {
            let range = random.range(&text);
            let range = if random.below(3) == 0 { range } else { range.start..range.start };
            client.edit(path, range, random.pick(DAMAGE));
        }
    }
}

fn ask(client: &mut Client, random: &mut Random, path: &str) -> i64 {
    let at = random.place(client.text(path));
    let position = client.position(path, at);
    let document = json!({ "uri": client.uri(path) });
    let at = json!({ "textDocument": document, "position": position });
    let of_file = json!({ "textDocument": document });
    let part = json!({ "textDocument": document, "range": { "start": position, "end": position } });
    let (method, params) = match random.below(15) {
        0 | 1 => ("textDocument/completion", at),
        2 => ("textDocument/hover", at),
        3 => ("textDocument/definition", at),
        4 => {
            let range = json!({ "start": position, "end": position });
            let params =
                json!({ "textDocument": document, "range": range, "context": { "diagnostics": [] } });
            ("textDocument/codeAction", params)
        }
        5 => ("textDocument/documentSymbol", of_file),
        6 => ("textDocument/foldingRange", of_file),
        7 => ("textDocument/semanticTokens/full", of_file),
        8 => ("textDocument/semanticTokens/range", part),
        9 => ("textDocument/codeLens", of_file),
        10 => ("textDocument/inlayHint", part),
        11 => ("textDocument/documentLink", of_file),
        12 => ("textDocument/linkedEditingRange", at),
        13 => ("workspace/symbol", json!({ "query": random.pick(&["ord", "platform.f", "dim v2", ""]) })),
        _ if client.server["diagnosticProvider"].is_object() => {
            ("textDocument/diagnostic", json!({ "textDocument": document }))
        }
        _ => ("textDocument/hover", at),
    };
    let id = client.send(method, params);
    if random.below(2) == 0 {
        client.notify("$/cancelRequest", json!({ "id": id }));
    }
    id
}

/// Cancelled, overtaken by an edit, or to be asked again: nothing else may keep an answer away.
fn is_allowed(code: i64) -> bool {
    matches!(code, -32802..=-32800)
}

fn session(preset: Preset, seed: u64) {
    let sample = Sample::hybrid();
    let mut client = Session::new(preset, sample.root()).start();
    let originals: Vec<String> =
        FILES.iter().map(|path| std::fs::read_to_string(sample.path(path)).unwrap_or_default()).collect();
    for (path, text) in FILES.iter().zip(&originals) {
        client.open(path, text);
    }
    let mut random = Random(seed);
    let mut asked: Vec<i64> = Vec::new();
    for _ in 0..STEPS {
        let at = random.below(FILES.len());
        edit(&mut client, &mut random, FILES[at], &originals[at]);
        if random.below(3) == 0 {
            let path = random.pick(FILES);
            asked.push(ask(&mut client, &mut random, path));
        }
        if asked.len() > 20 {
            for id in asked.drain(..) {
                if let Err(error) = client.answer(id) {
                    assert!(is_allowed(error.code), "seed {seed}: {error:?}\n{}", client.wire.log());
                }
            }
        }
    }
    let texts: Vec<String> = FILES.iter().map(|path| client.text(path).to_owned()).collect();
    for (path, text) in FILES.iter().zip(&texts) {
        assert_eq!(client.server_text(path), text.as_str(), "seed {seed}: {path}");
    }

    let mut fresh = Session::new(Preset::VsCode, sample.root()).encodings(&["utf-8"]).start();
    for (path, text) in FILES.iter().zip(&texts) {
        fresh.open(path, text);
    }
    for path in FILES {
        let wanted = facts(&fresh.diagnostics(path));
        // What else the file is asked for must not differ either; here the findings stand for all.
        client.wait_diagnostics(path, |items| facts(items) == wanted);
    }
}

/// What does not depend on what a client can show.
fn facts(items: &[Value]) -> Vec<String> {
    let fact = |item: &Value| {
        let message = item["message"].as_str().and_then(|text| text.lines().next()).unwrap_or_default();
        format!("{} {} {} {message}", item["code"], item["range"], item["severity"])
    };
    items.iter().map(fact).collect()
}

#[test]
fn two_thousand_careless_edits_leave_a_server_that_pushes_as_good_as_new() {
    session(Preset::Helix, 7);
}

#[test]
fn two_thousand_careless_edits_leave_a_server_that_is_asked_as_good_as_new() {
    session(Preset::Neovim, 4711);
}
