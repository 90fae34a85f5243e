//! What `ref()` can name in a package, each name once.
//!
//! For lists of many names: asks nothing of a single node that the index does not say.

mod starts;

use std::sync::{Arc, OnceLock};

use rustc_hash::FxHashSet;
use smol_str::SmolStr;

use crate::facts::Section;
use crate::layout::behind;
use crate::mesh::{Mesh, PackageId};
use crate::names::{Site, Space};
use crate::node::{Access, NodeKind, NodeRef, Tri};
use crate::package::{Known, Named, Package};

pub(crate) use self::starts::Starts;

/// One name that `ref()` can find in a package. All versions of a model are one.
#[derive(Debug, Clone, Copy)]
pub struct Referable<'m> {
    /// The name.
    pub name: &'m SmolStr,
    /// Model, seed or snapshot.
    pub kind: NodeKind,
    /// Where it is declared: its file; the YAML entry of a model with versions.
    pub site: Site,
    /// The folder of that file, relative to the package; empty for its root.
    pub folder: &'m str,
    /// The package.
    pub package: PackageId,
}

impl Named {
    fn in_package(&self, package: PackageId) -> Referable<'_> {
        Referable { name: &self.name, kind: self.kind, site: self.site, folder: &self.folder, package }
    }
}

impl Known {
    fn starts(&self) -> &Starts {
        self.starts.get_or_init(|| Starts::new(&self.names))
    }
}

impl Referable<'_> {
    /// Whether its file is in a folder of its package or below.
    pub fn is_below(&self, folder: &str) -> bool {
        behind(self.folder, folder).is_some()
    }
}

impl Mesh {
    /// Every name of a package that `ref()` can find, in no particular order. A file that is a version goes by
    /// the name of its model.
    pub fn referable<'m>(&'m self, package: &'m Package) -> Vec<Referable<'m>> {
        self.known(package).names.iter().map(|of| of.in_package(package.id)).collect()
    }

    /// Of those names, without looking at the others, the first `limit` in or below `folder` and the first `limit` of the
    /// rest that start with `typed`, whatever the case, by name without regard to case.
    pub fn referable_starting<'m>(
        &'m self,
        package: &'m Package,
        typed: &str,
        folder: Option<&str>,
        limit: usize,
    ) -> Vec<Referable<'m>> {
        let known = self.known(package);
        let found = known.starts().starting(&known.names, typed, folder, limit);
        let found = found.into_iter().filter_map(|at| known.names.get(at as usize));
        found.map(|of| of.in_package(package.id)).collect()
    }

    /// Of those names all in which the letters of `typed` occur, in any order and case, and perhaps others.
    pub fn referable_with_letters<'m>(&'m self, package: &'m Package, typed: &str) -> Vec<Referable<'m>> {
        let known = self.known(package);
        let found = known.starts().with_letters(typed).filter_map(|at| known.names.get(at as usize));
        found.map(|of| of.in_package(package.id)).collect()
    }

    fn known<'m>(&'m self, package: &'m Package) -> &'m Known {
        package.referable.get_or_init(|| {
            let mut folders: FxHashSet<Arc<str>> = FxHashSet::default();
            let mut named = |(name, kind, site): (&SmolStr, NodeKind, Site)| {
                let folder = self.folder(site);
                let folder = match folders.get(folder) {
                    Some(known) => Arc::clone(known),
                    None => {
                        let new: Arc<str> = folder.into();
                        folders.insert(Arc::clone(&new));
                        new
                    }
                };
                Named { name: name.clone(), kind, site, folder }
            };
            let names = self.find_referable(package).into_iter().map(&mut named).collect();
            Arc::new(Known { names, starts: OnceLock::new() })
        })
    }

    fn find_referable<'m>(&'m self, package: &'m Package) -> Vec<(&'m SmolStr, NodeKind, Site)> {
        let mut out: Vec<(&SmolStr, NodeKind, Site)> = Vec::new();
        let mut not_models: FxHashSet<&SmolStr> = FxHashSet::default();
        let mut versioned: Vec<(&SmolStr, NodeKind, Site)> = Vec::new();
        for (space, kind) in [
            (Space::Model, NodeKind::Model),
            (Space::Seed, NodeKind::Seed),
            (Space::Snapshot, NodeKind::Snapshot),
        ] {
            out.extend(package.names(space).map(|(name, sites)| (name, kind, sites[0])));
        }
        for (name, sites) in package.names(Space::VersionFile) {
            let of_model = |site: &Site| self.entry(*site).is_some_and(|(_, e)| e.section == Section::Models);
            if sites.iter().any(of_model) {
                not_models.insert(name);
            }
        }
        for (name, sites) in package.names(Space::ModelPatch) {
            if self.entry(sites[0]).is_some_and(|(_, entry)| entry.is_versioned()) {
                versioned.push((name, NodeKind::Model, sites[0]));
                not_models.insert(name);
            }
        }
        if !not_models.is_empty() {
            out.retain(|(name, kind, _)| *kind != NodeKind::Model || !not_models.contains(*name));
        }
        out.extend(versioned);
        out
    }

    /// The node that a name of [`Mesh::referable`] means without a version; while something dynamic decides
    /// which version that is, one that it can be.
    pub fn referable_node(&self, package: &Package, of: &Referable<'_>) -> Option<NodeRef> {
        match of.kind {
            NodeKind::Seed => self.seed(package, of.name),
            NodeKind::Snapshot => self.snapshot(package, of.name),
            _ => {
                let family = self.family(package, of.name)?;
                let dynamic = family.is_versioned() && family.latest.is_none();
                let any = family.versions.iter().rfind(|member| dynamic && member.file.is_some());
                self.unpinned_node(package, &family)
                    .or_else(|| self.member_node(package, &family, Some(any?)))
            }
        }
    }

    fn folder(&self, site: Site) -> &str {
        let path = self.file(site.file).map_or("", |file| &*file.path);
        path.rsplit_once('/').map_or("", |(folder, _)| folder)
    }

    /// The models of a package that may be public, with few that are not: all others surely are not.
    pub fn maybe_public<'m>(&'m self, package: &'m Package) -> Vec<Referable<'m>> {
        let project = self.project_of(package.id).unwrap_or(package);
        let by_folder = [package, project]
            .into_iter()
            .any(|known| known.config.tree("models").is_some_and(|tree| tree.sets("access")));
        if by_folder {
            return self.referable(package).into_iter().filter(|of| of.kind == NodeKind::Model).collect();
        }
        let mut out: Vec<Referable<'m>> = Vec::new();
        for (name, sites) in package.names(Space::Public) {
            let mut add = |name, site| {
                let folder = self.folder(site);
                out.push(Referable { name, kind: NodeKind::Model, site, folder, package: package.id });
            };
            // What the file of a version says is said of its model.
            let claims = package.sites(Space::VersionFile, name);
            let models = claims.iter().filter_map(|site| Some((&self.entry(*site)?.1.name, *site)));
            models.for_each(|(model, site)| add(model, site));
            add(name, sites[0]);
        }
        out.sort_by_key(|of| of.name);
        out.dedup_by_key(|of| of.name);
        out
    }

    /// Number of public models of a package, every version counted.
    pub fn public_models(&self, package: &Package) -> usize {
        self.public_nodes(package).count()
    }

    /// Those models, by name, then version.
    pub fn public_nodes<'m>(&'m self, package: &'m Package) -> impl Iterator<Item = NodeRef> + 'm {
        let is_public =
            |node: &NodeRef| self.access(node) == Some(Access::Public) && self.enabled(node) != Tri::No;
        let models = self.maybe_public(package);
        let families: Vec<_> = models.iter().filter_map(|of| self.family(package, of.name)).collect();
        families.into_iter().flat_map(move |family| {
            let nodes: Vec<NodeRef> = match family.is_versioned() {
                true => {
                    let members = family.versions.iter();
                    members.filter_map(|member| self.member_node(package, &family, Some(member))).collect()
                }
                false => self.member_node(package, &family, None).into_iter().collect(),
            };
            nodes.into_iter().filter(is_public)
        })
    }
}

#[cfg(test)]
mod tests {
    use crate::config::ProjectConfig;
    use crate::facts::FileFacts;
    use crate::flavor::Flavor;
    use crate::layout::classify;
    use crate::mesh::{Mesh, NewFile, PackageId};
    use crate::package::Role;

    fn mesh(files: &[(&str, &str)]) -> (Mesh, PackageId) {
        let config = ProjectConfig::parse("name: shop\nmodels: {shop: {open: {+access: public}}}\n");
        let mut mesh = Mesh::default();
        let id = mesh.add_package("/w/shop", Role::Project, config.clone());
        for (path, text) in files {
            let kind = classify(path, &config).unwrap();
            let facts = FileFacts::of(kind, path, text, Flavor::V1.dialect()).into();
            mesh.set_file(id, NewFile { path: (*path).into(), kind, facts });
        }
        (mesh, id)
    }

    fn names(files: &[(&str, &str)]) -> Vec<String> {
        let (mesh, id) = mesh(files);
        let package = mesh.package(id).unwrap();
        let mut out: Vec<String> =
            mesh.referable(package).iter().map(|of| format!("{} {}", of.kind.as_str(), of.name)).collect();
        out.sort();
        out
    }

    #[test]
    fn versions_are_one_name_and_their_files_are_none() {
        let files = [
            ("models/m_v1.sql", ""),
            ("models/m.sql", ""),
            ("models/old.sql", ""),
            ("models/plain.sql", ""),
            (
                "models/s.yml",
                "models: [{name: m, versions: [{v: 1}, {v: 2}, {v: 0, defined_in: old}]}, {name: plain}]",
            ),
            ("seeds/codes.csv", ""),
            ("snapshots/s.sql", "{% snapshot history %}{% endsnapshot %}"),
        ];
        assert_eq!(names(&files), ["model m", "model plain", "seed codes", "snapshot history"]);
    }

    #[test]
    fn what_is_remembered_follows_the_files() {
        let (mut mesh, id) = mesh(&[("models/m.sql", ""), ("models/m_v1.sql", "")]);
        let listed = |mesh: &Mesh| mesh.referable(mesh.package(id).unwrap()).len();
        let before = mesh.clone();
        assert_eq!((listed(&before), listed(&mesh)), (2, 2));
        let kind = classify("models/s.yml", &ProjectConfig::default()).unwrap();
        for (text, wanted) in [("models: [{name: m, versions: [{v: 1}]}]", 1), ("models: []", 2)] {
            let facts = FileFacts::of(kind, "models/s.yml", text, Flavor::V1.dialect()).into();
            mesh.set_file(id, NewFile { path: "models/s.yml".into(), kind, facts });
            assert_eq!(listed(&mesh), wanted, "{text}");
        }
        assert_eq!(listed(&before), 2);
    }

    #[test]
    fn a_version_may_live_in_the_file_of_the_models_name() {
        let files = [
            ("models/m.sql", ""),
            ("models/m_v2.sql", ""),
            ("models/s.yml", "models: [{name: m, versions: [{v: 1, defined_in: m}, {v: 2}]}]"),
        ];
        assert_eq!(names(&files), ["model m"]);
    }

    #[test]
    fn public_models_count_versions_and_every_way_to_say_it() {
        let files = [
            ("models/m_v1.sql", ""),
            ("models/m_v2.sql", "{{ config(access='private') }}"),
            ("models/m_v3.sql", ""),
            ("models/a.sql", "{{ config(access='public') }}"),
            ("models/b.sql", ""),
            ("models/c.sql", ""),
            ("models/off.sql", "{{ config(access='public', enabled=false) }}"),
            ("models/open/d.sql", ""),
            (
                "models/s.yml",
                "models: [{name: m, access: public, versions: [{v: 1}, {v: 2}, {v: 3}]}, {name: b, config: {access: \
                 public}}]",
            ),
        ];
        let (mesh, id) = mesh(&files);
        // m.v1, m.v3, a, b, open/d
        assert_eq!(mesh.public_models(mesh.package(id).unwrap()), 5);
    }
}
