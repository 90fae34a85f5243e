#![no_main]
//! Any text is YAML of a sort: no panic, an end to every walk, and every range is a piece of the text.

use libfuzzer_sys::fuzz_target;
use syntax::yaml::{Dialect, Node};
use text::{TextRange, TextSize};

/// Aliases can make a small file a large tree: a walk stops here.
const MAX_VISITS: usize = 20_000;

fn holds(text: &str, range: TextRange) {
    assert!(text.get(std::ops::Range::<usize>::from(range)).is_some(), "{range:?} is no piece of the text");
}

fn walk(text: &str, root: Node<'_>) {
    let mut open = vec![root];
    let mut visits = 0;
    while let Some(node) = open.pop() {
        visits += 1;
        if visits > MAX_VISITS {
            return;
        }
        holds(text, node.range());
        let _ = (node.kind(), node.is_block(), node.indent(), node.text());
        if let Some(scalar) = node.scalar() {
            holds(text, scalar.range);
            holds(text, scalar.content);
            let _ = (scalar.resolve(Dialect::V1_1), scalar.resolve(Dialect::V1_2));
            let decoded = scalar.decoded();
            for (at, _) in decoded.text.char_indices().take(32) {
                let source = decoded.source(TextSize::new(u32::try_from(at).expect("inputs are small")));
                assert!(usize::from(source) <= text.len(), "{source:?} is past the end");
            }
        }
        for entry in node.entries().take(256) {
            holds(text, entry.key_range);
            holds(text, entry.range);
            open.push(entry.value);
        }
        open.extend(node.items().take(256));
    }
}

fuzz_target!(|text: &str| {
    let tree = syntax::yaml::parse(text);
    for error in &tree.errors {
        holds(text, error.range);
    }
    for comment in tree.comments() {
        holds(text, *comment);
    }
    let _ = tree.documents();
    if let Some(root) = tree.root(text) {
        walk(text, root);
    }
    for (offset, _) in text.char_indices().step_by(7).take(64) {
        let offset = TextSize::new(u32::try_from(offset).expect("inputs are small"));
        let _ = syntax::yaml::cursor(&tree, text, offset);
    }
});
