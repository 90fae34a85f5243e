//! Where facts come from, and how old they are.

use project::registry::{self, State, Supply, SupplyKind};
use project::upstream::Manifest;
use project::upstream::manifest::ManifestKind;
use project::{NodeRef, Package};

use crate::Analysis;
use crate::diagnostics::FileCx;

/// A file of the project: its path. Of another: whose, and how it is known.
pub(super) fn of_file(cx: &FileCx<'_>, node: &NodeRef) -> String {
    let mesh = &cx.analysis.mesh;
    let path = mesh.file(node.file).map_or("", |file| &file.path);
    let own = mesh.project_of(node.package).is_none_or(|project| project.id == cx.project.id);
    let package = mesh.package(node.package).map_or("", Package::name);
    let upstream = cx.resolver.upstreams().iter().find(|upstream| upstream.name == package);
    match upstream.and_then(|upstream| upstream.kind) {
        Some(kind) if !own => format!("{path}, live from {}", supplied(kind)),
        _ if node.package != cx.package.id => format!("{path} in {package}"),
        _ => path.to_owned(),
    }
}

/// `manifest of 2026-11-22, 1 day old, dbt 1.12.6, from dbt_mesh.yml`.
pub(super) fn of_manifest(cx: &FileCx<'_>, project: &str, manifest: &Manifest) -> String {
    let kind = cx.resolver.upstreams().iter().find(|up| up.name == project).and_then(|up| up.kind);
    let mut parts = Vec::new();
    let what = match manifest.kind {
        ManifestKind::Publication => "publication",
        ManifestKind::Manifest => "manifest",
    };
    match &manifest.generated_at {
        Some(date) => {
            parts.push(format!("{what} of {}", date.get(..10).unwrap_or(date)));
            parts.extend(age(cx.analysis, date));
        }
        None => parts.push(what.to_owned()),
    }
    parts.extend(manifest.dbt_version.as_ref().map(|version| format!("dbt {version}")));
    parts.extend(kind.map(|kind| format!("from {}", supplied(kind))));
    parts.extend(catalog(manifest));
    parts.join(", ")
}

/// `columns from the catalog of 2026-01-31`; `None` without one.
pub(crate) fn catalog(manifest: &Manifest) -> Option<String> {
    let written = manifest.catalog.as_deref()?;
    Some(match written.get(..10) {
        Some(day) => format!("columns also from the catalog of {day}"),
        None => "columns also from its catalog".to_owned(),
    })
}

/// `1 day old`; `None` when today or the date is not known, or the date is to come.
pub(crate) fn age(analysis: &Analysis, date: &str) -> Option<String> {
    let days = analysis.today?.0 - project::date::Date::parse(date)?.0;
    Some(match days {
        ..0 => return None,
        0 => "today".to_owned(),
        1 => "1 day old".to_owned(),
        days => format!("{days} days old"),
    })
}

/// Words for how an upstream is supplied.
pub(crate) fn supplied(kind: SupplyKind) -> &'static str {
    match kind {
        SupplyKind::Workspace => "a checkout in the workspace",
        SupplyKind::Mesh => "dbt_mesh.yml",
        SupplyKind::Loom => "dbt_loom.config.yml",
        SupplyKind::Sibling => "a folder beside the project",
        SupplyKind::Publication => "the dbt platform's publication",
    }
}

/// One line on an upstream: state, source, age. `None` when the project knows no upstream of that name.
pub(crate) fn upstream_line(cx: &FileCx<'_>, name: &str) -> Option<String> {
    let upstream = cx.resolver.upstreams().iter().find(|upstream| upstream.name == name)?;
    Some(match (&upstream.supply, &upstream.state) {
        (Some(Supply::Live(id)), _) => {
            let root = cx.analysis.mesh.package(*id).map_or("", |package| &package.root);
            format!("live from {root}")
        }
        (Some(Supply::Manifest { manifest, key, .. }), _) => {
            format!("{} ({})", of_manifest(cx, name, manifest), registry::shown(key))
        }
        (None, State::Loading) => "loading".to_owned(),
        (None, State::Failed(why)) => format!("not loaded: {why}"),
        (None, _) => "nothing supplies it".to_owned(),
    })
}
