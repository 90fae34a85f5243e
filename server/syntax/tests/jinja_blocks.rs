//! Tags, the matching of blocks, and errors where they arise.

use expect_test::{Expect, expect};
use syntax::jinja::parse;
use text::TextRange;

fn slice(text: &str, range: TextRange) -> &str {
    &text[usize::from(range.start())..usize::from(range.end())]
}

fn errors(text: &str, expected: Expect) {
    let shown: Vec<String> = parse(text)
        .errors
        .iter()
        .map(|error| {
            let related = error.related.as_ref();
            let related = related.map(|(at, why)| format!(" ({} {:?})", why, slice(text, *at)));
            format!("{:?}: {}{}", slice(text, error.range), error.message, related.unwrap_or_default())
        })
        .collect();
    expected.assert_eq(&shown.join("\n"));
}

fn blocks(text: &str, expected: Expect) {
    let template = parse(text);
    let shown: Vec<String> = template
        .blocks
        .iter()
        .map(|block| {
            let name = block.name.as_ref().map(|(name, range)| {
                assert_eq!(slice(text, *range), name);
                format!(" {name}")
            });
            let params: Vec<String> = block
                .params
                .iter()
                .map(|param| {
                    assert_eq!(slice(text, param.range), param.name);
                    format!("{}{}", param.name, if param.has_default { "=" } else { "" })
                })
                .collect();
            let adapter = block.adapter.as_ref().map(|adapter| format!(" adapter {adapter}"));
            let parent = block.parent.map(|parent| format!(" in {parent}"));
            format!(
                "{:?}{}({}){}{} {:?}",
                block.kind,
                name.unwrap_or_default(),
                params.join(", "),
                adapter.unwrap_or_default(),
                parent.unwrap_or_default(),
                slice(text, block.full)
            )
        })
        .collect();
    expected.assert_eq(&shown.join("\n"));
}

#[test]
fn tags_are_listed_flat() {
    let text = "a {{ b }} {%- if c -%} {# d #} {% raw %}{{ e }}{% endraw %} {% endif %} {{ f";
    let shown: Vec<String> = parse(text)
        .tags
        .iter()
        .map(|tag| {
            let keyword = tag.keyword.as_ref().map(|word| format!(" {word}")).unwrap_or_default();
            format!("{:?}{keyword} {:?} {}", tag.kind, slice(text, tag.range), tag.closed)
        })
        .collect();
    expect![[r#"
        Output "{{ b }}" true
        Statement if "{%- if c -%}" true
        Comment "{# d #}" true
        Raw "{% raw %}{{ e }}{% endraw %}" true
        Statement endif "{% endif %}" true
        Output "{{ f" false"#]]
    .assert_eq(&shown.join("\n"));
}

#[test]
fn blocks_are_matched() {
    blocks(
        "{% macro m(a, b=1) %}{% if a %}x{% else %}y{% endif %}{% endmacro %}",
        expect![[r#"
            Macro m(a, b=) "{% macro m(a, b=1) %}{% if a %}x{% else %}y{% endif %}{% endmacro %}"
            If() in 0 "{% if a %}x{% else %}y{% endif %}""#]],
    );
    blocks(
        "{% test t(model) %}{% endtest %}{% snapshot s %}{% endsnapshot %}{% docs d %}{% enddocs %}{% materialization v, adapter='duckdb' %}{% endmaterialization %}{% materialization w, default %}{% endmaterialization %}",
        expect![[r#"
            Test t(model) "{% test t(model) %}{% endtest %}"
            Snapshot s() "{% snapshot s %}{% endsnapshot %}"
            Docs d() "{% docs d %}{% enddocs %}"
            Materialization v() adapter duckdb "{% materialization v, adapter='duckdb' %}{% endmaterialization %}"
            Materialization w() adapter default "{% materialization w, default %}{% endmaterialization %}""#]],
    );
    blocks(
        "{% set x %}{% call(r) f() %}{% endcall %}{% endset %}{% set y = 1 %}{% filter upper %}{% for a in b %}{% endfor %}{% endfilter %}{% raw %}{% if %}{% endraw %}{% block b %}{% endblock b %}{% with z = 1 %}{% endwith %}",
        expect![[r#"
            SetBlock x() "{% set x %}{% call(r) f() %}{% endcall %}{% endset %}"
            Call(r) in 0 "{% call(r) f() %}{% endcall %}"
            Filter() "{% filter upper %}{% for a in b %}{% endfor %}{% endfilter %}"
            For() in 2 "{% for a in b %}{% endfor %}"
            Raw() "{% raw %}{% if %}{% endraw %}"
            Block b() "{% block b %}{% endblock b %}"
            Other() "{% with z = 1 %}{% endwith %}""#]],
    );
}

#[test]
fn an_unclosed_block_is_reported_where_it_opens() {
    errors("a {% if x %} b", expect![[r#""{% if x %}": `if` is never closed: `endif` is missing"#]]);
    errors(
        "{% macro m() %}{% if x %}{% for a in b %}{% endmacro %}{% macro n() %}{% endmacro %}",
        expect![[r#"
            "{% if x %}": `if` is never closed: `endif` is missing (this `endmacro` closes a block around it "{% endmacro %}")
            "{% for a in b %}": `for` is never closed: `endfor` is missing (this `endmacro` closes a block around it "{% endmacro %}")"#]],
    );
    blocks(
        "{% macro m() %}{% if x %}a{% endmacro %}",
        expect![[r#"
            Macro m() "{% macro m() %}{% if x %}a{% endmacro %}"
            If() in 0 "{% if x %}a""#]],
    );
    errors("{% raw %} {{ a }}", expect![[r#""{% raw %}": `raw` is never closed: `endraw` is missing"#]]);
}

#[test]
fn stray_and_late_parts_of_blocks() {
    errors("{% endif %}", expect![[r#""{% endif %}": `endif` closes nothing: no `if` is open"#]]);
    errors(
        "{% if a %}{% endfor %}{% endif %}",
        expect![[r#""{% endfor %}": `endfor` closes nothing: no `for` is open"#]],
    );
    errors(
        "{% else %}{% macro m() %}{% elif x %}{% endmacro %}",
        expect![[r#"
            "{% else %}": `else` belongs to no open `if` or `for`
            "{% elif x %}": `elif` belongs to no open `if`"#]],
    );
    errors(
        "{% if a %}{% else %}{% elif b %}{% else %}{% endif %}",
        expect![[r#"
            "{% elif b %}": `elif` after `else`
            "{% else %}": a second `else`"#]],
    );
    errors(
        "{% trans %}{% endtrans %}{% endmacro x %}",
        expect![[r#"
            "{% trans %}": unknown tag `trans`
            "{% endtrans %}": unknown tag `endtrans`
            "{% endmacro x %}": `endmacro` closes nothing: no `macro` is open
            "x": unexpected `x`"#]],
    );
}

#[test]
fn a_half_typed_tag_is_one_error() {
    for (text, expected) in [
        ("{{ ref('", expect![[r#""{{ ref('": this `{{` is never closed: `}}` is missing"#]]),
        ("{{ ref('a') }", expect![[r#""{{ ref('a')": this `{{` is never closed: `}}` is missing"#]]),
        ("{{ ", expect![[r#""{{": this `{{` is never closed: `}}` is missing"#]]),
        (
            "{% if a %}{% if \nselect 1{% else %}{% endif %}",
            expect![[r#""{% if": this `{%` is never closed: `%}` is missing"#]],
        ),
        (
            "{% if a %}{% if b\n{% endif %}{% endif %}",
            expect![[r#""{% if b": this `{%` is never closed: `%}` is missing"#]],
        ),
        ("{% set x", expect![[r#""{% set x": this `{%` is never closed: `%}` is missing"#]]),
        ("{# note\n\n{{ a }}", expect![[r##""{# note": this comment is never closed: `#}` is missing"##]]),
    ] {
        errors(text, expected);
    }
}

#[test]
fn faults_inside_a_tag() {
    for (text, expected) in [
        ("{{ ref('a' }}", expect![[r#""'": expected `)` (opened here "(")"#]]),
        ("{{ [1, {'a': 2] }}", expect![[r#""2": expected `}` (opened here "{")"#]]),
        ("{{ config(a=) }}", expect![[r#""=": expected a value"#]]),
        ("{{ a + }}", expect![[r#""+": expected a value"#]]),
        ("{{ }}", expect![[r#""{": expected a value"#]]),
        ("{{ a b }}", expect![[r#""b": unexpected `b`"#]]),
        ("{{ a @ b }}", expect![[r#""@": unexpected `@`"#]]),
        ("{{ f(a=1, 2) }}", expect![[r#""2": a positional argument after a keyword argument"#]]),
        ("{{ f('a }}", expect![[r#""'a ": this string is never closed"#]]),
        (
            "{% macro m(a=1, b) %}{% endmacro %}",
            expect![[r#""b": a parameter without a default after one with a default"#]],
        ),
        ("{% macro %}{% endmacro %}", expect![[r#""o": expected a name"#]]),
        ("{% call x %}{% endcall %}", expect![[r#""x": `{% call %}` needs a call: `name(…)`"#]]),
        ("{% if a %}{% endif b %}", expect![[r#""b": unexpected `b`"#]]),
        ("{% for x %}{% endfor %}", expect![[r#""x": expected a value"#]]),
    ] {
        errors(text, expected);
    }
}

#[test]
fn what_jinja_accepts_has_no_errors() {
    for text in [
        "{{ {'a': {'b': 1}} }}{{ {'c': {}}}}",
        "{{ config(post_hook=\"insert into x\n\nselect '{{ this }}' {% if y %}\n\") }}",
        "{{ '{{ x }}' ~ \"%}\" }}{% set q = 'it''s' %}",
        "{% if execute: %}{% else: %}{% endif %}",
        "{% macro m(a: str, b: list[str] = []) %}{% endmacro %}",
        "{# {# #}",
        "{# commented out {# inner #} more #}",
        "{% docs d %}{{ 1 + }} {% unknown %}{% enddocs %}",
        "{{ x is not none and y is divisibleby 3 or z is in [1] }}",
        "{{ a[1:-1] }}{{ a[::2] }}{{ a[b, c] }}{{ {a.b | lower: c} }}",
        "{%- set a, b = 1, 2 -%}{% set ns.x = 1 %}{% do a.append(b) %}{% print a %}",
        "100% {a} }} %} #} {'a': {'b'}}",
        "{% include 'a' ignore missing with context %}{% import 'a' as b %}{% from 'a' import b as c, d %}{% extends 'x' %}",
        "{% for a in b %}{% continue %}{% else %}{% endfor %}{% for a, (b, c) in d if e recursive %}{% endfor %}",
        "{%raw%}{{{%endraw%}{% raw -%}{% if %}{%- endraw +%}",
        "{{ größe['é'] }}{{ 0x1f + 1_000 + 1.5e-3 }}",
    ] {
        assert_eq!(parse(text).errors, [], "{text}");
    }
}

#[test]
fn a_comment_being_typed_swallows_no_paragraph() {
    let text = "{# note\n\nselect * from {{ ref('a') }}\n\n{# real #}\n{{ ref('b') }}";
    assert_eq!(parse(text).calls.len(), 2);
    // Commenting out a region that has a comment is what Jinja makes of it.
    let text = "{# off\n\n{{ ref('a') }}\n\n{# inner #}\n{{ ref('b') }} #}";
    assert_eq!(parse(text).calls.len(), 1);
}

#[test]
fn prose_in_docs_files_is_not_jinja() {
    let text = "Write `{{ a b }}` or {% anything %}.\n{% docs d %}{{ 1 + }}{% enddocs %}";
    assert_eq!(syntax::jinja::parse_docs(text).errors, []);
    assert_eq!(syntax::jinja::parse_docs("{% docs d %} {{ a").errors.len(), 2);
}
