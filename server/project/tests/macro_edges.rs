//! Which edges a node owes to the macros it calls.

use std::sync::Arc;

use expect_test::{Expect, expect};
use project::config::ProjectConfig;
use project::facts::FileFacts;
use project::layout;
use project::macro_edges::MacroEdges;
use project::mesh::NewFile;
use project::names::Space;
use project::node::Target;
use project::package::Role;
use project::{Mesh, PackageId};
use syntax::yaml::Dialect;

fn add(mesh: &mut Mesh, package: PackageId, files: &[(&str, &str)]) {
    for (path, text) in files {
        let kind = layout::classify(path, &ProjectConfig::parse("name: x")).expect("a file dbt reads");
        let facts = Arc::new(FileFacts::of(kind, path, text, Dialect::V1_1));
        mesh.set_file(package, NewFile { path: (*path).into(), kind, facts });
    }
}

/// Parents of `model` in a project with the models a, b and c, these macros and a package with those.
fn check(model: &str, macros: &str, of_package: &str, expected: Expect) {
    let mut mesh = Mesh::default();
    let shop = mesh.add_package("/shop", Role::Project, ProjectConfig::parse("name: shop"));
    let role = Role::Installed { into: shop };
    let utils = mesh.add_package("/shop/dbt_packages/utils", role, ProjectConfig::parse("name: utils"));
    let own = [
        ("models/a.sql", "select 1"),
        ("models/b.sql", "select 1"),
        ("models/c.sql", "select 1"),
        ("models/report.sql", model),
        ("macros/own.sql", macros),
    ];
    add(&mut mesh, shop, &own);
    add(&mut mesh, utils, &[("macros/utils.sql", of_package)]);
    mesh.refresh_upstreams();
    let site = mesh.package(shop).and_then(|shop| shop.site(Space::Model, "report")).expect("added above");
    let node = mesh.node_of_file(site.file).expect("a model");
    let mut names: Vec<String> = Vec::new();
    for parent in MacroEdges::new(&mesh).parents(&node) {
        let Target::Local(parent) = parent else { panic!("all are here") };
        names.push(parent.name.to_string());
    }
    names.sort();
    expected.assert_eq(&names.join(" "));
}

#[test]
fn what_surely_runs_counts() {
    let macros = "{% macro outer() %}{{ ref('a') }}{{ inner() }}{% endmacro %}
        {% macro inner() %}{% for m in ['b', 'c'] %}{{ ref(m) }}{% endfor %}{{ outer() }}{% endmacro %}";
    check("{{ outer() }}", macros, "", expect!["a b c"]);
    check("{{ ref('b') }}{{ outer() }}", macros, "", expect!["a b c"]);
    check("{% if var('x') %}{{ outer() }}{% endif %}", macros, "", expect![""]);
    check("{% if execute %}{{ outer() }}{% endif %}", macros, "", expect![""]);
}

#[test]
fn inside_a_macro_conditions_arguments_and_returns_count() {
    let check = |body: &str, expected: Expect| {
        check("{{ m('a') }}", &format!("{{% macro m(name) %}}{body}{{% endmacro %}}"), "", expected);
    };
    check("{{ ref(name) }}", expect!["a"]);
    check("{% if execute %}{{ ref('a') }}{% endif %}{{ ref('b') }}", expect!["b"]);
    check("{% if name == 'x' %}{{ ref('a') }}{% endif %}{{ ref('b') }}", expect!["b"]);
    check("{{ return(ref('a')) }}{{ ref('b') }}", expect!["a"]);
    check("{{ ref('a') }}{% if name %}{{ return('') }}{% endif %}{{ ref('b') }}", expect!["a"]);
    check("{% if execute %}{{ return('') }}{% endif %}{{ ref('b') }}", expect!["b"]);
}

#[test]
fn macros_are_found_as_dbt_finds_them() {
    let package = "{% macro qualified() %}{{ ref('a') }}{{ utils.deeper() }}{{ unqualified() }}{% endmacro %}
        {% macro deeper() %}{{ ref('b') }}{% endmacro %}
        {% macro unqualified() %}{{ ref('c') }}{% endmacro %}";
    // A name without a package is looked up from the node's package, wherever it is written.
    check("{{ utils.qualified() }}", "", package, expect!["a b"]);
    check("{{ qualified() }}", "", package, expect![""]);
    let own = "{% macro unqualified() %}{{ ref('c') }}{% endmacro %}";
    check("{{ utils.qualified() }}", own, package, expect!["a b c"]);
    let inline = "{% macro own() %}{{ ref('a') }}{% endmacro %}{{ own() }}";
    check(inline, "{% macro own() %}{{ ref('b') }}{% endmacro %}", "", expect!["a"]);
}

#[test]
fn a_dispatched_macro_gives_what_all_its_implementations_give() {
    let package = |more: &str| {
        format!(
            "{{% macro m() %}}{{{{ return(adapter.dispatch('m', 'utils')()) }}}}{{% endmacro %}}
            {{% macro default__m() %}}{{{{ ref('a') }}}}{{{{ ref('b') }}}}{{% endmacro %}}{more}"
        )
    };
    check("{{ utils.m() }}", "", &package(""), expect!["a b"]);
    let other = package("{% macro spark__m() %}{{ ref('b') }}{{ ref('c') }}{% endmacro %}");
    check("{{ utils.m() }}", "", &other, expect!["b"]);
    let override_ = "{% macro default__m() %}{{ ref('c') }}{% endmacro %}";
    check("{{ utils.m() }}", override_, &package(""), expect![""]);
}
