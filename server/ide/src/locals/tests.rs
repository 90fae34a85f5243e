//! Going to variables of a template, and what is shown of them.

use expect_test::{Expect, expect};

use crate::fixture::fixture;
use crate::{Place, definition, hover, references};

const SHOP: &str = "
//- shop/dbt_project.yml
name: shop
//- shop/models/orders.sql
select 1
//- shop/macros/_macros.yml
macros:
  - name: cents
    arguments:
      - name: amount
        type: integer
        description: In *cents*.
";

/// Where definition and hover lead at `$0`, and the other places of the name.
fn check(path: &str, text: &str, expected: Expect) {
    let mesh = fixture(&format!("{SHOP}//- shop/{path}\n{text}\n"));
    let pos = mesh.cursor.unwrap();
    let source = &mesh.texts[&pos.file];
    let mut out = String::new();
    for target in definition(&mesh.analysis, pos).unwrap().into_iter().flat_map(|found| found.targets) {
        if let Place::File { file, full, focus } = target.place {
            let inside = if file == pos.file {
                format!("{:?} in {:?}", &source[focus], &source[full])
            } else {
                String::new()
            };
            out.push_str(&format!("→ {} {}\n", target.label, inside).replace(" \n", "\n"));
        }
    }
    if let Some(hover) = hover(&mesh.analysis, pos).unwrap() {
        out.push_str(&format!("{}\n", hover.markdown));
    }
    let places = references(&mesh.analysis, pos, true, &|file| mesh.texts.get(&file).cloned()).unwrap();
    let start = |place: Place| match place {
        Place::File { focus, .. } => u32::from(focus.start()).to_string(),
        _ => "elsewhere".to_owned(),
    };
    let places = places.map(|places| places.into_iter().map(start));
    out.push_str(&places.map_or("no references".to_owned(), |at| at.collect::<Vec<_>>().join(" ")));
    expected.assert_eq(&format!("{out}\n"));
}

#[test]
fn a_variable_leads_to_where_it_got_its_value() {
    check(
        "models/a.sql",
        "{% set x = 1 %}{% if y %}{% set x = [1,\n 2] %}{% endif %}{{ x$0 }}{% set x = 3 %}",
        expect![[r#"
            → variable x "x" in "{% set x = [1,\n 2] %}"
            ```jinja
            {% set x = [1,
             2] %}
            ```
            variable `x`
            7 32 71 60
        "#]],
    );
    check(
        "models/a.sql",
        "{% set $0x = 1 %}{% set x = 2 %}",
        expect![[r#"
        → variable x "x" in "{% set x = 1 %}"
        ```jinja
        {% set x = 1 %}
        ```
        variable `x`
        7 22
    "#]],
    );
    check(
        "models/a.sql",
        "{% for a, b in c %}{{ $0b.x }}{% endfor %}{{ b }}",
        expect![[r#"
        → loop variable b "b" in "{% for a, b in c %}"
        ```jinja
        {% for a, b in c %}
        ```
        loop variable `b`
        10 22
    "#]],
    );
    check(
        "models/a.sql",
        "{% for a in c %}{{ lo$0op.index }}{% endfor %}",
        expect![[r#"
        → variable of Jinja loop "{% for a in c %}" in "{% for a in c %}"
        ```jinja
        loop
        ```
        variable of dbt

        Inside {% for %}: where the loop is.
        19
    "#]],
    );
    check(
        "models/a.sql",
        "{% set ns = namespace(n=0) %}{{ ns.$0n }}",
        expect![[r#"
        → attribute n "n" in "{% set ns = namespace(n=0) %}"
        ```jinja
        {% set ns = namespace(n=0) %}
        ```
        attribute of namespace ns `n`
        22 35
    "#]],
    );
    check(
        "models/a.sql",
        "{% set body %}select{% endset %}{{ bo$0dy ~ ref('orders') }}",
        expect![[r#"
        → variable body "body" in "{% set body %}"
        ```jinja
        {% set body %}
        ```
        variable `body`
        7 35
    "#]],
    );
}

#[test]
fn parameters_show_what_the_properties_say() {
    check(
        "macros/m.sql",
        "{% macro cents(amount, scale=2) %}{{ am$0ount / 100 }}{% endmacro %}",
        expect![[r#"
            → parameter amount "amount" in "{% macro cents(amount, scale=2) %}"
            ```jinja
            {% macro cents(amount, scale=2) %}
            ```
            parameter of macro cents `amount`

            `integer` · In *cents*.
            15 37 53
        "#]],
    );
    check(
        "macros/m.sql",
        "{% macro m() %}{{ call$0er() }}{% endmacro %}",
        expect![[r#"
        → variable of Jinja caller "{% macro m() %}" in "{% macro m() %}"
        ```jinja
        caller()
        ```
        function of dbt

        Inside a macro: renders the body of the {% call %} block.

        *Only inside macros*
        18
    "#]],
    );
}

#[test]
fn a_variable_hides_a_macro_but_not_the_model_it_names() {
    check(
        "macros/m.sql",
        "{% macro x() %}{% endmacro %}{% macro y(x) %}{{ $0x }}{% endmacro %}",
        expect![[r#"
            → parameter x "x" in "{% macro y(x) %}"
            ```jinja
            {% macro y(x) %}
            ```
            parameter of macro y `x`
            40 48
        "#]],
    );
    check(
        "models/a.sql",
        "{% set name = 'orders' %}{{ ref(na$0me) }}",
        expect![[r#"
        → model.shop.orders
        → variable name "name" in "{% set name = 'orders' %}"
        **shop.orders** · model

        protected · view

        *models/orders.sql*
        7 32
    "#]],
    );
    check(
        "models/a.sql",
        "{{ no$0body }}",
        expect![[r#"
        no references
    "#]],
    );
}

#[test]
fn broken_text_is_no_obstacle() {
    check(
        "models/é.sql",
        "{% set größe = 1 %}\r\n{{ größe. }}{{ f(grö$0ße, }}{% if",
        expect![[r#"
        → variable größe "größe" in "{% set größe = 1 %}"
        ```jinja
        {% set größe = 1 %}
        ```
        variable `größe`
        7 26 42
    "#]],
    );
}
