//! `other-engine`: what the engine that the project is not judged by would refuse (spec §18), for teams that
//! move from one to the other.
//!
//! The same rules run a second time under the other flavour; knows no rule itself.

use project::flavor::Flavor;
use rustc_hash::FxHashSet;
use text::{TextRange, TextSize};

use super::{Depth, FileCx, rules};
use crate::{Cancellable, Diagnostic, Severity};

pub(super) const CODE: &str = "other-engine";

/// Adds a hint for each error that only the other engine has. What is said already, however mildly, is not said
/// twice.
pub(super) fn check(cx: &FileCx<'_>, out: &mut Vec<Diagnostic>) -> Cancellable<()> {
    // A project that asks for dbt 2 does not go back.
    let required = cx.project.config.flavor() == Some(Flavor::V2);
    if !cx.wants(CODE, Severity::Hint) || required {
        return Ok(());
    }
    let (flavor, will) = match cx.flavor() {
        Flavor::V1 => (Flavor::V2, "dbt v2 will reject this"),
        Flavor::V2 => (Flavor::V1, "dbt v1 rejects this"),
    };
    let mut analysis = cx.analysis.clone();
    analysis.mesh.flavor = Some(flavor);
    let Some(other) = FileCx::new(&analysis, cx.file) else { return Ok(()) };
    let mut found = Vec::new();
    rules(&other, Depth::Full, &mut found)?;
    found.retain(|finding| finding.severity == Severity::Error);
    if found.is_empty() {
        return Ok(());
    }
    let said = Said::new(out);
    for mut finding in found {
        let silenced =
            cx.facts.suppressions.iter().any(|comment| comment.covers(finding.code, finding.range));
        if silenced || !cx.wants(finding.code, Severity::Error) || said.covers(&finding) {
            continue;
        }
        finding.message = format!("{will}: {} ({})", finding.message, finding.code);
        finding.code = CODE;
        finding.severity = Severity::Hint;
        out.push(finding);
    }
    Ok(())
}

/// What is said already, so that a file full of findings is not gone through for each of them.
struct Said {
    places: FxHashSet<(&'static str, TextRange)>,
    /// Where errors start, in ascending order, and how far they and all before them reach.
    errors: Vec<(TextSize, TextSize)>,
}

impl Said {
    fn new(found: &[Diagnostic]) -> Said {
        let errors = found.iter().filter(|mine| mine.severity == Severity::Error);
        let mut errors: Vec<(TextSize, TextSize)> =
            errors.map(|mine| (mine.range.start(), mine.range.end())).collect();
        errors.sort_unstable();
        let mut reach = TextSize::new(0);
        for (_, end) in &mut errors {
            reach = reach.max(*end);
            *end = reach;
        }
        Said { places: found.iter().map(|mine| (mine.code, mine.range)).collect(), errors }
    }

    /// Whether the same stands there, or an error touches the place.
    fn covers(&self, finding: &Diagnostic) -> bool {
        let before = self.errors.partition_point(|(start, _)| *start <= finding.range.end());
        let touched = before > 0 && self.errors[before - 1].1 >= finding.range.start();
        touched || self.places.contains(&(finding.code, finding.range))
    }
}

#[cfg(test)]
mod tests {
    use expect_test::{Expect, expect};
    use project::flavor::Flavor;

    use crate::diagnostics::tests::check_with;

    fn check(source: &str, flavor: Flavor, expected: Expect) {
        let change = |analysis: &mut crate::Analysis| {
            analysis.mesh.flavor = Some(flavor);
            analysis.rules = std::sync::Arc::default();
        };
        check_with(source, change, expected);
    }

    const SHOP: &str = "
//- shop/dbt_project.yml
name: shop
//- shop/models/open.sql
{{ config(materialized='ephemeral', access='public') }} select 1
//- shop/models/a.sql
select * from {{ ref('open', v=1.0) }} {{ ref('m', v=1.0) }}
//- shop/models/m_v1.sql
select 1
//- shop/models/_models.yml
models:
  - name: m
    versions: [{v: 1}]
";

    #[test]
    fn what_v2_refuses_is_a_hint_under_v1_and_the_other_way_round() {
        check(
            SHOP,
            Flavor::V1,
            expect![[r#"
            error[invalid-access]: 'open' is ephemeral, and dbt lets no ephemeral model be public
             --> shop/models/open.sql:1:45
              |
            1 | {{ config(materialized='ephemeral', access='public') }} select 1
              |                                             ^^^^^^
            error[version-on-unversioned]: 'open' has no versions: remove this argument
             --> shop/models/a.sql:1:32
              |
            1 | select * from {{ ref('open', v=1.0) }} {{ ref('m', v=1.0) }}
              |                                ^^^
              |
              = note: 'open': shop/models/open.sql:1
              = fix: Remove the version (preferred)
            error[version-spelling]: dbt v1 looks for version "1.0" of 'm', which is not "1": write v=1
             --> shop/models/a.sql:1:54
              |
            1 | select * from {{ ref('open', v=1.0) }} {{ ref('m', v=1.0) }}
              |                                                      ^^^
              |
              = fix: Write v=1 (preferred)
        "#]],
        );
        check(
            SHOP,
            Flavor::V2,
            expect![[r#"
            hint[other-engine]: dbt v1 rejects this: 'open' is ephemeral, and dbt lets no ephemeral model be public (invalid-access)
             --> shop/models/open.sql:1:45
              |
            1 | {{ config(materialized='ephemeral', access='public') }} select 1
              |                                             ^^^^^^
            error[version-on-unversioned]: 'open' has no versions: remove this argument
             --> shop/models/a.sql:1:32
              |
            1 | select * from {{ ref('open', v=1.0) }} {{ ref('m', v=1.0) }}
              |                                ^^^
              |
              = note: 'open': shop/models/open.sql:1
              = fix: Remove the version (preferred)
            hint[other-engine]: dbt v1 rejects this: dbt v1 looks for version "1.0" of 'm', which is not "1": write v=1 (version-spelling)
             --> shop/models/a.sql:1:54
              |
            1 | select * from {{ ref('open', v=1.0) }} {{ ref('m', v=1.0) }}
              |                                                      ^^^
              |
              = fix: Write v=1 (preferred)
        "#]],
        );
    }

    #[test]
    fn a_code_that_is_off_or_silenced_stays_so() {
        check(
            "
//- shop/dbt_project.yml
name: shop
//- shop/models/a.sql
{{ ref(none, 'b') }} -- dbt-mesh: ignore[invalid-ref-arguments]
//- shop/models/b.sql
select 1
",
            Flavor::V1,
            expect![[r#"
                nothing
            "#]],
        );
    }
}
