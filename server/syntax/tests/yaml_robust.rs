//! Whatever the text, reading it ends, ranges are in bounds and nested, and decoded text leads back.

mod yaml_support;

use syntax::yaml::{Dialect, Kind, Node, Tree, YamlPlace, cursor, parse};
use text::{TextRange, TextSize};
use yaml_support::{FILES, Random};

const PIECES: &[&str] = &[
    "a", "name", ": ", ":", "- ", "-", "? ", "\n", "\n", "\n  ", "\n    ", "\n- ", "\r\n", "\r", " ", "  ",
    "\t", "\"", "'", "[", "]", "{", "}", ",", "#", " #", "&x ", "*x", "|", ">", "|2-", "!!str ", "!t ", "%",
    "@", "`", "---", "\n...\n", "\n---\n", "\\", "\\n", "<<: ", "{{ ", " }}", "{% ", "é", "🙂", "\u{2028}",
    "\u{85}", "\u{feff}", "\0", "key: |\n", "  text\n", "~",
];

fn check(text: &str) {
    let tree = parse(text);
    for error in &tree.errors {
        inside(text, error.range, whole(text));
        assert!(!error.message.is_empty() && !error.message.ends_with('.'));
        if let Some((range, _)) = &error.related {
            inside(text, *range, whole(text));
        }
    }
    assert!(tree.errors.is_sorted_by_key(|e| e.range.start()));
    for comment in tree.comments() {
        inside(text, *comment, whole(text));
        assert_eq!(text.as_bytes()[usize::from(comment.start())], b'#');
    }
    assert!(tree.comments().is_sorted_by_key(|c| c.start()), "comments in order, none twice: {text:?}");
    for &(first, second) in tree.duplicate_keys() {
        assert!(first.start() < second.start(), "{text:?}");
    }
    if let Some(root) = tree.root(text) {
        walk(text, root, whole(text), 0);
    }
}

fn whole(text: &str) -> TextRange {
    TextRange::up_to(TextSize::of(text))
}

fn inside(text: &str, range: TextRange, parent: TextRange) {
    assert!(parent.contains_range(range), "{range:?} in {parent:?} of {text:?}");
    assert!(text.get(std::ops::Range::<usize>::from(range)).is_some(), "{range:?} of {text:?}");
}

fn walk(text: &str, node: Node<'_>, parent: TextRange, depth: usize) {
    assert!(depth < 600, "{text:?}");
    inside(text, node.range(), parent);
    if node.is_alias() {
        // Following it must end too.
        let mut steps = 0;
        follow(node, &mut steps);
        return;
    }
    for entry in node.entries().filter(|e| !e.merged) {
        inside(text, entry.key_range, node.range());
        inside(text, entry.range, node.range());
        walk(text, entry.key_node, node.range(), depth + 1);
        walk(text, entry.value, node.range(), depth + 1);
        assert!(node.get(&entry.key).is_some() || entry.key_node.scalar().is_none());
    }
    for item in node.items() {
        walk(text, item, node.range(), depth + 1);
    }
    if let Some(scalar) = node.scalar() {
        inside(text, scalar.range, node.range());
        inside(text, scalar.content, scalar.range.cover(scalar.content));
        scalar.resolve(Dialect::V1_1);
        scalar.resolve(Dialect::V1_2);
        let decoded = scalar.decoded();
        let mut last = scalar.content.start();
        for (at, c) in decoded.text.char_indices() {
            let source = decoded.source(text::size(at));
            assert!(source >= last && source <= scalar.content.end(), "{text:?}");
            assert!(text.is_char_boundary(source.into()), "{text:?}");
            // A character that is written as itself comes from itself.
            let written = text[usize::from(source)..].chars().next();
            assert!(
                written == Some(c) || c.is_control() || c == ' ' || written == Some('\\'),
                "{c:?} in {text:?}"
            );
            last = source;
        }
        assert!(decoded.source(TextSize::of(&*decoded.text)) <= scalar.content.end());
    }
}

fn follow(node: Node<'_>, steps: &mut usize) {
    *steps += 1;
    if *steps > 500 {
        return;
    }
    for entry in node.entries() {
        follow(entry.value, steps);
    }
    for item in node.items() {
        follow(item, steps);
    }
}

fn check_cursor(text: &str, tree: &Tree, offset: usize) {
    let site = cursor(tree, text, text::size(offset));
    let range = match site.place {
        YamlPlace::Key { range, prefix, .. } | YamlPlace::Value { range, prefix, .. } => {
            assert!(prefix.len() <= usize::from(range.len()), "{offset} {text:?}");
            range
        }
        YamlPlace::Comment | YamlPlace::Blank { .. } => return,
    };
    inside(text, range, whole(text));
}

#[test]
fn any_mixture_of_yaml_pieces_is_read() {
    let mut random = Random(0xDBDB_1234_5678);
    for _ in 0..30_000 {
        let mut text = String::new();
        for _ in 0..=random.below(16) {
            text.push_str(random.pick(PIECES));
        }
        check(&text);
        let tree = parse(&text);
        for offset in 0..=text.len() {
            check_cursor(&text, &tree, offset);
        }
    }
}

#[test]
fn mutated_property_files_are_read() {
    let mut random = Random(0xDBDB_8765_4321);
    for round in 0..3000 {
        let mut text = FILES[round % FILES.len()].1.to_owned();
        for _ in 0..=random.below(4) {
            let mut at = random.below(text.len() + 1);
            while !text.is_char_boundary(at) {
                at -= 1;
            }
            match random.below(4) {
                0 => text.insert_str(at, random.pick(PIECES)),
                1 => {
                    let mut end = (at + 1 + random.below(12)).min(text.len());
                    while !text.is_char_boundary(end) {
                        end += 1;
                    }
                    text.replace_range(at..end, "");
                }
                2 => text.truncate(at),
                _ => {
                    let piece = random.pick(PIECES).to_owned();
                    let end = text[at..].chars().next().map_or(at, |c| at + c.len_utf8());
                    text.replace_range(at..end, &piece);
                }
            }
        }
        check(&text);
        let tree = parse(&text);
        for _ in 0..20 {
            check_cursor(&text, &tree, random.below(text.len() + 1));
        }
    }
}

#[test]
fn bad_input_costs_linear_time() {
    // Each of these was made to be read again and again; a quadratic reader takes minutes.
    let cases = [
        "a: [x,\n",
        "a: 'x\n",
        "a: \"x\n",
        "a: [\",\n",
        "{",
        "- ",
        "? ",
        "a: {b: c,\n",
        "a: {{ x\n",
        "\ta: b\n",
        "a: b: c\n",
        "- a\nb: c\n",
        "a: b\n- c\n",
        "a: \"\\\r",
        "a:\n  b\n",
        "'",
        "\"",
        "a: &x\n<<: *x\n",
    ];
    for case in cases {
        let text = case.repeat(300_000 / case.len());
        let started = std::time::Instant::now();
        let tree = parse(&text);
        let taken = started.elapsed();
        assert!(taken.as_secs() < 10, "{case:?} took {taken:?}");
        if let Some(root) = tree.root(&text) {
            assert_ne!(root.kind(), Kind::UnknownAlias);
        }
    }
    // Indentation that grows line by line.
    let stairs: String = (0..1500).map(|i| format!("{}- x\n", " ".repeat(i))).collect();
    parse(&stairs);
    let nested: String = (0..3000).map(|i| format!("{}a:\n", " ".repeat(i % 700))).collect();
    check(&nested);
}
