use super::{TokenMarks, tokens};
use crate::fixture::fixture;
use expect_test::{Expect, expect};

const MESH: &str = "
//- shop/dbt_project.yml
name: shop
//- shop/dependencies.yml
projects:
  - name: platform
//- shop/models/plain.sql
select 1
//- shop/models/old.sql
select 1
//- shop/seeds/codes.csv
a
//- shop/models/known.yml
models:
  - name: old
    deprecation_date: 2020-01-01
sources:
  - name: raw
    tables:
      - name: orders
//- shop/macros/m.sql
{% macro tidy(x) %}{% endmacro %}
//- shop/models/d.md
{% docs about %}x{% enddocs %}
//- shop @manifest platform
model orders public v=1 latest=2 deprecated=2020-01-01
model orders public v=2 latest=2
";

fn check(path: &str, text: &str, expected: Expect) {
    let fixture = fixture(&format!("{MESH}//- shop/{path}\n{text}$0"));
    let file = fixture.cursor.unwrap().file;
    let text = &fixture.texts[&file];
    let marks = |of: TokenMarks| {
        let all = [
            (TokenMarks::DECLARATION, " declared"),
            (TokenMarks::DEPRECATED, " deprecated"),
            (TokenMarks::BUILT_IN, " built-in"),
            (TokenMarks::UPSTREAM, " upstream"),
        ];
        all.into_iter().filter(|(mark, _)| of.has(*mark)).map(|(_, word)| word).collect::<String>()
    };
    let found = tokens(&fixture.analysis, file).unwrap();
    assert!(found.is_sorted_by(|a, b| a.range.end() <= b.range.start()), "{found:?}");
    let shown = found
        .iter()
        .map(|token| format!("{:?}{} {:?}\n", token.kind, marks(token.marks), &text[token.range]));
    expected.assert_eq(&shown.collect::<String>());
}

#[test]
fn names_look_like_what_they_lead_to() {
    check(
        "models/a.sql",
        "select {{ ref('plain') }} {{ ref('codes') }} {{ ref('old') }} {{ ref('platform', 'orders', v=1) }} {{ \
         source('raw', 'orders') }} {{ tidy('x') }} {{ ref('nothing') }}",
        expect![[r#"
            Operator "{{"
            Function built-in "ref"
            Model "plain"
            Operator "}}"
            Operator "{{"
            Function built-in "ref"
            Seed "codes"
            Operator "}}"
            Operator "{{"
            Function built-in "ref"
            Model deprecated "old"
            Operator "}}"
            Operator "{{"
            Function built-in "ref"
            Project upstream "platform"
            UpstreamModel deprecated upstream "orders"
            Parameter "v"
            Version deprecated upstream "1"
            Operator "}}"
            Operator "{{"
            Function built-in "source"
            Source "raw"
            Table "orders"
            Operator "}}"
            Operator "{{"
            Macro "tidy"
            Str "'x'"
            Operator "}}"
            Operator "{{"
            Function built-in "ref"
            Str "'nothing'"
            Operator "}}"
        "#]],
    );
}

#[test]
fn jinja_is_read_while_it_is_typed() {
    check(
        "macros/new.sql",
        "{% macro one(a) %}{% set b = a.c | upper %}{# 🪴\nx #}{{ b }}{{ shop.tidy(a, k=1) }}{% if not execute is \
         defined %}{{ ref('pla",
        expect![[r#"
            Operator "{%"
            Keyword "macro"
            Macro declared "one"
            Parameter "a"
            Operator "%}"
            Operator "{%"
            Keyword "set"
            Variable "b"
            Parameter "a"
            Property "c"
            Function built-in "upper"
            Operator "%}"
            Comment "{# 🪴\nx #}"
            Operator "{{"
            Variable "b"
            Operator "}}"
            Operator "{{"
            Project "shop"
            Macro "tidy"
            Parameter "a"
            Parameter "k"
            Number "1"
            Operator "}}"
            Operator "{%"
            Keyword "if"
            Keyword "not"
            Variable built-in "execute"
            Keyword "is"
            Function built-in "defined"
            Operator "%}"
            Operator "{{"
            Function built-in "ref"
            Str "'pla"
        "#]],
    );
}

#[test]
fn yaml_names_and_the_jinja_in_its_strings() {
    check(
        "models/s.yml",
        "models:\n  - name: plain\n    description: '{{ doc(''about'') }}'\n    config: {group: sales}\n    columns:\n      \
         - name: id\n        data_tests: [unique]\n    versions: [{v: 1}]\nexposures:\n  - name: e\n    depends_on: \
         [ref('platform', 'orders')]\n",
        expect![[r#"
            Model declared "plain"
            Operator "{{"
            Function built-in "doc"
            Docs "about"
            Operator "}}"
            Group "sales"
            Column declared "id"
            Test "unique"
            Version declared "1"
            Exposure declared "e"
            Function built-in "ref"
            Str "'platform'"
        "#]],
    );
    check(
        "dependencies.yml",
        "projects:\n  - name: platform\n",
        expect![[r#"
        Project upstream "platform"
    "#]],
    );
    check(
        "models/p.py",
        "def model(dbt, s):\n  return dbt.ref('plain')",
        expect![[r#"
        Function built-in "dbt.ref"
        Model "plain"
    "#]],
    );
}
