//! `producer-as-package`: a project that publishes models is installed as a package, so that it is built twice
//! and one project is its producer and its consumer at once.

use project::Package;
use project::deps::PackageDep;
use project::names::Space;
use project::node::{Access, Tri};

use crate::diagnostics::FileCx;
use crate::{Diagnostic, Severity};

pub(in crate::diagnostics) const CODE: &str = "producer-as-package";

pub(super) fn check(cx: &FileCx<'_>, out: &mut Vec<Diagnostic>) {
    let Some(facts) = cx.facts.dependencies.as_deref() else { return };
    for dep in &facts.packages {
        let Some(package) = package(cx, dep) else { continue };
        let Some(model) = public_model(cx, package) else { continue };
        let name = package.name();
        let message = format!(
            "'{name}' publishes models ('{model}'), and as a package they are built here once more: list it under 'projects:' instead"
        );
        out.push(Diagnostic::new(CODE, dep.source_range, Severity::Warning, message));
    }
}

/// What an entry installs, or will install, as far as the entry tells.
fn package<'a>(cx: &FileCx<'a>, dep: &PackageDep) -> Option<&'a Package> {
    let mesh = &cx.analysis.mesh;
    let folder = || mesh.package_at(&dep.folder(&cx.project.root)?);
    let named = |name: &str| {
        let mut others = cx.resolver.packages().filter(|package| package.id != cx.project.id);
        others.find(|package| package.name() == name)
    };
    match dep.kind.as_str() {
        "local" => folder(),
        "package" => named(dep.name()?),
        // Most repositories are called like their project.
        "git" => {
            let source = dep.source.trim_end_matches('/');
            named(source.rsplit(['/', ':']).next()?.trim_end_matches(".git"))
        }
        _ => None,
    }
}

/// The first public model of a package, by name.
fn public_model(cx: &FileCx<'_>, package: &Package) -> Option<String> {
    let mesh = &cx.analysis.mesh;
    // dbt_project.yml may open what no model says of itself.
    let tree = package.config.tree("models").is_some_and(|tree| tree.sets("access"));
    let space = if tree { Space::Model } else { Space::Public };
    let is_public = |name: &&str| {
        let model = mesh.model(package, name);
        model
            .is_some_and(|node| mesh.access(&node) == Some(Access::Public) && mesh.enabled(&node) == Tri::Yes)
    };
    package.names(space).map(|(name, _)| name.as_str()).filter(is_public).min().map(str::to_owned)
}
