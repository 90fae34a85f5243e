//! `upstream-not-loaded`: declared, but nothing supplies it, so nothing about it is judged (spec §20).

use project::registry::{self, State, Upstream};
use project::resolve::{Missing, Resolution};

use project::upstream::remote::matches;

use super::dependencies::DepSite;
use super::{FileCx, RefSite, nearest};
use crate::{Diagnostic, Severity};

pub(super) const CODE: &str = "upstream-not-loaded";

pub(super) fn check(site: &RefSite<'_>) -> Option<Diagnostic> {
    let Resolution::Missing(Missing::NotLoaded { name }) = site.resolution else { return None };
    if nearest::other_case(site.cx, name).is_some() {
        return None;
    }
    let severity = site.advice(Severity::Warning)?;
    let upstream = site.cx.resolver.upstreams().iter().find(|upstream| upstream.name == *name)?;
    Some(Diagnostic::new(CODE, site.project_range(), severity, message(upstream)?))
}

/// The same for the entry of dependencies.yml that declares it.
pub(super) fn declared(site: &DepSite<'_>) -> Option<Diagnostic> {
    let message = message(site.upstream()?)?;
    Some(Diagnostic::new(CODE, site.dep.name_range, Severity::Warning, message))
}

/// At the entry of dbt_mesh.yml or dbt-loom's configuration, for what has no entry in dependencies.yml to say it at.
pub(super) fn configured(cx: &FileCx<'_>, out: &mut Vec<Diagnostic>) {
    let Some(facts) = &cx.facts.upstreams else { return };
    for entry in &facts.entries {
        let upstream = cx.resolver.upstreams().iter().find(|upstream| upstream.name == entry.name);
        let Some(upstream) = upstream.filter(|upstream| !upstream.in_dependencies) else { continue };
        if let (State::Failed(why), Some(_)) = (&upstream.state, &upstream.remote) {
            let message =
                format!("'{}' cannot be read, so its models cannot be checked: {why}", upstream.name);
            out.push(Diagnostic::new(CODE, entry.range, Severity::Warning, message));
        }
    }
    let is_told = |why: &str| {
        let declared = cx.resolver.upstreams().iter().filter(|upstream| upstream.in_dependencies);
        declared.into_iter().any(|upstream| upstream.tells(why))
    };
    for unread in cx.analysis.mesh.registry.unread(cx.project.id).filter(|unread| !is_told(unread.failure)) {
        let address = registry::shown(unread.key);
        // One object of a pattern is told at the pattern.
        let entry = facts.unnamed.iter().find(|(shown, _)| **shown == *address || matches(shown, address));
        let Some((_, range)) = entry else { continue };
        let message =
            format!("this manifest cannot be read, so its models cannot be checked: {}", unread.failure);
        out.push(Diagnostic::new(CODE, *range, Severity::Warning, message));
    }
}

/// What is wrong with what supplies it; `None` when nothing is, or it is still being read.
fn message(upstream: &Upstream) -> Option<String> {
    let name = &upstream.name;
    match (&upstream.state, &upstream.failure) {
        (State::Missing, _) => Some(format!(
            "nothing supplies '{name}', so its models cannot be checked: open its checkout, clone it beside this project, \
             or name its manifest.json in dbt_mesh.yml or dbt_loom.config.yml"
        )),
        (State::Failed(why), _) => {
            Some(format!("'{name}' cannot be read, so its models cannot be checked: {why}"))
        }
        // `stale-upstream` says it.
        (State::Ready, Some(_)) if upstream.remote.is_some() => None,
        (State::Ready, Some(why)) => {
            Some(format!("'{name}' may be out of date, an earlier version is in use: {why}"))
        }
        (State::Ready, None) | (State::Loading, _) => None,
    }
}

#[cfg(test)]
mod tests {
    use expect_test::expect;
    use project::registry::{ManifestSlot, Offer, OfferSource, RemoteState, SupplyKind};

    use crate::diagnostics::tests::{check, check_with};

    const SHOP: &str = "
//- shop/dbt_project.yml
name: shop
//- shop/dependencies.yml
projects:
  - name: warehouse
//- shop/models/report.sql
select * from {{ ref('warehouse', 'stock') }}
";

    #[test]
    fn nothing_supplies_it() {
        check(
            SHOP,
            expect![[r#"
            warning[upstream-not-loaded]: nothing supplies 'warehouse', so its models cannot be checked: open its checkout, clone it beside this project, or name its manifest.json in dbt_mesh.yml or dbt_loom.config.yml
             --> shop/dependencies.yml:2:11
              |
            2 |   - name: warehouse
              |           ^^^^^^^^^
            warning[upstream-not-loaded]: nothing supplies 'warehouse', so its models cannot be checked: open its checkout, clone it beside this project, or name its manifest.json in dbt_mesh.yml or dbt_loom.config.yml
             --> shop/models/report.sql:1:23
              |
            1 | select * from {{ ref('warehouse', 'stock') }}
              |                       ^^^^^^^^^
        "#]],
        );
    }

    #[test]
    fn what_only_our_own_file_names_is_told_there() {
        let shop = "
//- shop/dbt_project.yml
name: shop
//- shop/dbt_mesh.yml
upstreams:
  - manifest: https://host/hr.json
  - manifest: s3://art/*/m.json
";
        let failing = |analysis: &mut crate::Analysis| {
            let project = analysis.mesh.package_at("/w/shop").unwrap().id;
            let registry = std::sync::Arc::make_mut(&mut analysis.mesh.registry);
            for address in ["https://host/hr.json", "s3://art/crm/m.json"] {
                let failure = Some(format!("{address}: access is denied (403)"));
                let remote = Some(RemoteState::default());
                let slot = ManifestSlot { failure, remote, ..ManifestSlot::default() };
                registry.manifests.insert(address.into(), slot);
                let offer = Offer::new(SupplyKind::Mesh, None, OfferSource::Manifest(address.into()));
                registry.offers.entry(project).or_default().push(offer);
            }
        };
        check_with(
            shop,
            failing,
            expect![[r#"
            warning[upstream-not-loaded]: this manifest cannot be read, so its models cannot be checked: https://host/hr.json: access is denied (403)
             --> shop/dbt_mesh.yml:2:15
              |
            2 |   - manifest: https://host/hr.json
              |               ^^^^^^^^^^^^^^^^^^^^
            warning[upstream-not-loaded]: this manifest cannot be read, so its models cannot be checked: s3://art/crm/m.json: access is denied (403)
             --> shop/dbt_mesh.yml:3:15
              |
            3 |   - manifest: s3://art/*/m.json
              |               ^^^^^^^^^^^^^^^^^
        "#]],
        );
    }

    #[test]
    fn being_read_is_no_finding_and_a_failure_says_why() {
        let offered = |slot: ManifestSlot| {
            move |analysis: &mut crate::Analysis| {
                let project = analysis.mesh.package_at("/w/shop").unwrap().id;
                let registry = std::sync::Arc::make_mut(&mut analysis.mesh.registry);
                registry.manifests.insert("/m.json".into(), slot.clone());
                let source = OfferSource::Manifest("/m.json".into());
                let offer = Offer::new(SupplyKind::Mesh, Some("warehouse".into()), source);
                registry.offers.entry(project).or_default().push(offer);
            }
        };
        check_with(
            SHOP,
            offered(ManifestSlot { loading: true, ..ManifestSlot::default() }),
            expect![[r#"
            nothing
        "#]],
        );
        let why = Some("/m.json does not exist".to_owned());
        check_with(
            SHOP,
            offered(ManifestSlot { failure: why, ..ManifestSlot::default() }),
            expect![[r#"
            warning[upstream-not-loaded]: 'warehouse' cannot be read, so its models cannot be checked: /m.json does not exist
             --> shop/dependencies.yml:2:11
              |
            2 |   - name: warehouse
              |           ^^^^^^^^^
            warning[upstream-not-loaded]: 'warehouse' cannot be read, so its models cannot be checked: /m.json does not exist
             --> shop/models/report.sql:1:23
              |
            1 | select * from {{ ref('warehouse', 'stock') }}
              |                       ^^^^^^^^^
        "#]],
        );
    }
}
