//! `config-arguments`: `config()` is called with arguments that it does not take, or with a value of the wrong kind.

use project::facts::ConfigTrouble;
use project::flavor::Flavor;

use super::failure::{Failure, by, failure};
use super::{FileCx, wording};
use crate::{Diagnostic, Severity};

pub(super) const CODE: &str = "config-arguments";

pub(super) fn check(cx: &FileCx<'_>, out: &mut Vec<Diagnostic>) {
    if cx.is_overridden("config") {
        return;
    }
    for problem in &cx.facts.config {
        let message = match &problem.trouble {
            ConfigTrouble::Arguments => "config() takes keywords, or one mapping and nothing else".to_owned(),
            ConfigTrouble::WrongType(key, types) if cx.flavor() == Flavor::V2 => {
                let kinds: Vec<String> = types.names().map(str::to_owned).collect();
                format!("'{key}' takes another kind of value: {}", wording::list(kinds.into_iter(), 4))
            }
            ConfigTrouble::WrongType(..) | ConfigTrouble::UnknownKey(_) => continue,
        };
        let severity = match failure(cx, by(cx, problem.range), problem.reach, problem.range) {
            Some(Failure::Node) => Severity::Error,
            Some(Failure::Later) => Severity::Warning,
            Some(_) => Severity::Hint,
            None => continue,
        };
        out.push(Diagnostic::new(CODE, problem.range, severity, message));
    }
}

#[cfg(test)]
mod tests {
    use expect_test::expect;

    use crate::diagnostics::tests::{check, check_v2};

    #[test]
    fn what_config_does_not_take() {
        check(
            "
//- shop/dbt_project.yml
name: shop
//- shop/models/a.sql
{{ config() }}{{ config('table') }}{{ config({'a': 1}, b=2) }}{{ config({'materialized': 'table'}) }}
{{ config(tags=1, materialized=['x'], meta='x', enabled=true, tags=none, alias=1) }}
//- shop/models/b.sql
{{ config(var('x')) }}{{ config(**var('x')) }}
//- shop/snapshots/s.sql
{% snapshot s %}{{ config(1) }}{{ config(strategy='check', check_cols='all', unique_key=['id']) }}{% endsnapshot %}
//- shop/macros/m.sql
{% macro m() %}{{ config(1) }}{% endmacro %}
",
            expect![[r#"
                error[config-arguments]: config() takes keywords, or one mapping and nothing else
                 --> shop/models/a.sql:1:4
                  |
                1 | {{ config() }}{{ config('table') }}{{ config({'a': 1}, b=2) }}{{ config({'materialized': 'table'}) }}
                  |    ^^^^^^^^
                error[config-arguments]: config() takes keywords, or one mapping and nothing else
                 --> shop/models/a.sql:1:25
                  |
                1 | {{ config() }}{{ config('table') }}{{ config({'a': 1}, b=2) }}{{ config({'materialized': 'table'}) }}
                  |                         ^^^^^^^
                error[config-arguments]: config() takes keywords, or one mapping and nothing else
                 --> shop/models/a.sql:1:46
                  |
                1 | {{ config() }}{{ config('table') }}{{ config({'a': 1}, b=2) }}{{ config({'materialized': 'table'}) }}
                  |                                              ^^^^^^^^
                error[config-arguments]: config() takes keywords, or one mapping and nothing else
                 --> shop/snapshots/s.sql:1:27
                  |
                1 | {% snapshot s %}{{ config(1) }}{{ config(strategy='check', check_cols='all', unique_key=['id']) }}{% endsnapshot %}
                  |                           ^
            "#]],
        );
    }

    #[test]
    fn values_of_another_kind() {
        check_v2(
            "
//- shop/dbt_project.yml
name: shop
//- shop/models/a.sql
{{ config() }}{{ config('table') }}{{ config({'a': 1}, b=2) }}{{ config({'materialized': 'table'}) }}
{{ config(tags=1, materialized=['x'], meta='x', enabled=true, tags=none, alias=1) }}
//- shop/models/b.sql
{{ config(var('x')) }}{{ config(**var('x')) }}
",
            expect![[r#"
                error[config-arguments]: config() takes keywords, or one mapping and nothing else
                 --> shop/models/a.sql:1:4
                  |
                1 | {{ config() }}{{ config('table') }}{{ config({'a': 1}, b=2) }}{{ config({'materialized': 'table'}) }}
                  |    ^^^^^^^^
                error[config-arguments]: config() takes keywords, or one mapping and nothing else
                 --> shop/models/a.sql:1:25
                  |
                1 | {{ config() }}{{ config('table') }}{{ config({'a': 1}, b=2) }}{{ config({'materialized': 'table'}) }}
                  |                         ^^^^^^^
                error[config-arguments]: config() takes keywords, or one mapping and nothing else
                 --> shop/models/a.sql:1:46
                  |
                1 | {{ config() }}{{ config('table') }}{{ config({'a': 1}, b=2) }}{{ config({'materialized': 'table'}) }}
                  |                                              ^^^^^^^^
                error[config-arguments]: 'tags' takes another kind of value: string and list
                 --> shop/models/a.sql:2:16
                  |
                2 | {{ config(tags=1, materialized=['x'], meta='x', enabled=true, tags=none, alias=1) }}
                  |                ^
                error[config-arguments]: 'materialized' takes another kind of value: string
                 --> shop/models/a.sql:2:32
                  |
                2 | {{ config(tags=1, materialized=['x'], meta='x', enabled=true, tags=none, alias=1) }}
                  |                                ^^^^^
            "#]],
        );
    }
}
