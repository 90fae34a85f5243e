//! `invalid-ref-arguments`: a call of `ref` or `source` that dbt refuses (spec §4.1, §10).

use project::access::Referrer;
use project::facts::{By, NameTrouble, Use};
use project::flavor::Flavor;
use project::layout::FileKind;
use project::refs::Problem;
use syntax::calls::{Arg, Lit, Reach, Value};

use super::edits::Edits;
use super::site::refused_severity;
use super::{FileCx, undefined_variable};
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

/// A variable that nothing sets, in the place of a name: dbt finds nothing in it when it parses the node. Tells whether
/// something was found.
pub(super) fn undefined(cx: &FileCx<'_>, used: &Use, referrer: &Referrer, out: &mut Vec<Diagnostic>) -> bool {
    if used.by != By::File || used.call.reach != Reach::Always || !cx.facts.errors.is_empty() {
        return false;
    }
    let names = &cx.facts.names;
    let unset = used.call.args.iter().filter(|arg| arg.keyword.is_none() && !arg.splat).find_map(|arg| {
        let name = names.iter().find(|name| name.range == arg.range && name.trouble == NameTrouble::Free)?;
        (!undefined_variable::is_known(cx, &name.name, used.by)).then_some(name)
    });
    let Some(name) = unset else { return false };
    let Some(severity) = refused_severity(cx, referrer, used) else { return false };
    let message =
        format!("nothing sets '{}' here, and {}() wants a text: put it in quotes", name.name, used.call.name);
    out.push(Diagnostic::new(CODE, name.range, severity, message));
    true
}

/// In a Python model dbt reads the arguments without running the code, so they must be written out (spec §4.4).
/// Tells whether something was found.
pub(super) fn unwritten(cx: &FileCx<'_>, used: &Use, referrer: &Referrer, out: &mut Vec<Diagnostic>) -> bool {
    if cx.entry.kind != FileKind::PythonModel || !used.call.complete {
        return false;
    }
    let computed = |arg: &&Arg| !arg.splat && !matches!(arg.value, Value::Literal(_));
    let Some(arg) = used.call.args.iter().find(computed) else { return false };
    let Some(severity) = refused_severity(cx, referrer, used) else { return false };
    let message = format!(
        "dbt does not run a Python model to read it: write this argument of {}() out",
        used.call.name
    );
    out.push(Diagnostic::new(CODE, arg.range, severity, message));
    true
}

/// `source()` takes keywords in dbt v1 only (spec §10). Tells whether something was found.
pub(super) fn source_keywords(
    cx: &FileCx<'_>,
    used: &Use,
    referrer: &Referrer,
    out: &mut Vec<Diagnostic>,
) -> bool {
    let keyword = used.call.args.iter().find_map(|arg| arg.keyword.as_ref());
    let Some((name, range)) = keyword.filter(|_| cx.flavor() == Flavor::V2 && used.call.complete) else {
        return false;
    };
    let Some(severity) = refused_severity(cx, referrer, used) else { return false };
    let message = format!("source() takes two strings without keywords: remove '{name}='");
    out.push(Diagnostic::new(CODE, *range, severity, message));
    true
}

/// `metric()` and `function()` take one or two strings (dbt v1 says so in the words of `ref`). Tells whether
/// something was found.
pub(super) fn named(cx: &FileCx<'_>, used: &Use, referrer: &Referrer, out: &mut Vec<Diagnostic>) -> bool {
    let call = &used.call;
    if !call.complete || call.args.iter().any(|arg| arg.splat) {
        return false;
    }
    let function = call.name.strip_prefix("builtins.").unwrap_or(&call.name);
    let positional = call.args.iter().filter(|arg| arg.keyword.is_none()).count();
    let message = if !(1..=2).contains(&positional) {
        format!("{function}() takes one or two arguments, {positional} given")
    } else if let Some((keyword, _)) = call.args.iter().find_map(|arg| arg.keyword.as_ref()) {
        format!("{function}() takes no keywords: remove '{keyword}='")
    } else if call
        .args
        .iter()
        .any(|arg| arg.value.single().is_some_and(|lit| !matches!(lit, Lit::Str(_) | Lit::None)))
    {
        format!("the arguments of {function}() must be strings")
    } else {
        return false;
    };
    let Some(severity) = refused_severity(cx, referrer, used) else { return true };
    // dbt v2 does not look metrics up.
    let ignored = function == "metric" && cx.flavor() == Flavor::V2;
    let severity = if ignored { severity.min(Severity::Warning) } else { severity };
    out.push(Diagnostic::new(CODE, call.range, severity, message));
    true
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

    use crate::diagnostics::tests::{PLATFORM, check, check_consumer, check_fix, check_v2, finance};

    #[test]
    fn too_few_and_too_many() {
        check_consumer(
            "{{ ref() }} {{ ref('platform', 'customers', 2) }} {{ ref(name='orders') }}",
            expect![[r#"
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
        "#]],
        );
    }

    #[test]
    fn names_are_strings() {
        check_consumer(
            "{{ ref('customers', 2) }} {{ ref(['orders']) }} {{ ref(none, 'orders') }}",
            expect![[r#"
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
        "#]],
        );
    }

    #[test]
    fn the_fix_names_the_version() {
        let source = format!("{}{PLATFORM}", finance("{{ ref('platform', 'customers', 2) }}"));
        check_fix(
            &source,
            "Write",
            expect![[r#"
                {{ ref('platform', 'customers', v=2) }}
            "#]],
        );
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

    #[test]
    fn a_python_model_writes_its_arguments_out() {
        check(
            "
//- shop/dbt_project.yml
name: shop
//- shop/models/orders.sql
select 1
//- shop/models/report.py
$0def model(dbt, session):
    name = 'orders'
    dbt.ref(name)
    dbt.ref('orders')
    dbt.source('raw', f'{name}')
    return dbt.ref(na
",
            expect![[r#"
                error[invalid-ref-arguments]: dbt does not run a Python model to read it: write this argument of ref() out
                 --> shop/models/report.py:3:13
                  |
                3 |     dbt.ref(name)
                  |             ^^^^
                error[invalid-ref-arguments]: dbt does not run a Python model to read it: write this argument of source() out
                 --> shop/models/report.py:5:23
                  |
                5 |     dbt.source('raw', f'{name}')
                  |                       ^^^^^^^^^
                error[syntax-error]: `(` is never closed
                 --> shop/models/report.py:6:19
                  |
                6 |     return dbt.ref(na
                  |                   ^
            "#]],
        );
    }

    #[test]
    fn keywords_of_source_are_for_dbt_v1() {
        let source = "
//- shop/dbt_project.yml
name: shop
//- shop/models/_sources.yml
sources: [{name: raw, tables: [{name: t}]}]
//- shop/models/report.sql
{{ source(source_name='raw', table_name='t') }}
";
        check(
            source,
            expect![[r#"
            nothing
        "#]],
        );
        check_v2(
            source,
            expect![[r#"
            error[invalid-ref-arguments]: source() takes two strings without keywords: remove 'source_name='
             --> shop/models/report.sql:1:11
              |
            1 | {{ source(source_name='raw', table_name='t') }}
              |           ^^^^^^^^^^^
        "#]],
        );
    }
}
