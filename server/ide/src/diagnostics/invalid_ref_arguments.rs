//! `invalid-ref-arguments`: a call of `ref` or `source` that dbt refuses (spec §4.1, §10).

use project::refs::Problem;
use syntax::calls::Lit;

use super::edits::Edits;
use crate::{Diagnostic, Fix, Severity};

pub(super) const CODE: &str = "invalid-ref-arguments";

pub(super) fn check(problems: &[Problem], edits: &Edits<'_>, severity: Severity, out: &mut Vec<Diagnostic>) {
    out.extend(problems.iter().filter_map(|problem| match problem {
        Problem::Invalid { range, message } => {
            Some(Diagnostic::new(CODE, *range, severity, message.clone()).fix(version(edits)))
        }
        Problem::Ignored { .. } => None,
    }));
}

/// A number in the last place is a version without its keyword.
fn version(edits: &Edits<'_>) -> Option<Fix> {
    let call = edits.call;
    let is_ref = call.name == "ref" || call.name == "builtins.ref";
    let last = call
        .args
        .last()
        .filter(|arg| is_ref && (2..=3).contains(&call.args.len()) && arg.keyword.is_none())?;
    let number = matches!(last.value.single(), Some(Lit::Int(_)));
    number
        .then(|| edits.fix("Write it as the version".into(), true, [edits.name_argument(last.range, "v")]))?
}

#[cfg(test)]
mod tests {
    use expect_test::expect;

    use crate::diagnostics::tests::{check, check_consumer, check_fix, finance, PLATFORM};

    #[test]
    fn too_few_and_too_many() {
        check_consumer("{{ ref() }} {{ ref('platform', 'customers', 2) }} {{ ref(name='orders') }}", expect![[r#"
            error[invalid-ref-arguments]: ref() takes one or two arguments, 0 given
             --> finance/models/report.sql:1:4
              |
            1 | {{ ref() }} {{ ref('platform', 'customers', 2) }} {{ ref(name='orders') }}
              |    ^^^^^
            error[invalid-ref-arguments]: ref() takes one or two arguments, 3 given
             --> finance/models/report.sql:1:16
              |
            1 | {{ ref() }} {{ ref('platform', 'customers', 2) }} {{ ref(name='orders') }}
              |                ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
              |
              = fix: Write it as the version (preferred)
            error[invalid-ref-arguments]: ref() takes one or two arguments, 0 given
             --> finance/models/report.sql:1:54
              |
            1 | {{ ref() }} {{ ref('platform', 'customers', 2) }} {{ ref(name='orders') }}
              |                                                      ^^^^^^^^^^^^^^^^^^
        "#]]);
    }

    #[test]
    fn names_are_strings() {
        check_consumer("{{ ref('customers', 2) }} {{ ref(['orders']) }} {{ ref(none, 'orders') }}", expect![[r#"
            error[invalid-ref-arguments]: the name argument of ref() must be a string, not 2
             --> finance/models/report.sql:1:21
              |
            1 | {{ ref('customers', 2) }} {{ ref(['orders']) }} {{ ref(none, 'orders') }}
              |                     ^
              |
              = fix: Write it as the version (preferred)
            error[invalid-ref-arguments]: the name argument of ref() must be a string, not a collection
             --> finance/models/report.sql:1:34
              |
            1 | {{ ref('customers', 2) }} {{ ref(['orders']) }} {{ ref(none, 'orders') }}
              |                                  ^^^^^^^^^^
            warning[one-argument-cross-project]: 'orders' is a model of the project 'platform': name the project as the first argument
             --> finance/models/report.sql:1:63
              |
            1 | {{ ref('customers', 2) }} {{ ref(['orders']) }} {{ ref(none, 'orders') }}
              |                                                               ^^^^^^
              |
              = note: 'orders' of 'platform': platform/models/_models.yml:2
              = fix: Name the project 'platform' (preferred)
        "#]]);
    }

    #[test]
    fn the_fix_names_the_version() {
        let source = format!("{}{PLATFORM}", finance("{{ ref('platform', 'customers', 2) }}"));
        check_fix(&source, "Write", expect![[r#"
            {{ ref('platform', 'customers', v=2) }}

        "#]]);
    }

    #[test]
    fn sources_take_two_strings() {
        check(
            "//- shop/dbt_project.yml\nname: shop\n//- shop/models/report.sql\n{{ source('raw') }} {{ source('raw', 1) }} {{ source(*args) }} {{ source('raw',\n",
            expect![[r#"
                error[invalid-ref-arguments]: source() takes exactly two arguments, 1 given
                 --> shop/models/report.sql:1:4
                  |
                1 | {{ source('raw') }} {{ source('raw', 1) }} {{ source(*args) }} {{ source('raw',
                  |    ^^^^^^^^^^^^^
                error[invalid-ref-arguments]: the table name (second) argument of source() must be a string
                 --> shop/models/report.sql:1:38
                  |
                1 | {{ source('raw') }} {{ source('raw', 1) }} {{ source(*args) }} {{ source('raw',
                  |                                      ^
                error[syntax-error]: this `{{` is never closed: `}}` is missing
                 --> shop/models/report.sql:1:64
                  |
                1 | {{ source('raw') }} {{ source('raw', 1) }} {{ source(*args) }} {{ source('raw',
                  |                                                                ^^^^^^^^^^^^^^^^
            "#]],
        );
    }
}
