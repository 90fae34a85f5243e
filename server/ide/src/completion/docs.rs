//! The documentation of a proposal, asked for when it is shown.

use project::resolve::Resolution;

use crate::diagnostics::FileCx;
use crate::{Analysis, Cancellable, DocsKey};

/// Markdown for what a [`DocsKey`] names, `None` when it is gone.
pub fn completion_docs(analysis: &Analysis, key: &DocsKey) -> Cancellable<Option<String>> {
    analysis.check()?;
    let file = analysis.mesh.package_at(&key.from).and_then(|package| package.file("dbt_project.yml"));
    let Some(cx) = file.and_then(|file| FileCx::new(analysis, file)) else { return Ok(None) };
    let mut parts = key.unique_id.splitn(3, '.');
    let (kind, package, rest) = (parts.next().unwrap_or(""), parts.next().unwrap_or(""), parts.next());
    if kind == "project" {
        return Ok(crate::describe::upstream_line(&cx, package));
    }
    let Some(rest) = rest else { return Ok(None) };
    let found = |name: &str, version: Option<&str>| match cx.resolver.reference(Some(package), name, version) {
        Resolution::Found { target, .. } | Resolution::Disabled(target) => Some(target),
        _ => None,
    };
    let target = found(rest, None).or_else(|| {
        let (name, version) = rest.rsplit_once(".v")?;
        found(name, Some(version))
    });
    Ok(target.map(|target| crate::hover::node(&cx, &target)))
}
