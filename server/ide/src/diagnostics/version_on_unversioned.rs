//! `version-on-unversioned`: a version of what has none (spec §4.2).

use project::resolve::{Missing, Resolution};
use project::upstream::ResourceType;
use project::{NodeKind, Target};

use super::{RefSite, wording};
use crate::Diagnostic;

pub(super) const CODE: &str = "version-on-unversioned";

pub(super) fn check(site: &RefSite<'_>) -> Option<Diagnostic> {
    let Resolution::Missing(Missing::Unversioned(target)) = site.resolution else { return None };
    let severity = site.missing_severity()?;
    let message = match kind(target) {
        NodeKind::Model => format!("'{}' has no versions: remove this argument", site.name),
        kind => {
            format!("'{}' is {}, which has no versions: remove this argument", site.name, wording::a(kind))
        }
    };
    let edits = site.edits();
    let fix = edits.fix("Remove the version".into(), true, [edits.unpin()]);
    Some(
        Diagnostic::new(CODE, site.version_range.unwrap_or(site.name_range), severity, message)
            .related(site.cx.place(target), format!("'{}'", site.name))
            .fix(fix),
    )
}

fn kind(target: &Target) -> NodeKind {
    match target {
        Target::Local(node) => node.kind,
        Target::Upstream { manifest, node, .. } => {
            match manifest.node_at(*node).map(|node| node.resource_type()) {
                Some(ResourceType::Seed) => NodeKind::Seed,
                Some(ResourceType::Snapshot) => NodeKind::Snapshot,
                _ => NodeKind::Model,
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use expect_test::expect;

    use crate::diagnostics::tests::{PLATFORM, check_consumer, check_fix, finance};

    #[test]
    fn models_and_seeds_without_versions() {
        check_consumer(
            "select * from {{ ref('platform', 'orders', v=1) }}",
            expect![[r#"
            error[version-on-unversioned]: 'orders' has no versions: remove this argument
             --> finance/models/report.sql:1:46
              |
            1 | select * from {{ ref('platform', 'orders', v=1) }}
              |                                              ^
              |
              = note: 'orders': platform/models/_models.yml:2
              = fix: Remove the version (preferred)
        "#]],
        );
        check_consumer(
            "select * from {{ ref('platform', 'countries', version='v1') }}",
            expect![[r#"
            error[version-on-unversioned]: 'countries' is a seed, which has no versions: remove this argument
             --> finance/models/report.sql:1:56
              |
            1 | select * from {{ ref('platform', 'countries', version='v1') }}
              |                                                        ^^
              |
              = note: 'countries': platform/seeds/countries.csv:1
              = fix: Remove the version (preferred)
        "#]],
        );
    }

    #[test]
    fn an_empty_version_asks_for_nothing() {
        check_consumer(
            "select * from {{ ref('platform', 'orders', v=none) }}",
            expect![[r#"
            nothing
        "#]],
        );
    }

    #[test]
    fn the_fix_takes_the_argument_and_its_comma() {
        let source =
            format!("{}{PLATFORM}", finance("select * from {{ ref( 'platform', 'orders' , v = 1 ) }}"));
        check_fix(
            &source,
            "Remove",
            expect![[r#"
                select * from {{ ref( 'platform', 'orders' ) }}
            "#]],
        );
    }
}
