//! On valid files the tree holds what an independent YAML parser hears, value by value.

mod yaml_support;

use saphyr_parser::{Event, Parser, ScalarStyle};
use syntax::yaml::{Kind, Node, Style, parse};
use yaml_support::FILES;

/// A document in one common form. Plain `<<` entries are left out on both sides: one side merges them.
#[derive(Debug, PartialEq)]
enum Value {
    Empty,
    Alias,
    Scalar(Style, String),
    Sequence(Vec<Value>),
    Mapping(Vec<(Value, Value)>),
}

fn expected(text: &str) -> Value {
    enum Open {
        Sequence(Vec<Value>),
        Mapping(Vec<(Value, Value)>, Option<Value>),
    }
    let mut stack: Vec<Open> = Vec::new();
    let mut root = Value::Empty;
    for event in Parser::new_from_str(text) {
        let (event, _) = event.expect("the file is valid");
        let value = match event {
            Event::Scalar(value, ScalarStyle::Plain, ..) if value == "~" || value.is_empty() => Value::Empty,
            Event::Scalar(value, style, ..) => Value::Scalar(
                match style {
                    ScalarStyle::Plain => Style::Plain,
                    ScalarStyle::SingleQuoted => Style::Single,
                    ScalarStyle::DoubleQuoted => Style::Double,
                    ScalarStyle::Literal => Style::Literal,
                    ScalarStyle::Folded => Style::Folded,
                },
                value.into_owned(),
            ),
            Event::Alias(_) => Value::Alias,
            Event::SequenceStart(..) => {
                stack.push(Open::Sequence(Vec::new()));
                continue;
            }
            Event::MappingStart(..) => {
                stack.push(Open::Mapping(Vec::new(), None));
                continue;
            }
            Event::SequenceEnd | Event::MappingEnd => match stack.pop() {
                Some(Open::Sequence(items)) => Value::Sequence(items),
                Some(Open::Mapping(entries, _)) => Value::Mapping(entries),
                None => unreachable!("every end has a start"),
            },
            _ => continue,
        };
        match stack.last_mut() {
            None => root = value,
            Some(Open::Sequence(items)) => items.push(value),
            Some(Open::Mapping(entries, key)) => match key.take() {
                None => *key = Some(value),
                Some(key) if key == Value::Scalar(Style::Plain, "<<".into()) => {}
                Some(key) => entries.push((key, value)),
            },
        }
    }
    root
}

fn actual(node: Node<'_>) -> Value {
    if node.is_alias() {
        return Value::Alias;
    }
    match node.kind() {
        Kind::Null => Value::Empty,
        Kind::UnknownAlias => Value::Alias,
        Kind::Scalar => {
            let scalar = node.scalar().expect("a scalar");
            let text = scalar.decoded().text.into_owned();
            if scalar.style == Style::Plain && (text.is_empty() || text == "~") {
                Value::Empty
            } else {
                Value::Scalar(scalar.style, text)
            }
        }
        Kind::Sequence => Value::Sequence(node.items().map(actual).collect()),
        Kind::Mapping => Value::Mapping(
            node.entries().filter(|e| !e.merged).map(|e| (actual(e.key_node), actual(e.value))).collect(),
        ),
    }
}

fn compare(name: &str, text: &str) {
    let tree = parse(text);
    assert_eq!(tree.errors, vec![], "{name}");
    assert_eq!(actual(tree.root(text).expect("content")), expected(text), "{name}");
}

#[test]
fn real_looking_files_read_like_saphyr_reads_them() {
    assert!(FILES.len() >= 25);
    for (name, text) in FILES {
        compare(name, text);
        // Every property file again with the other line ending.
        if text.contains("\r\n") {
            compare(name, &text.replace("\r\n", "\n"));
        } else {
            compare(name, &text.replace('\n', "\r\n"));
        }
        compare(name, text.trim_end());
    }
}

#[test]
fn every_feature_reads_like_saphyr_reads_it() {
    let cases = [
        "a",
        "a b\n c\n\n d",
        "'a\n b'",
        "- a\n-\n- - b\n  - c\n- d: e\n  f:\n  - g\n  h: i\n-\n  j: k",
        "a:\n- b\nc:\n  - d\n  -   e: f\n      g: h",
        "a: |\n b\n  c\n\n d\n\n\ne: >\n f\n g\n\n  h\n i\n",
        "a: |-\n b\n\n",
        "a: >+\n b\n\n\nc: |1\n  d\n",
        "a: |\n\n\n  b\n",
        "- |\n a\n- >-\n b\n  c\n",
        "a: [b, 'c', \"d\", [e, [f]], {g: h}, i: j, k,]\n",
        "a: {b: c, 'd': e, \"f\":g, h, i: , j: [k], l: {m: n},}\n",
        "a: [\n  b, # c\n  d\n  e,\n]\nf: g",
        "a: {\n b: c\n }\nd: e",
        "{a: b}",
        "[]",
        "a: {}\nb: []",
        "&a a: &b b\nc: *b\n*a : d",
        "a: &x\n  b: c\nd: *x",
        "a: &x {b: d}\nc: {<<: *x}",
        "- &x\n  a: b\n- *x",
        "a: !!str 1\nb: !!map\n  c: d",
        "? a\n: b\n? c\n? d\n: - e\n",
        "a: \"b\\n\\tc\\x41\\u00e9\\U0001F600\\\\ \\\"\"",
        "a: \"b\n   c\\\n   d\\ \n\n\n  e \"",
        "a: 'b''c'",
        "a: b # c\n# d\ne: f#g",
        "---\na: b\n...\n",
        "--- |\n a\n",
        "--- a\n b",
        "%YAML 1.2\n---\na: b",
        "a: -b\nc: ?d\ne: :f\n-g: h",
        "a:b: c\nd e : f",
        "http://x.y:80/: z",
        "a: [b:c, http://d]",
        "a: [-b, c-]",
        "'a' : b\n\"c\": d",
        "a:\n    b:\n        c\n    d: e",
        "a:\n  - b:\n      c: d\n    e: f\n  - g",
        "a: b\r\nc:\r\n  - d\r\n",
        "a: b\nc: d\t# e",
        "ä: ö\nü:\n- 🙂",
        "a: >\n\n  b\n  c\n\n",
        "a: >\n  b\n\n\n  c\n    d\n    e\n  f\n",
    ];
    for case in cases {
        compare(case, case);
    }
}
