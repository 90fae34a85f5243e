//! Calls: names, arguments, what they are known to be, and whether dbt evaluates them while parsing.

use expect_test::{Expect, expect};
use syntax::calls::{Arg, Call, Lit, Value};
use syntax::jinja::{parse, parse_expression};
use syntax::python;

fn lit(lit: &Lit) -> String {
    match lit {
        Lit::Str(text) => format!("{text:?}"),
        Lit::Int(n) => n.to_string(),
        Lit::Float(n) => format!("{n:?}"),
        Lit::Bool(b) => b.to_string(),
        Lit::None => "none".into(),
        Lit::List(items) => format!("[{}]", items.iter().map(value).collect::<Vec<_>>().join(", ")),
        Lit::Dict { entries, complete } => {
            let entries: Vec<String> = entries.iter().map(|(k, v)| format!("{k}: {}", value(v))).collect();
            format!("{{{}{}}}", entries.join(", "), if *complete { "" } else { ", ?" })
        }
    }
}

fn value(value: &Value) -> String {
    match value {
        Value::Literal(one) => lit(one),
        Value::Folded(all) => format!("folded {}", all.iter().map(lit).collect::<Vec<_>>().join(" | ")),
        Value::Late(_) | Value::Unknown => "?".into(),
    }
}

fn argument(arg: &Arg) -> String {
    let keyword = arg.keyword.as_ref().map(|(name, _)| format!("{name}=")).unwrap_or_default();
    format!("{keyword}{}{}", if arg.splat { "*" } else { "" }, value(&arg.value))
}

fn call(call: &Call) -> String {
    let args: Vec<String> = call.args.iter().map(argument).collect();
    let incomplete = if call.complete { "" } else { " incomplete" };
    format!("{}({}) {:?}{incomplete}", call.name, args.join(", "), call.reach)
}

fn render(calls: &[Call]) -> String {
    calls.iter().map(call).collect::<Vec<_>>().join("\n")
}

/// Also checks that every range is the text it claims to be.
fn check(text: &str, expected: Expect) {
    let template = parse(text);
    for call in &template.calls {
        assert!(call.range.contains_range(call.name_range), "{call:?}");
        for arg in &call.args {
            let inner = arg.inner_range();
            if let (Value::Literal(Lit::Str(value)), false) = (&arg.value, text.contains('\\')) {
                assert_eq!(&text[usize::from(inner.start())..usize::from(inner.end())], value);
            }
        }
    }
    expected.assert_eq(&render(&template.calls));
}

#[test]
fn names_and_arguments() {
    check(
        "{{ config(materialized='table', tags=['a', 'b'], meta={'x': {'y': -1}}, enabled=true) }}
         select * from {{ ref('p', \"m\", v=2) }} join {{ source('raw', 't') }} -- {{ ref('commented') }}",
        expect![[r#"
            config(materialized="table", tags=["a", "b"], meta={x: {y: -1}}, enabled=true) Always
            ref("p", "m", v=2) Always
            source("raw", "t") Always
            ref("commented") Always"#]],
    );
    check(
        "{{ builtins . ref('a') }}{{ dbt_utils.star(ref('b').identifier, *x, **y) }}{{ ref('c').include(database=none) }}",
        expect![[r#"
            builtins.ref("a") Always
            dbt_utils.star(?, *?, *?) Always
            ref("b") Always
            ref("c") Always
            .include(database=none) Always"#]],
    );
    check(
        "{{ return(adapter.dispatch('m', 'p')(ref('a') | string)) }}{{ d['k'](1.0) }}",
        expect![[r#"
            return(?) Always
            adapter.dispatch("m", "p") Always
            ()(?) Always
            ref("a") Always
            [](1.0) Always"#]],
    );
    check("{# {{ ref('a') }} #}{% raw %}{{ ref('b') }}{% endraw %}", expect![""]);
    check(
        "{% do log(ref('a')) %}{% for x in run_query(ref('b')) %}{% endfor %}{% call statement('s') %}{% endcall %}{% if var('x') %}{% endif %}",
        expect![[r#"
            log(?) Always
            ref("a") Always
            run_query(?) Always
            ref("b") Always
            statement("s") Always
            var("x") Always"#]],
    );
}

#[test]
fn half_typed_calls_are_found_and_marked() {
    check(
        "{{ ref('a' }}{{ ref( }}{{ config(a=) }}{{ ref('b', }}{{ ref('a') }{{ ref('c",
        expect![[r#"
            ref("a") Always incomplete
            ref() Always incomplete
            config(a=?) Always incomplete
            ref("b") Always incomplete
            ref("a") Always
            ref(?) Always incomplete"#]],
    );
}

#[test]
fn values_are_folded_from_constants() {
    check(
        "{% set m = 'a' %}{{ ref(m) }}{{ ref('stg_' ~ m) }}{{ ref('x' 'y') }}{{ ref(('z')) }}{{ ref('a' + 'b' | upper) }}",
        expect![[r#"
            ref(folded "a") Always
            ref(folded "stg_a") Always
            ref(folded "xy") Always
            ref(folded "z") Always
            ref(folded "aB") Always"#]],
    );
    check(
        "{% set l = ['a', 'b'] %}{% for x in l %}{{ ref('m_' ~ x) }}{% endfor %}{{ ref(x) }}{{ ref(l[1]) }}
         {% set d = {'k': 'v'} %}{{ ref(d.k) }}{{ ref(d['k']) }}{% for k, v in d.items() %}{{ ref(v) }}{% endfor %}
         {% for a, b in [('p', 'q'), ('r', 's')] %}{{ ref(a, b) }}{% endfor %}",
        expect![[r#"
            ref(folded "m_a" | "m_b") Always
            ref(?) Always
            ref(folded "b") Always
            ref(folded "v") Always
            ref(folded "v") Always
            d.items() Always
            ref(?) Maybe
            ref(folded "p" | "r", folded "q" | "s") Always"#]],
    );
    check(
        "{% set m = var('x') %}{{ ref(m) }}{{ ref(var('y')) }}{{ ref('a', v=1 + 1) }}{{ ref('a' if x else 'b') }}",
        expect![[r#"
            var("x") Always
            ref(?) Always
            ref(?) Always
            var("y") Always
            ref("a", v=folded 2) Always
            ref(folded "a" | "b") Always"#]],
    );
    check(
        "{% set m = 'a' %}{% if x %}{% set m = 'b' %}{% endif %}{{ ref(m) }}{% set m %}text{% endset %}{{ ref(m) }}
         {% macro f(m) %}{{ ref(m) }}{% endmacro %}{% set n = 'c' %}{% macro g() %}{{ ref(n) }}{% endmacro %}",
        expect![[r#"
            ref(folded "a" | "b") Always
            ref(?) Always
            ref(?) Macro
            ref(?) Macro"#]],
    );
    check(
        r#"{{ ref('it\'s') }}{{ ref("a\tb") }}"#,
        expect![[r#"
        ref("it's") Always
        ref("a\tb") Always"#]],
    );
}

#[test]
fn reach_follows_what_dbt_evaluates_at_parse_time() {
    check(
        "{% if execute %}{{ ref('a') }}{% else %}{{ ref('b') }}{% endif %}
         {% if not execute %}{{ ref('c') }}{% endif %}
         {% if is_incremental() %}{{ ref('d') }}{% endif %}
         {% if execute and x %}{{ ref('e') }}{% elif y %}{{ ref('f') }}{% else %}{{ ref('g') }}{% endif %}
         {% if execute or x %}{{ ref('h') }}{% endif %}
         {% if var('z') %}{{ ref('i') }}{% endif %}",
        expect![[r#"
            ref("a") Execute
            ref("b") Always
            ref("c") Always
            is_incremental() Always
            ref("d") Execute
            ref("e") Execute
            ref("f") Maybe
            ref("g") Maybe
            ref("h") Maybe
            var("z") Always
            ref("i") Maybe"#]],
    );
    check(
        "{% if false %}{{ ref('a') }}{% else %}{{ ref('b') }}{% endif %}{% set on = true %}{% if on %}{{ ref('c') }}{% endif %}
         {% for x in [] %}{{ ref('d') }}{% else %}{{ ref('e') }}{% endfor %}
         {% for x in [1] if x %}{{ ref('f') }}{% endfor %}{% for x in y %}{{ ref('g') }}{% endfor %}
         {% for x in [1] %}{{ ref('h') }}{% break %}{{ ref('i') }}{% endfor %}",
        expect![[r#"
            ref("a") Never
            ref("b") Always
            ref("c") Always
            ref("d") Never
            ref("e") Always
            ref("f") Maybe
            ref("g") Maybe
            ref("h") Always
            ref("i") Maybe"#]],
    );
    check(
        "{% macro m(a=ref('d')) %}{{ ref('a') }}{% if execute %}{{ ref('b') }}{% endif %}{% endmacro %}
         {% snapshot s %}{{ ref('c') }}{% endsnapshot %}{% docs d %}{{ ref('e') }}{% enddocs %}
         {% set q %}{{ ref('f') }}{% endset %}{% call m() %}{{ ref('g') }}{% endcall %}
         {% test t(model) %}{{ ref('h') }}{% endtest %}{% materialization x, default %}{{ ref('i') }}{% endmaterialization %}",
        expect![[r#"
            ref("d") Macro
            ref("a") Macro
            ref("b") Execute
            ref("c") Always
            ref("e") Always
            ref("f") Always
            m() Always
            ref("g") Maybe
            ref("h") Macro
            ref("i") Macro"#]],
    );
    check(
        "{{ ref('a') if execute else ref('b') }}{{ x and ref('c') }}{{ false and ref('d') }}{{ true or ref('e') }}{{ is_incremental() and ref('f') }}",
        expect![[r#"
            ref("a") Execute
            ref("b") Always
            ref("c") Maybe
            ref("d") Never
            ref("e") Never
            is_incremental() Always
            ref("f") Execute"#]],
    );
}

#[test]
fn bare_expressions_have_offsets_of_their_own_text() {
    let template = parse_expression("ref('p', 'm', v=1)");
    expect![[r#"ref("p", "m", v=1) Always"#]].assert_eq(&render(&template.calls));
    assert_eq!(template.calls[0].range, text::range(0, 18));
    assert_eq!(template.calls[0].args[1].inner_range(), text::range(10, 11));
    assert!(template.errors.is_empty() && template.tags.is_empty());

    let broken = parse_expression("ref('m'");
    expect![[r#"ref("m") Always incomplete"#]].assert_eq(&render(&broken.calls));
    assert_eq!(broken.errors.len(), 1);
    assert!(usize::from(broken.errors[0].range.end()) <= 7);
}

#[test]
fn ranges_can_be_moved_to_another_text() {
    let mut template = parse("{% if x %}{{ ref('a', v=1) }}");
    template.map_offsets(|at| at + text::size(100));
    assert_eq!(template.calls[0].name_range, text::range(113, 116));
    assert_eq!(template.calls[0].args[1].keyword.as_ref().unwrap().1, text::range(122, 123));
    assert_eq!(template.tags[0].range, text::range(100, 110));
    assert_eq!(template.blocks[0].full, text::range(100, 129));
    assert_eq!(template.errors[0].range, text::range(100, 110));
}

#[test]
fn python_calls() {
    let model = "
import dbt.x
def model(dbt, session):
    dbt.config(materialized='table', packages=[\"a\", 'b'], meta={'x': 1})
    # dbt.ref('comment')
    text = \"dbt.ref('string')\" + '''
dbt.ref('triple')'''
    a = dbt.ref('orders', v=1)
    b = dbt.ref('p', f'{x}')
    c = dbt.source(name, \"t\").limit(5)
    if dbt.is_incremental:
        d = dbt.ref(r'e').filter(dbt.config.get('k', -1) > dbt.this)
    return a.join(b)
";
    let parsed = python::parse(model);
    expect![[r#"
        config(materialized="table", packages=["a", "b"], meta={x: 1}) Always
        ref("orders", v=1) Always
        ref("p", ?) Always
        source(?, "t") Always
        ref(folded "e") Always
        config.get("k", -1) Always
        this() Always"#]]
    .assert_eq(&render(&parsed.calls));
    let name = parsed.model_fn.unwrap();
    assert_eq!(&model[usize::from(name.start())..usize::from(name.end())], "model");
    assert_eq!(parsed.errors, []);
}

#[test]
fn damage_in_python_stays_in_its_statement() {
    let parsed = python::parse(
        "def model(dbt, session):\n    a = dbt.ref(\n    b = dbt.ref('b')\n    c = dbt.ref('c\n    d = dbt.source('r', 't')\n    return d\n",
    );
    expect![[r#"
        ref() Always incomplete
        ref("b") Always
        ref(?) Always incomplete
        source("r", "t") Always"#]]
    .assert_eq(&render(&parsed.calls));
    assert_eq!(parsed.errors.len(), 3, "{:?}", parsed.errors);
}
