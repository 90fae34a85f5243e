//! Docs blocks by name (spec §10).

use project::facts::Def;
use project::names::{Site, Space};
use project::resolve::Resolver;
use project::{Mesh, Package, PackageId};
use syntax::calls::Call;

/// The block that a call of `doc([package,] name)` in a file of `asker` means: the named package's, else the
/// root project's, the asker's own, any.
pub(crate) fn find<'m>(mesh: &'m Mesh, asker: PackageId, call: &Call) -> Option<(Site, &'m Def)> {
    let names: Vec<&str> = call.args.iter().filter_map(|arg| arg.value.as_str()).collect();
    let (package, name) = match names.as_slice() {
        [name] => (None, *name),
        [package, name] => (Some(*package), *name),
        _ => return None,
    };
    named(mesh, asker, package, name)
}

/// The block `name`, as [`find`].
pub(crate) fn named<'m>(
    mesh: &'m Mesh,
    asker: PackageId,
    package: Option<&str>,
    name: &str,
) -> Option<(Site, &'m Def)> {
    let resolver = Resolver::new(mesh, asker)?;
    let root = resolver.project();
    let own = mesh.package(asker);
    let mut ordered = std::iter::once(root).chain(own).chain(resolver.packages());
    let wanted = |known: &&Package| package.is_none_or(|wanted| known.name() == wanted);
    let site = ordered.find_map(|known| Some(known).filter(wanted)?.site(Space::Doc, name))?;
    Some((site, mesh.facts(site.file)?.defs.get(site.item as usize)?))
}
