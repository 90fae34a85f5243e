//! `invalid-configuration`: `dbt_loom.config.yml` or `dbt_mesh.yml` cannot be used as it is (upstreams.md §1).

use project::layout::FileKind;
use project::registry::{OfferSource, State, SupplyKind};
use project::upstream::Level;

use super::{CODES, FileCx, stale_upstream, upstream_not_loaded};
use crate::{Diagnostic, Severity};

pub(super) const CODE: &str = "invalid-configuration";

pub(super) fn check(cx: &FileCx<'_>, out: &mut Vec<Diagnostic>) {
    let Some(facts) = cx.facts.upstreams.as_deref() else { return };
    // dbt-loom stops dbt at its first mistake; our own file is only ours.
    let (error, warning) = match cx.entry.kind {
        FileKind::Loom => (Severity::Error, Severity::Warning),
        _ => (Severity::Warning, Severity::Info),
    };
    out.extend(facts.problems.iter().map(|problem| {
        let severity = if problem.level == Level::Error { error } else { warning };
        Diagnostic::new(CODE, problem.range, severity, problem.message.clone())
    }));
    for (code, range) in facts.rules.iter().filter(|(code, _)| !CODES.contains(&code.as_str())) {
        let near = text::suggest(code, CODES.iter().copied());
        let near = near.map_or(String::new(), |near| format!("; did you mean '{near}'?"));
        let message = format!("there is no diagnostic '{code}'{near}");
        out.push(Diagnostic::new(CODE, *range, Severity::Warning, message));
    }
    if cx.entry.kind == FileKind::Loom {
        unreadable(cx, out);
    }
    stale_upstream::configured(cx, out);
    upstream_not_loaded::configured(cx, out);
}

/// A manifest that dbt-loom is told to read and that cannot be read: dbt fails, even where a checkout supplies
/// the project to us.
fn unreadable(cx: &FileCx<'_>, out: &mut Vec<Diagnostic>) {
    let registry = &cx.analysis.mesh.registry;
    let offers = registry.offers.get(&cx.project.id).into_iter().flatten();
    let mut offers = offers.filter(|offer| offer.kind == SupplyKind::Loom);
    let entries = cx.facts.upstreams.iter().flat_map(|facts| &facts.entries);
    for entry in entries {
        // Entry and offer are made of the same text unless it has just been edited.
        let Some(offer) = offers.next().filter(|offer| offer.label.as_ref() == Some(&entry.name)) else {
            return;
        };
        let OfferSource::Manifest(key) = &offer.source else { continue };
        let Some(slot) = registry.manifests.get(key) else { continue };
        let (Some(why), None) = (&slot.failure, &slot.manifest) else { continue };
        if slot.remote.is_some() {
            // It may be there for dbt: other credentials, another network.
            continue;
        }
        if entry.optional {
            continue;
        }
        let upstream = registry.upstream(cx.project.id, &entry.name);
        let supplied = upstream.is_some_and(|upstream| upstream.state == State::Ready);
        let severity = if supplied { Severity::Warning } else { Severity::Error };
        let message = format!("dbt-loom cannot read this manifest, so dbt stops: {why}");
        out.push(Diagnostic::new(CODE, entry.range, severity, message));
    }
}

#[cfg(test)]
mod tests {
    use expect_test::expect;
    use project::registry::{ManifestSlot, Offer, OfferSource, SupplyKind};

    use crate::diagnostics::tests::{check, check_with};

    #[test]
    fn shapes_types_and_codes() {
        check(
            "
//- shop/dbt_project.yml
name: shop
//- shop/dbt_loom.config.yml
manifests:
  - name: platform
    type: fil
    config: {path: ../platform/target/manifest.json}
  - type: file
    config: {path: x}
  - name: from_anywhere
    type: $TYPE
    config: {path: x}
//- shop/dbt_mesh.yml
upstreams:
  - name: platform
rules:
  unknown-modell: off
",
            expect![[r#"
                error[invalid-configuration]: `fil` is not a type of manifest; did you mean `file`?
                 --> shop/dbt_loom.config.yml:3:11
                  |
                3 |     type: fil
                  |           ^^^
                error[invalid-configuration]: `name` is missing
                 --> shop/dbt_loom.config.yml:5:5
                  |
                5 |   - type: file
                  |     ^^^^^^^^^^
                warning[invalid-configuration]: an upstream needs a `manifest` (a path or address) or a `project` (a folder)
                 --> shop/dbt_mesh.yml:2:5
                  |
                2 |   - name: platform
                  |     ^^^^^^^^^^^^^^
                warning[invalid-configuration]: there is no diagnostic 'unknown-modell'; did you mean 'unknown-model'?
                 --> shop/dbt_mesh.yml:4:3
                  |
                4 |   unknown-modell: off
                  |   ^^^^^^^^^^^^^^
            "#]],
        );
    }

    #[test]
    fn a_manifest_that_is_not_there() {
        let failing = |analysis: &mut crate::Analysis| {
            let project = analysis.mesh.package_at("/w/shop").unwrap().id;
            let registry = std::sync::Arc::make_mut(&mut analysis.mesh.registry);
            let failure = Some("/m.json does not exist".to_owned());
            registry.manifests.insert("/m.json".into(), ManifestSlot { failure, ..ManifestSlot::default() });
            let offer = |name: &str| {
                let source = OfferSource::Manifest("/m.json".into());
                Offer::new(SupplyKind::Loom, Some(name.into()), source)
            };
            registry.offers.insert(project, vec![offer("a"), offer("b"), offer("c")]);
        };
        check_with(
            "
//- shop/dbt_project.yml
name: shop
//- shop/dbt_loom.config.yml
manifests:
  - {name: a, type: file, config: {path: /m.json}}
  - {name: b, type: file, config: {path: /m.json}, optional: true}
  - {name: c, type: file, config: {path: /m.json}}
//- c/dbt_project.yml
name: c
",
            failing,
            expect![[r#"
                error[invalid-configuration]: dbt-loom cannot read this manifest, so dbt stops: /m.json does not exist
                 --> shop/dbt_loom.config.yml:2:42
                  |
                2 |   - {name: a, type: file, config: {path: /m.json}}
                  |                                          ^^^^^^^
                warning[invalid-configuration]: dbt-loom cannot read this manifest, so dbt stops: /m.json does not exist
                 --> shop/dbt_loom.config.yml:4:42
                  |
                4 |   - {name: c, type: file, config: {path: /m.json}}
                  |                                          ^^^^^^^
            "#]],
        );
    }
}
