//! `syntax-error`: what the text's own language refuses, and so does every dbt.

use project::flavor::Flavor;
use project::layout::FileKind;
use syntax::SyntaxError;

use super::FileCx;
use crate::{Diagnostic, Severity};

pub(super) const CODE: &str = "syntax-error";

pub(super) fn check(cx: &FileCx<'_>, out: &mut Vec<Diagnostic>) {
    // Of dependencies.yml and packages.yml `malformed-dependencies` tells.
    if cx.facts.dependencies.is_some() {
        return;
    }
    // dbt v2 passes over docs blocks that it cannot read.
    let quiet = cx.entry.kind == FileKind::Docs && cx.flavor() == Flavor::V2;
    let severity = if quiet { Severity::Warning } else { Severity::Error };
    out.extend(cx.facts.errors.iter().map(|error| Diagnostic { severity, ..of(cx, CODE, error) }));
}

/// A finding for an error, with the place that explains it.
pub(super) fn of(cx: &FileCx<'_>, code: &'static str, error: &SyntaxError) -> Diagnostic {
    let found = Diagnostic::new(code, error.range, Severity::Error, error.message.clone());
    match &error.related {
        Some((range, what)) => found.related(Some(cx.here(*range)), what.clone()),
        None => found,
    }
}

#[cfg(test)]
mod tests {
    use expect_test::expect;

    use crate::diagnostics::tests::check;

    #[test]
    fn in_sql_yaml_python_and_docs() {
        check(
            "
//- shop/dbt_project.yml
name: shop
//- shop/models/a.sql
{% if true %}
select * from {{ ref('a' }}
//- shop/models/b.py
def model(dbt, session):
    return dbt.ref('a'
//- shop/models/_models.yml
models:
  - name: [a
//- shop/models/_docs.md
{% docs a %}
",
            expect![[r#"
                error[syntax-error]: `if` is never closed: `endif` is missing
                 --> shop/models/a.sql:1:1
                  |
                1 | {% if true %}
                  | ^^^^^^^^^^^^^
                error[syntax-error]: expected `)`
                 --> shop/models/a.sql:2:24
                  |
                2 | select * from {{ ref('a' }}
                  |                     -  ^
                  |                     |
                  |                     opened here
                error[syntax-error]: `(` is never closed
                 --> shop/models/b.py:2:19
                  |
                2 |     return dbt.ref('a'
                  |                   ^
                error[syntax-error]: this `[` is never closed
                 --> shop/models/_models.yml:2:11
                  |
                2 |   - name: [a
                  |           ^
                error[syntax-error]: `docs` is never closed: `enddocs` is missing
                 --> shop/models/_docs.md:1:1
                  |
                1 | {% docs a %}
                  | ^^^^^^^^^^^^
            "#]],
        );
    }

    #[test]
    fn whole_files_are_fine() {
        check(
            "
//- shop/dbt_project.yml
name: shop
//- shop/models/a.sql
{% if true %} select '{{ 1 }}' -- {% raw %} {{ {% endraw %} {% endif %}
//- shop/models/_models.yml
models: []
//- shop/models/readme.md
Prose with { braces } and a % sign.
",
            expect![[r#"
                nothing
            "#]],
        );
    }
}
