//! `unknown-config`: `config()` sets a key that no kind of node has (spec §18, §20).

use project::facts::ConfigTrouble;
use project::flavor::Flavor;

use super::failure::{Failure, by, failure};
use super::{FileCx, wording};
use crate::catalog::{config_key, config_keys};
use crate::{Diagnostic, Fix, Severity, SourceChange};

pub(super) const CODE: &str = "unknown-config";

/// Whether one was typed for the other, rather than being another word with the same part.
fn is_slip(key: &str, near: &str) -> bool {
    !key.contains(near) && !near.contains(key)
}

pub(super) fn check(cx: &FileCx<'_>, out: &mut Vec<Diagnostic>) {
    if cx.is_overridden("config") {
        return;
    }
    for problem in &cx.facts.config {
        let ConfigTrouble::UnknownKey(key) = &problem.trouble else { continue };
        if config_key(key, None).is_some() {
            continue;
        }
        let near = text::suggest(key, config_keys(None, None).map(|key| key.name));
        let severity = match failure(cx, by(cx, problem.range), problem.reach, problem.range) {
            None => continue,
            Some(Failure::Node) if cx.flavor() == Flavor::V2 => Severity::Error,
            // dbt v1 keeps what it does not know; only what looks like a slip is worth a word.
            Some(_) if near.is_some_and(|near| is_slip(key, near)) => Severity::Hint,
            Some(_) => continue,
        };
        let way = match near {
            Some(_) => wording::did_you_mean(near),
            None => ": put keys of your own under 'meta'".to_owned(),
        };
        let fix = near.map(|near| Fix {
            title: format!("Change to '{near}'"),
            preferred: false,
            change: SourceChange::edit(cx.file, problem.range, near),
        });
        let message = format!("no config '{key}'{way}");
        out.push(Diagnostic::new(CODE, problem.range, severity, message).fix(fix));
    }
}

#[cfg(test)]
mod tests {
    use expect_test::expect;

    use crate::diagnostics::tests::{check, check_v2};

    #[test]
    fn what_looks_like_a_slip() {
        check(
            "
//- shop/dbt_project.yml
name: shop
//- shop/models/a.sql
{{ config(materialised='table', my_own=1, warehouse='x', pre_hook='x', full_refresh=false, snowflake_warehouse='x') }}
{% if var('x') %}{{ config(tagz='a') }}{% endif %}
//- shop/snapshots/s.sql
{% snapshot s %}{{ config(strategy='check', check_cols='all', unique_key='id', target_schema='x') }}{% endsnapshot %}
",
            expect![[r#"
                hint[unknown-config]: no config 'materialised'; did you mean 'materialized'?
                 --> shop/models/a.sql:1:11
                  |
                1 | {{ config(materialised='table', my_own=1, warehouse='x', pre_hook='x', full_refresh=false, snowflake_warehouse='x') }}
                  |           ^^^^^^^^^^^^
                  |
                  = fix: Change to 'materialized'
                hint[unknown-config]: no config 'tagz'; did you mean 'tags'?
                 --> shop/models/a.sql:2:28
                  |
                2 | {% if var('x') %}{{ config(tagz='a') }}{% endif %}
                  |                            ^^^^
                  |
                  = fix: Change to 'tags'
            "#]],
        );
    }

    #[test]
    fn v2_refuses_all() {
        check_v2(
            "
//- shop/dbt_project.yml
name: shop
//- shop/models/a.sql
{{ config(materialised='table', my_own=1, warehouse='x', pre_hook='x', full_refresh=false, snowflake_warehouse='x') }}
{% if var('x') %}{{ config(tagz='a') }}{% endif %}
//- shop/snapshots/s.sql
{% snapshot s %}{{ config(strategy='check', check_cols='all', unique_key='id', target_schema='x') }}{% endsnapshot %}
",
            expect![[r#"
                error[unknown-config]: no config 'materialised'; did you mean 'materialized'?
                 --> shop/models/a.sql:1:11
                  |
                1 | {{ config(materialised='table', my_own=1, warehouse='x', pre_hook='x', full_refresh=false, snowflake_warehouse='x') }}
                  |           ^^^^^^^^^^^^
                  |
                  = fix: Change to 'materialized'
                error[unknown-config]: no config 'my_own': put keys of your own under 'meta'
                 --> shop/models/a.sql:1:33
                  |
                1 | {{ config(materialised='table', my_own=1, warehouse='x', pre_hook='x', full_refresh=false, snowflake_warehouse='x') }}
                  |                                 ^^^^^^
                error[unknown-config]: no config 'warehouse'; did you mean 'refresh_warehouse'?
                 --> shop/models/a.sql:1:43
                  |
                1 | {{ config(materialised='table', my_own=1, warehouse='x', pre_hook='x', full_refresh=false, snowflake_warehouse='x') }}
                  |                                           ^^^^^^^^^
                  |
                  = fix: Change to 'refresh_warehouse'
                hint[unknown-config]: no config 'tagz'; did you mean 'tags'?
                 --> shop/models/a.sql:2:28
                  |
                2 | {% if var('x') %}{{ config(tagz='a') }}{% endif %}
                  |                            ^^^^
                  |
                  = fix: Change to 'tags'
            "#]],
        );
    }
}
