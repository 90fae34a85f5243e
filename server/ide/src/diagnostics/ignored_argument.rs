//! `ignored-argument`: dbt accepts the call and does not do what it says (spec §4.1).

use project::refs::Problem;
use syntax::calls::Lit;
use text::TextRange;

use super::edits::Edits;
use crate::{Diagnostic, Fix, Severity, Tag};

pub(super) const CODE: &str = "ignored-argument";

pub(super) fn check(problems: &[Problem], edits: &Edits<'_>, severity: Severity, out: &mut Vec<Diagnostic>) {
    out.extend(problems.iter().filter_map(|problem| {
        match problem {
            Problem::Ignored { range, message } => Some(
                Diagnostic::new(CODE, *range, severity.min(Severity::Warning), message.clone())
                    .tag(Tag::Unused)
                    .fix(package(edits, *range))
                    .fix(remove(edits, *range)),
            ),
            Problem::Invalid { .. } => None,
        }
    }));
}

fn remove(edits: &Edits<'_>, range: TextRange) -> Option<Fix> {
    let arg = edits.call.args.iter().find(|arg| range.contains_range(arg.range))?;
    edits.fix("Remove the argument".into(), false, [edits.remove(arg.range)])
}

/// `package=` is meant as the first argument.
fn package(edits: &Edits<'_>, range: TextRange) -> Option<Fix> {
    let args = &edits.call.args;
    let arg = args.iter().find(|arg| range.contains_range(arg.range))?;
    arg.keyword.as_ref().filter(|(name, _)| name == "package" || name == "project")?;
    let positional = args.iter().filter(|arg| arg.keyword.is_none()).count();
    let Some(Lit::Str(name)) = arg.value.single().filter(|_| positional == 1) else { return None };
    let change = [edits.add_package(name), edits.remove(arg.range)];
    edits.fix(format!("Write '{name}' as the first argument"), false, change)
}

#[cfg(test)]
mod tests {
    use expect_test::expect;

    use crate::diagnostics::tests::{PLATFORM, check_consumer, check_fix, check_v2, finance};

    #[test]
    fn keywords_and_empty_versions() {
        let model = "{{ ref('platform', 'orders', alias='o') }} {{ ref('platform', 'customers', v=0) }}\n\
                     {{ ref('platform', 'customers', v=1, version=2) }}";
        check_consumer(
            model,
            expect![[r#"
            warning[ignored-argument]: ref() ignores the argument alias
             --> finance/models/report.sql:1:30
              |
            1 | {{ ref('platform', 'orders', alias='o') }} {{ ref('platform', 'customers', v=0) }}
              |                              ^^^^^^^^^ unused
              |
              = fix: Remove the argument
            warning[ignored-argument]: dbt ignores an empty version: this ref is not pinned
             --> finance/models/report.sql:1:76
              |
            1 | {{ ref('platform', 'orders', alias='o') }} {{ ref('platform', 'customers', v=0) }}
              |                                                                            ^^^ unused
              |
              = fix: Remove the argument
            warning[ignored-argument]: both v and version are given: dbt reads version and ignores this
             --> finance/models/report.sql:2:33
              |
            2 | {{ ref('platform', 'customers', v=1, version=2) }}
              |                                 ^^^ unused
              |
              = fix: Remove the argument
        "#]],
        );
    }

    #[test]
    fn the_package_is_no_keyword() {
        check_consumer(
            "{{ ref('orders', package='platform') }}",
            expect![[r#"
            warning[one-argument-cross-project]: 'orders' is a model of the project 'platform': name the project as the first argument
             --> finance/models/report.sql:1:9
              |
            1 | {{ ref('orders', package='platform') }}
              |         ^^^^^^
              |
              = note: 'orders' of 'platform': platform/models/_models.yml:2
              = fix: Name the project 'platform' (preferred)
            warning[ignored-argument]: ref() ignores the argument package
             --> finance/models/report.sql:1:18
              |
            1 | {{ ref('orders', package='platform') }}
              |                  ^^^^^^^^^^^^^^^^^^ unused
              |
              = fix: Write 'platform' as the first argument
              = fix: Remove the argument
        "#]],
        );
        let source = format!("{}{PLATFORM}", finance("{{ ref('orders', package='platform') }}"));
        check_fix(
            &source,
            "Write",
            expect![[r#"
                {{ ref('platform', 'orders') }}
            "#]],
        );
        check_fix(
            &source,
            "Remove",
            expect![[r#"
                {{ ref('orders') }}
            "#]],
        );
    }

    #[test]
    fn dbt_v2_ignores_other_things() {
        check_v2(
            &format!("{}{PLATFORM}", finance("{{ ref('platform', 'customers', v=true) }}")),
            expect![[r#"
            warning[ignored-argument]: dbt ignores a version that is no number or string: this ref is not pinned
             --> finance/models/report.sql:1:33
              |
            1 | {{ ref('platform', 'customers', v=true) }}
              |                                 ^^^^^^ unused
              |
              = fix: Remove the argument
        "#]],
        );
    }
}
