//! `unknown-function`: `function()` asks for a function that has no file, or that is disabled (dbt 1.11, spec
//! §10).

use project::access::{Referrer, ReferrerKind};
use project::facts::Use;
use project::flavor::Flavor;
use project::graph;
use project::names::Space;
use project::resolve::{Missing, Resolution};

use super::site::missing_severity;
use super::{FileCx, disabled_model, wording};
use crate::{Diagnostic, Severity};

pub(super) const CODE: &str = "unknown-function";

pub(super) fn call(cx: &FileCx<'_>, used: &Use, referrer: &Referrer) -> Option<Diagnostic> {
    let (package, name) = graph::named(used).filter(|_| used.call.complete)?;
    let resolution = cx.resolver.function(package, name);
    let range = used.call.args.last()?.inner_range();
    let edits = cx.edits(&used.call);
    let found = match &resolution {
        Resolution::Disabled(target) => {
            // dbt v1 drops a test on something disabled without a word.
            let silent = referrer.kind.is_test() && cx.flavor() == Flavor::V1;
            let severity = severity(cx, used, referrer, &resolution).filter(|_| !silent)?;
            let message = format!("the function '{name}' is disabled: enable it");
            let place = disabled_model::switch(cx, target);
            Diagnostic::new(CODE, range, severity, message).related(place, "disabled here")
        }
        Resolution::Missing(_) => {
            let severity = severity(cx, used, referrer, &resolution)?;
            let names = cx.resolver.packages().flat_map(|package| package.names(Space::Function));
            let names = names.map(|(name, _)| name.as_str());
            let near = if cx.may_guess() { text::suggest(name, names) } else { None };
            let place = package.map(|package| format!(" in '{package}'")).unwrap_or_default();
            let message = match near {
                Some(near) if near != name => {
                    format!("no function '{name}'{place}{}", wording::did_you_mean(Some(near)))
                }
                _ => format!(
                    "no function '{name}'{place}: its code is a file '{name}.sql' in the folder 'functions'"
                ),
            };
            let fix = near.filter(|near| *near != name).and_then(|near| {
                edits.fix(format!("Change to '{near}'"), false, [edits.rename(range, name, near)])
            });
            Diagnostic::new(CODE, range, severity, message).fix(fix)
        }
        _ => return None,
    };
    Some(found)
}

/// As for what `ref` does not find; dbt v2 refuses it in tests too, and does not look into packages it does not know.
fn severity(cx: &FileCx<'_>, used: &Use, referrer: &Referrer, resolution: &Resolution) -> Option<Severity> {
    let severity = missing_severity(cx, referrer, used)?;
    if cx.flavor() == Flavor::V1 {
        return Some(severity);
    }
    Some(match resolution {
        Resolution::Missing(Missing::Project) => severity.min(Severity::Warning),
        _ if severity == Severity::Warning
            && matches!(referrer.kind, ReferrerKind::Node(project::NodeKind::Test)) =>
        {
            Severity::Error
        }
        _ => severity,
    })
}

#[cfg(test)]
mod tests {
    use expect_test::expect;

    use crate::diagnostics::tests::{check, check_v2};

    const SHOP: &str = "
//- shop/dbt_project.yml
name: shop
//- shop/functions/is_big.sql
x > {{ function('is_small') }}(x)
//- shop/functions/closed.sql
x
//- shop/functions/_functions.yml
functions:
  - {name: closed, returns: {data_type: int}, config: {enabled: false}}
//- shop/models/report.sql
{{ function('is_bigg') }}(1) {{ function('shop', 'is_big') }}(1) {{ function('closed') }}(1)
{{ function('books', 'is_big') }}(1) {{ function() }}(1) {{ function(name='is_big') }}(1) {{ function(this.name) }}(1)
//- shop/tests/t.sql
{{ function('nope') }}(1) {{ function('closed') }}(1)
";

    #[test]
    fn in_models_functions_and_tests() {
        check(
            SHOP,
            expect![[r#"
            error[unknown-function]: no function 'is_small': its code is a file 'is_small.sql' in the folder 'functions'
             --> shop/functions/is_big.sql:1:18
              |
            1 | x > {{ function('is_small') }}(x)
              |                  ^^^^^^^^
            error[unknown-function]: no function 'is_bigg'; did you mean 'is_big'?
             --> shop/models/report.sql:1:14
              |
            1 | {{ function('is_bigg') }}(1) {{ function('shop', 'is_big') }}(1) {{ function('closed') }}(1)
              |              ^^^^^^^
              |
              = fix: Change to 'is_big'
            error[unknown-function]: the function 'closed' is disabled: enable it
             --> shop/models/report.sql:1:79
              |
            1 | {{ function('is_bigg') }}(1) {{ function('shop', 'is_big') }}(1) {{ function('closed') }}(1)
              |                                                                               ^^^^^^
              |
              = note: disabled here: shop/functions/_functions.yml:2
            error[unknown-function]: no function 'is_big' in 'books': its code is a file 'is_big.sql' in the folder 'functions'
             --> shop/models/report.sql:2:23
              |
            2 | {{ function('books', 'is_big') }}(1) {{ function() }}(1) {{ function(name='is_big') }}(1) {{ function(this.name) }}(1)
              |                       ^^^^^^
            error[invalid-ref-arguments]: function() takes one or two arguments, 0 given
             --> shop/models/report.sql:2:41
              |
            2 | {{ function('books', 'is_big') }}(1) {{ function() }}(1) {{ function(name='is_big') }}(1) {{ function(this.name) }}(1)
              |                                         ^^^^^^^^^^
            error[invalid-ref-arguments]: function() takes one or two arguments, 0 given
             --> shop/models/report.sql:2:61
              |
            2 | {{ function('books', 'is_big') }}(1) {{ function() }}(1) {{ function(name='is_big') }}(1) {{ function(this.name) }}(1)
              |                                                             ^^^^^^^^^^^^^^^^^^^^^^^
            warning[unknown-function]: no function 'nope': its code is a file 'nope.sql' in the folder 'functions'
             --> shop/tests/t.sql:1:14
              |
            1 | {{ function('nope') }}(1) {{ function('closed') }}(1)
              |              ^^^^
        "#]],
        );
    }

    #[test]
    fn v2_refuses_it_in_tests_too() {
        check_v2(
            SHOP,
            expect![[r#"
            error[unknown-function]: no function 'is_small': its code is a file 'is_small.sql' in the folder 'functions'
             --> shop/functions/is_big.sql:1:18
              |
            1 | x > {{ function('is_small') }}(x)
              |                  ^^^^^^^^
            error[unknown-function]: no function 'is_bigg'; did you mean 'is_big'?
             --> shop/models/report.sql:1:14
              |
            1 | {{ function('is_bigg') }}(1) {{ function('shop', 'is_big') }}(1) {{ function('closed') }}(1)
              |              ^^^^^^^
              |
              = fix: Change to 'is_big'
            error[unknown-function]: the function 'closed' is disabled: enable it
             --> shop/models/report.sql:1:79
              |
            1 | {{ function('is_bigg') }}(1) {{ function('shop', 'is_big') }}(1) {{ function('closed') }}(1)
              |                                                                               ^^^^^^
              |
              = note: disabled here: shop/functions/_functions.yml:2
            warning[unknown-function]: no function 'is_big' in 'books': its code is a file 'is_big.sql' in the folder 'functions'
             --> shop/models/report.sql:2:23
              |
            2 | {{ function('books', 'is_big') }}(1) {{ function() }}(1) {{ function(name='is_big') }}(1) {{ function(this.name) }}(1)
              |                       ^^^^^^
            error[invalid-ref-arguments]: function() takes one or two arguments, 0 given
             --> shop/models/report.sql:2:41
              |
            2 | {{ function('books', 'is_big') }}(1) {{ function() }}(1) {{ function(name='is_big') }}(1) {{ function(this.name) }}(1)
              |                                         ^^^^^^^^^^
            error[invalid-ref-arguments]: function() takes one or two arguments, 0 given
             --> shop/models/report.sql:2:61
              |
            2 | {{ function('books', 'is_big') }}(1) {{ function() }}(1) {{ function(name='is_big') }}(1) {{ function(this.name) }}(1)
              |                                                             ^^^^^^^^^^^^^^^^^^^^^^^
            error[unknown-function]: no function 'nope': its code is a file 'nope.sql' in the folder 'functions'
             --> shop/tests/t.sql:1:14
              |
            1 | {{ function('nope') }}(1) {{ function('closed') }}(1)
              |              ^^^^
            error[unknown-function]: the function 'closed' is disabled: enable it
             --> shop/tests/t.sql:1:40
              |
            1 | {{ function('nope') }}(1) {{ function('closed') }}(1)
              |                                        ^^^^^^
              |
              = note: disabled here: shop/functions/_functions.yml:2
        "#]],
        );
    }
}
