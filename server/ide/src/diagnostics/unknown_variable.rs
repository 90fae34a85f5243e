//! `unknown-variable`: `var()` of a name that the project does not set, without a default (spec §10).

use project::facts::By;
use project::layout::FileKind;
use project::names::Space;

use syntax::calls::Reach;

use super::definitions::v1_error;
use super::failure::may_have_ended;
use super::variables::VarCall;
use super::{macros, wording};
use crate::{Diagnostic, Fix, Severity, SourceChange};

pub(super) const CODE: &str = "unknown-variable";

pub(super) fn check(call: &VarCall<'_>) -> Option<Diagnostic> {
    let cx = call.cx;
    if call.has_default || cx.entry.kind == FileKind::Packages || is_asked_for(call) {
        return None;
    }
    let mesh = &cx.analysis.mesh;
    if mesh.supplied_var(cx.package.id, call.name).is_some() {
        return None;
    }
    // Of its own `vars` dbt_project.yml knows nothing while it is read, and selectors.yml with it.
    let early = matches!(cx.entry.kind, FileKind::ProjectFile | FileKind::Selectors);
    let known = mesh.var(cx.package.id, call.name).filter(|(site, _)| {
        let own = mesh.file(site.file).is_some_and(|entry| entry.kind == FileKind::ProjectFile);
        call.used.by == By::Hook || !early || !own
    });
    if known.is_some() {
        return None;
    }
    let severity = match call.used.by {
        // Arguments of tests and hooks are rendered when dbt compiles.
        By::Test(_) | By::Hook => Severity::Warning.min(call.severity()?),
        // Whoever runs dbt beside an editor may give it what nobody told the editor of.
        _ if cx.analysis.environment.as_ref().is_some_and(|dbts| !dbts.is_dbts) => {
            Severity::Warning.min(call.severity()?)
        }
        _ if call.is_in_yaml() => call.severity()?,
        By::Def(at)
            if cx.entry.kind == FileKind::Macro
                && call.used.call.reach == Reach::Macro
                && !may_have_ended(cx.facts, call.used.by, call.used.call.range)
                && macros::names_nodes(cx, at) =>
        {
            v1_error(cx)
        }
        // While dbt parses, a missing variable is none; it stops when it compiles.
        _ => Severity::Warning.min(call.severity()?),
    };
    let name = call.name;
    let vars = mesh.vars(cx.package.id);
    let near =
        text::suggest(name, vars.iter().map(|(_, def)| def.name.as_str())).filter(|near| *near != name);
    let message = match early && cx.project.site(Space::Var, name).is_some() {
        true => format!(
            "the variable '{name}' is set in this very file, which dbt reads too late for this place: give a default or set it in vars.yml"
        ),
        false => format!(
            "no variable '{name}' is set here: set it below 'vars', give a default, or always run dbt with --vars{}",
            wording::did_you_mean(near)
        ),
    };
    let fix = near.filter(|_| !early).map(|near| Fix {
        title: format!("Change to '{near}'"),
        preferred: false,
        change: SourceChange::edit(cx.file, call.range, near),
    });
    Some(Diagnostic::new(CODE, call.range, severity, message).fix(fix))
}

/// `var.has_var('x')` somewhere in the file: then somebody took care.
fn is_asked_for(call: &VarCall<'_>) -> bool {
    call.cx.facts.uses.iter().any(|used| {
        used.call.name == "var.has_var"
            && used
                .call
                .args
                .first()
                .is_some_and(|arg| arg.value.as_str().is_none_or(|name| name == call.name))
    })
}

#[cfg(test)]
mod tests {
    use expect_test::expect;

    use project::flavor::Flavor;

    use crate::diagnostics::tests::check_with;

    fn check_as(source: &str, flavor: Flavor, expected: expect_test::Expect) {
        let change = |analysis: &mut crate::Analysis| {
            analysis.mesh.flavor = Some(flavor);
            std::sync::Arc::make_mut(&mut analysis.rules).everywhere.remove(super::CODE);
        };
        check_with(source, change, expected);
    }

    fn check(source: &str, expected: expect_test::Expect) {
        check_as(source, Flavor::V1, expected);
    }

    const SHOP: &str = "
//- shop/dbt_project.yml
name: shop
profile: \"{{ var('profile') }}\"
on-run-start: \"{{ var('hook') }} {{ var('start') }}\"
vars:
  start: 2020
  shop: {own: 1}
  other: {theirs: \"{{ var('nope') }}\"}
models:
  shop:
    +enabled: \"{{ var('start') }}\"
    +pre-hook: \"{{ var('late') }}\"
//- shop/models/orders.sql
select {{ var('start') }}, {{ var('own') }}, {{ var('other') }}, {{ var('theirs') }}, {{ var('strat') }},
  {{ var('x', none) }}, {{ var(x) }}, {% if execute %}{{ var('run') }}{% endif %}
//- shop/models/asks.sql
{% if var.has_var('maybe') %}{{ var('maybe') }}{% endif %}
//- shop/macros/m.sql
{% macro m() %}{{ var('in_macro') }}{% endmacro %}
//- shop/models/_models.yml
models:
  - name: orders
    description: \"{{ var('said') }}\"
    config: {meta: {a: \"{{ var('meta') }}\"}}
    columns:
      - name: id
        data_tests: [{accepted_values: {arguments: {values: [\"{{ var('tested') }}\"]}}}]
  - name: nowhere
    description: \"{{ var('said') }}\"
";

    #[test]
    fn errors_in_yaml_and_warnings_in_sql() {
        check(
            SHOP,
            expect![[r#"
                error[unknown-variable]: no variable 'profile' is set here: set it below 'vars', give a default, or always run dbt with --vars
                 --> shop/dbt_project.yml:2:19
                  |
                2 | profile: "{{ var('profile') }}"
                  |                   ^^^^^^^
                warning[unknown-variable]: no variable 'hook' is set here: set it below 'vars', give a default, or always run dbt with --vars
                 --> shop/dbt_project.yml:3:24
                  |
                3 | on-run-start: "{{ var('hook') }} {{ var('start') }}"
                  |                        ^^^^
                error[unknown-variable]: the variable 'start' is set in this very file, which dbt reads too late for this place: give a default or set it in vars.yml
                  --> shop/dbt_project.yml:10:24
                   |
                10 |     +enabled: "{{ var('start') }}"
                   |                        ^^^^^
                hint[unknown-variable]: no variable 'theirs' is set here: set it below 'vars', give a default, or always run dbt with --vars
                 --> shop/models/orders.sql:1:74
                  |
                1 | select {{ var('start') }}, {{ var('own') }}, {{ var('other') }}, {{ var('theirs') }}, {{ var('strat') }},
                  |                                                                          ^^^^^^
                hint[unknown-variable]: no variable 'strat' is set here: set it below 'vars', give a default, or always run dbt with --vars; did you mean 'start'?
                 --> shop/models/orders.sql:1:95
                  |
                1 | select {{ var('start') }}, {{ var('own') }}, {{ var('other') }}, {{ var('theirs') }}, {{ var('strat') }},
                  |                                                                                               ^^^^^
                  |
                  = fix: Change to 'start'
                hint[undefined-variable]: nothing sets 'x' here: it renders as nothing
                 --> shop/models/orders.sql:2:32
                  |
                2 |   {{ var('x', none) }}, {{ var(x) }}, {% if execute %}{{ var('run') }}{% endif %}
                  |                                ^
                hint[unknown-variable]: no variable 'run' is set here: set it below 'vars', give a default, or always run dbt with --vars
                 --> shop/models/orders.sql:2:63
                  |
                2 |   {{ var('x', none) }}, {{ var(x) }}, {% if execute %}{{ var('run') }}{% endif %}
                  |                                                               ^^^
                hint[unknown-variable]: no variable 'in_macro' is set here: set it below 'vars', give a default, or always run dbt with --vars
                 --> shop/macros/m.sql:1:24
                  |
                1 | {% macro m() %}{{ var('in_macro') }}{% endmacro %}
                  |                        ^^^^^^^^
                warning[unknown-variable]: no variable 'said' is set here: set it below 'vars', give a default, or always run dbt with --vars
                 --> shop/models/_models.yml:3:27
                  |
                3 |     description: "{{ var('said') }}"
                  |                           ^^^^
                error[unknown-variable]: no variable 'meta' is set here: set it below 'vars', give a default, or always run dbt with --vars
                 --> shop/models/_models.yml:4:33
                  |
                4 |     config: {meta: {a: "{{ var('meta') }}"}}
                  |                                 ^^^^
                warning[unknown-variable]: no variable 'tested' is set here: set it below 'vars', give a default, or always run dbt with --vars
                 --> shop/models/_models.yml:7:71
                  |
                7 |         data_tests: [{accepted_values: {arguments: {values: ["{{ var('tested') }}"]}}}]
                  |                                                                       ^^^^^^
                warning[unmatched-entry]: no model 'nowhere' in this package, so its entry under 'models' is ignored
                 --> shop/models/_models.yml:8:11
                  |
                8 |   - name: nowhere
                  |           ^^^^^^^
                warning[unknown-variable]: no variable 'said' is set here: set it below 'vars', give a default, or always run dbt with --vars
                 --> shop/models/_models.yml:9:27
                  |
                9 |     description: "{{ var('said') }}"
                  |                           ^^^^
            "#]],
        );
    }

    #[test]
    fn dbt_v2_renders_every_entry() {
        let description = "
//- shop/dbt_project.yml
name: shop
//- shop/models/_models.yml
models: [{name: nowhere, description: \"{{ var('said') }}\"}]
";
        check_as(
            description,
            Flavor::V2,
            expect![[r#"
                warning[unmatched-entry]: no model 'nowhere' in this package, so its entry under 'models' is ignored
                 --> shop/models/_models.yml:1:17
                  |
                1 | models: [{name: nowhere, description: "{{ var('said') }}"}]
                  |                 ^^^^^^^
                error[unknown-variable]: no variable 'said' is set here: set it below 'vars', give a default, or always run dbt with --vars
                 --> shop/models/_models.yml:1:48
                  |
                1 | models: [{name: nowhere, description: "{{ var('said') }}"}]
                  |                                                ^^^^
            "#]],
        );
    }

    #[test]
    fn the_file_of_variables_is_known_everywhere() {
        check(
            "
//- shop/dbt_project.yml
name: shop
profile: \"{{ var('profile') }}\"
//- shop/vars.yml
vars: {profile: duckdb}
//- shop/selectors.yml
selectors: [{name: a, definition: \"tag:{{ var('profile') }}\"}]
",
            expect![[r#"
                nothing
            "#]],
        );
    }

    #[test]
    fn a_macro_called_var_may_do_anything() {
        check(
            "
//- shop/dbt_project.yml
name: shop
//- shop/macros/var.sql
{% macro var(name) %}{{ name }}{% endmacro %}
//- shop/models/orders.sql
select {{ var('start') }}
",
            expect![[r#"
                nothing
            "#]],
        );
    }
}
