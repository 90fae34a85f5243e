//! `invalid-naming-macro`: one of the macros by which dbt v1 names the relations of nodes (`generate_schema_name` and the
//! like) cannot be used so: it takes too few arguments, refers to nodes, or gives no schema.

use project::facts::{By, Def, DefKind, Use};
use project::flavor::Flavor;
use project::layout::FileKind;
use project::node::Tri;
use project::refs::{Lookup, lookup};
use syntax::calls::{Late, Lit, Reach, Value};

use super::FileCx;
use super::failure::may_have_ended;
use super::macros::{NAMING, names_nodes};
use crate::{Diagnostic, Severity};

pub(super) const CODE: &str = "invalid-naming-macro";

/// Looks at the project's nodes: for a pause in typing.
pub(super) fn check(cx: &FileCx<'_>, out: &mut Vec<Diagnostic>) {
    if cx.entry.kind != FileKind::Macro || cx.flavor() != Flavor::V1 || !cx.facts.errors.is_empty() {
        return;
    }
    for (at, def) in cx.facts.defs.iter().enumerate() {
        let at = at as u32;
        if def.kind != DefKind::Macro || !names_nodes(cx, at) {
            continue;
        }
        let naming = NAMING.iter().find(|(name, _)| *name == def.name);
        if let Some((_, given)) = naming.filter(|(_, given)| def.params.len() < *given && !def.varargs) {
            let message = format!("dbt calls '{}' with {given} arguments: name and node", def.name);
            out.push(Diagnostic::new(CODE, def.name_range, Severity::Error, message));
            continue;
        }
        let uses = || cx.facts.uses.iter().filter(|used| used.by == By::Def(at));
        let sure = |used: &&Use| {
            used.call.reach == Reach::Macro && !may_have_ended(cx.facts, used.by, used.call.range)
        };
        let is_node = |used: &&Use| matches!(lookup(&used.call.name), Lookup::Ref | Lookup::Source);
        if let Some(used) = uses().filter(is_node).find(sure) {
            let name = &used.call.name;
            let message =
                format!("{name}() is not known here: dbt names nodes before it knows what they refer to");
            out.push(Diagnostic::new(CODE, used.call.name_range, Severity::Error, message));
        }
        if def.name == "generate_schema_name"
            && let Some(used) = uses().find(|used| used.call.name == "return").filter(sure)
        {
            out.extend(without_schema(cx, def, used));
        }
    }
}

/// `return` of nothing, or of the schema that a node asks for where some ask for none.
fn without_schema(cx: &FileCx<'_>, def: &Def, used: &Use) -> Option<Diagnostic> {
    let [given] = used.call.args.as_slice() else { return None };
    let first = def.params.first()?;
    let is_first = matches!(&given.value, Value::Late(late) if **late == Late::Param(first.name.clone()));
    let is_none = matches!(given.value.single(), Some(Lit::None));
    if !is_none && !is_first {
        return None;
    }
    let mesh = &cx.analysis.mesh;
    let node = cx.project.files().find_map(|file| {
        let kind = mesh.file(file)?.kind;
        let node = mesh.node_of_file(file).filter(|_| matches!(kind, FileKind::Model | FileKind::Seed))?;
        let asks = mesh.setting(&node, "schema");
        let asks_for_none = matches!(asks.as_ref().map(Value::single), None | Some(Some(Lit::None)));
        let bare = is_none || (asks_for_none && !super::nodes::may_configure(cx, &node));
        (bare && mesh.enabled(&node) == Tri::Yes).then_some(node)
    })?;
    let message =
        format!("this gives no schema for '{}': give 'target.schema' where a node asks for none", node.name);
    let strict = cx.project.config.valid_schema;
    let severity = if strict { Severity::Error } else { Severity::Warning };
    let found = Diagnostic::new(CODE, given.range, severity, message);
    Some(if strict { found } else { found.event("GenerateSchemaNameNullValueDeprecation") })
}

#[cfg(test)]
mod tests {
    use expect_test::expect;

    use crate::diagnostics::tests::{check, check_v2};

    const SHOP: &str = "
//- shop/dbt_project.yml
name: shop
flags: {require_valid_schema_from_generate_schema_name: true}
//- shop/macros/names.sql
{% macro generate_schema_name(custom, node) %}{{ return(custom) }}{% endmacro %}
{% macro generate_alias_name(custom) %}{{ custom }}{% endmacro %}
{% macro generate_database_name(custom, node) %}{{ helper() }}{{ ref('orders') }}{{ nope() }}{% endmacro %}
{% macro helper() %}{{ var('unset') }}{% if target.name == 'x' %}{{ var('unset') }}{% endif %}{% endmacro %}
//- shop/models/orders.sql
select 1
";

    #[test]
    fn too_few_arguments_refs_and_no_schema() {
        check(
            SHOP,
            expect![[r#"
            error[invalid-naming-macro]: this gives no schema for 'orders': give 'target.schema' where a node asks for none
             --> shop/macros/names.sql:1:57
              |
            1 | {% macro generate_schema_name(custom, node) %}{{ return(custom) }}{% endmacro %}
              |                                                         ^^^^^^
            error[invalid-naming-macro]: dbt calls 'generate_alias_name' with 2 arguments: name and node
             --> shop/macros/names.sql:2:10
              |
            2 | {% macro generate_alias_name(custom) %}{{ custom }}{% endmacro %}
              |          ^^^^^^^^^^^^^^^^^^^
            error[invalid-naming-macro]: ref() is not known here: dbt names nodes before it knows what they refer to
             --> shop/macros/names.sql:3:66
              |
            3 | {% macro generate_database_name(custom, node) %}{{ helper() }}{{ ref('orders') }}{{ nope() }}{% endmacro %}
              |                                                                  ^^^
            error[unknown-macro]: no macro 'nope'
             --> shop/macros/names.sql:3:85
              |
            3 | {% macro generate_database_name(custom, node) %}{{ helper() }}{{ ref('orders') }}{{ nope() }}{% endmacro %}
              |                                                                                     ^^^^
        "#]],
        );
    }

    #[test]
    fn dbt_v2_runs_them_later() {
        check_v2(
            SHOP,
            expect![[r#"
            warning[unknown-macro]: no macro 'nope'
             --> shop/macros/names.sql:3:85
              |
            3 | {% macro generate_database_name(custom, node) %}{{ helper() }}{{ ref('orders') }}{{ nope() }}{% endmacro %}
              |                                                                                     ^^^^
        "#]],
        );
    }

    #[test]
    fn a_schema_for_every_node() {
        check(
            "
//- shop/dbt_project.yml
name: shop
models: {+schema: marts}
//- shop/macros/names.sql
{% macro generate_schema_name(custom, node) %}{{ return(custom) }}{% endmacro %}
//- shop/models/orders.sql
select 1
",
            expect![[r#"
                nothing
            "#]],
        );
        check(
            "
//- shop/dbt_project.yml
name: shop
//- shop/macros/names.sql
{% macro generate_schema_name(custom, node) %}{{ return(custom) }}{% endmacro %}
{% macro generate_alias_name(custom, node) %}{% if custom %}{{ return(custom) }}{% endif %}{{ node.name }}{% endmacro %}
//- shop/models/orders.sql
select 1
",
            expect![[r#"
                warning[invalid-naming-macro]: this gives no schema for 'orders': give 'target.schema' where a node asks for none
                 --> shop/macros/names.sql:1:57
                  |
                1 | {% macro generate_schema_name(custom, node) %}{{ return(custom) }}{% endmacro %}
                  |                                                         ^^^^^^
            "#]],
        );
    }
}
