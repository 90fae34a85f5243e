//! One dbt package: the files under one dbt_project.yml, and the names they declare.
//!
//! A workspace project and an installed package are the same thing in different roles.

use std::sync::{Arc, OnceLock};

use smallvec::SmallVec;
use smol_str::SmolStr;

use crate::config::ProjectConfig;
use crate::cow::CowMap;
use crate::facts::FileFacts;
use crate::layout::FileKind;
use crate::mesh::{FileId, PackageId};
use crate::names::{Site, Sites, Space, Spaces};
use crate::node::NodeKind;
use crate::referable::Starts;

/// How a package takes part in the mesh.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Role {
    /// A project that people work on, or a checkout beside one.
    Project,
    /// Installed into a project by `dbt deps`.
    Installed {
        /// The project.
        into: PackageId,
    },
}

/// Files that mention a name. Four take no more room than one.
type Files = SmallVec<[FileId; 4]>;

/// A name that `ref()` can find in a package.
#[derive(Debug, Clone)]
pub(crate) struct Named {
    pub(crate) name: SmolStr,
    pub(crate) kind: NodeKind,
    pub(crate) site: Site,
    /// The folder of the site's file; files of one folder share it.
    pub(crate) folder: Arc<str>,
}

/// The names that `ref()` can find in a package, in one state of it.
#[derive(Debug)]
pub(crate) struct Known {
    /// In no particular order.
    pub(crate) names: Box<[Named]>,
    /// Their order, once it is asked for.
    pub(crate) starts: OnceLock<Starts>,
}

/// One dbt package.
#[derive(Debug, Clone)]
pub struct Package {
    /// Its id in the mesh.
    pub id: PackageId,
    /// Absolute path of its folder, with `/`.
    pub root: Arc<str>,
    /// How it takes part.
    pub role: Role,
    /// What its dbt_project.yml says.
    pub config: Arc<ProjectConfig>,
    /// A project's installed packages.
    pub installed: Arc<Vec<PackageId>>,
    names: Spaces<Sites>,
    mentions: Spaces<Files>,
    paths: CowMap<Arc<str>, FileId>,
    /// What `ref()` can name here; see [`crate::Mesh::referable`]. Worked out when first asked for, forgotten when a
    /// declared name or its meaning changes: walking all names for each request would cost most of a completion.
    pub(crate) referable: OnceLock<Arc<Known>>,
}

impl Package {
    /// An empty package.
    pub fn new(id: PackageId, root: &str, role: Role, config: ProjectConfig) -> Package {
        Package {
            id,
            root: root.into(),
            role,
            config: Arc::new(config),
            installed: Arc::default(),
            names: Spaces::default(),
            mentions: Spaces::default(),
            paths: CowMap::default(),
            referable: OnceLock::new(),
        }
    }

    /// The `name` of its dbt_project.yml; empty while there is none.
    pub fn name(&self) -> &str {
        self.config.name.as_ref().map_or("", |(name, _)| name)
    }

    /// Where a name is declared; empty when it is not.
    pub fn sites(&self, space: Space, name: &str) -> &[Site] {
        self.names.of(space).get(name).map_or(&[], |sites| sites)
    }

    /// The first place where a name is declared.
    pub fn site(&self, space: Space, name: &str) -> Option<Site> {
        self.sites(space, name).first().copied()
    }

    /// Every declared name of a space, in no particular order.
    pub fn names(&self, space: Space) -> impl Iterator<Item = (&SmolStr, &Sites)> {
        self.names.of(space).iter()
    }

    /// Every declared name with its space, in no particular order.
    pub fn declared(&self) -> impl Iterator<Item = (Space, &SmolStr, &Sites)> {
        self.names.iter()
    }

    /// Files that mention a name, whoever it belongs to.
    pub fn mentions(&self, space: Space, name: &str) -> &[FileId] {
        self.mentions.of(space).get(name).map_or(&[], |files| files)
    }

    /// Every mentioned name of a space with the files that mention it, in no particular order.
    pub fn mentioned(&self, space: Space) -> impl Iterator<Item = (&SmolStr, &[FileId])> {
        self.mentions.of(space).iter().map(|(name, files)| (name, files.as_slice()))
    }

    /// The file at a path relative to the root.
    pub fn file(&self, path: &str) -> Option<FileId> {
        self.paths.get(path).copied()
    }

    /// Every file, in no particular order.
    pub fn files(&self) -> impl Iterator<Item = FileId> {
        self.paths.iter().map(|(_, file)| *file)
    }

    /// Number of files.
    pub fn file_count(&self) -> usize {
        self.paths.len()
    }

    pub(crate) fn add_path(&mut self, path: Arc<str>, file: FileId) {
        self.paths.insert(path, file);
    }

    pub(crate) fn remove_path(&mut self, path: &str) {
        self.paths.remove(path);
    }

    pub(crate) fn shrink(&mut self) {
        self.names.shrink();
        self.mentions.shrink();
        self.paths.shrink();
    }

    /// Replaces what the index knows of a file by what its new facts say. Only names that differ are
    /// touched. Tells whether any declared or mentioned name changed.
    pub(crate) fn reindex(
        &mut self,
        file: FileId,
        kind: FileKind,
        path: &str,
        old: Option<&FileFacts>,
        new: Option<&FileFacts>,
    ) -> bool {
        let declared = |facts: Option<&FileFacts>| {
            let mut out: Vec<(Space, SmolStr, u32)> = Vec::new();
            if let Some(facts) = facts {
                facts.declares(kind, path, |space, name, item| out.push((space, name, item)));
            }
            out
        };
        let mentioned = |facts: Option<&FileFacts>| {
            let mut out: Vec<(Space, SmolStr)> = Vec::new();
            if let Some(facts) = facts {
                facts.mentions(|space, name| out.push((space, name)));
            }
            out.sort();
            out.dedup();
            out
        };
        let (before, after) = (declared(old), declared(new));
        let mut changed = false;
        if before != after {
            changed = true;
            self.referable = OnceLock::new();
            for (space, name, item) in before {
                self.undeclare(space, name, Site { file, item });
            }
            for (space, name, item) in after {
                self.names.of_mut(space).update(name, |sites| {
                    let site = Site { file, item };
                    let at = sites.partition_point(|known| *known < site);
                    sites.insert(at, site);
                });
            }
        }
        let (before, after) = (mentioned(old), mentioned(new));
        for key in before.iter().filter(|key| after.binary_search(key).is_err()) {
            changed = true;
            self.unmention(key, file);
        }
        for key in after.iter().filter(|key| before.binary_search(key).is_err()) {
            changed = true;
            let (space, name) = key.clone();
            self.mentions.of_mut(space).update(name, |files| {
                let at = files.partition_point(|known| *known < file);
                files.insert(at, file);
            });
        }
        changed
    }

    fn undeclare(&mut self, space: Space, name: SmolStr, site: Site) {
        let names = self.names.of_mut(space);
        let last = names.get(&name).is_some_and(|sites| sites.len() == 1);
        if last {
            names.remove(&name);
        } else {
            names.update(name, |sites| sites.retain(|known| *known != site));
        }
    }

    fn unmention(&mut self, (space, name): &(Space, SmolStr), file: FileId) {
        let mentions = self.mentions.of_mut(*space);
        let last = mentions.get(name).is_some_and(|files| files.len() == 1);
        if last {
            mentions.remove(name);
        } else {
            mentions.update(name.clone(), |files| files.retain(|known| *known != file));
        }
    }
}
