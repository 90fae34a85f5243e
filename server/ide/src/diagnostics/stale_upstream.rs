//! `stale-upstream`: what is known of an upstream was fetched, and may not be the newest any more.

use project::date::Date;
use project::layout::FileKind;
use project::registry::{State, Upstream};

use super::FileCx;
use super::dependencies::DepSite;
use crate::{Diagnostic, Severity};

pub(super) const CODE: &str = "stale-upstream";

/// How old it may be, in seconds, when nobody says otherwise.
const A_WEEK: u64 = 7 * A_DAY;
/// Dates are enough for what is counted in days.
const A_DAY: u64 = 24 * 60 * 60;

/// At the entry of dependencies.yml.
pub(super) fn declared(site: &DepSite<'_>) -> Option<Diagnostic> {
    let message = message(site.cx, site.upstream()?)?;
    Some(Diagnostic::new(CODE, site.dep.name_range, Severity::Hint, message))
}

/// At the entry of dbt_mesh.yml or dbt-loom's configuration, for an upstream that dependencies.yml does not have.
pub(super) fn configured(cx: &FileCx<'_>, out: &mut Vec<Diagnostic>) {
    if !matches!(cx.entry.kind, FileKind::Loom | FileKind::MeshConfig) {
        return;
    }
    for entry in cx.facts.upstreams.iter().flat_map(|facts| &facts.entries) {
        let upstream = cx.resolver.upstreams().iter().find(|upstream| upstream.name == entry.name);
        let Some(upstream) = upstream.filter(|upstream| !upstream.in_dependencies) else { continue };
        if let Some(message) = message(cx, upstream) {
            out.push(Diagnostic::new(CODE, entry.range, Severity::Hint, message));
        }
    }
}

fn message(cx: &FileCx<'_>, upstream: &Upstream) -> Option<String> {
    let remote = upstream.remote.as_ref().filter(|_| upstream.state == State::Ready)?;
    let name = &upstream.name;
    let checked = Date::from_unix(remote.checked.or(remote.fetched)?);
    if let Some(why) = &upstream.failure {
        return Some(format!("'{name}' is known as of {checked} and may have changed since: {why}"));
    }
    let limit = cx.analysis.mesh.registry.stale_after.get(&cx.project.id).copied().unwrap_or(A_WEEK);
    let age = if limit < A_DAY {
        let seconds = u64::try_from(cx.analysis.now? - remote.checked.or(remote.fetched)?).ok()?;
        if seconds < limit.max(1) {
            return None;
        }
        match seconds / 3600 {
            0 => format!("for {} minutes", seconds / 60),
            1 => "for an hour".to_owned(),
            hours @ 2..48 => format!("for {hours} hours"),
            hours => format!("for {} days", hours / 24),
        }
    } else {
        let days = u64::try_from(cx.analysis.today?.0 - checked.0).ok()?;
        if days.saturating_mul(A_DAY) < limit {
            return None;
        }
        if days == 1 { "since yesterday".to_owned() } else { format!("for {days} days") }
    };
    Some(format!(
        "'{name}' has not been checked {age} and may have changed: refresh it with the command 'dbt mesh: Refresh \
         upstreams', or 'dbt-mesh-ls mesh sync'"
    ))
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use expect_test::expect;
    use project::registry::RemoteState;

    use crate::diagnostics::tests::check_with;

    const SHOP: &str = "
//- shop/dbt_project.yml
name: shop
//- shop/dependencies.yml
projects:
  - name: platform
//- shop/models/report.sql
select * from {{ ref('platform', 'orders') }}
//- shop @manifest platform
model orders public
";

    /// Checked so many days before today, and what came of it last.
    fn checked(days: i64, failure: Option<&'static str>) -> impl Fn(&mut crate::Analysis) {
        move |analysis| {
            let checked = Some((i64::from(analysis.today().0) - days) * 86_400);
            let registry = Arc::make_mut(&mut analysis.mesh.registry);
            for slot in registry.manifests.values_mut() {
                slot.remote = Some(RemoteState { checked, fetched: checked, ..RemoteState::default() });
                slot.failure = failure.map(str::to_owned);
            }
        }
    }

    #[test]
    fn hours_are_counted_by_the_clock() {
        // It is noon.
        let asked = |hours: i64| {
            move |analysis: &mut crate::Analysis| {
                let checked = analysis.now.map(|now| now - hours * 3600);
                let project = analysis.mesh.package_at("/w/shop").unwrap().id;
                let registry = Arc::make_mut(&mut analysis.mesh.registry);
                registry.stale_after.insert(project, 2 * 3600);
                for slot in registry.manifests.values_mut() {
                    slot.remote = Some(RemoteState { checked, ..RemoteState::default() });
                }
            }
        };
        check_with(SHOP, asked(1), expect!["nothing\n"]);
        check_with(
            SHOP,
            asked(5),
            expect![[r#"
            hint[stale-upstream]: 'platform' has not been checked for 5 hours and may have changed: refresh it with the command 'dbt mesh: Refresh upstreams', or 'dbt-mesh-ls mesh sync'
             --> shop/dependencies.yml:2:11
              |
            2 |   - name: platform
              |           ^^^^^^^^
        "#]],
        );
    }

    #[test]
    fn old_ones_and_those_that_could_not_be_refreshed() {
        check_with(SHOP, checked(6, None), expect!["nothing\n"]);
        check_with(
            SHOP,
            checked(8, None),
            expect![[r#"
            hint[stale-upstream]: 'platform' has not been checked for 8 days and may have changed: refresh it with the command 'dbt mesh: Refresh upstreams', or 'dbt-mesh-ls mesh sync'
             --> shop/dependencies.yml:2:11
              |
            2 |   - name: platform
              |           ^^^^^^^^
        "#]],
        );
        check_with(
            SHOP,
            checked(1, Some("https://art/m.json: the server failed (500)")),
            expect![[r#"
            hint[stale-upstream]: 'platform' is known as of 2026-11-22 and may have changed since: https://art/m.json: the server failed (500)
             --> shop/dependencies.yml:2:11
              |
            2 |   - name: platform
              |           ^^^^^^^^
        "#]],
        );
    }
}
