//! Docs blocks by name (spec §10).

use project::FileId;
use project::facts::Def;
use project::names::Space;

use crate::diagnostics::FileCx;

/// The block of `doc([package,] name)`: the named package's, else the root project's, the own package's, any.
pub(crate) fn find<'a>(cx: &FileCx<'a>, package: Option<&str>, name: &str) -> Option<(FileId, &'a Def)> {
    let packages = cx.resolver.packages().filter(|known| package.is_none_or(|wanted| known.name() == wanted));
    let mut ordered: Vec<_> = packages.collect();
    ordered.sort_by_key(|known| (known.id != cx.project.id, known.id != cx.package.id));
    let site = ordered.into_iter().find_map(|known| known.site(Space::Doc, name))?;
    Some((site.file, cx.analysis.mesh.facts(site.file)?.defs.get(site.item as usize)?))
}
