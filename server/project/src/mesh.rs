//! The mesh: every package and file that is known, and what supplies the upstreams.
//!
//! One owner changes it; everyone else works on clones, which are cheap and never change.

use std::sync::Arc;

use rustc_hash::FxHashMap;

use crate::config::ProjectConfig;
use crate::cow::CowVec;
use crate::facts::FileFacts;
use crate::flavor::Flavor;
use crate::layout::FileKind;
use crate::package::{Package, Role};
use crate::registry::Registry;

/// A file of the mesh. Stays the same for a path as long as its package is known.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct FileId(pub u32);

/// A package of the mesh.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct PackageId(pub u32);

/// A known file.
#[derive(Debug, Clone)]
pub struct FileEntry {
    /// The package it belongs to.
    pub package: PackageId,
    /// Relative to the package's root, with `/`.
    pub path: Arc<str>,
    /// What it is to dbt.
    pub kind: FileKind,
    /// What it says; `None` once it is deleted.
    pub facts: Option<Arc<FileFacts>>,
}

/// A file to add, with its facts.
#[derive(Debug, Clone)]
pub struct NewFile {
    /// Relative to the package's root, with `/`.
    pub path: Arc<str>,
    /// What it is to dbt.
    pub kind: FileKind,
    /// What it says.
    pub facts: Arc<FileFacts>,
}

/// What a change touched, so that others know what to look at again.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Touched {
    /// A declared or mentioned name: findings of other files may differ.
    pub names: bool,
    /// Access, versions, whether something is enabled: findings of other files may differ.
    pub meaning: bool,
    /// What a call refers to, or whether dbt comes past it: nodes may depend on others.
    pub edges: bool,
    /// A project's own settings or dependencies: everything of that project may differ.
    pub settings: bool,
}

/// Every package and file that is known.
#[derive(Debug, Clone, Default)]
pub struct Mesh {
    packages: Vec<Option<Arc<Package>>>,
    files: CowVec<FileEntry>,
    roots: Arc<FxHashMap<Arc<str>, PackageId>>,
    /// What supplies the upstreams of each project.
    pub registry: Arc<Registry>,
    /// Set by the user for all projects; `None` for "as each project says".
    pub flavor: Option<Flavor>,
    /// Variables of dbt's command line.
    pub supplied: Arc<crate::variables::Supplied>,
    /// Files of some package are still to come: of no name can be said that it is not there.
    pub incomplete: bool,
}

impl Mesh {
    /// Adds a package with an absolute `root` (with `/`), or gives the one that is already there, with its
    /// role and config replaced.
    pub fn add_package(&mut self, root: &str, role: Role, config: ProjectConfig) -> PackageId {
        if let Some(id) = self.roots.get(root).copied() {
            if let Some(package) = self.package_mut(id) {
                package.role = role;
                package.config = Arc::new(config);
            }
            self.link(id, role);
            return id;
        }
        let id = PackageId(self.packages.len() as u32);
        let package = Package::new(id, root, role, config);
        Arc::make_mut(&mut self.roots).insert(package.root.clone(), id);
        self.packages.push(Some(Arc::new(package)));
        self.link(id, role);
        id
    }

    fn link(&mut self, id: PackageId, role: Role) {
        if let Role::Installed { into } = role
            && let Some(project) = self.package_mut(into)
            && !project.installed.contains(&id)
        {
            Arc::make_mut(&mut project.installed).push(id);
        }
    }

    /// Forgets a package, its files, and what is installed into it.
    pub fn remove_package(&mut self, id: PackageId) {
        let Some(package) = self.packages.get_mut(id.0 as usize).and_then(Option::take) else { return };
        Arc::make_mut(&mut self.roots).remove(&package.root);
        for file in package.files() {
            if let Some(entry) = self.files.get_mut(file.0 as usize) {
                entry.facts = None;
            }
        }
        for installed in package.installed.iter() {
            self.remove_package(*installed);
        }
        if let Role::Installed { into } = package.role
            && let Some(project) = self.package_mut(into)
        {
            Arc::make_mut(&mut project.installed).retain(|known| *known != id);
        }
    }

    /// Adds or replaces a file.
    pub fn set_file(&mut self, package: PackageId, new: NewFile) -> (FileId, Touched) {
        let known = self.package(package).and_then(|package| package.file(&new.path));
        let id = match known {
            Some(id) => id,
            None => {
                let entry = FileEntry { package, path: new.path.clone(), kind: new.kind, facts: None };
                let id = FileId(self.files.push(entry) as u32);
                if let Some(package) = self.package_mut(package) {
                    package.add_path(new.path.clone(), id);
                }
                id
            }
        };
        let touched = self.replace(id, Some(new.facts));
        (id, touched)
    }

    /// Forgets a file. Its id stays taken.
    pub fn remove_file(&mut self, id: FileId) -> Touched {
        let touched = self.replace(id, None);
        if let Some(entry) = self.files.get(id.0 as usize).cloned()
            && let Some(package) = self.package_mut(entry.package)
        {
            package.remove_path(&entry.path);
        }
        touched
    }

    fn replace(&mut self, id: FileId, facts: Option<Arc<FileFacts>>) -> Touched {
        let Some(entry) = self.files.get_mut(id.0 as usize) else { return Touched::default() };
        let old = std::mem::replace(&mut entry.facts, facts.clone());
        let (package, path, kind) = (entry.package, entry.path.clone(), entry.kind);
        let mut touched = Touched::default();
        if let Some(package) = self.package_mut(package) {
            touched.names = package.reindex(id, kind, &path, old.as_deref(), facts.as_deref());
            touched.meaning = match (&old, &facts) {
                (Some(old), Some(new)) => !old.means_the_same(new),
                _ => true,
            };
            touched.edges = match (&old, &facts) {
                (Some(old), Some(new)) => !old.refers_to_the_same(new),
                _ => true,
            };
            if touched.meaning {
                package.referable = std::sync::OnceLock::new();
            }
            if kind == FileKind::ProjectFile
                && let Some(config) = facts.as_ref().and_then(|facts| facts.project.as_deref())
                && *package.config != *config
            {
                package.config = Arc::new(config.clone());
                touched.settings = true;
            }
        }
        if touched.meaning && matches!(kind, FileKind::ProjectFile | FileKind::Vars) {
            // Its variables may enable what is installed.
            let installed =
                self.package(package).map(|package| package.installed.clone()).unwrap_or_default();
            for id in installed.iter() {
                if let Some(package) = self.package_mut(*id) {
                    package.referable = std::sync::OnceLock::new();
                }
            }
        }
        if matches!(kind, FileKind::Dependencies | FileKind::Packages) {
            let of = |facts: &Option<Arc<FileFacts>>| facts.as_ref().and_then(|f| f.dependencies.clone());
            touched.settings |= of(&old) != of(&facts);
        }
        touched
    }

    /// Gives back the memory that loading left over.
    pub fn shrink(&mut self) {
        for package in self.packages.iter_mut().flatten() {
            Arc::make_mut(package).shrink();
        }
    }

    /// A known package.
    pub fn package(&self, id: PackageId) -> Option<&Package> {
        self.packages.get(id.0 as usize)?.as_deref()
    }

    fn package_mut(&mut self, id: PackageId) -> Option<&mut Package> {
        self.packages.get_mut(id.0 as usize)?.as_mut().map(Arc::make_mut)
    }

    /// Every package, projects before what is installed into them only by chance.
    pub fn packages(&self) -> impl Iterator<Item = &Package> {
        self.packages.iter().flatten().map(|package| &**package)
    }

    /// Every project, in the order they were added.
    pub fn projects(&self) -> impl Iterator<Item = &Package> {
        self.packages().filter(|package| package.role == Role::Project)
    }

    /// The package with this root.
    pub fn package_at(&self, root: &str) -> Option<&Package> {
        self.package(*self.roots.get(root)?)
    }

    /// A known file that is not deleted.
    pub fn file(&self, id: FileId) -> Option<&FileEntry> {
        self.files.get(id.0 as usize).filter(|entry| entry.facts.is_some())
    }

    /// What a file says.
    pub fn facts(&self, id: FileId) -> Option<&FileFacts> {
        self.files.get(id.0 as usize)?.facts.as_deref()
    }

    /// The absolute path of a file, with `/`.
    pub fn path(&self, id: FileId) -> Option<String> {
        let entry = self.files.get(id.0 as usize)?;
        Some(format!("{}/{}", self.package(entry.package)?.root, entry.path))
    }

    /// The file at an absolute path with `/`: of the package whose root is nearest above it.
    pub fn file_at(&self, path: &str) -> Option<FileId> {
        let package = self.package_of(path)?;
        package.file(path.strip_prefix(&*package.root)?.strip_prefix('/')?)
    }

    /// The package whose root is nearest above an absolute path.
    pub fn package_of(&self, path: &str) -> Option<&Package> {
        let mut folder = path;
        while let Some((above, _)) = folder.rsplit_once('/') {
            if let Some(id) = self.roots.get(above) {
                return self.package(*id);
            }
            folder = above;
        }
        None
    }

    /// The project a package belongs to: itself, or the one it is installed into.
    pub fn project_of(&self, package: PackageId) -> Option<&Package> {
        let package = self.package(package)?;
        match package.role {
            Role::Project => Some(package),
            Role::Installed { into } => self.package(into),
        }
    }

    /// Every file that is not deleted, with its id.
    pub fn files(&self) -> impl Iterator<Item = (FileId, &FileEntry)> {
        self.files
            .iter()
            .enumerate()
            .filter(|(_, entry)| entry.facts.is_some())
            .map(|(at, entry)| (FileId(at as u32), entry))
    }

    /// Whose rules a package is judged by: the user's choice, else what its project was read by, else its
    /// `require-dbt-version`, else v1 (spec §20).
    pub fn flavor(&self, package: PackageId) -> Flavor {
        let project = self.project_of(package);
        self.flavor
            .or_else(|| self.registry.flavors.get(&project?.id).copied())
            .or_else(|| project?.config.flavor())
            .unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::layout::classify;

    /// What is touched when the text of one file becomes another, letter for letter as an editor sends it.
    fn touched(path: &str, texts: [&str; 2]) -> Vec<&'static str> {
        let config = ProjectConfig::parse("name: shop\n");
        let mut mesh = Mesh::default();
        let package = mesh.add_package("/w/shop", Role::Project, config.clone());
        let kind = classify(path, &config).unwrap();
        let mut set = |text: &str| {
            let facts = FileFacts::of(kind, path, text, Flavor::V1.dialect()).into();
            mesh.set_file(package, NewFile { path: path.into(), kind, facts }).1
        };
        set(texts[0]);
        let Touched { names, meaning, edges, settings } = set(texts[1]);
        let all = [(names, "names"), (meaning, "meaning"), (edges, "edges"), (settings, "settings")];
        all.into_iter().filter_map(|(is, name)| is.then_some(name)).collect()
    }

    #[test]
    fn an_edit_touches_no_more_than_it_changes() {
        let model = |old, new| touched("models/a.sql", [old, new]);
        let nothing: [&str; 0] = [];
        assert_eq!(model("select 1 {{ ref('m') }}", "select 12 {{ ref('m') }}"), nothing);
        assert_eq!(model("{{ ref('m') }}", "{{ ref('mm') }}"), ["names", "edges"]);
        assert_eq!(model("{{ ref('m', v=1) }}", "{{ ref('m', v=12) }}"), ["edges"]);
        assert_eq!(model("{{ ref('m') }}", "{% if false %}{{ ref('m') }}{% endif %}"), ["edges"]);
        assert_eq!(model("{{ f(1) }}", "{{ f(1, 2) }}"), nothing);
        assert_eq!(
            model("{{ config(access='public') }}", "{{ config(access='private') }}"),
            ["names", "meaning"]
        );
        let yaml = |old, new| touched("models/_m.yml", [old, new]);
        assert_eq!(
            yaml("models: [{name: m, description: a}]", "models: [{name: m, description: ab}]"),
            nothing
        );
        assert_eq!(
            yaml("models: [{name: m, columns: [{name: a}]}]", "models: [{name: m, columns: [{name: ab}]}]"),
            nothing
        );
        assert_eq!(yaml("models: [{name: m}]", "models: [{name: mm}]"), ["names", "meaning"]);
        let shared = |old, new| touched("macros/m.sql", [old, new]);
        assert_eq!(shared("{% macro m() %}a{% endmacro %}", "{% macro m() %}ab{% endmacro %}"), nothing);
    }
}
