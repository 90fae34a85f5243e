//! `macro-arguments`: a macro is called with arguments that it does not take (spec §10).

use project::facts::{Def, DefKind, Section};
use project::flavor::Flavor;
use project::names::{Site, Space};
use project::node::Tri;
use smol_str::format_smolstr;

use super::callee::Callee;
use super::definitions::{EntrySite, v1_error};
use super::failure::Failure;
use super::templates::CallSite;
use super::wording;
use crate::{Diagnostic, Fix, Place, Severity, SourceChange};

pub(super) const CODE: &str = "macro-arguments";

pub(super) fn check(site: &CallSite<'_>) -> Option<Diagnostic> {
    let (cx, call) = (site.cx, &site.used.call);
    let Callee::Macro(at) = site.callee else { return None };
    let mesh = &cx.analysis.mesh;
    let def = mesh.facts(at.file)?.defs.get(at.item as usize).filter(|def| def.kind == DefKind::Macro)?;
    let package = mesh.package(mesh.file(at.file)?.package)?;
    // Of two with one name nobody knows which is meant.
    if package.sites(Space::Macro, &def.name).len() > 1
        || !call.complete
        || call.args.iter().any(|arg| arg.splat)
    {
        return None;
    }
    let (range, message, fix) = wrong(site, def)?;
    let severity = match site.failure()? {
        Failure::Node | Failure::Macro => v1_error(cx),
        Failure::Later => Severity::Warning,
        Failure::Perhaps => Severity::Hint,
    };
    let place = Place::File { file: at.file, full: def.full, focus: def.name_range };
    Some(Diagnostic::new(CODE, range, severity, message).related(Some(place), "the macro is here").fix(fix))
}

/// The first argument that does not fit.
fn wrong(site: &CallSite<'_>, def: &Def) -> Option<(text::TextRange, String, Option<Fix>)> {
    let (call, params) = (&site.used.call, &def.params);
    let positional: Vec<_> = call.args.iter().filter(|arg| arg.keyword.is_none()).collect();
    if let Some(first) = positional.get(params.len()).filter(|_| !def.varargs) {
        let last = positional.last().unwrap_or(first);
        let count = match params.len() {
            0 => "no arguments".to_owned(),
            1 => "one argument".to_owned(),
            many => format!("{many} arguments"),
        };
        let message = format!("'{}' takes {count}, {} given", def.name, positional.len());
        return Some((first.range.cover(last.range), message, None));
    }
    for (keyword, range) in call.args.iter().filter_map(|arg| arg.keyword.as_ref()) {
        let at = params.iter().position(|param| param.name == *keyword);
        if at.is_some_and(|at| at < positional.len()) {
            return Some((*range, format!("'{keyword}' is given twice: by its place and by its name"), None));
        }
        if at.is_none() && !def.kwargs {
            let names = || params.iter().map(|param| param.name.as_str());
            let near = text::suggest(keyword, names());
            let way = match near {
                Some(_) => wording::did_you_mean(near),
                None if params.is_empty() => "; it takes none".to_owned(),
                None => format!(
                    "; it takes {}",
                    wording::list(names().map(|name| format!("'{name}'")).collect::<Vec<_>>().into_iter(), 8)
                ),
            };
            let fix = near.map(|near| Fix {
                title: format!("Change to '{near}'"),
                preferred: false,
                change: SourceChange::edit(site.cx.file, *range, near),
            });
            return Some((*range, format!("'{}' has no argument '{keyword}'{way}", def.name), fix));
        }
    }
    None
}

/// Of dbt's own generic tests those that it runs through Jinja when it parses, with what they take.
const OWN_TESTS: [(&str, &[&str]); 2] =
    [("accepted_values", &["values", "quote"]), ("relationships", &["to", "field"])];

/// Generic tests are macros, which dbt v1 calls when it parses: with the model, the column if there is one, and what the
/// properties file gives.
pub(super) fn of_tests(site: &EntrySite<'_>, out: &mut Vec<Diagnostic>) {
    let cx = site.cx;
    if cx.flavor() != Flavor::V1 || !is_tested(site) {
        return;
    }
    for test in &site.entry.tests {
        let Some(given) = test.given.as_ref().filter(|_| !test.switched) else { continue };
        let (of, name) = test.name.split_once('.').map_or((None, &*test.name), |(of, name)| (Some(of), name));
        let of_macro = format_smolstr!("test_{name}");
        let packages = cx.resolver.packages().filter(|package| of.is_none_or(|of| package.name() == of));
        let sites: Vec<Site> =
            packages.flat_map(|package| package.sites(Space::Macro, &of_macro)).copied().collect();
        let (names, place): (Vec<&str>, Option<Place>) = match sites.as_slice() {
            [] => match OWN_TESTS.iter().find(|(name, _)| *name == test.name) {
                Some((_, names)) => (names.iter().copied().chain(["column_name"]).collect(), None),
                None => continue,
            },
            // Of several nobody knows here which is meant, nor of one that another package has and is not named.
            [at] => {
                let facts = cx.analysis.mesh.facts(at.file);
                let Some(def) = facts.and_then(|facts| facts.defs.get(at.item as usize)) else { continue };
                let here = cx.analysis.mesh.file(at.file).map(|entry| entry.package);
                let here = here.is_some_and(|id| of.is_some() || id == cx.package.id || id == cx.project.id);
                if def.kwargs || !here {
                    continue;
                }
                let place = Place::File { file: at.file, full: def.full, focus: def.name_range };
                (def.params.iter().map(|param| param.name.as_str()).collect(), Some(place))
            }
            _ => continue,
        };
        let unknown = given.iter().find(|(name, _)| name != "model" && !names.contains(&name.as_str()));
        if let Some((name, range)) = unknown {
            let takes: Vec<&str> =
                names.iter().copied().filter(|name| !matches!(*name, "model" | "column_name")).collect();
            let near = text::suggest(name, takes.iter().copied());
            let way = match near {
                Some(_) => wording::did_you_mean(near),
                None if takes.is_empty() => "; it takes none".to_owned(),
                None => {
                    let quoted: Vec<String> = takes.iter().map(|name| format!("'{name}'")).collect();
                    format!("; it takes {}", wording::list(quoted.into_iter(), 8))
                }
            };
            let message = format!("the test '{}' has no argument '{name}'{way}", test.name);
            let fix = near.map(|near| Fix {
                title: format!("Change to '{near}'"),
                preferred: false,
                change: SourceChange::edit(cx.file, *range, near),
            });
            let found = Diagnostic::new(CODE, *range, Severity::Error, message);
            out.push(found.related(place, "the test is here").fix(fix));
        } else if test.column.is_some() && !names.contains(&"column_name") {
            let message =
                format!("the test '{}' takes no column: move it up to the tests of the whole", test.name);
            let found = Diagnostic::new(CODE, test.range, Severity::Error, message);
            out.push(found.related(place, "the test is here"));
        }
    }
}

/// Whether dbt surely makes the tests of an entry.
fn is_tested(site: &EntrySite<'_>) -> bool {
    let mesh = &site.cx.analysis.mesh;
    let (package, name) = (site.cx.package, &site.entry.name);
    let node = match site.entry.section {
        Section::Models => mesh.model(package, name),
        Section::Tables => mesh.table(package, &site.entry.index_name(site.cx.facts)),
        _ => None,
    };
    node.is_some_and(|node| mesh.enabled(&node) == Tri::Yes)
}

#[cfg(test)]
mod tests {
    use expect_test::expect;

    use crate::diagnostics::tests::{check, check_v2};

    #[test]
    fn arguments_that_a_macro_does_not_take() {
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
{{ cents() }}{{ cents(1, 2) }}{{ cents(1, scale=2) }}{{ cents(*x) }}{{ cents(1, 2, **x) }}{{ any(1, b=2) }}
{{ cents(1, 2, 3, 4) }}
{{ cents(1, amount=2) }}
{{ cents(amont=1) }}
{{ utils.star(1, 2) }}
{% if var('x') %}{{ cents(1, 2, 3) }}{% endif %}{% if execute %}{{ cents(nope=3) }}{% endif %}
",
            expect![[r#"
                hint[undefined-variable]: nothing sets 'x' here: it renders as nothing
                 --> shop/models/a.sql:1:64
                  |
                1 | {{ cents() }}{{ cents(1, 2) }}{{ cents(1, scale=2) }}{{ cents(*x) }}{{ cents(1, 2, **x) }}{{ any(1, b=2) }}
                  |                                                                ^
                hint[undefined-variable]: nothing sets 'x' here: it renders as nothing
                 --> shop/models/a.sql:1:86
                  |
                1 | {{ cents() }}{{ cents(1, 2) }}{{ cents(1, scale=2) }}{{ cents(*x) }}{{ cents(1, 2, **x) }}{{ any(1, b=2) }}
                  |                                                                                      ^
                error[macro-arguments]: 'cents' takes 2 arguments, 4 given
                 --> shop/models/a.sql:2:16
                  |
                2 | {{ cents(1, 2, 3, 4) }}
                  |                ^^^^
                  |
                  = note: the macro is here: shop/macros/money.sql:1
                error[macro-arguments]: 'amount' is given twice: by its place and by its name
                 --> shop/models/a.sql:3:13
                  |
                3 | {{ cents(1, amount=2) }}
                  |             ^^^^^^
                  |
                  = note: the macro is here: shop/macros/money.sql:1
                error[macro-arguments]: 'cents' has no argument 'amont'; did you mean 'amount'?
                 --> shop/models/a.sql:4:10
                  |
                4 | {{ cents(amont=1) }}
                  |          ^^^^^
                  |
                  = note: the macro is here: shop/macros/money.sql:1
                  = fix: Change to 'amount'
                error[macro-arguments]: 'star' takes one argument, 2 given
                 --> shop/models/a.sql:5:18
                  |
                5 | {{ utils.star(1, 2) }}
                  |                  ^
                  |
                  = note: the macro is here: shop/dbt_packages/utils/macros/star.sql:1
                hint[macro-arguments]: 'cents' takes 2 arguments, 3 given
                 --> shop/models/a.sql:6:33
                  |
                6 | {% if var('x') %}{{ cents(1, 2, 3) }}{% endif %}{% if execute %}{{ cents(nope=3) }}{% endif %}
                  |                                 ^
                  |
                  = note: the macro is here: shop/macros/money.sql:1
                warning[macro-arguments]: 'cents' has no argument 'nope'; it takes 'amount' and 'scale'
                 --> shop/models/a.sql:6:74
                  |
                6 | {% if var('x') %}{{ cents(1, 2, 3) }}{% endif %}{% if execute %}{{ cents(nope=3) }}{% endif %}
                  |                                                                          ^^^^
                  |
                  = note: the macro is here: shop/macros/money.sql:1
            "#]],
        );
    }

    #[test]
    fn v2_does_not_look() {
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
{{ cents(1, 2, 3) }}
",
            expect![[r#"
                warning[macro-arguments]: 'cents' takes 2 arguments, 3 given
                 --> shop/models/a.sql:1:16
                  |
                1 | {{ cents(1, 2, 3) }}
                  |                ^
                  |
                  = note: the macro is here: shop/macros/money.sql:1
            "#]],
        );
    }

    #[test]
    fn generic_tests_of_the_project_and_of_a_package_that_is_named() {
        check(
            "
//- shop/dbt_project.yml
name: shop
//- shop/tests/generic/fits.sql
{% test fits(model, column_name, limit) %}{% endtest %}
//- shop/dbt_packages/utils/dbt_project.yml
name: utils
//- shop/dbt_packages/utils/macros/between.sql
{% test between(model, column_name, low=0, high=9) %}{% endtest %}
//- shop/models/a.sql
//- shop/models/s.yml
models:
  - name: a
    columns:
      - name: id
        data_tests:
          - fits: {arguments: {limits: 1}}
          - utils.between: {arguments: {low: 1, hi: 2}}
          - between: {arguments: {hi: 2}}
          - other.between: {arguments: {hi: 2}}
          - utils.between: {arguments: {high: 2}}
",
            expect![[r#"
                error[macro-arguments]: the test 'fits' has no argument 'limits'; did you mean 'limit'?
                 --> shop/models/s.yml:6:32
                  |
                6 |           - fits: {arguments: {limits: 1}}
                  |                                ^^^^^^
                  |
                  = note: the test is here: shop/tests/generic/fits.sql:1
                  = fix: Change to 'limit'
                error[macro-arguments]: the test 'utils.between' has no argument 'hi'; it takes 'low' and 'high'
                 --> shop/models/s.yml:7:49
                  |
                7 |           - utils.between: {arguments: {low: 1, hi: 2}}
                  |                                                 ^^
                  |
                  = note: the test is here: shop/dbt_packages/utils/macros/between.sql:1
            "#]],
        );
    }

    #[test]
    fn in_hooks_and_macros() {
        check(
            "
//- shop/dbt_project.yml
name: shop
on-run-start: \"{{ g(1) }}\"
//- shop/macros/g.sql
{% macro g() %}{% endmacro %}
{% macro h() %}{{ g(1) }}{% endmacro %}
{% macro runs() %}{{ g(1) }}{% endmacro %}
//- shop/models/a.sql
{{ config(post_hook=\"{{ g(1) }}\") }}{{ runs() }}
",
            expect![[r#"
                error[macro-arguments]: 'g' takes no arguments, 1 given
                 --> shop/dbt_project.yml:2:21
                  |
                2 | on-run-start: "{{ g(1) }}"
                  |                     ^
                  |
                  = note: the macro is here: shop/macros/g.sql:1
                warning[macro-arguments]: 'g' takes no arguments, 1 given
                 --> shop/macros/g.sql:2:21
                  |
                1 | {% macro g() %}{% endmacro %}
                  |          - the macro is here
                2 | {% macro h() %}{{ g(1) }}{% endmacro %}
                  |                     ^
                error[macro-arguments]: 'g' takes no arguments, 1 given
                 --> shop/macros/g.sql:3:24
                  |
                1 | {% macro g() %}{% endmacro %}
                  |          - the macro is here
                2 | {% macro h() %}{{ g(1) }}{% endmacro %}
                3 | {% macro runs() %}{{ g(1) }}{% endmacro %}
                  |                        ^
                error[macro-arguments]: 'g' takes no arguments, 1 given
                 --> shop/models/a.sql:1:27
                  |
                1 | {{ config(post_hook="{{ g(1) }}") }}{{ runs() }}
                  |                           ^
                  |
                  = note: the macro is here: shop/macros/g.sql:1
            "#]],
        );
    }
}
