//! `unknown-env-var`: `env_var()` of a variable that is not set, without a default (spec §10).

use project::flavor::Flavor;

use super::variables::VarCall;
use crate::{Diagnostic, Severity};

pub(super) const CODE: &str = "unknown-env-var";

pub(super) fn check(call: &VarCall<'_>) -> Option<Diagnostic> {
    let environment = call.cx.analysis.environment.as_ref()?;
    let in_file = || {
        call.cx.flavor() == Flavor::V2 && environment.dotenv.contains(&(call.cx.project.id, call.name.into()))
    };
    if call.has_default || (environment.is_set)(call.name) || in_file() {
        return None;
    }
    let severity = call.severity()?;
    let (severity, whose) = match environment.is_dbts {
        true => (severity, ""),
        false => (severity.min(Severity::Hint), " for the editor"),
    };
    let message =
        format!("the environment variable '{}' is not set{whose}, and there is no default", call.name);
    Some(Diagnostic::new(CODE, call.range, severity, message))
}

#[cfg(test)]
mod tests {
    use expect_test::expect;

    use crate::diagnostics::tests::check_with;

    const SHOP: &str = "
//- shop/dbt_project.yml
name: shop
on-run-end: \"{{ env_var('NOPE') }}\"
vars: {x: \"{{ env_var('NOPE') }}\"}
//- shop/models/orders.sql
select {{ env_var('SET') }}, {{ env_var('NOPE') }}, {{ env_var('NOPE', 'x') }}, {{ env_var('NOPE', none) }},
  {% if execute %}{{ env_var('NOPE') }}{% endif %} {% if target.name == 'x' %}{{ env_var('NOPE') }}{% endif %}
//- shop/macros/m.sql
{% macro m() %}{{ env_var('NOPE') }}{% endmacro %}
//- shop/models/_models.yml
models: [{name: orders, description: \"{{ env_var('NOPE') }}\"}]
";

    fn environment(is_dbts: bool) -> impl Fn(&mut crate::Analysis) {
        move |analysis| {
            let is_set = std::sync::Arc::new(|name: &str| name == "SET");
            analysis.environment = Some(crate::Environment {
                is_set,
                dotenv: std::sync::Arc::default(),
                dbts: [].into(),
                is_dbts,
            });
        }
    }

    #[test]
    fn where_dbt_runs() {
        check_with(
            SHOP,
            environment(true),
            expect![[r#"
            error[unknown-env-var]: the environment variable 'NOPE' is not set, and there is no default
             --> shop/dbt_project.yml:2:26
              |
            2 | on-run-end: "{{ env_var('NOPE') }}"
              |                          ^^^^
            error[unknown-env-var]: the environment variable 'NOPE' is not set, and there is no default
             --> shop/models/orders.sql:1:42
              |
            1 | select {{ env_var('SET') }}, {{ env_var('NOPE') }}, {{ env_var('NOPE', 'x') }}, {{ env_var('NOPE', none) }},
              |                                          ^^^^
            error[unknown-env-var]: the environment variable 'NOPE' is not set, and there is no default
             --> shop/models/orders.sql:1:93
              |
            1 | select {{ env_var('SET') }}, {{ env_var('NOPE') }}, {{ env_var('NOPE', 'x') }}, {{ env_var('NOPE', none) }},
              |                                                                                             ^^^^
            warning[unknown-env-var]: the environment variable 'NOPE' is not set, and there is no default
             --> shop/models/orders.sql:2:31
              |
            2 |   {% if execute %}{{ env_var('NOPE') }}{% endif %} {% if target.name == 'x' %}{{ env_var('NOPE') }}{% endif %}
              |                               ^^^^
            hint[unknown-env-var]: the environment variable 'NOPE' is not set, and there is no default
             --> shop/models/orders.sql:2:91
              |
            2 |   {% if execute %}{{ env_var('NOPE') }}{% endif %} {% if target.name == 'x' %}{{ env_var('NOPE') }}{% endif %}
              |                                                                                           ^^^^
            hint[unknown-env-var]: the environment variable 'NOPE' is not set, and there is no default
             --> shop/macros/m.sql:1:28
              |
            1 | {% macro m() %}{{ env_var('NOPE') }}{% endmacro %}
              |                            ^^^^
            error[unknown-env-var]: the environment variable 'NOPE' is not set, and there is no default
             --> shop/models/_models.yml:1:51
              |
            1 | models: [{name: orders, description: "{{ env_var('NOPE') }}"}]
              |                                                   ^^^^
        "#]],
        );
    }

    #[test]
    fn in_an_editor_it_is_a_hint() {
        check_with(
            "
//- shop/dbt_project.yml
name: shop
//- shop/models/orders.sql
select {{ env_var('NOPE') }}
",
            environment(false),
            expect![[r#"
                hint[unknown-env-var]: the environment variable 'NOPE' is not set for the editor, and there is no default
                 --> shop/models/orders.sql:1:20
                  |
                1 | select {{ env_var('NOPE') }}
                  |                    ^^^^
            "#]],
        );
    }

    #[test]
    fn dbt_v2_reads_dotenv() {
        let change = |analysis: &mut crate::Analysis| {
            environment(true)(analysis);
            analysis.mesh.flavor = Some(project::flavor::Flavor::V2);
            let shop = analysis.mesh.package_at("/w/shop").unwrap().id;
            let dotenv = [(shop, "NOPE".into())].into_iter().collect();
            analysis.environment.as_mut().unwrap().dotenv = std::sync::Arc::new(dotenv);
        };
        check_with(
            "
//- shop/dbt_project.yml
name: shop
//- shop/models/orders.sql
select {{ env_var('NOPE') }}, {{ env_var('OTHER') }}
",
            change,
            expect![[r#"
                error[unknown-env-var]: the environment variable 'OTHER' is not set, and there is no default
                 --> shop/models/orders.sql:1:43
                  |
                1 | select {{ env_var('NOPE') }}, {{ env_var('OTHER') }}
                  |                                           ^^^^^
            "#]],
        );
    }
}
