//! The documentation of a proposal, asked for when it is shown.

use project::PackageId;
use project::names::Space;
use project::resolve::Resolution;

use crate::diagnostics::FileCx;
use crate::hover::{self, markdown};
use crate::thing::{Thing, macro_named, project_named, referenced};
use crate::{Analysis, Cancellable, DocsKey};

/// Markdown for what a [`DocsKey`] names, `None` when it is gone.
pub fn completion_docs(analysis: &Analysis, key: &DocsKey) -> Cancellable<Option<String>> {
    analysis.check()?;
    let package = analysis.mesh.package_at(&key.from);
    // Any file will do: what is visible is a question of the package.
    let file = package.and_then(|package| package.file("dbt_project.yml").or_else(|| package.files().next()));
    let Some(cx) = file.and_then(|file| FileCx::new(analysis, file)) else { return Ok(None) };
    Ok(docs(&cx, &key.unique_id))
}

fn docs(cx: &FileCx<'_>, unique_id: &str) -> Option<String> {
    let (kind, rest) = unique_id.split_once('.')?;
    if kind == "project" {
        return markdown(cx, &project_named(cx, rest)?);
    }
    if kind == "jinja" {
        return crate::catalog::markdown_of(rest);
    }
    let (package, name) = rest.split_once('.')?;
    match kind {
        "macro" => markdown(cx, &macro_named(cx, rest)?),
        "doc" => {
            let asker: PackageId = cx.package.id;
            let named = Some(package).filter(|package| !package.is_empty());
            let (site, _) = crate::docs::named(&cx.analysis.mesh, asker, named, name)?;
            markdown(cx, &Thing::Def(site))
        }
        "group" => {
            let package = cx.resolver.packages().find(|known| known.name() == package)?;
            markdown(cx, &Thing::Entry(package.site(Space::Group, name)?))
        }
        "source" => {
            let (source, table) = name.split_once('.')?;
            match cx.resolver.table(source, table) {
                Resolution::Found { target, .. } => Some(hover::node(cx, &target)),
                _ => None,
            }
        }
        _ => {
            let found = |name: &str, version: Option<&str>| {
                referenced(cx, Some(package), name, version).into_iter().next()
            };
            let versioned = || {
                let (name, version) = name.rsplit_once(".v")?;
                found(name, Some(version))
            };
            found(name, None).or_else(versioned).map(|target| hover::node(cx, &target))
        }
    }
}
