//! `unknown-model`: no node of that name where dbt looks for it (spec §4.2).

use project::registry::Supply;
use project::resolve::{Missing, Resolution};
use project::upstream::manifest::ManifestKind;

use super::{RefSite, nearest, wording};
use crate::Diagnostic;

pub(crate) const CODE: &str = "unknown-model";

pub(super) fn check(site: &RefSite<'_>) -> Option<Diagnostic> {
    let Resolution::Missing(missing @ (Missing::Model | Missing::NotReferable(_))) = site.resolution else {
        return None;
    };
    let severity = site.missing_severity()?;
    let mut message = match (missing, site.package) {
        (Missing::NotReferable(kind), _) => {
            format!("{} is {}, which ref() cannot refer to", site.shown(), wording::a(*kind))
        }
        (_, Some(package)) if only_public(site, package) => {
            format!("'{package}' publishes no model '{}'", site.name)
        }
        (_, Some(package)) => format!("no model, seed or snapshot '{}' in '{package}'", site.name),
        (_, None) => format!("no model, seed or snapshot '{}'", site.name),
    };
    let near = nearest::node(site.cx, site.package, site.name);
    message.push_str(&wording::did_you_mean(near.as_deref()));
    let fix = near.and_then(|near| site.rename(&near));
    Some(Diagnostic::new(CODE, site.name_range, severity, message).fix(fix))
}

/// Whether all that is known of an upstream is what it publishes.
fn only_public(site: &RefSite<'_>, project: &str) -> bool {
    site.cx.resolver.upstreams().iter().any(|upstream| {
        let publication = matches!(
            &upstream.supply,
            Some(Supply::Manifest { manifest, .. }) if manifest.kind == ManifestKind::Publication
        );
        upstream.name == project && publication
    })
}

#[cfg(test)]
mod tests {
    use expect_test::expect;

    use crate::diagnostics::tests::{
        PLATFORM, check, check_consumer, check_fix, check_v2, check_with, finance,
    };

    #[test]
    fn nothing_is_missing_while_files_are_still_to_come() {
        let source = finance("select * from {{ ref('ordres') }}");
        check_with(
            &source,
            |analysis| analysis.mesh.incomplete = true,
            expect![[r"
            nothing
        "]],
        );
    }

    #[test]
    fn with_one_and_with_two_arguments() {
        check_consumer(
            "select * from {{ ref('platform', 'ordres') }} join {{ ref('ordres') }}",
            expect![[r#"
            error[unknown-model]: no model, seed or snapshot 'ordres' in 'platform'; did you mean 'orders'?
             --> finance/models/report.sql:1:35
              |
            1 | select * from {{ ref('platform', 'ordres') }} join {{ ref('ordres') }}
              |                                   ^^^^^^
              |
              = fix: Change to 'orders'
            error[unknown-model]: no model, seed or snapshot 'ordres'; did you mean 'orders'?
             --> finance/models/report.sql:1:60
              |
            1 | select * from {{ ref('platform', 'ordres') }} join {{ ref('ordres') }}
              |                                                            ^^^^^^
              |
              = fix: Change to 'orders'
        "#]],
        );
    }

    #[test]
    fn the_suggestion_is_a_model_not_the_file_of_a_version() {
        check_consumer(
            "select * from {{ ref('platform', 'custmers') }}",
            expect![[r#"
            error[unknown-model]: no model, seed or snapshot 'custmers' in 'platform'; did you mean 'customers'?
             --> finance/models/report.sql:1:35
              |
            1 | select * from {{ ref('platform', 'custmers') }}
              |                                   ^^^^^^^^
              |
              = fix: Change to 'customers'
        "#]],
        );
    }

    const SHOP: &str = "
//- shop/dbt_project.yml
name: shop
//- shop/models/orders.sql
select 1
//- shop/analyses/study.sql
select * from {{ ref('study') }}
//- shop/tests/t.sql
select * from {{ ref('nothing') }}
//- shop/macros/m.sql
{% macro unused() %} {{ ref('nothing') }} {% endmacro %}
//- shop/models/_models.yml
models:
  - name: orders
    description: \"{{ ref('nothing') }}\"
    columns:
      - name: id
        data_tests:
          - relationships: {to: ref('nothing'), field: id}
exposures:
  - name: board
    type: dashboard
    owner: {name: x}
    depends_on: [ref('nothing')]
unit_tests:
  - name: u
    model: orders
    given:
      - input: ref('nothing')
        rows: []
    expect: {rows: []}
";

    #[test]
    fn as_bad_as_dbt_takes_it_for_each_referrer() {
        check(
            SHOP,
            expect![[r#"
                error[unknown-model]: 'study' is an analysis, which ref() cannot refer to
                 --> shop/analyses/study.sql:1:23
                  |
                1 | select * from {{ ref('study') }}
                  |                       ^^^^^
                warning[unknown-model]: no model, seed or snapshot 'nothing'
                 --> shop/tests/t.sql:1:23
                  |
                1 | select * from {{ ref('nothing') }}
                  |                       ^^^^^^^
                hint[unknown-model]: no model, seed or snapshot 'nothing'
                 --> shop/macros/m.sql:1:30
                  |
                1 | {% macro unused() %} {{ ref('nothing') }} {% endmacro %}
                  |                              ^^^^^^^
                error[misplaced-call]: ref() is not known here: descriptions are rendered without it
                 --> shop/models/_models.yml:3:22
                  |
                3 |     description: "{{ ref('nothing') }}"
                  |                      ^^^
                warning[test-arguments]: 'to', 'field' belong below 'arguments:'
                 --> shop/models/_models.yml:7:29
                  |
                7 |           - relationships: {to: ref('nothing'), field: id}
                  |                             ^^
                warning[unknown-model]: no model, seed or snapshot 'nothing'
                 --> shop/models/_models.yml:7:38
                  |
                7 |           - relationships: {to: ref('nothing'), field: id}
                  |                                      ^^^^^^^
                error[unknown-model]: no model, seed or snapshot 'nothing'
                  --> shop/models/_models.yml:12:23
                   |
                12 |     depends_on: [ref('nothing')]
                   |                       ^^^^^^^
            "#]],
        );
    }

    #[test]
    fn dbt_v2_only_warns_of_exposures() {
        check_v2(
            SHOP,
            expect![[r#"
                error[unknown-model]: 'study' is an analysis, which ref() cannot refer to
                 --> shop/analyses/study.sql:1:23
                  |
                1 | select * from {{ ref('study') }}
                  |                       ^^^^^
                warning[unknown-model]: no model, seed or snapshot 'nothing'
                 --> shop/tests/t.sql:1:23
                  |
                1 | select * from {{ ref('nothing') }}
                  |                       ^^^^^^^
                hint[unknown-model]: no model, seed or snapshot 'nothing'
                 --> shop/macros/m.sql:1:30
                  |
                1 | {% macro unused() %} {{ ref('nothing') }} {% endmacro %}
                  |                              ^^^^^^^
                error[misplaced-call]: ref() is not known here: descriptions are rendered without it
                 --> shop/models/_models.yml:3:22
                  |
                3 |     description: "{{ ref('nothing') }}"
                  |                      ^^^
                error[test-arguments]: 'to', 'field' belong below 'arguments:'
                 --> shop/models/_models.yml:7:29
                  |
                7 |           - relationships: {to: ref('nothing'), field: id}
                  |                             ^^
                warning[unknown-model]: no model, seed or snapshot 'nothing'
                 --> shop/models/_models.yml:7:38
                  |
                7 |           - relationships: {to: ref('nothing'), field: id}
                  |                                      ^^^^^^^
                warning[unknown-model]: no model, seed or snapshot 'nothing'
                  --> shop/models/_models.yml:12:23
                   |
                12 |     depends_on: [ref('nothing')]
                   |                       ^^^^^^^
            "#]],
        );
    }

    #[test]
    fn dynamic_half_typed_and_unreached_calls_are_not_judged() {
        let model =
            "{{ ref(var('x')) }} {% if false %}{{ ref('nothing') }}{% endif %} {# {{ ref('nothing') }} #}
{% set names = ['orders', 'nothing'] %}{% for name in names %}{{ ref('platform', name) }}{% endfor %}
{% if execute %}{{ ref('nothing') }}{% endif %} {% if var('x') %}{{ ref('nothing') }}{% endif %}
{{ ref('nothing'";
        check_consumer(
            model,
            expect![[r#"
            error[unknown-model]: no model, seed or snapshot 'nothing' in 'platform'
             --> finance/models/report.sql:2:82
              |
            2 | {% set names = ['orders', 'nothing'] %}{% for name in names %}{{ ref('platform', name) }}{% endfor %}
              |                                                                                  ^^^^
            warning[unknown-model]: no model, seed or snapshot 'nothing'
             --> finance/models/report.sql:3:25
              |
            3 | {% if execute %}{{ ref('nothing') }}{% endif %} {% if var('x') %}{{ ref('nothing') }}{% endif %}
              |                         ^^^^^^^
            hint[unknown-model]: no model, seed or snapshot 'nothing'
             --> finance/models/report.sql:3:74
              |
            3 | {% if execute %}{{ ref('nothing') }}{% endif %} {% if var('x') %}{{ ref('nothing') }}{% endif %}
              |                                                                          ^^^^^^^
            error[syntax-error]: this `{{` is never closed: `}}` is missing
             --> finance/models/report.sql:4:1
              |
            4 | {{ ref('nothing'
              | ^^^^^^^^^^^^^^^^
        "#]],
        );
    }

    #[test]
    fn the_fix_writes_the_name_only() {
        let source =
            format!("{}{PLATFORM}", finance("select * from {{ ref(\"platform\", \"ordres\", v=none) }}"));
        check_fix(
            &source,
            "Change",
            expect![[r#"
                select * from {{ ref("platform", "orders", v=none) }}
            "#]],
        );
    }

    #[test]
    fn a_macro_that_a_model_surely_runs_fails_with_it() {
        check(
            "
//- shop/dbt_project.yml
name: shop
//- shop/models/report.sql
{{ outer() }}
//- shop/tests/t.sql
{{ tested() }}
//- shop/macros/m.sql
$0{% macro outer() %}{{ shop.inner() }}{% endmacro %}
{% macro inner() %}{{ ref('sure') }} {% if var('x') %}{{ ref('maybe') }}{% endif %}{% endmacro %}
{% macro tested() %}{{ ref('in_test') }}{% endmacro %}
{% macro never() %}{{ ref('nobody_asks') }}{% endmacro %}
",
            expect![[r#"
                error[unknown-model]: no model, seed or snapshot 'sure'
                 --> shop/macros/m.sql:2:28
                  |
                2 | {% macro inner() %}{{ ref('sure') }} {% if var('x') %}{{ ref('maybe') }}{% endif %}{% endmacro %}
                  |                            ^^^^
                hint[unknown-model]: no model, seed or snapshot 'maybe'
                 --> shop/macros/m.sql:2:63
                  |
                2 | {% macro inner() %}{{ ref('sure') }} {% if var('x') %}{{ ref('maybe') }}{% endif %}{% endmacro %}
                  |                                                               ^^^^^
                warning[unknown-model]: no model, seed or snapshot 'in_test'
                 --> shop/macros/m.sql:3:29
                  |
                3 | {% macro tested() %}{{ ref('in_test') }}{% endmacro %}
                  |                             ^^^^^^^
                hint[unknown-model]: no model, seed or snapshot 'nobody_asks'
                 --> shop/macros/m.sql:4:28
                  |
                4 | {% macro never() %}{{ ref('nobody_asks') }}{% endmacro %}
                  |                            ^^^^^^^^^^^
            "#]],
        );
    }

    #[test]
    fn a_macro_called_ref_makes_its_own_rules() {
        check(
            "
//- shop/dbt_project.yml
name: shop
//- shop/macros/ref.sql
{% macro ref(name) %}{{ return(builtins.ref(name ~ '_v2')) }}{% endmacro %}
//- shop/models/report.sql
$0{{ ref('nothing') }} {{ builtins.ref('nothing') }}
",
            expect![[r#"
                error[unknown-model]: no model, seed or snapshot 'nothing'
                 --> shop/models/report.sql:1:39
                  |
                1 | {{ ref('nothing') }} {{ builtins.ref('nothing') }}
                  |                                       ^^^^^^^
            "#]],
        );
    }
}
