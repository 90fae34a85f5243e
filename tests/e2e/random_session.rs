//! A long session of random edits, requests and cancels: at any moment the server knows exactly what a server knows
//! that is started afresh on the same texts.
//!
//! `DBT_MESH_STEPS=10000` makes it longer, `DBT_MESH_SEED` another one.

use crate::client::{Client, Preset, Session};
use crate::fresh;
use crate::sample::Sample;
use serde_json::json;
use std::collections::BTreeMap;

/// After so many steps the two are compared.
const BETWEEN: usize = 100;

/// Numbers that look random and are the same each time.
struct Dice(u64);

impl Dice {
    fn below(&mut self, limit: usize) -> usize {
        // Numerical Recipes' constants; the low bits are poor, so the high ones are taken.
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        ((self.0 >> 33) as usize) % limit.max(1)
    }

    fn of<'a, T: ?Sized>(&mut self, list: &[&'a T]) -> &'a T {
        list[self.below(list.len())]
    }
}

/// What people type: whole calls and halves of them, keys, and what tears things apart.
const TYPED: &[&str] = &[
    "{{ ref('platform', 'fct_orders') }}",
    "{{ ref('platform', 'dim_customers', v=1) }}",
    "{{ ref('fct_shipments') }}",
    "{{ ref('",
    "') }}",
    "{{ source('bank', 'statements') }}",
    "{% set x = 'fct_orders' %}",
    "{% if ",
    "{% endif %}",
    "{#",
    "#}",
    "'",
    "\"",
    "\n",
    "\r\n",
    "\t",
    "🦀",
    "é",
    "  - name: fct_orders\n",
    "    access: public\n",
    "    access: private\n",
    "    versions: [{v: 1}, {v: 2}]\n",
    "models:\n",
    "projects:\n  - name: platform\n",
    "groups:\n  - {name: core, owner: {name: x}}\n",
    "group: core",
    "enabled: false",
    ": ",
    "- ",
    "{",
    "}",
    "[",
    "*a &b",
];

/// Requests at a position.
const ASKED: &[&str] = &[
    "textDocument/completion",
    "textDocument/hover",
    "textDocument/definition",
    "textDocument/documentHighlight",
    "textDocument/references",
    "textDocument/prepareRename",
    "textDocument/signatureHelp",
    "textDocument/prepareCallHierarchy",
    "textDocument/prepareTypeHierarchy",
    "textDocument/selectionRange",
    "textDocument/linkedEditingRange",
    "textDocument/inlayHint",
    "textDocument/codeAction",
    "textDocument/onTypeFormatting",
    "textDocument/rename",
    "workspace/symbol",
];

/// Requests about a document.
const SHOWN: &[&str] = &[
    "textDocument/documentSymbol",
    "textDocument/foldingRange",
    "textDocument/codeLens",
    "textDocument/documentLink",
    "textDocument/semanticTokens/full",
    "textDocument/diagnostic",
];

struct Walk {
    sample: Sample,
    client: Client,
    dice: Dice,
    files: Vec<String>,
    open: BTreeMap<String, ()>,
}

impl Walk {
    fn new(seed: u64) -> Walk {
        let sample = Sample::hybrid();
        let client = Session::new(Preset::VsCode, sample.root()).start();
        let is_text = |path: &String| {
            let kept = [".sql", ".yml", ".md", ".py"].iter().any(|end| path.ends_with(end));
            kept && !path.contains("/target/") && !path.contains("/dbt_packages/")
        };
        let mut files: Vec<String> = sample.files("").into_iter().filter(is_text).collect();
        files.sort();
        Walk { sample, client, dice: Dice(seed), files, open: BTreeMap::new() }
    }

    fn any_open(&mut self) -> Option<String> {
        let at = self.dice.below(self.open.len().max(1));
        self.open.keys().nth(at).cloned()
    }

    /// A byte offset in an open document, between two characters and not within a line end: no position of the
    /// protocol is there.
    fn offset(&mut self, path: &str) -> usize {
        let len = self.client.text(path).len();
        let mut at = self.dice.below(len + 1);
        let text = self.client.text(path);
        while !text.is_char_boundary(at) || text[..at].ends_with('\r') && text[at..].starts_with('\n') {
            at -= 1;
        }
        at
    }

    fn step(&mut self) {
        match self.dice.below(20) {
            0 | 1 => {
                let path = self.files[self.dice.below(self.files.len())].clone();
                if !self.open.contains_key(&path) && self.open.len() < 12 && self.sample.path(&path).is_file()
                {
                    self.client.open_file(&path);
                    self.open.insert(path, ());
                }
            }
            2 => {
                if let Some(path) = self.any_open() {
                    if self.dice.below(2) == 0 && self.sample.path(&path).is_file() {
                        self.client.save(&path);
                    }
                    self.client.close(&path);
                    self.open.remove(&path);
                }
            }
            3 => self.on_disk(),
            4..=11 => self.edit(),
            _ => self.ask(),
        }
    }

    fn edit(&mut self) {
        let Some(path) = self.any_open() else { return };
        let (a, b) = (self.offset(&path), self.offset(&path));
        let (from, to) = (a.min(b), a.max(b));
        match self.dice.below(6) {
            // Mostly something is typed, sometimes over a selection, sometimes something is cut.
            0 if to - from < 60 => self.client.edit(&path, from..to, ""),
            1 if to - from < 60 => {
                let typed = self.dice.of(TYPED);
                self.client.edit(&path, from..to, typed);
            }
            2 => {
                let whole = std::fs::read_to_string(self.sample.path(&path)).unwrap_or_default();
                self.client.set_text(&path, &whole);
            }
            _ => {
                let typed = self.dice.of(TYPED);
                self.client.edit(&path, from..from, typed);
            }
        }
    }

    /// A branch is switched, a formatter runs: files change behind the editor's back.
    fn on_disk(&mut self) {
        let path = self.files[self.dice.below(self.files.len())].clone();
        if path.ends_with("dbt_project.yml") {
            return;
        }
        let full = self.sample.path(&path);
        if full.is_file() && self.dice.below(3) == 0 {
            std::fs::remove_file(&full).unwrap();
        } else {
            let typed = self.dice.of(TYPED);
            let before = std::fs::read_to_string(&full).unwrap_or_default();
            self.sample.write(&path, &format!("{before}\n{typed}"));
        }
        self.client.files_changed(&[&path]);
    }

    fn ask(&mut self) {
        let Some(path) = self.any_open() else { return };
        let uri = self.client.uri(&path);
        let id = if self.dice.below(3) == 0 {
            let method = self.dice.of(SHOWN);
            self.client.send(method, json!({ "textDocument": { "uri": uri } }))
        } else {
            let method = self.dice.of(ASKED);
            let at = self.offset(&path);
            let position = self.client.position(&path, at);
            let context = json!({ "includeDeclaration": true, "triggerKind": 1, "isRetrigger": false, "diagnostics": [] });
            // One set of parameters for all of them: each takes its own.
            let params = json!({
                "textDocument": { "uri": uri }, "position": position, "positions": [position], "context": context,
                "range": { "start": position, "end": position }, "newName": "renamed", "ch": "{", "query": "ord",
                "options": { "tabSize": 2, "insertSpaces": true },
            });
            self.client.send(method, params)
        };
        match self.dice.below(4) {
            0 => self.client.notify("$/cancelRequest", json!({ "id": id })),
            1 => {
                // An edit may overtake it, and what is not wanted any more is refused; a bug is neither.
                if let Err(error) = self.client.answer(id) {
                    assert!([-32800, -32801, -32802, -32803].contains(&error.code), "{error:?}");
                }
            }
            _ => {}
        }
    }

    /// Compares with a server that is started now.
    fn compare(&mut self, step: usize) {
        let open: Vec<String> = self.open.keys().cloned().collect();
        let fresh = Session::new(Preset::VsCode, self.sample.root());
        fresh::compare(&mut self.client, fresh, &open, &format!("after {step} steps"));
    }
}

fn number(name: &str, or: usize) -> usize {
    std::env::var(name).ok().and_then(|text| text.parse().ok()).unwrap_or(or)
}

#[test]
fn any_session_ends_where_a_fresh_server_begins() {
    let mut walk = Walk::new(number("DBT_MESH_SEED", 7) as u64);
    for step in 1..=number("DBT_MESH_STEPS", 2000) {
        walk.step();
        if step % BETWEEN == 0 {
            walk.compare(step);
        }
    }
}
