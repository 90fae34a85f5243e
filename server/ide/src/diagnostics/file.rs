//! The user's word on findings: severities, switched-off codes, comments in place, and dbt's own `warn_error`.

use project::flavor::Flavor;

use super::FileCx;
use crate::{Diagnostic, Severity};

/// Applies `rules:` and `dbt-mesh: ignore` comments, and puts findings in order.
pub(super) fn finish(cx: &FileCx<'_>, out: &mut Vec<Diagnostic>) {
    out.retain_mut(|found| {
        let silenced = cx.facts.suppressions.iter().any(|comment| comment.covers(found.code, found.range));
        let made_error = |event| cx.flavor() == Flavor::V1 && cx.project.config.warn_error.promotes(event);
        if found.severity == Severity::Warning && found.event.is_some_and(made_error) {
            found.severity = Severity::Error;
        }
        match cx.analysis.rules.level(cx.project.id, found.code, found.severity) {
            Some(level) if !silenced => {
                found.severity = level;
                true
            }
            _ => false,
        }
    });
    out.sort_by(|a, b| {
        (a.range.start(), a.range.end(), a.code).cmp(&(b.range.start(), b.range.end(), b.code))
    });
    out.dedup_by(|a, b| a.code == b.code && a.range == b.range && a.message == b.message);
}

#[cfg(test)]
mod tests {
    use expect_test::expect;

    use crate::diagnostics::tests::check;

    #[test]
    fn a_project_may_make_errors_of_warnings() {
        let shop = |flags: &str| {
            format!(
                "//- shop/dbt_project.yml\nname: shop\nflags: {{{flags}}}\n//- shop/models/old.sql\nselect 1\n\
                 //- shop/models/_models.yml\n$0models:\n  - name: old\n    deprecation_date: 2020-01-01\n  - name: gone\n"
            )
        };
        check(
            &shop("warn_error: true"),
            expect![[r#"
            error[deprecated-model]: 'old' was deprecated on 2020-01-01: disable or remove it
             --> shop/models/_models.yml:3:23
              |
            3 |     deprecation_date: 2020-01-01
              |                       ^^^^^^^^^^
            error[unmatched-entry]: no model 'gone' in this package, so its entry under 'models' is ignored
             --> shop/models/_models.yml:4:11
              |
            4 |   - name: gone
              |           ^^^^
        "#]],
        );
        check(
            &shop("warn_error_options: {error: all, warn: [NoNodeForYamlKey]}"),
            expect![[r#"
            error[deprecated-model]: 'old' was deprecated on 2020-01-01: disable or remove it
             --> shop/models/_models.yml:3:23
              |
            3 |     deprecation_date: 2020-01-01
              |                       ^^^^^^^^^^
            warning[unmatched-entry]: no model 'gone' in this package, so its entry under 'models' is ignored
             --> shop/models/_models.yml:4:11
              |
            4 |   - name: gone
              |           ^^^^
        "#]],
        );
        check(
            &shop("warn_error_options: {include: [NoNodeForYamlKey]}"),
            expect![[r#"
            warning[deprecated-model]: 'old' was deprecated on 2020-01-01: disable or remove it
             --> shop/models/_models.yml:3:23
              |
            3 |     deprecation_date: 2020-01-01
              |                       ^^^^^^^^^^
            error[unmatched-entry]: no model 'gone' in this package, so its entry under 'models' is ignored
             --> shop/models/_models.yml:4:11
              |
            4 |   - name: gone
              |           ^^^^
        "#]],
        );
    }
}
