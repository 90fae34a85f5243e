//! `unguarded-query`: the result of `run_query()` is used while there is none (jinja-context §2).

use project::facts::NameTrouble;

use super::FileCx;
use super::definitions::v1_error;
use super::failure::{Failure, by, failure};
use crate::Diagnostic;

pub(super) const CODE: &str = "unguarded-query";

pub(super) fn check(cx: &FileCx<'_>, out: &mut Vec<Diagnostic>) {
    for name in cx.facts.names.iter().filter(|name| name.trouble == NameTrouble::Unguarded) {
        let severity = match failure(cx, by(cx, name.range), name.reach, name.range) {
            Some(Failure::Node | Failure::Macro) => v1_error(cx),
            // Operations run with `execute`: a macro that no node runs may be fine.
            _ => continue,
        };
        let message = "run_query() gives nothing while dbt parses: use its result under {% if execute %}";
        out.push(Diagnostic::new(CODE, name.range, severity, message));
    }
}

#[cfg(test)]
mod tests {
    use expect_test::expect;

    use crate::diagnostics::tests::{check, check_v2};

    #[test]
    fn what_is_taken_from_nothing() {
        check(
            "
//- shop/dbt_project.yml
name: shop
//- shop/models/a.sql
{% set rows = run_query('select 1') %}
{{ rows.columns[0] }} {{ rows[0] }} {{ run_query('x').rows }}
{% for row in rows %}{{ row.x }}{% endfor %}{{ rows | length }}{% if rows %}{{ rows.columns }}{% endif %}
{% if execute %}{{ rows.columns }}{% endif %}
//- shop/models/b.sql
{% set rows = run_query('x') if execute else none %}{{ rows.columns }}{{ reads() }}
//- shop/macros/m.sql
{% macro reads() %}{% set rows = run_query('x') %}{{ return(rows.columns) }}{% endmacro %}
{% macro operation() %}{% set rows = run_query('x') %}{{ rows.columns }}{% endmacro %}
",
            expect![[r#"
                error[unguarded-query]: run_query() gives nothing while dbt parses: use its result under {% if execute %}
                 --> shop/models/a.sql:2:4
                  |
                2 | {{ rows.columns[0] }} {{ rows[0] }} {{ run_query('x').rows }}
                  |    ^^^^
                error[unguarded-query]: run_query() gives nothing while dbt parses: use its result under {% if execute %}
                 --> shop/models/a.sql:2:26
                  |
                2 | {{ rows.columns[0] }} {{ rows[0] }} {{ run_query('x').rows }}
                  |                          ^^^^
                error[unguarded-query]: run_query() gives nothing while dbt parses: use its result under {% if execute %}
                 --> shop/models/a.sql:2:40
                  |
                2 | {{ rows.columns[0] }} {{ rows[0] }} {{ run_query('x').rows }}
                  |                                        ^^^^^^^^^
                error[unguarded-query]: run_query() gives nothing while dbt parses: use its result under {% if execute %}
                 --> shop/macros/m.sql:1:61
                  |
                1 | {% macro reads() %}{% set rows = run_query('x') %}{{ return(rows.columns) }}{% endmacro %}
                  |                                                             ^^^^
            "#]],
        );
    }

    #[test]
    fn v2_has_something_there() {
        check_v2(
            "
//- shop/dbt_project.yml
name: shop
//- shop/models/a.sql
{% set rows = run_query('select 1') %}
{{ rows.columns[0] }} {{ rows[0] }} {{ run_query('x').rows }}
{% for row in rows %}{{ row.x }}{% endfor %}{{ rows | length }}{% if rows %}{{ rows.columns }}{% endif %}
{% if execute %}{{ rows.columns }}{% endif %}
",
            expect![[r#"
                warning[unguarded-query]: run_query() gives nothing while dbt parses: use its result under {% if execute %}
                 --> shop/models/a.sql:2:4
                  |
                2 | {{ rows.columns[0] }} {{ rows[0] }} {{ run_query('x').rows }}
                  |    ^^^^
                warning[unguarded-query]: run_query() gives nothing while dbt parses: use its result under {% if execute %}
                 --> shop/models/a.sql:2:26
                  |
                2 | {{ rows.columns[0] }} {{ rows[0] }} {{ run_query('x').rows }}
                  |                          ^^^^
                warning[unguarded-query]: run_query() gives nothing while dbt parses: use its result under {% if execute %}
                 --> shop/models/a.sql:2:40
                  |
                2 | {{ rows.columns[0] }} {{ rows[0] }} {{ run_query('x').rows }}
                  |                                        ^^^^^^^^^
            "#]],
        );
    }
}
