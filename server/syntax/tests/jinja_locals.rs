//! Which variable a name means: every mention is shown with the number of its variable behind it.

use expect_test::{Expect, expect};
use syntax::jinja::{LocalKind, Then, parse};

/// `x` as `x¹` … in the text, `=` behind writes, `?` behind questions, `!` behind what nothing makes.
fn check(text: &str, expected: Expect) {
    let template = parse(text);
    let mut out = String::new();
    let mut at = 0;
    for mention in &template.mentions {
        let end = usize::from(mention.range.end());
        out.push_str(&text[at..end]);
        at = end;
        match mention.local {
            Some(local) => out.push_str(&format!("‹{local}")),
            None => out.push_str("‹!"),
        }
        out.push_str(match mention.then {
            Then::Write => "=›",
            Then::Read => "›",
            Then::Call => "()›",
            Then::Inside => ".›",
            Then::Asked => "?›",
        });
    }
    out.push_str(&text[at..]);
    expected.assert_eq(&out);
}

#[test]
fn every_body_keeps_its_variables_and_if_has_none() {
    check(
        "{% set a = 1 %}{% if a %}{% set b = a %}{% endif %}{{ b }}\n\
         {% for x, y in a if x %}{% set c = loop.index %}{{ c ~ y ~ a }}{% else %}{{ x }}{% endfor %}{{ c }}\n\
         {% for i in a %}{% for j in i %}{{ loop.index }}{% endfor %}{{ loop.first }}{% endfor %}\n\
         {% set a = a + 1 %}{% set body %}{{ a }}{% set a = 3 %}{{ a }}{% endset %}{{ body }}{{ a }}\n\
         {% with w = a, v = w %}{{ w.x }}{% endwith %}{% filter upper %}{{ a }}{% endfilter %}",
        expect![[r#"
            {% set a‹0=› = 1 %}{% if a‹0› %}{% set b‹1=› = a‹0› %}{% endif %}{{ b‹1› }}
            {% for x‹2=›, y‹3=› in a‹0› if x‹2› %}{% set c‹5=› = loop‹4.›.index %}{{ c‹5› ~ y‹3› ~ a‹0› }}{% else %}{{ x‹!› }}{% endfor %}{{ c‹!› }}
            {% for i‹6=› in a‹0› %}{% for j‹7=› in i‹6› %}{{ loop‹8.›.index }}{% endfor %}{{ loop‹9.›.first }}{% endfor %}
            {% set a‹0=› = a‹0› + 1 %}{% set body‹11=› %}{{ a‹0› }}{% set a‹10=› = 3 %}{{ a‹10› }}{% endset %}{{ body‹11› }}{{ a‹0› }}
            {% with w‹12=› = a‹0›, v‹13=› = w‹!› %}{{ w‹12.›.x }}{% endwith %}{% filter upper %}{{ a‹0› }}{% endfilter %}"#]],
    );
}

#[test]
fn macros_and_call_blocks() {
    check(
        "{% macro m(a: string, b=a, c=none) -%}{{ f(a, b) }}{{ caller(a) }}{{ varargs[0] }}{% set a = kwargs %}{%- endmacro %}\n\
         {% call(row) m(row, 1) %}{{ row }}{% endcall %}{{ m.x }}{% test t(model) %}{{ model is defined }}{% endtest %}",
        expect![[r#"
            {% macro m(a‹0=›: string, b‹1=›=a‹0›, c‹2=›=none) -%}{{ f‹!()›(a‹0›, b‹1›) }}{{ caller‹3()›(a‹0›) }}{{ varargs‹4.›[0] }}{% set a‹0=› = kwargs‹5› %}{%- endmacro %}
            {% call(row‹6=›) m‹!()›(row‹!›, 1) %}{{ row‹6› }}{% endcall %}{{ m‹!.›.x }}{% test t(model‹7=›) %}{{ model‹7?› is defined }}{% endtest %}"#]],
    );
}

#[test]
fn attributes_of_namespaces() {
    check(
        "{% set ns = namespace(n=0, list=[]) %}{% for x in y %}{% set ns.n = ns.n + x.n %}{% do ns.list.append(x) %}\
         {% set ns.late = 1 %}{% endfor %}{{ ns.n }}{{ ns.late | default(0) }}{{ ns | d(z) }}",
        expect![[r#"
            {% set ns‹0=› = namespace‹!()›(n‹1=›=0, list‹2=›=[]) %}{% for x‹3=› in y‹!› %}{% set ns‹0.›.n‹1=› = ns‹0.›.n‹1› + x‹3.›.n %}{% do ns‹0.›.list‹2.›.append(x‹3›) %}{% set ns‹0.›.late‹4=› = 1 %}{% endfor %}{{ ns‹0.›.n‹1› }}{{ ns‹0.›.late‹4› | default(0) }}{{ ns‹0?› | d(z‹!›) }}"#]],
    );
}

#[test]
fn half_typed_text_keeps_what_is_whole() {
    check(
        "{% set a = %}{{ a. }}{{ f(a, }}{% for x in a %}{{ x }}{% if x.\n{{ a }}{% set b",
        expect![[r#"
            {% set a‹0=› = %}{{ a‹0.›. }}{{ f‹!()›(a‹0›, }}{% for x‹1=› in a‹0› %}{{ x‹1› }}{% if x‹1.›.
            {{ a‹0› }}{% set b‹2=›"#]],
    );
    let depth = 300;
    let text = "{% for x in x %}".repeat(depth) + "{{ x }}" + &"{% endfor %}".repeat(depth);
    assert_eq!(parse(&text).mentions.len(), 2 * depth + 1);
}

#[test]
fn the_only_call_a_variable_comes_from() {
    let calls = |text: &str| -> Vec<Option<String>> {
        let locals = parse(text).locals;
        assert!(locals.iter().all(|local| local.kind == LocalKind::Set));
        locals.into_iter().map(|local| local.call.map(String::from)).collect()
    };
    let is = |name: &str| Some(name.to_owned());
    assert_eq!(
        calls("{% set r = run_query('x') %}{% set s = run_query('x').columns %}"),
        [is("run_query"), None]
    );
    assert_eq!(calls("{% set r = run_query('x') %}{% set r = none %}{% set t = a.b() %}"), [None, is("a.b")]);
}
