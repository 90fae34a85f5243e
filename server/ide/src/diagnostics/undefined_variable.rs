//! `undefined-variable`: a template uses a variable that nothing sets; it renders as nothing (spec §10, §20).

use project::facts::{By, NameTrouble};
use project::layout::FileKind;
use project::names::Space;

use super::callee::{is_dbts, is_package};
use super::definitions::v1_error;
use super::failure::{Failure, by, failure};
use super::{FileCx, wording};
use crate::{Diagnostic, Severity};

pub(super) const CODE: &str = "undefined-variable";

pub(super) fn check(cx: &FileCx<'_>, out: &mut Vec<Diagnostic>) {
    if cx.entry.kind == FileKind::Docs {
        return;
    }
    for name in &cx.facts.names {
        let inside = match name.trouble {
            NameTrouble::Free => false,
            NameTrouble::FreeInside => true,
            NameTrouble::Unguarded => continue,
        };
        let by = by(cx, name.range);
        if is_known(cx, &name.name, by) {
            continue;
        }
        let Some(failure) = failure(cx, by, name.reach, name.range) else { continue };
        let severity = match failure {
            _ if !inside => Severity::Hint,
            Failure::Macro => v1_error(cx),
            Failure::Node => Severity::Warning,
            Failure::Later | Failure::Perhaps => Severity::Hint,
        };
        let what = if inside { "asking it for more fails" } else { "it renders as nothing" };
        let near = near(cx, &name.name);
        let message =
            format!("nothing sets '{}' here: {what}{}", name.name, wording::did_you_mean(near.as_deref()));
        out.push(Diagnostic::new(CODE, name.range, severity, message));
    }
}

pub(super) fn is_known(cx: &FileCx<'_>, name: &str, by: By) -> bool {
    let is_macro = || {
        [cx.package, cx.project].iter().any(|package| package.site(Space::Macro, name).is_some())
            || cx.facts.defs.iter().any(|def| def.name == name)
    };
    // What calls a materialization or a test may give it anything.
    let given = || match by {
        By::Def(at) => cx.facts.defs.get(at as usize).is_some_and(|def| {
            use project::facts::DefKind::{Macro, Snapshot};
            !matches!(def.kind, Macro | Snapshot)
        }),
        _ => false,
    };
    is_dbts(name) || is_macro() || is_package(cx, name) || given() || matches!(name, "self" | "super")
}

fn near(cx: &FileCx<'_>, name: &str) -> Option<String> {
    if name.eq_ignore_ascii_case("null") {
        return Some("none".to_owned());
    }
    if !cx.may_guess() {
        return None;
    }
    let names = crate::catalog::globals().filter(|item| item.kind == crate::catalog::Kind::Object);
    text::suggest(name, names.map(|item| item.name)).map(str::to_owned)
}

#[cfg(test)]
mod tests {
    use expect_test::expect;

    use crate::diagnostics::tests::check;

    #[test]
    fn names_that_nothing_sets() {
        check(
            "
//- shop/dbt_project.yml
name: shop
//- shop/models/a.sql
{{ nope }} {{ nope.x }} {{ nope | default('x') }} {{ nope is defined }} {{ execut }} {{ this }} {{ target.name }}
{% for x in [1] %}{% set inside = x %}{% endfor %}{{ inside }}{{ x }} {{ null }} {{ cents }} {{ shop }} {{ dbt.x }}
{{ f(other) }}
//- shop/macros/m.sql
{% macro cents(a) %}{{ a ~ b.c }}{{ model }}{% endmacro %}
{{ outside }}
{% macro f(a) %}{{ a }}{% endmacro %}
{% materialization m, default %}{{ anything.x }}{% endmaterialization %}
//- shop/models/b.sql
{{ cents(1) }}
//- shop/models/docs.md
{% docs x %}{{ nope }}{% enddocs %}
",
            expect![[r#"
                hint[undefined-variable]: nothing sets 'nope' here: it renders as nothing
                 --> shop/models/a.sql:1:4
                  |
                1 | {{ nope }} {{ nope.x }} {{ nope | default('x') }} {{ nope is defined }} {{ execut }} {{ this }} {{ target.name }}
                  |    ^^^^
                warning[undefined-variable]: nothing sets 'nope' here: asking it for more fails
                 --> shop/models/a.sql:1:15
                  |
                1 | {{ nope }} {{ nope.x }} {{ nope | default('x') }} {{ nope is defined }} {{ execut }} {{ this }} {{ target.name }}
                  |               ^^^^
                hint[undefined-variable]: nothing sets 'execut' here: it renders as nothing; did you mean 'execute'?
                 --> shop/models/a.sql:1:76
                  |
                1 | {{ nope }} {{ nope.x }} {{ nope | default('x') }} {{ nope is defined }} {{ execut }} {{ this }} {{ target.name }}
                  |                                                                            ^^^^^^
                hint[undefined-variable]: nothing sets 'inside' here: it renders as nothing
                 --> shop/models/a.sql:2:54
                  |
                2 | {% for x in [1] %}{% set inside = x %}{% endfor %}{{ inside }}{{ x }} {{ null }} {{ cents }} {{ shop }} {{ dbt.x }}
                  |                                                      ^^^^^^
                hint[undefined-variable]: nothing sets 'x' here: it renders as nothing
                 --> shop/models/a.sql:2:66
                  |
                2 | {% for x in [1] %}{% set inside = x %}{% endfor %}{{ inside }}{{ x }} {{ null }} {{ cents }} {{ shop }} {{ dbt.x }}
                  |                                                                  ^
                hint[undefined-variable]: nothing sets 'null' here: it renders as nothing; did you mean 'none'?
                 --> shop/models/a.sql:2:74
                  |
                2 | {% for x in [1] %}{% set inside = x %}{% endfor %}{{ inside }}{{ x }} {{ null }} {{ cents }} {{ shop }} {{ dbt.x }}
                  |                                                                          ^^^^
                hint[undefined-variable]: nothing sets 'other' here: it renders as nothing
                 --> shop/models/a.sql:3:6
                  |
                3 | {{ f(other) }}
                  |      ^^^^^
                error[undefined-variable]: nothing sets 'b' here: asking it for more fails
                 --> shop/macros/m.sql:1:28
                  |
                1 | {% macro cents(a) %}{{ a ~ b.c }}{{ model }}{% endmacro %}
                  |                            ^
            "#]],
        );
    }
}
