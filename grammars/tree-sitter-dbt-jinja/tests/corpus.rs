//! Runs test/corpus in tree-sitter's own format: a title between rules of `=`, a text, `---`, its tree.

use tree_sitter::{Language, Parser};

const FILES: [(&str, &str); 4] = [
    ("expressions.txt", include_str!("../test/corpus/expressions.txt")),
    ("statements.txt", include_str!("../test/corpus/statements.txt")),
    ("text.txt", include_str!("../test/corpus/text.txt")),
    ("damage.txt", include_str!("../test/corpus/damage.txt")),
];

struct Case<'t> {
    title: &'t str,
    text: &'t str,
    tree: &'t str,
}

fn cases(file: &str) -> Vec<Case<'_>> {
    let is_rule = |line: &str, c: char| line.len() >= 3 && line.trim_end().chars().all(|x| x == c);
    let mut cases = Vec::new();
    let mut at = 0;
    let mut lines = Vec::new();
    for line in file.split_inclusive('\n') {
        lines.push((at, line));
        at += line.len();
    }
    let heads: Vec<usize> = (0..lines.len().saturating_sub(2))
        .filter(|i| is_rule(lines[*i].1, '=') && is_rule(lines[i + 2].1, '='))
        .collect();
    for (n, head) in heads.iter().enumerate() {
        let end = heads.get(n + 1).map_or(lines.len(), |next| *next);
        let rule = (head + 3..end).find(|i| is_rule(lines[*i].1, '-')).expect("a line of `---`");
        let byte = |line: usize| lines.get(line).map_or(file.len(), |(at, _)| *at);
        let text = &file[byte(head + 3)..byte(rule)];
        cases.push(Case {
            title: lines[head + 1].1.trim(),
            text: text.strip_suffix('\n').unwrap_or(text),
            tree: &file[byte(rule + 1)..byte(end)],
        });
    }
    cases
}

/// The tree on one line, so that the layout of the expected one does not matter.
fn flat(tree: &str) -> String {
    tree.split_whitespace().collect::<Vec<_>>().join(" ").replace(" )", ")")
}

#[test]
fn trees_are_as_written() {
    let mut parser = Parser::new();
    parser.set_language(&Language::new(tree_sitter_dbt_jinja::LANGUAGE)).unwrap();
    let mut wrong = Vec::new();
    let mut count = 0;
    for (name, file) in FILES {
        for case in cases(file) {
            count += 1;
            let tree = parser.parse(case.text, None).unwrap().root_node().to_sexp();
            if flat(&tree) != flat(case.tree) {
                wrong.push(format!("{name}: {}\n{}\n{tree}\n", case.title, case.text));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(count >= 40, "only {count} cases were found");
}
