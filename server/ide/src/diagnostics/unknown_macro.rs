//! `unknown-macro`: a template calls what nothing defines (spec §10, §20).

use project::facts::By;
use project::flavor::Flavor;
use text::TextRange;

use super::callee::{Callee, near};
use super::failure::Failure;
use super::templates::CallSite;
use super::wording;
use crate::{Diagnostic, Fix, Severity, SourceChange};

pub(super) const CODE: &str = "unknown-macro";

pub(super) fn check(site: &CallSite<'_>) -> Option<Diagnostic> {
    let (cx, call) = (site.cx, &site.used.call);
    let (package, name) = match call.name.split_once('.') {
        Some((package, name)) => (Some(package), name),
        None => (None, call.name.as_str()),
    };
    let find = |package| near(cx, package, name);
    let (message, near) = match site.callee {
        Callee::Unknown if inline(site) => {
            (format!("dbt does not find '{name}' here: move the macro to a file under macros/"), None)
        }
        Callee::Unknown => {
            let elsewhere = elsewhere(site, name);
            let near = if elsewhere.is_none() { find(None) } else { None };
            let way = elsewhere.unwrap_or_else(|| wording::did_you_mean(near.as_deref()));
            (format!("no macro '{name}'{way}"), near)
        }
        Callee::NotIn(package) => {
            let near = find(Some(package));
            let way = wording::did_you_mean(near.as_deref());
            (format!("the package '{package}' has no macro '{name}'{way}"), near)
        }
        Callee::NoPackage(package) => {
            let known = cx.resolver.packages().map(project::Package::name).chain(["dbt"]);
            let way = wording::did_you_mean(text::suggest(package, known));
            (format!("no package '{package}' is installed here{way}"), None)
        }
        Callee::Macro(_) | Callee::Other => return None,
    };
    let start = call.name_range.end() - text::size(name.len());
    let written = usize::from(call.name_range.len()) == call.name.len();
    let range = if written { TextRange::new(start, call.name_range.end()) } else { call.name_range };
    let fix = near.filter(|_| written).map(|near| Fix {
        title: format!("Change to '{near}'"),
        preferred: false,
        change: SourceChange::edit(cx.file, range, near),
    });
    let marked = if matches!(site.callee, Callee::NoPackage(_)) { call.name_range } else { range };
    Some(Diagnostic::new(CODE, marked, severity(site, package.is_some())?, message).fix(fix))
}

/// dbt v1 calls nothing while it parses a node, and fails when it compiles it; in a macro that runs it fails at once.
/// v2 looks at once, but not into packages.
fn severity(site: &CallSite<'_>, qualified: bool) -> Option<Severity> {
    let v2 = site.cx.flavor() == Flavor::V2;
    Some(match site.failure()? {
        Failure::Node if v2 && !qualified && !inline(site) && site.used.by != By::Hook => Severity::Error,
        Failure::Macro if !(v2 && qualified) => Severity::Error,
        Failure::Node | Failure::Macro | Failure::Later => Severity::Warning,
        Failure::Perhaps => Severity::Hint,
    })
}

/// Whether the file itself has a macro of that name, where dbt does not look for macros.
fn inline(site: &CallSite<'_>) -> bool {
    site.cx.facts.defs.iter().any(|def| def.name == site.used.call.name)
}

/// Another package that has it.
fn elsewhere(site: &CallSite<'_>, name: &str) -> Option<String> {
    let mut packages = site.cx.resolver.packages();
    let package = packages.find(|package| package.site(project::names::Space::Macro, name).is_some())?;
    Some(format!(" here; write '{}.{name}'", package.name()))
}

#[cfg(test)]
mod tests {
    use expect_test::expect;

    use crate::diagnostics::tests::{check, check_v2};

    #[test]
    fn names_that_nothing_has() {
        check(
            "
//- shop/dbt_project.yml
name: shop
//- shop/macros/money.sql
{% macro cents(amount, scale=2) %}{{ amount }}{% endmacro %}
{% macro any() %}{{ varargs ~ kwargs }}{% endmacro %}
//- shop/dbt_packages/utils/dbt_project.yml
name: utils
//- shop/dbt_packages/utils/macros/star.sql
{% macro star(from) %}{% endmacro %}
//- shop/models/a.sql
select {{ cent(1) }}, {{ star('a') }}, {{ utils.sta(1) }}, {{ dbt.nope() }}, {{ dbt_util.star() }}
{% if execute %}{{ nope() }}{% endif %}{% if var('x') %}{{ nope() }}{% endif %}{% if false %}{{ nope() }}{% endif %}
{% macro mine() %}{% endmacro %}{{ mine() }}
//- shop/macros/more.sql
{% macro runs() %}{{ nothing() }}{{ utils.nothing() }}{{ later() }}{% endmacro %}
{% macro later() %}{{ return(1) }}{{ nothing() }}{% endmacro %}
{% macro never() %}{{ nothing() }}{% if execute %}{{ nothing() }}{% endif %}{% endmacro %}
//- shop/models/b.sql
{{ runs() }}
//- shop/models/off.sql
{{ config(enabled=false) }}{{ nope() }}
",
            expect![[r#"
                warning[unknown-macro]: no macro 'cent'; did you mean 'cents'?
                 --> shop/models/a.sql:1:11
                  |
                1 | select {{ cent(1) }}, {{ star('a') }}, {{ utils.sta(1) }}, {{ dbt.nope() }}, {{ dbt_util.star() }}
                  |           ^^^^
                  |
                  = fix: Change to 'cents'
                warning[unknown-macro]: no macro 'star' here; write 'utils.star'
                 --> shop/models/a.sql:1:26
                  |
                1 | select {{ cent(1) }}, {{ star('a') }}, {{ utils.sta(1) }}, {{ dbt.nope() }}, {{ dbt_util.star() }}
                  |                          ^^^^
                warning[unknown-macro]: the package 'utils' has no macro 'sta'; did you mean 'star'?
                 --> shop/models/a.sql:1:49
                  |
                1 | select {{ cent(1) }}, {{ star('a') }}, {{ utils.sta(1) }}, {{ dbt.nope() }}, {{ dbt_util.star() }}
                  |                                                 ^^^
                  |
                  = fix: Change to 'star'
                warning[unknown-macro]: the package 'dbt' has no macro 'nope'
                 --> shop/models/a.sql:1:67
                  |
                1 | select {{ cent(1) }}, {{ star('a') }}, {{ utils.sta(1) }}, {{ dbt.nope() }}, {{ dbt_util.star() }}
                  |                                                                   ^^^^
                warning[unknown-macro]: no package 'dbt_util' is installed here
                 --> shop/models/a.sql:1:81
                  |
                1 | select {{ cent(1) }}, {{ star('a') }}, {{ utils.sta(1) }}, {{ dbt.nope() }}, {{ dbt_util.star() }}
                  |                                                                                 ^^^^^^^^^^^^^
                warning[unknown-macro]: no macro 'nope'
                 --> shop/models/a.sql:2:20
                  |
                2 | {% if execute %}{{ nope() }}{% endif %}{% if var('x') %}{{ nope() }}{% endif %}{% if false %}{{ nope() }}{% endif %}
                  |                    ^^^^
                hint[unknown-macro]: no macro 'nope'
                 --> shop/models/a.sql:2:60
                  |
                2 | {% if execute %}{{ nope() }}{% endif %}{% if var('x') %}{{ nope() }}{% endif %}{% if false %}{{ nope() }}{% endif %}
                  |                                                            ^^^^
                warning[unknown-macro]: dbt does not find 'mine' here: move the macro to a file under macros/
                 --> shop/models/a.sql:3:36
                  |
                3 | {% macro mine() %}{% endmacro %}{{ mine() }}
                  |                                    ^^^^
                error[unknown-macro]: no macro 'nothing'
                 --> shop/macros/more.sql:1:22
                  |
                1 | {% macro runs() %}{{ nothing() }}{{ utils.nothing() }}{{ later() }}{% endmacro %}
                  |                      ^^^^^^^
                error[unknown-macro]: the package 'utils' has no macro 'nothing'
                 --> shop/macros/more.sql:1:43
                  |
                1 | {% macro runs() %}{{ nothing() }}{{ utils.nothing() }}{{ later() }}{% endmacro %}
                  |                                           ^^^^^^^
                hint[unknown-macro]: no macro 'nothing'
                 --> shop/macros/more.sql:2:38
                  |
                2 | {% macro later() %}{{ return(1) }}{{ nothing() }}{% endmacro %}
                  |                                      ^^^^^^^
                warning[unknown-macro]: no macro 'nothing'
                 --> shop/macros/more.sql:3:23
                  |
                3 | {% macro never() %}{{ nothing() }}{% if execute %}{{ nothing() }}{% endif %}{% endmacro %}
                  |                       ^^^^^^^
                hint[unknown-macro]: no macro 'nothing'
                 --> shop/macros/more.sql:3:54
                  |
                3 | {% macro never() %}{{ nothing() }}{% if execute %}{{ nothing() }}{% endif %}{% endmacro %}
                  |                                                      ^^^^^^^
            "#]],
        );
    }

    #[test]
    fn v2_looks_at_once_but_not_into_packages() {
        check_v2(
            "
//- shop/dbt_project.yml
name: shop
//- shop/macros/money.sql
{% macro cents(amount, scale=2) %}{{ amount }}{% endmacro %}
{% macro any() %}{{ varargs ~ kwargs }}{% endmacro %}
//- shop/dbt_packages/utils/dbt_project.yml
name: utils
//- shop/dbt_packages/utils/macros/star.sql
{% macro star(from) %}{% endmacro %}
//- shop/models/a.sql
select {{ cent(1) }}, {{ star('a') }}, {{ utils.sta(1) }}, {{ dbt.nope() }}, {{ dbt_util.star() }}
{% if execute %}{{ nope() }}{% endif %}{% if var('x') %}{{ nope() }}{% endif %}{% if false %}{{ nope() }}{% endif %}
{% macro mine() %}{% endmacro %}{{ mine() }}
",
            expect![[r#"
                error[unknown-macro]: no macro 'cent'; did you mean 'cents'?
                 --> shop/models/a.sql:1:11
                  |
                1 | select {{ cent(1) }}, {{ star('a') }}, {{ utils.sta(1) }}, {{ dbt.nope() }}, {{ dbt_util.star() }}
                  |           ^^^^
                  |
                  = fix: Change to 'cents'
                error[unknown-macro]: no macro 'star' here; write 'utils.star'
                 --> shop/models/a.sql:1:26
                  |
                1 | select {{ cent(1) }}, {{ star('a') }}, {{ utils.sta(1) }}, {{ dbt.nope() }}, {{ dbt_util.star() }}
                  |                          ^^^^
                warning[unknown-macro]: the package 'utils' has no macro 'sta'; did you mean 'star'?
                 --> shop/models/a.sql:1:49
                  |
                1 | select {{ cent(1) }}, {{ star('a') }}, {{ utils.sta(1) }}, {{ dbt.nope() }}, {{ dbt_util.star() }}
                  |                                                 ^^^
                  |
                  = fix: Change to 'star'
                warning[unknown-macro]: the package 'dbt' has no macro 'nope'
                 --> shop/models/a.sql:1:67
                  |
                1 | select {{ cent(1) }}, {{ star('a') }}, {{ utils.sta(1) }}, {{ dbt.nope() }}, {{ dbt_util.star() }}
                  |                                                                   ^^^^
                warning[unknown-macro]: no package 'dbt_util' is installed here
                 --> shop/models/a.sql:1:81
                  |
                1 | select {{ cent(1) }}, {{ star('a') }}, {{ utils.sta(1) }}, {{ dbt.nope() }}, {{ dbt_util.star() }}
                  |                                                                                 ^^^^^^^^^^^^^
                warning[unknown-macro]: no macro 'nope'
                 --> shop/models/a.sql:2:20
                  |
                2 | {% if execute %}{{ nope() }}{% endif %}{% if var('x') %}{{ nope() }}{% endif %}{% if false %}{{ nope() }}{% endif %}
                  |                    ^^^^
                hint[unknown-macro]: no macro 'nope'
                 --> shop/models/a.sql:2:60
                  |
                2 | {% if execute %}{{ nope() }}{% endif %}{% if var('x') %}{{ nope() }}{% endif %}{% if false %}{{ nope() }}{% endif %}
                  |                                                            ^^^^
                warning[unknown-macro]: dbt does not find 'mine' here: move the macro to a file under macros/
                 --> shop/models/a.sql:3:36
                  |
                3 | {% macro mine() %}{% endmacro %}{{ mine() }}
                  |                                    ^^^^
            "#]],
        );
    }

    #[test]
    fn what_is_known_or_cannot_be() {
        check(
            "
//- shop/dbt_project.yml
name: shop
//- shop/macros/money.sql
{% macro cents(amount, scale=2) %}{{ amount }}{% endmacro %}
{% macro any() %}{{ varargs ~ kwargs }}{% endmacro %}
//- shop/dbt_packages/utils/dbt_project.yml
name: utils
//- shop/dbt_packages/utils/macros/star.sql
{% macro star(from) %}{% endmacro %}
//- shop/models/a.sql
{{ cents(1) }}{{ shop.cents(2) }}{{ utils.star('a') }}{{ dbt.type_string() }}{{ dateadd('day', 1, 'x') }}{{ range(3) }}
{{ dbt_duckdb.nothing() }}{{ snowflake__nothing() }}{{ dbt.test_unique() }}{{ exceptions.warn('x') }}{{ adapter.new() }}
{{ ref('b').include().nothing() }}{{ this.nothing() }}{{ modules.re.match('a') }}{{ adapter.dispatch('cents')(1) }}
{% set f = cents %}{{ f(1) }}{% set d = {} %}{% do d.update(a=1) %}{% for x in d %}{{ loop.cycle(1) ~ x.get() }}{% endfor %}
//- shop/models/b.sql
{% set ns = namespace(l=[]) %}{% do ns.l.append(1) %}{{ caller is defined }}{{ return(1) }}{{ log('x') }}
//- shop/macros/more.sql
{{ outside() }}
{% macro g(f) %}{{ f(1) }}{{ caller() }}{{ varargs.x() }}{% endmacro %}
{% test positive(model) %}{{ model.include() }}{% endtest %}
",
            expect![[r#"
                error[unknown-dispatch]: nothing implements 'cents': write a macro 'default__cents'
                 --> shop/models/a.sql:3:103
                  |
                3 | {{ ref('b').include().nothing() }}{{ this.nothing() }}{{ modules.re.match('a') }}{{ adapter.dispatch('cents')(1) }}
                  |                                                                                                       ^^^^^
            "#]],
        );
    }

    #[test]
    fn a_package_that_is_not_there_may_have_it() {
        check(
            "
//- shop/dbt_project.yml
name: shop
//- shop/packages.yml
packages:
  - package: dbt-labs/dbt_utils
    version: 1.0.0
//- shop/models/a.sql
$0{{ dbt_utils.star() }}
",
            expect![[r#"
                nothing
            "#]],
        );
    }

    #[test]
    fn in_hooks() {
        check(
            "
//- shop/dbt_project.yml
name: shop
on-run-start: \"{{ nope() }}\"
on-run-end: [\"{{ log(1) }}\"]
",
            expect![[r#"
                warning[unknown-macro]: no macro 'nope'
                 --> shop/dbt_project.yml:2:19
                  |
                2 | on-run-start: "{{ nope() }}"
                  |                   ^^^^
            "#]],
        );
    }
}
