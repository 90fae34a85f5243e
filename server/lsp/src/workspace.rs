//! The mesh as it is, with what is open in the editor laid over it: the main loop is its only writer.
//!
//! Applies what the loader brings and what the client types; must not read anything itself.

use crate::analysis::Analysis;
use crate::artifacts::Artifacts;
use crate::cancel::Token;
use crate::config::{Config, DbtVersion};
use crate::lineage::Lineage;
use crate::loading::{Extent, Item, Loader};
use ide::Rules;
use ide::diagnostics::Cycles;
use loader::Ignores;
use project::flavor::Flavor;
use project::layout::{self, FileKind};
use project::mesh::{NewFile, Touched};
use project::package::Role;
use project::{FileId, Mesh, PackageId};
use rustc_hash::{FxHashMap, FxHashSet};
use smol_str::SmolStr;
use std::sync::{Arc, OnceLock};

/// How far a change reaches: it decides which diagnostics are computed again.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Reach {
    /// Nothing changed.
    Nowhere,
    /// Only answers about the file itself.
    File,
    /// Answers about other files, too: a model came, went or changed its properties.
    Mesh,
}

/// The mesh, and the texts that the client has open.
#[derive(Debug, Default)]
pub struct Workspace {
    mesh: Mesh,
    rules: Arc<Rules>,
    /// Texts of open documents by path, whether or not a package has them.
    texts: FxHashMap<Arc<str>, Arc<str>>,
    open: Arc<FxHashMap<FileId, Arc<str>>>,
    /// What each package's `.dbtignore` says.
    ignores: FxHashMap<PackageId, Arc<Ignores>>,
    /// Bytes of each file as it was read.
    bytes: FxHashMap<FileId, u64>,
    /// All nodes and edges of the mesh as it is, once somebody has asked for them.
    lineage: Arc<OnceLock<Lineage>>,
    /// Circles of references, as far as somebody has asked.
    cycles: Cycles,
    artifacts: Arc<Artifacts>,
}

impl Workspace {
    /// The mesh as it is.
    pub fn mesh(&self) -> &Mesh {
        &self.mesh
    }

    /// A file's text is the client's, and this. New names in a dependencies.yml are reported to `loader`.
    pub fn open(&mut self, path: &str, text: Arc<str>, loader: Option<&Loader>) -> Reach {
        self.texts.insert(path.into(), Arc::clone(&text));
        let reach = self.lay_over(path, text);
        if let Some(loader) = loader.filter(|_| reach == Reach::Mesh && path.ends_with("/dependencies.yml")) {
            self.tell_declared(path, loader);
        }
        reach
    }

    /// Reports the names in every open dependencies.yml: some may have been typed before their project was known.
    pub fn tell_all_declared(&self, loader: &Loader) {
        let open = self.texts.keys().filter(|path| path.ends_with("/dependencies.yml"));
        open.for_each(|path| self.tell_declared(path, loader));
    }

    fn tell_declared(&self, path: &str, loader: &Loader) {
        let Some(package) = self.mesh.package_of(path) else { return };
        let facts = self.mesh.file_at(path).and_then(|file| self.mesh.facts(file)?.dependencies.as_deref());
        let names = facts.into_iter().flat_map(|facts| facts.projects.iter()).map(|dep| dep.name.clone());
        loader.declared(&package.root, names.collect());
    }

    /// Puts an open text in the place of what the disk says.
    fn lay_over(&mut self, path: &str, text: Arc<str>) -> Reach {
        // Whatever the settings say meanwhile: answers are about the text that the client has.
        let Some((package, relative, kind)) = self.belongs(path).or_else(|| self.known(path)) else {
            return Reach::Nowhere;
        };
        let dialect = self.mesh.flavor(package).dialect();
        let facts = crate::memo::facts(kind, &relative, &text, dialect);
        let (file, touched) =
            self.mesh.set_file(package, NewFile { path: relative.as_str().into(), kind, facts });
        Arc::make_mut(&mut self.open).insert(file, text);
        self.reach(touched)
    }

    /// Whether a path lies in a package that is known.
    pub fn is_in_package(&self, path: &str) -> bool {
        self.mesh.package_of(path).is_some()
    }

    /// The package, relative path and kind of a file that dbt would read.
    fn belongs(&self, path: &str) -> Option<(PackageId, String, FileKind)> {
        let package = self.mesh.package_of(path)?;
        let relative = path.strip_prefix(&*package.root)?.strip_prefix('/')?;
        if self.ignores.get(&package.id).is_some_and(|ignores| ignores.hides_file(relative)) {
            return None;
        }
        let kind = layout::classify(relative, &package.config)?;
        Some((package.id, relative.to_owned(), kind))
    }

    /// As what a file is known.
    fn known(&self, path: &str) -> Option<(PackageId, String, FileKind)> {
        let entry = self.mesh.file(self.mesh.file_at(path)?)?;
        Some((entry.package, entry.path.to_string(), entry.kind))
    }

    /// A file's text is the disk's again; the loader is asked to read it.
    pub fn close(&mut self, path: &str, loader: &Loader) -> Reach {
        if self.texts.remove(path).is_none() {
            return Reach::Nowhere;
        }
        loader.files_changed(&[path.to_owned()]);
        let Some(file) = self.mesh.file_at(path) else { return Reach::Nowhere };
        Arc::make_mut(&mut self.open).remove(&file);
        Reach::File
    }

    /// A text without a file is gone.
    pub fn forget(&mut self, path: &str) {
        self.texts.remove(path);
        if let Some(file) = self.mesh.file_at(path) {
            Arc::make_mut(&mut self.open).remove(&file);
            let touched = self.mesh.remove_file(file);
            self.reach(touched);
        }
    }

    /// The settings changed.
    pub fn configure(&mut self, config: &Config) -> Reach {
        self.mesh.flavor = match config.dbt_version {
            DbtVersion::Auto => None,
            DbtVersion::V1 => Some(Flavor::V1),
            DbtVersion::V2 => Some(Flavor::V2),
        };
        let rules = Arc::make_mut(&mut self.rules);
        let readiness = config.readiness.into_iter().flat_map(Rules::readiness);
        let each = config.rules.iter().map(|(code, level)| (SmolStr::new(code), *level));
        Arc::make_mut(&mut self.mesh.supplied).everywhere.clone_from(&config.vars);
        rules.everywhere = readiness.chain(each).collect();
        Reach::Mesh
    }

    /// The loader brought something.
    pub fn apply(&mut self, items: Vec<Item>) -> Reach {
        let mut reach = Reach::Nowhere;
        let mut upstreams = false;
        for item in items {
            let is_file = matches!(item, Item::Files { .. } | Item::Present { .. } | Item::Gone(_));
            let reached = self.take(item);
            upstreams |= !is_file && reached == Reach::Mesh;
            reach = reach.max(reached);
        }
        if upstreams {
            self.mesh.refresh_upstreams();
            return Reach::Mesh;
        }
        reach
    }

    fn take(&mut self, item: Item) -> Reach {
        match item {
            Item::Package { root, into, outside, config, flavor, ignores } => {
                if let Some(id) = self.package(&root, into.as_deref(), outside, *config, flavor) {
                    match ignores {
                        Some(ignores) => _ = self.ignores.insert(id, ignores),
                        None => _ = self.ignores.remove(&id),
                    }
                }
            }
            Item::PackageGone(root) => {
                if let Some(id) = self.mesh.package_at(&root).map(|package| package.id) {
                    self.mesh.remove_package(id);
                    let registry = Arc::make_mut(&mut self.mesh.registry);
                    registry.offers.remove(&id);
                    registry.outside.remove(&id);
                    self.ignores.remove(&id);
                }
            }
            Item::Files { root, extent, files } => return self.files(&root, extent, files),
            Item::Present { root, paths } => return self.present(&root, &paths),
            Item::Gone(path) => return self.gone(&path),
            Item::Offers { root, offers, order, rules, stale_after, vars } => {
                let Some(id) = self.mesh.package_at(&root).map(|package| package.id) else {
                    return Reach::Nowhere;
                };
                let rules = rules.into_iter().rev().collect();
                let known = &self.mesh.registry;
                if known.offers.get(&id) == Some(&offers)
                    && known.order.get(&id) == Some(&order)
                    && known.stale_after.get(&id) == stale_after.as_ref()
                    && self.rules.by_project.get(&id) == Some(&rules)
                    && self.mesh.supplied.by_project.get(&id).map_or(vars.is_empty(), |known| *known == vars)
                {
                    return Reach::Nowhere;
                }
                let registry = Arc::make_mut(&mut self.mesh.registry);
                registry.offers.insert(id, offers);
                registry.order.insert(id, order);
                match stale_after {
                    Some(age) => _ = registry.stale_after.insert(id, age),
                    None => _ = registry.stale_after.remove(&id),
                }
                Arc::make_mut(&mut self.mesh.supplied).by_project.insert(id, vars);
                Arc::make_mut(&mut self.rules).by_project.insert(id, rules);
            }
            Item::ManifestLoading(key) => {
                Arc::make_mut(&mut self.mesh.registry).manifests.entry(key).or_default().loading = true;
            }
            Item::ManifestRead { key, manifest, modified } => {
                let slot = Arc::make_mut(&mut self.mesh.registry).manifests.entry(key).or_default();
                slot.manifest = Some(manifest);
                slot.modified = modified;
                slot.failure = None;
                slot.loading = false;
            }
            Item::Remote { key, state, failure, loading } => {
                let slot = Arc::make_mut(&mut self.mesh.registry).manifests.entry(key).or_default();
                slot.remote = Some(state);
                slot.failure = failure;
                slot.loading = loading;
            }
            Item::ManifestFailed { key, why } => {
                let slot = Arc::make_mut(&mut self.mesh.registry).manifests.entry(key).or_default();
                slot.failure = Some(why);
                slot.loading = false;
            }
        }
        Reach::Mesh
    }

    fn package(
        &mut self,
        root: &str,
        into: Option<&str>,
        outside: bool,
        config: project::config::ProjectConfig,
        flavor: Flavor,
    ) -> Option<PackageId> {
        let into = into.map(|into| self.mesh.package_at(into).map(|package| package.id));
        let role = match into {
            None => Role::Project,
            Some(Some(into)) => Role::Installed { into },
            // Its project went meanwhile.
            Some(None) => return None,
        };
        let id = self.mesh.add_package(root, role, config);
        let registry = Arc::make_mut(&mut self.mesh.registry);
        registry.flavors.insert(id, flavor);
        if outside {
            registry.outside.insert(id);
        } else {
            registry.outside.remove(&id);
        }
        Some(id)
    }

    /// Forgets the files of a package that are not among `kept`. What is open stays as typed, even without a
    /// file.
    fn present(&mut self, root: &str, kept: &[Arc<str>]) -> Reach {
        let Some(package) = self.mesh.package_at(root) else { return Reach::Nowhere };
        let kept: FxHashSet<&str> = kept.iter().map(|path| &**path).collect();
        let gone = package.files().filter(|file| {
            let known = self.mesh.file(*file);
            known.is_some_and(|entry| !kept.contains(&*entry.path)) && !self.open.contains_key(file)
        });
        let gone: Vec<FileId> = gone.collect();
        let mut reach = Reach::Nowhere;
        for file in gone {
            self.mesh.remove_file(file);
            self.bytes.remove(&file);
            reach = Reach::Mesh;
        }
        reach
    }

    fn files(&mut self, root: &str, extent: Extent, files: Vec<(NewFile, u64)>) -> Reach {
        match extent {
            Extent::Some | Extent::All => {}
            Extent::Part => self.mesh.incomplete = true,
            // The last parts of all packages come together.
            Extent::Rest => self.mesh.incomplete = false,
        }
        let Some(package) = self.mesh.package_at(root) else { return Reach::Nowhere };
        let (id, fresh) = (package.id, package.file_count() == 0);
        let mut reach = Reach::Nowhere;
        if extent == Extent::All && !fresh {
            let kept: Vec<Arc<str>> = files.iter().map(|(file, _)| Arc::clone(&file.path)).collect();
            reach = self.present(root, &kept);
        }
        let has_open = !self.texts.is_empty();
        for (new, bytes) in files {
            if has_open
                && let Some(text) = self.texts.get(format!("{root}/{}", new.path).as_str()).map(Arc::clone)
            {
                reach = reach.max(self.lay_over(&format!("{root}/{}", new.path), text));
                continue;
            }
            let (file, touched) = self.mesh.set_file(id, new);
            self.bytes.insert(file, bytes);
            reach = reach.max(self.reach(touched));
        }
        if matches!(extent, Extent::All | Extent::Rest) {
            reach = reach.max(self.open_in(root));
            self.mesh.shrink();
        }
        crate::memo::sweep(self.bytes.len());
        reach
    }

    /// Lays open texts over a package that was listed: some have no file yet, some are ignored now.
    fn open_in(&mut self, root: &str) -> Reach {
        let texts: Vec<(Arc<str>, Arc<str>)> = self
            .texts
            .iter()
            .filter(|(path, _)| layout::relative_to(path, root).is_some())
            .map(|(path, text)| (Arc::clone(path), Arc::clone(text)))
            .collect();
        let mut reach = Reach::Nowhere;
        for (path, text) in texts {
            let known = self.mesh.file_at(&path);
            if self.belongs(&path).is_none() {
                if let Some(file) = known {
                    Arc::make_mut(&mut self.open).remove(&file);
                    let touched = self.mesh.remove_file(file);
                    reach = reach.max(self.reach(touched));
                }
            } else if known.is_none_or(|file| !self.open.contains_key(&file)) {
                reach = reach.max(self.lay_over(&path, text));
            }
        }
        reach
    }

    /// A file is gone, or all files below a folder.
    fn gone(&mut self, path: &str) -> Reach {
        let mut files: Vec<FileId> = self.mesh.file_at(path).into_iter().collect();
        if files.is_empty()
            && let Some(package) = self.mesh.package_of(path)
            && let Some(folder) = path.strip_prefix(&*package.root).and_then(|rest| rest.strip_prefix('/'))
        {
            let below = package.files().filter(|file| {
                self.mesh.file(*file).is_some_and(|entry| layout::relative_to(&entry.path, folder).is_some())
            });
            files = below.collect();
        }
        let mut reach = Reach::Nowhere;
        for file in files {
            if !self.open.contains_key(&file) {
                let touched = self.mesh.remove_file(file);
                reach = reach.max(self.reach(touched)).max(Reach::Mesh);
            }
        }
        reach
    }

    fn reach(&mut self, touched: Touched) -> Reach {
        if touched.settings {
            self.mesh.refresh_upstreams();
        }
        if touched.names || touched.settings || touched.meaning || touched.edges {
            Reach::Mesh
        } else {
            Reach::File
        }
    }

    /// Names or edges changed: what was worked out from all of them is out of date.
    pub fn outdated(&mut self) {
        self.lineage = Arc::default();
        self.cycles = Cycles::default();
    }

    /// An immutable view. `token` is asked whether work on it may stop.
    pub fn analysis(&self, token: Token) -> Analysis {
        let (open, rules, lineage) =
            (Arc::clone(&self.open), Arc::clone(&self.rules), Arc::clone(&self.lineage));
        let mut analysis =
            Analysis::new(self.mesh.clone(), open, rules, lineage, self.cycles.shared(), token);
        analysis.artifacts = Arc::clone(&self.artifacts);
        analysis
    }

    /// Files and bytes that were read, for the statistics of the command line.
    pub fn read(&self) -> (usize, u64) {
        (self.bytes.len(), self.bytes.values().sum())
    }
}
