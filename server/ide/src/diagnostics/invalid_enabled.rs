//! `invalid-enabled`: `enabled` is a text where dbt wants true or false (spec §13: configs are typed).

use project::facts::{Section, Setting};
use syntax::calls::Lit;

use super::FileCx;
use super::definitions::{EntrySite, v1_error};
use crate::{Diagnostic, Fix, SourceChange};

pub(super) const CODE: &str = "invalid-enabled";

/// In the `config()` of a file or of its snapshots.
pub(super) fn file(cx: &FileCx<'_>, out: &mut Vec<Diagnostic>) {
    let blocks = cx.facts.defs.iter().map(|def| &def.settings);
    let all = std::iter::once(&cx.facts.settings).chain(blocks).flat_map(|settings| settings.0.iter());
    out.extend(all.filter_map(|setting| check(cx, setting)));
}

/// Under `config` of a YAML entry.
pub(super) fn entry(site: &EntrySite<'_>, out: &mut Vec<Diagnostic>) {
    // An entry that describes nothing is not read.
    let mesh = &site.cx.analysis.mesh;
    if site.entry.section == Section::Models && mesh.family(site.cx.package, &site.entry.name).is_none() {
        return;
    }
    out.extend(site.settings("enabled").filter_map(|setting| check(site.cx, setting)));
}

fn check(cx: &FileCx<'_>, setting: &Setting) -> Option<Diagnostic> {
    if setting.key != "enabled" || !setting.in_config {
        return None;
    }
    let Lit::Str(word) = setting.value.single()? else { return None };
    let message = format!("enabled is the text '{word}': write true or false, without quotes");
    let range = setting.value_range;
    let truth = ["true", "false"].into_iter().find(|truth| word.eq_ignore_ascii_case(truth));
    let quoted = |range: text::TextRange| {
        let text = cx.analysis.text(cx.file)?;
        let (start, end) = (usize::from(range.start()), usize::from(range.end()));
        match text.get(start..end)? {
            inner if inner == word => {
                let around = text.get(start.checked_sub(1)?..end + 1)?;
                let is_quote = around.starts_with(['\'', '"']) && around.ends_with(['\'', '"']);
                is_quote.then(|| text::range(start - 1, end + 1))
            }
            outer => (outer.len() == word.len() + 2).then_some(range),
        }
    };
    let fix = truth.and_then(|truth| {
        let change = SourceChange::edit(cx.file, quoted(range)?, truth);
        Some(Fix { title: format!("Change to {truth}"), preferred: true, change })
    });
    Some(Diagnostic::new(CODE, range, v1_error(cx), message).fix(fix))
}

#[cfg(test)]
mod tests {
    use expect_test::expect;

    use crate::diagnostics::tests::check;

    #[test]
    fn texts_for_truth() {
        check(
            "
//- shop/dbt_project.yml
name: shop
//- shop/models/a.sql
{{ config(enabled='false') }} select 1
//- shop/models/b.sql
{{ config(enabled=var('b', true)) }} select 1
//- shop/models/_models.yml
models:
  - name: b
    config: {enabled: 'True'}
  - name: nowhere
    config: {enabled: 'nope'}
sources:
  - name: raw
    config: {enabled: True and False}
    tables:
      - name: t
        config: {enabled: yes}
      - name: u
        config: {enabled: \"{{ target.name == 'prod' }}\"}
",
            expect![[r#"
                error[invalid-enabled]: enabled is the text 'false': write true or false, without quotes
                 --> shop/models/a.sql:1:20
                  |
                1 | {{ config(enabled='false') }} select 1
                  |                    ^^^^^
                  |
                  = fix: Change to false (preferred)
                error[invalid-enabled]: enabled is the text 'True': write true or false, without quotes
                 --> shop/models/_models.yml:3:24
                  |
                3 |     config: {enabled: 'True'}
                  |                        ^^^^
                  |
                  = fix: Change to true (preferred)
                warning[unmatched-entry]: no model 'nowhere' in this package, so its entry under 'models' is ignored
                 --> shop/models/_models.yml:4:11
                  |
                4 |   - name: nowhere
                  |           ^^^^^^^
                error[invalid-enabled]: enabled is the text 'True and False': write true or false, without quotes
                 --> shop/models/_models.yml:8:23
                  |
                8 |     config: {enabled: True and False}
                  |                       ^^^^^^^^^^^^^^
            "#]],
        );
    }
}
