//! `version-spelling`: the version exists, but is not written as dbt reads it (spec §4.2).

use project::Target;
use project::resolve::{Missing, Resolution};
use smol_str::SmolStr;

use super::{RefSite, wording};
use crate::{Diagnostic, Fix, Severity};

pub(super) const CODE: &str = "version-spelling";

pub(super) fn check(site: &RefSite<'_>) -> Option<Diagnostic> {
    let name = site.name;
    match site.resolution {
        Resolution::Missing(Missing::Version { known, .. }) => {
            let meant = meant(site, known)?;
            let severity = site.missing_severity()?;
            let wanted = site.version?;
            let code = wording::version(meant);
            let message = if site.args.float_version {
                format!(
                    "dbt v1 looks for version \"{wanted}\" of '{name}', which is not \"{meant}\": write v={code}"
                )
            } else {
                format!("'{name}' has no version '{wanted}': version {meant} is written v={code}")
            };
            let fix = site.pin(format!("Write v={code}"), meant, true);
            Some(Diagnostic::new(CODE, site.version_range?, severity, message).fix(fix))
        }
        Resolution::Missing(Missing::Stem { name: model, version }) => {
            let severity = site.missing_severity()?;
            let code = wording::version(version);
            let message = format!(
                "'{name}' is the file of version {version} of '{model}': write the model's name, and v={code}"
            );
            Some(Diagnostic::new(CODE, site.name_range, severity, message).fix(split(site, model, version)))
        }
        Resolution::Found { target, dotted: true, .. } if site.violation.is_none() => {
            let severity = site.advice(Severity::Hint)?;
            let (model, version) = parts(target)?;
            let code = wording::version(&version);
            if site.package == Some(model.as_str()) && *name == format!("v{version}") {
                let message = format!("dbt v2 takes this for version {version} of '{model}': write v={code}");
                return Some(Diagnostic::new(CODE, site.name_range, severity, message));
            }
            let message =
                format!("'{name}' is found by its key in dbt's index: write '{model}' and v={code}");
            Some(Diagnostic::new(CODE, site.name_range, severity, message).fix(split(site, &model, &version)))
        }
        _ => None,
    }
}

/// The known version that a spelling such as `v1` or `1.0` means.
pub(super) fn meant<'k>(site: &RefSite<'_>, known: &'k [SmolStr]) -> Option<&'k SmolStr> {
    let wanted = site.version?.trim();
    let find = |text: &str| known.iter().find(|known| *known == text);
    let digits = wanted.strip_prefix(['v', 'V']).unwrap_or(wanted);
    let whole = digits.strip_suffix(".0").unwrap_or(digits);
    find(digits).or_else(|| find(whole)).filter(|known| Some(known.as_str()) != site.version)
}

/// Writes name and version apart.
fn split(site: &RefSite<'_>, model: &str, version: &str) -> Option<Fix> {
    let edits = site.edits();
    let rename = edits.rename(site.name_range, site.name, model);
    edits.fix(
        format!("Write '{model}' and v={}", wording::version(version)),
        true,
        [rename, edits.pin(version)],
    )
}

fn parts(target: &Target) -> Option<(SmolStr, SmolStr)> {
    match target {
        Target::Local(node) => Some((node.name.clone(), node.version.clone()?)),
        Target::Upstream { manifest, node, .. } => {
            let node = manifest.node_at(*node)?;
            Some((node.name().into(), node.version()?.into()))
        }
    }
}

#[cfg(test)]
mod tests {
    use expect_test::expect;

    use crate::diagnostics::tests::{PLATFORM, check, check_consumer, check_fix, check_v2, finance};

    #[test]
    fn the_letter_belongs_to_the_argument() {
        check_consumer(
            "select * from {{ ref('platform', 'customers', v='v2') }}",
            expect![[r#"
            error[version-spelling]: 'customers' has no version 'v2': version 2 is written v=2
             --> finance/models/report.sql:1:50
              |
            1 | select * from {{ ref('platform', 'customers', v='v2') }}
              |                                                  ^^
              |
              = fix: Write v=2 (preferred)
        "#]],
        );
    }

    #[test]
    fn a_float_is_another_text_to_dbt_v1() {
        check_consumer(
            "select * from {{ ref('platform', 'customers', v=2.0) }}",
            expect![[r#"
            error[version-spelling]: dbt v1 looks for version "2.0" of 'customers', which is not "2": write v=2
             --> finance/models/report.sql:1:49
              |
            1 | select * from {{ ref('platform', 'customers', v=2.0) }}
              |                                                 ^^^
              |
              = fix: Write v=2 (preferred)
        "#]],
        );
        let source =
            format!("{}{PLATFORM}", finance("select * from {{ ref('platform', 'customers', v=2.0) }}"));
        check_v2(
            &source,
            expect![[r#"
            nothing
        "#]],
        );
    }

    #[test]
    fn a_file_is_no_name() {
        check_consumer(
            "select * from {{ ref('platform', 'customers_v2') }}",
            expect![[r#"
            error[version-spelling]: 'customers_v2' is the file of version 2 of 'customers': write the model's name, and v=2
             --> finance/models/report.sql:1:35
              |
            1 | select * from {{ ref('platform', 'customers_v2') }}
              |                                   ^^^^^^^^^^^^
              |
              = fix: Write 'customers' and v=2 (preferred)
        "#]],
        );
        let source = format!("{}{PLATFORM}", finance("select * from {{ ref('platform', 'customers_v2') }}"));
        check_fix(
            &source,
            "Write",
            expect![[r#"
                select * from {{ ref('platform', 'customers', v=2) }}
            "#]],
        );
    }

    #[test]
    fn the_key_works_and_surprises() {
        check_consumer(
            "select * from {{ ref('platform', 'customers.v2') }}",
            expect![[r#"
            hint[version-spelling]: 'customers.v2' is found by its key in dbt's index: write 'customers' and v=2
             --> finance/models/report.sql:1:35
              |
            1 | select * from {{ ref('platform', 'customers.v2') }}
              |                                   ^^^^^^^^^^^^
              |
              = fix: Write 'customers' and v=2 (preferred)
        "#]],
        );
        let source = format!("{}{PLATFORM}", finance("select * from {{ ref('platform', 'customers.v2') }}"));
        check_fix(
            &source,
            "Write",
            expect![[r#"
                select * from {{ ref('platform', 'customers', v=2) }}
            "#]],
        );
    }

    #[test]
    fn words_and_fractions_that_are_versions_are_fine() {
        check(
            "
//- shop/dbt_project.yml
name: shop
//- shop/models/items_vgold.sql
select 1
//- shop/models/items_v1.5.sql
select 1
//- shop/models/_models.yml
models:
  - name: items
    versions: [{v: gold}, {v: 1.5}]
//- shop/models/report.sql
$0select * from {{ ref('items', v='gold') }} join {{ ref('items', v=1.5) }}
join {{ ref('items', v='vgold') }} join {{ ref('items', v='v1.5') }}
",
            expect![[r#"
                error[version-spelling]: 'items' has no version 'vgold': version gold is written v='gold'
                 --> shop/models/report.sql:2:25
                  |
                2 | join {{ ref('items', v='vgold') }} join {{ ref('items', v='v1.5') }}
                  |                         ^^^^^
                  |
                  = fix: Write v='gold' (preferred)
                error[version-spelling]: 'items' has no version 'v1.5': version 1.5 is written v=1.5
                 --> shop/models/report.sql:2:60
                  |
                2 | join {{ ref('items', v='vgold') }} join {{ ref('items', v='v1.5') }}
                  |                                                            ^^^^
                  |
                  = fix: Write v=1.5 (preferred)
            "#]],
        );
    }
}
