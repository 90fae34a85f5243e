//! What is being typed in a YAML file, at every kind of place and on lines that are only half there. `$0` is the
//! cursor.

mod yaml_support;

use expect_test::{Expect, expect};
use syntax::yaml::{Node, Step, YamlPlace, YamlSite, cursor, parse};
use yaml_support::FILES;

/// Path, what is there, and the keys beside it.
fn describe(marked: &str) -> String {
    let offset = marked.find("$0").expect("a cursor");
    let text = marked.replacen("$0", "", 1);
    let tree = parse(&text);
    let site = cursor(&tree, &text, text::size(offset));
    let path: Vec<String> = site
        .path
        .iter()
        .map(|step| match step {
            Step::Key(key, _) => key.to_string(),
            Step::Index(index, _) => index.to_string(),
        })
        .collect();
    let at = |range: text::TextRange| &text[std::ops::Range::<usize>::from(range)];
    let place = match site.place {
        YamlPlace::Key { range, prefix, has_colon, may_be_value, quote } => {
            let mut flags = String::new();
            if has_colon {
                flags.push_str(" colon");
            }
            if may_be_value {
                flags.push_str(" or value");
            }
            if let Some(quote) = quote {
                flags.push_str(&format!(" in {quote}"));
            }
            format!("key `{}` typed `{prefix}`{flags}", at(range))
        }
        YamlPlace::Value { range, prefix, quote, scalar } => {
            let mut flags = String::new();
            if let Some(quote) = quote {
                flags.push_str(&format!(" in {quote}"));
            }
            if scalar.is_some() {
                flags.push_str(" scalar");
            }
            format!("value `{}` typed `{prefix}`{flags}", at(range))
        }
        YamlPlace::Comment => "comment".to_owned(),
        YamlPlace::Blank { indent } => format!("blank at {indent}"),
    };
    let beside = match site.container {
        Some(node) if node.items().next().is_some() => format!("list of {}", node.items().count()),
        Some(node) => node.entries().map(|e| e.key.to_string()).collect::<Vec<_>>().join(" "),
        None => "nothing".to_owned(),
    };
    // Line ends shown, and both kinds alike.
    format!("/{} {place}; beside: {beside}", path.join("/")).replace('\r', "").replace('\n', "\\n")
}

fn check(text: &str, expect: Expect) {
    let found = describe(text);
    let other_line_ending = describe(&text.replace('\n', "\r\n"));
    assert_eq!(found, other_line_ending);
    expect.assert_eq(&found);
}

#[test]
fn keys() {
    check("versi$0on: 2\n", expect!["/ key `version` typed `versi` colon; beside: version"]);
    check(
        "models:\n  - name: a\n    desc$0ription: x\n",
        expect!["/models/0 key `description` typed `desc` colon; beside: name description"],
    );
    check("models:\n  - na$0me: a\n", expect!["/models/0 key `name` typed `na` colon; beside: name"]);
    check(
        "models:\n  - \"na$0me\": a\n",
        expect![[r#"/models/0 key `name` typed `na` colon in "; beside: name"#]],
    );
    check("a:\n  b : 1\n  c$0 : 2\n", expect!["/a key `c` typed `c` colon; beside: b c"]);
}

#[test]
fn half_typed_keys() {
    check("ver$0", expect!["/ key `ver` typed `ver` or value; beside: nothing"]);
    check("version: 2\nmod$0\n", expect!["/ key `mod` typed `mod`; beside: version"]);
    check(
        "models:\n  - name: a\n    desc$0\n    columns:\n      - name: x\n",
        expect!["/models/0 key `desc` typed `desc`; beside: name columns"],
    );
    check("models:\n  - name: a\n    desc$0\n", expect!["/models/0 key `desc` typed `desc`; beside: name"]);
    check("models:\n  - na$0\n", expect!["/models/0 key `na` typed `na` or value; beside: nothing"]);
    check(
        "models:\n  - na$0\n  - name: b\n",
        expect!["/models/0 key `na` typed `na` or value; beside: nothing"],
    );
    check("models:\n- na$0\n- name: b\n", expect!["/models/0 key `na` typed `na` or value; beside: nothing"]);
    check(
        "models:\n  - name: a\n    config:\n      mat$0\n",
        expect!["/models/0/config key `mat` typed `mat` or value; beside: nothing"],
    );
    check(
        "models:\n  - name: a\n    config:\n      mat$0\n      tags: x\n",
        expect!["/models/0/config key `mat` typed `mat`; beside: tags"],
    );
    check(
        "models:\n  - name: a\n    config:\n      tags: x\n      mat$0\n  - name: b\n",
        expect!["/models/0/config key `mat` typed `mat`; beside: tags"],
    );
    check(
        "models:\n  - name: a\n    columns:\n      - name: id\n        data_te$0\n      - name: c\n",
        expect!["/models/0/columns/0 key `data_te` typed `data_te`; beside: name"],
    );
    check("models:\n  ver$0\n  - name: a\n", expect!["/models key `ver` typed `ver`; beside: list of 1"]);
}

#[test]
fn values() {
    check("version: $0\n", expect!["/version value `` typed ``; beside: version"]);
    check("version:$0\n", expect!["/version value `` typed ``; beside: version"]);
    check(
        "models:\n  - name: or$0ders\n",
        expect!["/models/0/name value `orders` typed `or` scalar; beside: name"],
    );
    check(
        "models:\n  - name: $0\n    description: x\n",
        expect!["/models/0/name value `` typed ``; beside: name description"],
    );
    check("a: $0b\n", expect!["/a value `b` typed `` scalar; beside: a"]);
    check("a: b$0\n", expect!["/a value `b` typed `b` scalar; beside: a"]);
    check("a: some text $0\n", expect!["/a value `some text ` typed `some text ` scalar; beside: a"]);
    check("a: \"b$0c\"\n", expect![[r#"/a value `bc` typed `b` in " scalar; beside: a"#]]);
    check("a: \"$0\"\n", expect![[r#"/a value `` typed `` in " scalar; beside: a"#]]);
    check("a: 'it''s $0'\n", expect!["/a value `it''s ` typed `it''s ` in ' scalar; beside: a"]);
    check("a: \"b\"$0\n", expect![[r#"/a value `b` typed `b` in " scalar; beside: a"#]]);
    check("a: \"open $0\nb: c\n", expect![[r#"/a value `open ` typed `open ` in " scalar; beside: a b"#]]);
    check(
        "a: \"{{ ref('$0\nb: c\n",
        expect![[r#"/a value `{{ ref('` typed `{{ ref('` in " scalar; beside: a b"#]],
    );
    check("a: {{ doc('x$0\nb: c\n", expect!["/a value `{{ doc('x` typed `{{ doc('x` scalar; beside: a b"]);
    check("tests:\n  - uni$0que\n", expect!["/tests/0 key `unique` typed `uni` or value; beside: nothing"]);
    check(
        "depends_on:\n  - ref('m$0')\n",
        expect!["/depends_on/0 value `ref('m')` typed `ref('m` scalar; beside: list of 1"],
    );
    check("depends_on:\n  - $0\n", expect!["/depends_on/0 key `` typed `` or value; beside: nothing"]);
    check(
        "depends_on:\n  - ref('a')\n  -$0\n",
        expect!["/depends_on/1 key `` typed `` or value; beside: nothing"],
    );
    check("a: |\n  some $0text\n", expect!["/a value `  some text` typed `  some ` scalar; beside: a"]);
    check(
        "a: |\n  some\n  $0\n  text\n",
        expect![[r#"/a value `  some\n  \n  text` typed `  some\n  ` scalar; beside: a"#]],
    );
    check(
        "a: some\n  more $0text\n",
        expect![[r#"/a value `some\n  more text` typed `some\n  more ` scalar; beside: a"#]],
    );
    check("a: &x $0b\n", expect!["/a value `b` typed `` scalar; beside: a"]);
    check("a: *x$0\n", expect!["/a value `*x` typed `*x`; beside: a"]);
    check("a: \"🙂 é$0\"\n", expect![[r#"/a value `🙂 é` typed `🙂 é` in " scalar; beside: a"#]]);
    check("a: true  # x\nb:\t$0\n", expect!["/b value `` typed ``; beside: a b"]);
}

#[test]
fn blank_lines() {
    check("$0", expect!["/ blank at 0; beside: nothing"]);
    check("version: 2\n$0", expect!["/ blank at 0; beside: version"]);
    check("projects:\n  $0\n", expect!["/projects blank at 2; beside: nothing"]);
    check("projects:\n$0\n", expect!["/ blank at 0; beside: projects"]);
    check("projects:\n  - name: a\n  $0\n", expect!["/projects blank at 2; beside: list of 1"]);
    check("projects:\n  - name: a\n    $0\n", expect!["/projects/0 blank at 4; beside: name"]);
    check("projects:\n  - name: a\n    $0\n  - name: b\n", expect!["/projects/0 blank at 4; beside: name"]);
    check("projects:\n  $0\n  - name: b\n", expect!["/projects blank at 2; beside: list of 1"]);
    check(
        "models:\n  - name: a\n    columns:\n      $0\n    description: x\n",
        expect!["/models/0/columns blank at 6; beside: nothing"],
    );
    check(
        "models:\n  - name: a\n    columns:\n      - name: x\n    $0\n",
        expect!["/models/0 blank at 4; beside: name columns"],
    );
    check("a: |\n  text\n\n$0", expect!["/ blank at 0; beside: a"]);
    check("a: |\n  text\n$0\nb: c\n", expect!["/ blank at 0; beside: a b"]);
    check("a:\n  b: 1\n$0\n  c: 2\n", expect!["/ blank at 0; beside: a"]);
}

#[test]
fn flow() {
    check("a: [$0]\n", expect!["/a/0 value `` typed ``; beside: "]);
    check("a: [b, c$0d]\n", expect!["/a/1 value `cd` typed `c` scalar; beside: list of 2"]);
    check("a: [b, $0\nc: d\n", expect!["/a/1 value `` typed ``; beside: list of 1"]);
    check("a: [b, 'c$0\nd: e\n", expect!["/a/1 value `c` typed `c` in ' scalar; beside: list of 2"]);
    check("a: {$0}\n", expect!["/a key `` typed ``; beside: "]);
    check("a: {b$0}\n", expect!["/a key `b` typed `b`; beside: b"]);
    check("a: {b: c, d$0: e}\n", expect!["/a key `d` typed `d` colon; beside: b d"]);
    check("a: {b: $0}\n", expect!["/a/b value `` typed ``; beside: b"]);
    check("a: {b: c, d: e$0f, g: h}\n", expect!["/a/d value `ef` typed `e` scalar; beside: b d g"]);
    check("a: {b: c, $0\nd: e\n", expect!["/a key `` typed ``; beside: b"]);
    check("a:\n  - {name: x, ty$0\n  - {name: y}\n", expect!["/a/0 key `ty` typed `ty`; beside: name ty"]);
    check("a: [{b: [c, $0]}]\n", expect!["/a/0/b/1 value `` typed ``; beside: list of 1"]);
    check("a: [\n  b,\n  $0\n]\n", expect!["/a/1 value `` typed ``; beside: list of 1"]);
    check("a: [b: c$0]\n", expect!["/a/0/b value `c` typed `c` scalar; beside: b"]);
}

#[test]
fn comments() {
    check("a: b # c$0\n", expect!["/a comment; beside: nothing"]);
    check("# $0\na: b\n", expect!["/ comment; beside: nothing"]);
    check("a:\n  # x$0\n  b: c\n", expect!["/a comment; beside: nothing"]);
    check("a: b $0# c\n", expect!["/a value `b ` typed `b ` scalar; beside: a"]);
}

#[test]
fn damaged_lines() {
    check("a:\n\tb$0: c\n", expect!["/a key `b` typed `b` colon; beside: b"]);
    check("a:\n  b: c\n   d$0: e\n", expect!["/a key `d` typed `d` colon; beside: b d"]);
    check("a:\n  b: c\n d: e$0\n", expect!["/a/d value `e` typed `e` scalar; beside: b d"]);
    check(
        "models:\n  - name: a\n   desc$0\n  - name: b\n",
        expect!["/models/0 key `desc` typed `desc`; beside: name"],
    );
    check("a: b: c$0\n", expect!["/a value `b: c` typed `b: c` scalar; beside: a"]);
    check("a: b\n- na$0\nc: d\n", expect!["/a/0 key `na` typed `na` or value; beside: nothing"]);
}

fn path_of(site: &YamlSite<'_>) -> String {
    let steps = site.path.iter().map(|step| match step {
        Step::Key(key, _) => format!("/{key}"),
        Step::Index(index, _) => format!("/{index}"),
    });
    steps.collect()
}

/// In the middle of every key and of every scalar, the cursor is where the tree says.
fn visit(name: &str, text: &str, node: Node<'_>, path: &str, seen: &mut usize) {
    if node.is_alias() {
        return;
    }
    let tree = parse(text);
    let middle = |range: text::TextRange| {
        let mut at = usize::from(range.start()) + usize::from(range.len()) / 2;
        while !text.is_char_boundary(at) {
            at -= 1;
        }
        text::size(at)
    };
    for entry in node.entries().filter(|e| !e.merged) {
        // A key under `?` or without text has no place of its own to type in.
        let complex = text[..usize::from(entry.key_range.start())].ends_with("? ");
        if !complex && !entry.key_range.is_empty() {
            let site = cursor(&tree, text, middle(entry.key_range));
            let colon = matches!(site.place, YamlPlace::Key { has_colon: true, .. });
            assert!(colon, "{name}: {:?} at {:?}", site.place, entry.key_range);
            assert_eq!(path_of(&site), path, "{name}: key at {:?}", entry.key_range);
            let container = site.container.map(|node| node.range());
            assert_eq!(container, Some(node.range()), "{name}: key at {:?}", entry.key_range);
            *seen += 1;
        }
        visit(name, text, entry.value, &format!("{path}/{}", entry.key), seen);
    }
    for (index, item) in node.items().enumerate() {
        visit(name, text, item, &format!("{path}/{index}"), seen);
    }
    if let Some(scalar) = node.scalar().filter(|s| !s.content.is_empty()) {
        let at = middle(scalar.content);
        let site = cursor(&tree, text, at);
        assert_eq!(path_of(&site), path, "{name}: value at {at:?}");
        match site.place {
            YamlPlace::Value { scalar: Some(found), .. } => assert_eq!(found.range, scalar.range, "{name}"),
            YamlPlace::Key { may_be_value: true, range, .. } => assert_eq!(range, scalar.range, "{name}"),
            place => panic!("{name}: {place:?} at {at:?}"),
        }
        *seen += 1;
    }
}

#[test]
fn every_key_and_value_of_whole_files_is_found() {
    let mut seen = 0;
    for (name, text) in FILES {
        let tree = parse(text);
        visit(name, text, tree.root(text).expect("content"), "", &mut seen);
    }
    assert!(seen > 2000, "{seen}");
}
