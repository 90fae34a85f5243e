//! Renaming: the files as they are afterwards, or why not.

mod complete;
mod things;

use expect_test::{Expect, expect};

use crate::fixture::fixture;
use crate::{prepare_rename, rename};

fn check(source: &str, to: &str, expected: Expect) {
    let mut out = String::new();
    told(source, to, &mut out);
    expected.assert_eq(&out);
}

/// Adds the files as they are afterwards, or why there are none.
fn told(source: &str, to: &str, all: &mut String) {
    let mesh = fixture(&format!("//- shop/dbt_project.yml\nname: shop\n{source}"));
    let pos = mesh.cursor.unwrap();
    let mut out = match prepare_rename(&mesh.analysis, pos).unwrap() {
        Ok(None) => "nothing".to_owned(),
        Ok(Some(found)) => {
            assert_eq!(found.name, mesh.texts[&pos.file][found.range]);
            String::new()
        }
        Err(why) => format!("never: {why}"),
    };
    match rename(&mesh.analysis, pos, to, &|file| mesh.texts.get(&file).cloned()).unwrap() {
        _ if !out.is_empty() => {}
        Err(why) => out = format!("no: {why}"),
        Ok(change) => {
            for (file, edits) in change.edits {
                let path = &mesh.analysis.mesh.file(file).unwrap().path;
                let text = text::apply_edits(&mesh.texts[&file], &edits).unwrap();
                out.push_str(&format!("{path}\n{text}"));
            }
        }
    }
    all.push_str(&format!("{}\n", out.trim_end()));
}

fn model(text: &str, to: &str, expected: Expect) {
    check(&format!("//- shop/models/a.sql\n{text}\n"), to, expected);
}

#[test]
fn a_variable_in_its_scope() {
    model(
        "{% set x = 1 %}{% for x in [x] %}{{ $0x.y ~ x }}{% endfor %}{{ x }}",
        "row",
        expect![[r#"
        models/a.sql
        {% set x = 1 %}{% for row in [x] %}{{ row.y ~ row }}{% endfor %}{{ x }}
    "#]],
    );
    model(
        "{% set ns = namespace(n=0) %}{% set ns.$0n = ns.n + n %}",
        "sum",
        expect![[r#"
        models/a.sql
        {% set ns = namespace(sum=0) %}{% set ns.sum = ns.sum + n %}
    "#]],
    );
    model(
        "{% set x = 1 %}{{ f(x=$0x) }}{{ x",
        "y",
        expect![[r#"
        models/a.sql
        {% set y = 1 %}{{ f(x=y) }}{{ y
    "#]],
    );
}

#[test]
fn names_that_would_mean_something_else() {
    for to in ["ref", "1x", "a b", "", "in", "taken", "run_query"] {
        let text = "{% set $0x = 1 %}{{ taken }}{{ x }}";
        let mesh = fixture(&format!("//- shop/dbt_project.yml\nname: shop\n//- shop/models/a.sql\n{text}\n"));
        assert!(rename(&mesh.analysis, mesh.cursor.unwrap(), to, &|_| None).unwrap().is_err(), "{to}");
    }
    model(
        "{% set $0x = 1 %}{{ taken }}",
        "taken",
        expect![[r#"
        no: 'taken' already stands for something else here
    "#]],
    );
    model(
        "{% set $0x = 1 %}",
        "größe",
        expect![[r#"
        models/a.sql
        {% set größe = 1 %}
    "#]],
    );
    model(
        "{% for x in y %}{{ lo$0op.index }}{% endfor %}",
        "z",
        expect![[r#"
        never: 'loop' is a name that Jinja gives
    "#]],
    );
    model(
        "{% test t(mo$0del) %}{% endtest %}",
        "z",
        expect![[r#"
            never: dbt gives a generic test its 'model' by this name
        "#]],
    );
    model(
        "select $01",
        "z",
        expect![[r#"
        nothing
    "#]],
    );
}

#[test]
fn a_parameter_with_its_callers_and_its_documentation() {
    check(
        "
//- shop/macros/m.sql
{% macro cents(amount, scale=2) %}{{ $0amount ~ scale }}{% endmacro %}
{% macro twice(amount) %}{{ cents(amount=amount) }}{% endmacro %}
//- shop/macros/_macros.yml
macros:
  - name: cents
    arguments:
      - name: amount
  - name: twice
    arguments:
      - name: amount
//- shop/models/a.sql
select {{ cents(scale=1, amount='x') }}, {{ shop.cents(amount='y') }}, {{ other(amount=1) }}
",
        "value",
        expect![[r#"
            macros/m.sql
            {% macro cents(value, scale=2) %}{{ value ~ scale }}{% endmacro %}
            {% macro twice(amount) %}{{ cents(value=amount) }}{% endmacro %}
            macros/_macros.yml
            macros:
              - name: cents
                arguments:
                  - name: value
              - name: twice
                arguments:
                  - name: amount
            models/a.sql
            select {{ cents(scale=1, value='x') }}, {{ shop.cents(value='y') }}, {{ other(amount=1) }}
        "#]],
    );
}
