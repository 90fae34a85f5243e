//! Highlighted places in brackets, writes with `=`.

use expect_test::{Expect, expect};

use crate::fixture::fixture;
use crate::highlights;

fn check(text: &str, expected: Expect) {
    let mesh = fixture(&format!("//- shop/dbt_project.yml\nname: shop\n//- shop/models/a.sql\n{text}"));
    let pos = mesh.cursor.unwrap();
    let source = &mesh.texts[&pos.file];
    let (mut out, mut at) = (String::new(), 0);
    for found in highlights(&mesh.analysis, pos).unwrap() {
        let (start, end) = (usize::from(found.range.start()), usize::from(found.range.end()));
        let mark = if found.write == Some(true) { "=" } else { "" };
        out.push_str(&format!("{}[{}]{mark}", &source[at..start], &source[start..end]));
        at = end;
    }
    out.push_str(&source[at..]);
    expected.assert_eq(&out);
}

#[test]
fn names() {
    check(
        "{% set x = 1 %}{% for x in [x$0] %}{{ x }}{% endfor %}{{ x + 1 }}",
        expect!["{% set [x]= = 1 %}{% for x in [[x]] %}{{ x }}{% endfor %}{{ [x] + 1 }}"],
    );
    check(
        "{% set ns = namespace(a=1) %}{% set ns.a$0 = ns.a + 1 %}{{ ns }}{{ b.a }}",
        expect!["{% set ns = namespace([a]==1) %}{% set ns.[a]= = ns.[a] + 1 %}{{ ns }}{{ b.a }}"],
    );
    check("{{ no$0thing }}{{ nothing }}", expect!["{{ nothing }}{{ nothing }}"]);
}

#[test]
fn tags_of_a_block() {
    let blocks = |cursor: &str| {
        let text = "{% if a %}{% if b %}{% else %}{% endif %}{%- elif c -%}{% for d in e %}{% else %}{% endfor %}{% else %}{% endif %}";
        let (at, _) =
            text.match_indices(cursor.trim_start_matches('#')).nth(cursor.matches('#').count()).unwrap();
        format!("{}$0{}", &text[..at], &text[at..])
    };
    check(
        &blocks("if a"),
        expect![
            "{% [if] a %}{% if b %}{% else %}{% endif %}{%- [elif] c -%}{% for d in e %}{% else %}{% endfor %}{% [else] %}{% [endif] %}"
        ],
    );
    check(
        &blocks("#else"),
        expect![
            "{% if a %}{% if b %}{% else %}{% endif %}{%- elif c -%}{% [for] d in e %}{% [else] %}{% [endfor] %}{% else %}{% endif %}"
        ],
    );
    check(
        &blocks("#endif"),
        expect![
            "{% [if] a %}{% if b %}{% else %}{% endif %}{%- [elif] c -%}{% for d in e %}{% else %}{% endfor %}{% [else] %}{% [endif] %}"
        ],
    );
    check(
        &blocks("endfor"),
        expect![
            "{% if a %}{% if b %}{% else %}{% endif %}{%- elif c -%}{% [for] d in e %}{% [else] %}{% [endfor] %}{% else %}{% endif %}"
        ],
    );
    check(
        "{% macro$0 m() %}{% if x %}{% endmacro %}",
        expect!["{% [macro] m() %}{% if x %}{% [endmacro] %}"],
    );
    check("{% set x %}a{% end$0set %}{% else %}", expect!["{% [set] x %}a{% [endset] %}{% else %}"]);
    check("{% if x %}{% el$0se %", expect!["{% [if] x %}{% [else] %"]);
}
