//! The tree's accessors, and what is said about a text that PyYAML refuses.

use expect_test::{Expect, expect};
use syntax::yaml::{Dialect, Kind, Node, Resolved, Style, parse};
use text::{TextRange, TextSize};

fn slice(text: &str, range: TextRange) -> &str {
    &text[std::ops::Range::<usize>::from(range)]
}

/// Each error's line with the place marked, and its message.
fn errors(text: &str) -> String {
    let mut out = String::new();
    for error in parse(text).errors {
        let (start, end) = (usize::from(error.range.start()), usize::from(error.range.end()));
        let line = text[..start].rfind('\n').map_or(0, |i| i + 1);
        let eol = text[start..].find('\n').map_or(text.len(), |i| start + i);
        out.push_str(&format!(
            "| {}«{}»{}\n",
            &text[line..start],
            &text[start..end],
            &text[end.min(eol)..eol]
        ));
        out.push_str(&format!("= {}\n", error.message));
        if let Some((range, note)) = &error.related {
            out.push_str(&format!("= {note}: {}\n", slice(text, *range)));
        }
    }
    out
}

fn check_errors(text: &str, expect: Expect) {
    expect.assert_eq(&errors(text));
}

#[test]
fn one_message_for_the_cause_and_none_for_what_follows() {
    check_errors(
        "a: 1\ndescr\nb: 2\n",
        expect![[r#"
            | «descr»
            = a key needs `:` and a blank after it
        "#]],
    );
    check_errors(
        "models:\n  descr\n  - name: a\n",
        expect![[r#"
            |   «descr»
            = this is no `key:` and no `- item`, though the next line needs one
        "#]],
    );
    check_errors(
        "a: \"open\nb: 2\n",
        expect![[r#"
            | a: «"open»
            = this `"` is never closed
        "#]],
    );
    check_errors(
        "a: it's fine\nb: 'it's not'\n",
        expect![[r#"
            | b: 'it'«s not'»
            = the quote before this ends the value: inside single quotes a quote is written twice
        "#]],
    );
    check_errors(
        "a: [b, c\nd: e\n",
        expect![[r#"
            | a: «[»b, c
            = this `[` is never closed
        "#]],
    );
    check_errors(
        "a: {b: c]\nd: e\n",
        expect![[r#"
            | a: {b: c«]»
            = a `}` is missing before this `]`
        "#]],
    );
    check_errors(
        "a: [b c: d e: f]\n",
        expect![[r#"
            | a: [b c: d e«:» f]
            = a `,` is missing before this
        "#]],
    );
    check_errors(
        "a: {{ doc('x') }}\nb: \"{{ doc('x') }}\"\n",
        expect![[r#"
            | a: «{{ doc('x') }}»
            = a value that starts with Jinja must be in quotes, or YAML reads its `{` as a mapping
        "#]],
    );
    check_errors(
        "{{ config() }}\na: b\n",
        expect![[r#"
            | «{{ config() }}»
            = a value that starts with Jinja must be in quotes, or YAML reads its `{` as a mapping
        "#]],
    );
    check_errors(
        "a: {% if x %}\n",
        expect![[r#"
            | a: «{% if x %}»
            = a value that starts with Jinja must be in quotes, or YAML reads its `{` as a mapping
        "#]],
    );
    check_errors(
        "a:\n\tb: c\n",
        expect![[r#"
            | «	»b: c
            = indent with spaces: YAML refuses tabs here
        "#]],
    );
    check_errors(
        "a:\n    b: c\n  d: e\n",
        expect![[r#"
            |   «d: e»
            = the indentation fits no line above
        "#]],
    );
    check_errors(
        "a: b\n  c: d\n",
        expect![[r#"
            |   «c: d»
            = the indentation fits no line above
        "#]],
    );
    check_errors(
        "a: b: c\n",
        expect![[r#"
            | a: b«:» c
            = a second `: ` on this line: put the value in quotes if the colon is part of it
        "#]],
    );
    check_errors(
        "a: - b\n",
        expect![[r#"
            | a: «- b»
            = a list starts on the line after its key
        "#]],
    );
    check_errors(
        "a: 'b' c\n",
        expect![[r#"
            | a: 'b' «c»
            = the value has ended before this
        "#]],
    );
    check_errors(
        "a: *b\n",
        expect![[r#"
            | a: «*b»
            = no anchor `&b` before this alias
        "#]],
    );
    check_errors(
        "a: &x 1\nb: &x 2\n",
        expect![[r#"
            | b: «&x» 2
            = a second anchor `&x`
            = the first is here: 1
        "#]],
    );
    check_errors(
        "a: @b\nc: %d\ne: `f`\n",
        expect![[r#"
            | a: «@b»
            = text cannot start with `@`: put it in quotes
            | c: «%d»
            = text cannot start with `%`: put it in quotes
            | e: «`f`»
            = text cannot start with a backtick: put it in quotes
        "#]],
    );
    check_errors(
        "a: 1\n---\nb: 2\n",
        expect![[r#"
            | «---»
            = dbt reads one YAML document per file; this starts another
        "#]],
    );
    check_errors(
        "- a\nb: c\n",
        expect![[r#"
            | «b: c»
            = a key among the items of a list: start it with `- ` or indent it
        "#]],
    );
    check_errors(
        "a: b\n- c\n",
        expect![[r#"
            | «- c»
            = a list item among the keys of a mapping
        "#]],
    );
    check_errors(
        "a: \"\\q\"\n",
        expect![[r#"
            | a: "«\q»"
            = YAML knows no such escape; write the backslash twice, or use single quotes
        "#]],
    );
    check_errors(
        "a: !ref b\n",
        expect![[r#"
            | a: «!ref» b
            = dbt knows no tag `!ref`
        "#]],
    );
    check_errors(
        "[a]: b\n",
        expect![[r#"
            | [a]«: b»
            = only a short text on one line can be a key
        "#]],
    );
    check_errors(
        "<<: 1\n",
        expect![[r#"
            | «<<»: 1
            = `<<` merges a mapping or a list of mappings
        "#]],
    );
    check_errors(
        "a: =\nb: 2024-02-30\n",
        expect![[r#"
            | a: «=»
            = `=` alone must be in quotes
            | b: «2024-02-30»
            = no such date; put it in quotes if it is text
        "#]],
    );
    check_errors(
        "a: b\u{7}\n",
        expect![[r#"
            | a: b«»
            = YAML allows no control characters
        "#]],
    );
    check_errors(
        "a: |x\n  b\n",
        expect![[r#"
            | a: |«x»
            = the text of a block scalar starts on the next line
        "#]],
    );
    check_errors(
        "key:value\nb: c\n",
        expect![[r#"
            | «key:value»
            = this is no `key:` and no `- item`, though the next line needs one
        "#]],
    );
}

#[test]
fn nothing_is_said_about_what_dbt_reads() {
    for text in [
        "",
        "# only a comment\n",
        "---\n",
        "key:value\n",
        "a: \"over\nlines\"\nb: [\nc\n]\n",
        "a:\n- b\nc: d\n",
        "a: b\n  c\n  - d\n",
        "a: it's\nb: a \"quote\"\nc: x#y\n",
        "a: '{{ x }}'\n",
        "a:   \t b\t\n",
        "a: {b: 1, b: 2}\n",
        "&a [*a]\n",
        "a: !!str 1\n",
        "? a\n: b\n",
        "a: |\n\n  b\n c: not a key\n".split_at(10).0,
        "\u{feff}a: b\n",
    ] {
        assert_eq!(errors(text), "", "{text:?}");
    }
}

#[test]
fn entries_keep_their_places() {
    let text = "models:\n  - name: \"a\" # x\n    tags: [b, c]\n    empty:\n";
    let tree = parse(text);
    let root = tree.root(text).unwrap();
    assert_eq!(root.indent(), Some(0));
    let models = root.get("models").unwrap();
    assert_eq!((models.kind(), models.indent(), models.is_block()), (Kind::Sequence, Some(2), true));
    assert_eq!(slice(text, models.range()), "- name: \"a\" # x\n    tags: [b, c]\n    empty:");
    let model = models.items().next().unwrap();
    assert_eq!(model.indent(), Some(4));
    let name = model.entry("name").unwrap();
    assert_eq!(slice(text, name.key_range), "name");
    assert_eq!(slice(text, name.range), "name: \"a\"");
    assert_eq!(slice(text, name.value.scalar().unwrap().content), "a");
    let tags = model.get("tags").unwrap();
    assert_eq!((slice(text, tags.range()), tags.is_block(), tags.indent()), ("[b, c]", false, None));
    let empty = model.entry("empty").unwrap();
    assert_eq!(empty.value.kind(), Kind::Null);
    assert_eq!(usize::from(empty.value.range().start()), text.len() - 1);
    assert!(empty.value.range().is_empty());
    assert_eq!(tree.comments().iter().map(|&c| slice(text, c)).collect::<Vec<_>>(), ["# x"]);
}

fn pairs(node: Node<'_>) -> Vec<String> {
    node.entries()
        .map(|e| {
            format!("{}={}{}", e.key, e.value.text().unwrap_or_default(), if e.merged { "<" } else { "" })
        })
        .collect()
}

#[test]
fn merge_keys_bring_in_what_is_not_overridden() {
    let text = "\
a: &a {x: 1, y: 2}
b: &b {y: 3, z: 4, <<: *a}
own: {<<: *a, x: 9}
list: {<<: [*a, *b]}
turned: {<<: [*b, *a]}
chain: {<<: *b, w: 0}
twice: {<<: *a, <<: *b}
";
    let tree = parse(text);
    assert_eq!(tree.errors, vec![]);
    let root = tree.root(text).unwrap();
    let of = |key: &str| pairs(root.get(key).unwrap());
    assert_eq!(of("own"), ["x=9", "y=2<"]);
    assert_eq!(of("list"), ["x=1<", "y=2<", "z=4<"]);
    assert_eq!(of("turned"), ["y=3<", "z=4<", "x=1<"]);
    assert_eq!(of("chain"), ["w=0", "y=3<", "z=4<", "x=1<"]);
    assert_eq!(of("twice"), ["y=3<", "z=4<", "x=1<"]);
    assert_eq!(root.get("chain").unwrap().get("x").unwrap().text().unwrap(), "1");
}

#[test]
fn aliases_are_looked_through_and_never_run_in_circles() {
    let text = "cols:\n  - &id {name: id}\nm:\n  - *id\nloop: &l\n  self: *l\nno: *what\n";
    let tree = parse(text);
    let root = tree.root(text).unwrap();
    let item = root.get("m").unwrap().items().next().unwrap();
    assert!(item.is_alias());
    assert_eq!((item.kind(), slice(text, item.range())), (Kind::Mapping, "*id"));
    assert_eq!(item.get("name").unwrap().text().unwrap(), "id");
    assert_eq!(slice(text, item.definition_range()), "{name: id}");
    assert_eq!(root.get("loop").unwrap().get("self").unwrap().kind(), Kind::UnknownAlias);
    assert_eq!(root.get("no").unwrap().kind(), Kind::UnknownAlias);
    let aliases: Vec<_> = tree.aliases().map(|(alias, to)| (slice(text, alias), slice(text, to))).collect();
    assert_eq!(aliases, [("*id", "{name: id}")]);
}

#[test]
fn duplicate_keys_are_listed_and_the_last_one_wins() {
    let text = "a: 1\nb: 2\n\"a\": 3\nm: {x: 1, x: 2, x: 3}\n<<: {}\n<<: {}\n1: x\n'1': y\n";
    let tree = parse(text);
    assert_eq!(tree.errors, vec![]);
    let found: Vec<_> = tree
        .duplicate_keys()
        .iter()
        .map(|&(first, second)| {
            (u32::from(first.start()), u32::from(second.start()), slice(text, second).to_owned())
        })
        .collect();
    assert_eq!(found, [(0, 10, "\"a\"".into()), (21, 27, "x".into()), (27, 33, "x".into())]);
    assert_eq!(tree.root(text).unwrap().get("a").unwrap().text().unwrap(), "3");
    let many: String = (0..50).map(|i| format!("k{}: 1\n", i % 49)).collect();
    assert_eq!(parse(&many).duplicate_keys().len(), 1);
}

#[test]
fn plain_scalars_resolve_as_each_dbt_does() {
    use Resolved::{Bool, Date, Float, Int, Null, Str, Timestamp};
    let cases: &[(&str, Resolved, Resolved)] = &[
        ("yes", Bool(true), Str),
        ("Off", Bool(false), Str),
        ("TRUE", Bool(true), Bool(true)),
        ("tRUE", Str, Str),
        ("y", Str, Str),
        ("~", Null, Null),
        ("NULL", Null, Null),
        ("nULL", Str, Str),
        ("0", Int(0), Int(0)),
        ("-12", Int(-12), Int(-12)),
        ("+3", Int(3), Int(3)),
        ("012", Int(10), Str),
        ("09", Str, Str),
        ("0o12", Str, Int(10)),
        ("0x1F", Int(31), Int(31)),
        ("0b11", Int(3), Int(3)),
        ("1_000", Int(1000), Str),
        ("1:30", Int(90), Str),
        ("1:60", Str, Str),
        ("99999999999999999999", Int(i64::MAX), Int(i64::MAX)),
        ("2.10", Float(2.1), Float(2.1)),
        (".5", Float(0.5), Float(0.5)),
        ("-.5", Str, Float(-0.5)),
        ("5.", Float(5.0), Float(5.0)),
        ("1e3", Str, Float(1000.0)),
        ("1.0e3", Str, Float(1000.0)),
        ("1.0e+3", Float(1000.0), Float(1000.0)),
        ("-.inf", Float(f64::NEG_INFINITY), Float(f64::NEG_INFINITY)),
        ("1:30.5", Float(90.5), Str),
        ("2020-01-01", Date, Str),
        ("2020-1-1", Str, Str),
        ("2020-01-01 10:00:00", Timestamp, Str),
        ("2020-1-1T1:00:00.5Z", Timestamp, Str),
        ("2020-01-01 10:00", Str, Str),
        ("1.2.3", Str, Str),
        ("nan", Str, Str),
        ("inf", Str, Str),
        ("+-1", Str, Str),
    ];
    for (text, v1, v2) in cases {
        let tree = parse(text);
        let scalar = tree.root(text).unwrap().scalar().unwrap();
        assert_eq!(scalar.resolve(Dialect::V1_1), *v1, "{text} in v1");
        assert_eq!(scalar.resolve(Dialect::V1_2), *v2, "{text} in v2");
        let quoted = format!("'{text}'");
        let tree = parse(&quoted);
        assert_eq!(tree.root(&quoted).unwrap().scalar().unwrap().resolve(Dialect::V1_1), Str);
    }
}

#[test]
fn decoded_text_leads_back_to_the_file() {
    let text = "a: \"x\\n{{ ref(\\\"m\\\") }}\\u00e9 end\"\nb: >\n  one\n  {{ two }}\n\n  three\nc: 'it''s {{ x }}'\nd: plain\n  {{ more }}\n";
    let tree = parse(text);
    let root = tree.root(text).unwrap();
    for (key, needle, written) in [
        ("a", "ref", "ref"),
        ("a", "\"m\"", "\\\"m\\\""),
        ("a", "é", "\\u00e9"),
        ("a", " end", " end"),
        ("b", "{{ two }}", "{{ two }}"),
        ("b", "three", "three"),
        ("c", "'s", "''s"),
        ("c", "{{ x }}", "{{ x }}"),
        ("d", "{{ more }}", "{{ more }}"),
    ] {
        let scalar = root.get(key).unwrap().scalar().unwrap();
        let decoded = scalar.decoded();
        let start = decoded.text.find(needle).unwrap_or_else(|| panic!("{needle} in {:?}", decoded.text));
        let range = TextRange::at(text::size(start), TextSize::of(needle));
        assert_eq!(slice(text, decoded.source_range(range)), written, "{key}: {needle}");
    }
    assert_eq!(root.get("b").unwrap().text().unwrap(), "one {{ two }}\nthree\n");
    assert_eq!(root.get("d").unwrap().text().unwrap(), "plain {{ more }}");
    let styles: Vec<_> = root.entries().map(|e| e.value.scalar().unwrap().style).collect();
    assert_eq!(styles, [Style::Double, Style::Folded, Style::Single, Style::Plain]);
}

#[test]
fn documents_are_counted_and_the_first_is_read() {
    let text = "---\na: 1\n---\na: 2\n";
    let tree = parse(text);
    assert_eq!(tree.documents(), 2);
    assert_eq!(tree.root(text).unwrap().get("a").unwrap().text().unwrap(), "1");
    assert_eq!(parse("# nothing").documents(), 0);
    assert!(parse("# nothing").root("# nothing").is_none());
    assert_eq!(parse("a: b").documents(), 1);
}

#[test]
fn a_half_typed_line_leaves_its_neighbours() {
    let text = "models:\n  - name: a\n    desc\n    columns:\n      - name: id\n        data_tests: [uni\n      - name: b\n  - na\n  - name: c\n";
    let tree = parse(text);
    let models = tree.root(text).unwrap().get("models").unwrap();
    let names: Vec<_> =
        models.items().map(|m| m.get("name").and_then(Node::text).unwrap_or_default()).collect();
    assert_eq!(names, ["a", "", "c"]);
    let columns = models.items().next().unwrap().get("columns").unwrap();
    let names: Vec<_> = columns.items().map(|c| c.get("name").and_then(Node::text).unwrap()).collect();
    assert_eq!(names, ["id", "b"]);
}
