//! `raised-error`: a template raises an error whenever dbt parses the project.

use project::facts::Use;

use super::failure::Failure;
use super::templates::CallSite;
use crate::{Diagnostic, Severity};

pub(super) const CODE: &str = "raised-error";

/// Only what surely raises: `raise_not_implemented` and its like do so too.
const RAISES: [&str; 3] = [
    "exceptions.raise_compiler_error",
    "exceptions.raise_database_error",
    "exceptions.raise_not_implemented",
];

pub(super) fn is_about(used: &Use) -> bool {
    RAISES.contains(&used.call.name.as_str())
}

pub(super) fn check(site: &CallSite<'_>) -> Option<Diagnostic> {
    if !is_about(site.used) {
        return None;
    }
    let message = match site.failure()? {
        Failure::Node => "this stops dbt whenever it parses the project: put it under a condition",
        Failure::Macro => {
            "this stops dbt whenever it parses the project, as a node runs this macro: put it under a condition"
        }
        Failure::Later | Failure::Perhaps => return None,
    };
    Some(Diagnostic::new(CODE, site.used.call.name_range, Severity::Error, message))
}

#[cfg(test)]
mod tests {
    use expect_test::expect;

    use crate::diagnostics::tests::check;

    #[test]
    fn without_a_condition() {
        check(
            "
//- shop/dbt_project.yml
name: shop
//- shop/models/a.sql
{{ exceptions.raise_compiler_error('no') }}
//- shop/models/b.sql
{{ old() }}{% if target.name == 'prod' %}{{ exceptions.raise_compiler_error('no') }}{% endif %}
//- shop/macros/old.sql
{% macro old() %}{{ exceptions.raise_compiler_error('no') }}{% endmacro %}
{% macro older() %}{{ exceptions.raise_compiler_error('no') }}{% endmacro %}
{% macro fine() %}{{ return(1) }}{{ exceptions.raise_compiler_error('no') }}{% endmacro %}
//- shop/models/c.sql
{{ fine() }}{% if execute %}{{ exceptions.raise_compiler_error('no') }}{% endif %}{{ exceptions.warn('x') }}
",
            expect![[r#"
                error[raised-error]: this stops dbt whenever it parses the project: put it under a condition
                 --> shop/models/a.sql:1:4
                  |
                1 | {{ exceptions.raise_compiler_error('no') }}
                  |    ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
                error[raised-error]: this stops dbt whenever it parses the project, as a node runs this macro: put it under a condition
                 --> shop/macros/old.sql:1:21
                  |
                1 | {% macro old() %}{{ exceptions.raise_compiler_error('no') }}{% endmacro %}
                  |                     ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
            "#]],
        );
    }
}
