//! `version-number`: a version written as a number that YAML reads as another text: `2.10` is 2.1 (spec §3, §5).

use project::facts::Section;
use smol_str::SmolStr;
use text::{TextEdit, TextRange};

use super::definitions::EntrySite;
use crate::{Diagnostic, Fix, Severity, SourceChange};

pub(super) const CODE: &str = "version-number";

pub(super) fn check(site: &EntrySite<'_>, out: &mut Vec<Diagnostic>) {
    let entry = site.entry;
    if entry.section != Section::Models {
        return;
    }
    let numbers = entry.versions.iter().flatten().filter_map(|version| {
        let read = version.version.as_ref().filter(|read| !read.is_str)?;
        Some((read.text.clone(), version.v_range))
    });
    let latest = entry.settings.top("latest_version").and_then(|latest| {
        let read = project::version::Version::from_lit(latest.value.single()?).filter(|read| !read.is_str)?;
        Some((read.text, latest.value_range))
    });
    for (read, range) in numbers.chain(latest) {
        // A number without quotes is as long as it is written.
        if usize::from(range.len()) != read.len() {
            out.push(finding(site, &read, range));
        }
    }
}

fn finding(site: &EntrySite<'_>, read: &SmolStr, range: TextRange) -> Diagnostic {
    let message = format!(
        "YAML reads this number as {read}, which is what refs and file names say: put it in quotes to keep it as it is \
         written"
    );
    let quote = |at| TextEdit::insert(at, "'");
    let edits = vec![(site.cx.file, vec![quote(range.start()), quote(range.end())])];
    let fix = Fix {
        title: "Put the version in quotes".to_owned(),
        preferred: false,
        change: SourceChange { edits, ..SourceChange::default() },
    };
    Diagnostic::new(CODE, range, Severity::Warning, message).fix([fix])
}

#[cfg(test)]
mod tests {
    use expect_test::expect;

    use crate::diagnostics::tests::check;

    #[test]
    fn numbers_that_yaml_rewrites() {
        check(
            "
//- shop/dbt_project.yml
name: shop
//- shop/models/m_v2.1.sql
select 1
//- shop/models/m_v1.0.sql
select 1
//- shop/models/m_v3.10.sql
select 1
//- shop/models/_m.yml
models:
  - name: m
    latest_version: 2.10
    versions: [{v: 1.0}, {v: 2.10}, {v: '3.10'}]
",
            expect![[r#"
                warning[version-number]: YAML reads this number as 2.1, which is what refs and file names say: put it in quotes to keep it as it is written
                 --> shop/models/_m.yml:3:21
                  |
                3 |     latest_version: 2.10
                  |                     ^^^^
                  |
                  = fix: Put the version in quotes
                warning[version-number]: YAML reads this number as 2.1, which is what refs and file names say: put it in quotes to keep it as it is written
                 --> shop/models/_m.yml:4:30
                  |
                4 |     versions: [{v: 1.0}, {v: 2.10}, {v: '3.10'}]
                  |                              ^^^^
                  |
                  = fix: Put the version in quotes
            "#]],
        );
    }
}
