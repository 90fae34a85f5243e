//! `unknown-dispatch`: `adapter.dispatch` asks for a macro that nobody implements (spec §10).

use project::facts::Use;
use project::names::Space;

use super::failure::Failure;
use super::templates::CallSite;
use crate::{Diagnostic, Severity, catalog};

pub(super) const CODE: &str = "unknown-dispatch";

pub(super) fn is_about(used: &Use) -> bool {
    used.call.name == "adapter.dispatch"
}

pub(super) fn check(site: &CallSite<'_>) -> Option<Diagnostic> {
    let (cx, call) = (site.cx, &site.used.call);
    let first =
        call.args.first().filter(|arg| arg.keyword.is_none() && is_about(site.used) && call.complete)?;
    if let Some((_, range)) =
        call.args.iter().filter_map(|arg| arg.keyword.as_ref()).find(|(key, _)| key == "packages")
    {
        let message = "dbt refuses the argument 'packages': name one package as 'macro_namespace'";
        return Some(Diagnostic::new(CODE, *range, severity(site)?, message));
    }
    let name = first.value.as_str()?;
    if let Some((package, rest)) = name.split_once('.') {
        let message =
            format!("a package is the second argument of dispatch: adapter.dispatch('{rest}', '{package}')");
        return Some(Diagnostic::new(CODE, first.inner_range(), severity(site)?, message));
    }
    let has = |space: &str| cx.resolver.packages().any(|package| package.site(Space::Macro, space).is_some());
    // dbt has an implementation of every macro of its own; of an adapter's nobody knows all.
    let dbts = catalog::lookup(&format!("dbt.{name}")).is_some()
        || catalog::is_internal(name)
        || name.contains("__");
    if has(&format!("default__{name}")) || dbts || cx.resolver.uninstalled().next().is_some() {
        return None;
    }
    let ending = format!("__{name}");
    let mut all = cx.resolver.packages().flat_map(|package| package.names(Space::Macro));
    if all.any(|(known, _)| known.ends_with(&ending)) {
        return None;
    }
    let message = format!("nothing implements '{name}': write a macro 'default__{name}'");
    Some(Diagnostic::new(CODE, first.inner_range(), severity(site)?, message))
}

fn severity(site: &CallSite<'_>) -> Option<Severity> {
    Some(match site.failure()? {
        Failure::Node | Failure::Macro => Severity::Error,
        Failure::Later => Severity::Warning,
        Failure::Perhaps => Severity::Hint,
    })
}

#[cfg(test)]
mod tests {
    use expect_test::expect;

    use crate::diagnostics::tests::check;

    #[test]
    fn nobody_implements_it() {
        check(
            "
//- shop/dbt_project.yml
name: shop
//- shop/macros/a.sql
{% macro runs() %}{{ return(adapter.dispatch('runs', 'shop')()) }}{% endmacro %}
{% macro never() %}{{ return(adapter.dispatch('never')()) }}{% endmacro %}
{% macro dotted() %}{{ return(adapter.dispatch('shop.dotted')()) }}{% endmacro %}
{% macro older() %}{{ return(adapter.dispatch('older', packages=['shop'])()) }}{% endmacro %}
//- shop/models/a.sql
{{ runs() }}{{ dotted() }}{{ older() }}
",
            expect![[r#"
                error[unknown-dispatch]: nothing implements 'runs': write a macro 'default__runs'
                 --> shop/macros/a.sql:1:47
                  |
                1 | {% macro runs() %}{{ return(adapter.dispatch('runs', 'shop')()) }}{% endmacro %}
                  |                                               ^^^^
                warning[unknown-dispatch]: nothing implements 'never': write a macro 'default__never'
                 --> shop/macros/a.sql:2:48
                  |
                2 | {% macro never() %}{{ return(adapter.dispatch('never')()) }}{% endmacro %}
                  |                                                ^^^^^
                error[unknown-dispatch]: a package is the second argument of dispatch: adapter.dispatch('dotted', 'shop')
                 --> shop/macros/a.sql:3:49
                  |
                3 | {% macro dotted() %}{{ return(adapter.dispatch('shop.dotted')()) }}{% endmacro %}
                  |                                                 ^^^^^^^^^^^
                error[unknown-dispatch]: dbt refuses the argument 'packages': name one package as 'macro_namespace'
                 --> shop/macros/a.sql:4:56
                  |
                4 | {% macro older() %}{{ return(adapter.dispatch('older', packages=['shop'])()) }}{% endmacro %}
                  |                                                        ^^^^^^^^
            "#]],
        );
    }

    #[test]
    fn somebody_does_or_may() {
        check(
            "
//- shop/dbt_project.yml
name: shop
//- shop/macros/a.sql
{% macro g() %}{{ return(adapter.dispatch('g')()) }}{{ adapter.dispatch(g)() }}{{ adapter.dispatch('dateadd', 'dbt')() }}{% endmacro %}
{% macro h() %}{{ return(adapter.dispatch('h')()) }}{% endmacro %}
{% macro default__g() %}{% endmacro %}{% macro snowflake__h() %}{% endmacro %}
//- shop/models/a.sql
{{ g() }}{{ h() }}
",
            expect![[r#"
                nothing
            "#]],
        );
    }
}
