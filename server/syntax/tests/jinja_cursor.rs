//! What is being typed at `$0`, in text that is rarely whole.

use expect_test::{Expect, expect};
use syntax::cursor::{self, ArgSite, Site, TagSite};
use text::{TextRange, TextSize};

type At = fn(&str, TextSize) -> Site;

fn shown(text: &str, range: TextRange) -> String {
    let inside = &text[usize::from(range.start())..usize::from(range.end())];
    format!("{:?}@{}", inside, u32::from(range.start()))
}

fn argument(text: &str, arg: &ArgSite) -> String {
    let keyword = arg.keyword.as_ref().map(|(name, _)| format!("{name}=")).unwrap_or_default();
    let string = match &arg.string {
        Some(string) if string.terminated => " str",
        Some(_) => " open str",
        None => "",
    };
    format!("{keyword}{}{string}", shown(text, arg.range))
}

fn render(text: &str, site: &TagSite) -> String {
    let mut lines = vec![format!(
        "{:?}{}{}",
        site.tag,
        site.keyword.as_ref().map(|word| format!(" {word}")).unwrap_or_default(),
        if site.closed { "" } else { ", unclosed" }
    )];
    for call in &site.calls {
        let args: Vec<String> = call.args.iter().map(|arg| argument(text, arg)).collect();
        let close = if call.close.is_some() { ")" } else { "" };
        lines.push(format!("{}({}{close} active {}", call.name, args.join(", "), call.active));
    }
    if let Some(string) = &site.string {
        let open = if string.terminated { "" } else { " open" };
        lines.push(format!("string {}{open}", shown(text, string.content)));
    } else if !site.word_text.is_empty() {
        lines.push(format!("word {}", shown(text, site.word)));
    }
    lines.extend(site.keyword_arg.as_ref().map(|name| format!("value of {name}=")));
    lines.join("\n")
}

fn check_with(at: At, marked: &str, expected: Expect) {
    let offset = marked.find("$0").expect("a `$0`");
    let text = marked.replacen("$0", "", 1);
    let site = match at(&text, text::size(offset)) {
        Site::Tag(site) => render(&text, &site),
        other => format!("{other:?}"),
    };
    expected.assert_eq(&site);
}

fn check(marked: &str, expected: Expect) {
    check_with(cursor::jinja, marked, expected);
}

#[test]
fn outside_of_tags() {
    check("select $0 from {{ ref('a') }}", expect!["Content"]);
    check("{{ ref('a') }}$0", expect!["Content"]);
    check("{$0{ ref('a') }}", expect!["Content"]);
    check("{# a $0 #}", expect!["Comment"]);
    check("{# a $0", expect!["Comment"]);
    check("{% raw %}{{ $0 }}{% endraw %}", expect!["Raw"]);
}

#[test]
fn inside_quotes() {
    check(
        "select * from {{ ref('or$0d') }} where x = 'y'",
        expect![[r#"
            Output
            ref("'ord'"@21 str) active 0
            string "ord"@22"#]],
    );
    check(
        "{{ ref('$0') }}",
        expect![[r#"
            Output
            ref("''"@7 str) active 0
            string ""@8"#]],
    );
    check(
        "{{ ref('a', '$0",
        expect![[r#"
            Output, unclosed
            ref("'a'"@7 str, "'"@12 open str active 1
            string ""@13 open"#]],
    );
}

#[test]
fn unclosed_quotes_end_before_what_follows() {
    check(
        "{{ ref('ord$0",
        expect![[r#"
            Output, unclosed
            ref("'ord"@7 open str active 0
            string "ord"@8 open"#]],
    );
    check(
        "{{ ref('ord$0) }}\nselect 'x'",
        expect![[r#"
            Output
            ref("'ord"@7 open str) active 0
            string "ord"@8 open"#]],
    );
    check(
        "{{ ref('$0 }}\nfrom {{ ref('a') }}",
        expect![[r#"
            Output
            ref("'"@7 open str active 0
            string ""@8 open"#]],
    );
    check(
        "select {{ ref('$0\nfrom {{ ref('a') }}",
        expect![[r#"
            Output, unclosed
            ref("'"@14 open str active 0
            string ""@15 open"#]],
    );
    check(
        "{{ source('raw', \"$0\n) }}\nselect 1",
        expect![[r#"
            Output
            source("'raw'"@10 str, "\""@17 open str) active 1
            string ""@18 open"#]],
    );
}

#[test]
fn before_quotes_are_typed() {
    check("{{ $0", expect!["Output, unclosed"]);
    check(
        "{{ re$0 }}",
        expect![[r#"
            Output
            word "re"@3"#]],
    );
    check(
        "{{ ref($0",
        expect![[r#"
            Output, unclosed
            ref(""@7 active 0"#]],
    );
    check(
        "{{ ref($0) }}",
        expect![[r#"
            Output
            ref(""@7) active 0"#]],
    );
    check(
        "{{ ref('a', $0) }}",
        expect![[r#"
            Output
            ref("'a'"@7 str, ""@12) active 1"#]],
    );
    check(
        "{{ ref($0, 'b') }}",
        expect![[r#"
            Output
            ref(""@7, "'b'"@9 str) active 0"#]],
    );
    check(
        "{{ ref('a', 'b', $0\nselect 1 from {{ ref('c') }}",
        expect![[r#"
            Output, unclosed
            ref("'a'"@7 str, "'b'"@12 str, ""@17 active 2"#]],
    );
}

#[test]
fn keyword_arguments() {
    check(
        "{{ ref('a', v=$0) }}",
        expect![[r#"
            Output
            ref("'a'"@7 str, v=""@14) active 1
            value of v="#]],
    );
    check(
        "{{ ref('a', v='$0",
        expect![[r#"
            Output, unclosed
            ref("'a'"@7 str, v="'"@14 open str active 1
            string ""@15 open
            value of v="#]],
    );
    check(
        "{{ ref('a', version = 2$0) }}",
        expect![[r#"
            Output
            ref("'a'"@7 str, version="2"@22) active 1
            value of version="#]],
    );
    check(
        "{{ ref('a', ver$0) }}",
        expect![[r#"
            Output
            ref("'a'"@7 str, "ver"@12) active 1
            word "ver"@12"#]],
    );
    check(
        "{{ config(tags=['a', '$0'], x=1) }}",
        expect![[r#"
            Output
            config(tags="['a', '']"@15, x="1"@28) active 0
            string ""@22
            value of tags="#]],
    );
}

#[test]
fn nested_calls_and_names_with_dots() {
    check(
        "{{ dbt_utils.star(from=ref('a$0'), x=1) }}",
        expect![[r#"
            Output
            dbt_utils.star(from="ref('a')"@23, x="1"@35) active 0
            ref("'a'"@27 str) active 0
            string "a"@28"#]],
    );
    check(
        "{{ dbt_utils.$0 }}",
        expect![[r#"
            Output
            word "dbt_utils."@3"#]],
    );
    check(
        "{{ adapter.dispatch('m', 'p')($0) }}",
        expect![[r#"
            Output
            ()(""@30) active 0"#]],
    );
    check(
        "{{ ref('a').inc$0lude(database=false) }}",
        expect![[r#"
            Output
            word ".include"@11"#]],
    );
}

#[test]
fn statements() {
    check(
        "{% se$0",
        expect![[r#"
            Statement se, unclosed
            word "se"@3"#]],
    );
    check(
        "{%- set x = ref('$0') -%}",
        expect![[r#"
            Statement set
            ref("''"@16 str) active 0
            string ""@17"#]],
    );
    check("{% if not $0 %}", expect!["Statement if"]);
    check("{% macro m(a, $0) %}", expect!["Statement macro"]);
    check(
        "{% call statement('$0') %}",
        expect![[r#"
            Statement call
            statement("''"@18 str) active 0
            string ""@19"#]],
    );
}

#[test]
fn over_lines_with_tabs_and_crlf() {
    check(
        "{{\tconfig(\r\n\tmaterialized='t$0',\r\n\ttags=[]\r\n) }}\r\nselect 1",
        expect![[r#"
            Output
            config(materialized="'t'"@26 str, tags="[]"@38) active 0
            string "t"@27
            value of materialized="#]],
    );
    check(
        "{{ config(\n    materialized='table',\n    $0\n\nselect 1 from {{ ref('a') }}",
        expect![[r#"
            Output, unclosed
            config(materialized="'table'"@28 str, ""@41 active 1"#]],
    );
    check("{{ ref('a') \n$0\nselect 1 from {{ ref('a') }}", expect!["Content"]);
}

#[test]
fn beyond_ascii() {
    check(
        "-- 🦀 é\n{{ ref('größe$0",
        expect![[r#"
            Output, unclosed
            ref("'größe"@18 open str active 0
            string "größe"@19 open"#]],
    );
    check(
        "{{ '🦀' ~ größ$0e }}",
        expect![[r#"
            Output
            word "größe"@12"#]],
    );
}

#[test]
fn bare_expressions() {
    check_with(
        cursor::expression,
        "ref('$0",
        expect![[r#"
            Output
            ref("'"@4 open str active 0
            string ""@5 open"#]],
    );
    check_with(
        cursor::expression,
        "ref('p', 'm', v=1$0)",
        expect![[r#"
            Output
            ref("'p'"@4 str, "'m'"@9 str, v="1"@16) active 2
            value of v="#]],
    );
}

#[test]
fn python_models() {
    let model = "def model(dbt, session):\n    # dbt.ref('no')\n    df = dbt.ref(\"or$0\n    return df\n";
    check_with(
        cursor::python,
        model,
        expect![[r#"
            Output
            ref("\"or"@62 open str active 0
            string "or"@63 open"#]],
    );
    check_with(
        cursor::python,
        "x = dbt.ref('p', $0)\n",
        expect![[r#"
            Output
            ref("'p'"@12 str, ""@17) active 1"#]],
    );
    check_with(
        cursor::python,
        "dbt.con$0",
        expect![[r#"
            Output
            word "dbt.con"@0"#]],
    );
    check_with(cursor::python, "print('dbt.ref($0')", expect!["Content"]);
    check_with(cursor::python, "session.table($0)", expect!["Content"]);
}
