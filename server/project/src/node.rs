//! Nodes of the mesh: what a name resolves to, and what is known of it.

use std::sync::Arc;

use smol_str::{SmolStr, format_smolstr};
use syntax::calls::{Lit, Value};
use text::TextRange;

use crate::date::Date;
use crate::facts::{Column, Entry, FileFacts, Setting, VersionEntry, contract_enforced};
use crate::flavor::Flavor;
use crate::layout::{FileKind, stem};
use crate::mesh::{FileId, Mesh, PackageId};
use crate::names::{FILE, Site, Space};
use crate::package::Package;
use crate::upstream::Manifest;
pub use crate::upstream::manifest::Access;
use crate::version::Version;

/// A resource type, as dbt names it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[allow(missing_docs)]
pub enum NodeKind {
    Model,
    Seed,
    Snapshot,
    Analysis,
    Test,
    Source,
    Exposure,
    Metric,
    SemanticModel,
    SavedQuery,
    UnitTest,
    Function,
    Operation,
}

impl NodeKind {
    /// The word in unique ids.
    pub fn as_str(self) -> &'static str {
        match self {
            NodeKind::Model => "model",
            NodeKind::Seed => "seed",
            NodeKind::Snapshot => "snapshot",
            NodeKind::Analysis => "analysis",
            NodeKind::Test => "test",
            NodeKind::Source => "source",
            NodeKind::Exposure => "exposure",
            NodeKind::Metric => "metric",
            NodeKind::SemanticModel => "semantic_model",
            NodeKind::SavedQuery => "saved_query",
            NodeKind::UnitTest => "unit_test",
            NodeKind::Function => "function",
            NodeKind::Operation => "operation",
        }
    }

    /// The key of its config tree in dbt_project.yml.
    pub fn tree_key(self) -> Option<&'static str> {
        Some(match self {
            NodeKind::Model => "models",
            NodeKind::Seed => "seeds",
            NodeKind::Snapshot => "snapshots",
            NodeKind::Analysis => "analyses",
            NodeKind::Source => "sources",
            NodeKind::Exposure => "exposures",
            NodeKind::Metric => "metrics",
            NodeKind::SemanticModel => "semantic-models",
            NodeKind::SavedQuery => "saved-queries",
            NodeKind::Function => "functions",
            NodeKind::Test => "data_tests",
            NodeKind::UnitTest => "unit_tests",
            NodeKind::Operation => return None,
        })
    }
}

/// A node of a package whose files are known.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct NodeRef {
    /// The package that owns it.
    pub package: PackageId,
    /// Its resource type.
    pub kind: NodeKind,
    /// The name `ref()` uses; `source.table` for sources, `model.unit_test` for unit tests.
    pub name: SmolStr,
    /// The version, as `str(v)`.
    pub version: Option<SmolStr>,
    /// The file with its code (for a source table and the like: the YAML file).
    pub file: FileId,
    /// Index of the block or entry in `file`, [`FILE`] when the file is the node.
    pub item: u32,
    /// Its YAML entry.
    pub entry: Option<Site>,
}

/// What a name resolves to.
#[derive(Debug, Clone)]
pub enum Target {
    /// A node whose files are known: of the own project, a package, or a live upstream.
    Local(NodeRef),
    /// A node of an upstream's manifest.
    Upstream {
        /// The manifest.
        manifest: Arc<Manifest>,
        /// The upstream's name (the package that owns the node).
        project: SmolStr,
        /// Index of the node.
        node: u32,
    },
}

impl PartialEq for Target {
    fn eq(&self, other: &Target) -> bool {
        match (self, other) {
            (Target::Local(a), Target::Local(b)) => a == b,
            (
                Target::Upstream { manifest: a, node: x, .. },
                Target::Upstream { manifest: b, node: y, .. },
            ) => Arc::ptr_eq(a, b) && x == y,
            _ => false,
        }
    }
}

/// Yes, no, or decided by something dynamic.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[allow(missing_docs)]
pub enum Tri {
    Yes,
    No,
    Unknown,
}

/// Every version of one model name in one package.
#[derive(Debug, Clone, PartialEq)]
pub struct Family {
    /// The name.
    pub name: SmolStr,
    /// Its YAML entry.
    pub entry: Option<Site>,
    /// Versions in YAML order; empty for an unversioned model.
    pub versions: Vec<Member>,
    /// The file of an unversioned model.
    pub plain: Option<FileId>,
    /// What an unpinned `ref()` means, as `str(v)`; `None` when unversioned or not known.
    pub latest: Option<SmolStr>,
}

/// One version of a model.
#[derive(Debug, Clone, PartialEq)]
pub struct Member {
    /// The version.
    pub version: Version,
    /// Its file; `None` when there is none, which dbt only warns about.
    pub file: Option<FileId>,
    /// Index in the entry's `versions`.
    pub index: usize,
}

impl Family {
    /// Whether its entry lists versions.
    pub fn is_versioned(&self) -> bool {
        !self.versions.is_empty()
    }

    /// The version whose `str()` is `text`.
    pub fn member(&self, text: &str) -> Option<&Member> {
        self.versions.iter().find(|member| member.version.text == text)
    }

    /// The version that unpinned refs mean; `None` when unversioned or not known.
    pub fn latest_member(&self) -> Option<&Member> {
        self.member(self.latest.as_deref()?)
    }

    /// Whether a version comes after the latest: not yet what unpinned refs mean.
    pub fn is_prerelease(&self, version: &Version) -> bool {
        self.latest_member().is_some_and(|latest| version.order(&latest.version).is_gt())
    }
}

impl Mesh {
    /// The facts and the entry of a site.
    pub fn entry(&self, site: Site) -> Option<(&FileFacts, &Entry)> {
        let facts = self.facts(site.file)?;
        Some((facts, facts.entries.get(site.item as usize)?))
    }

    /// The YAML entry that patches a resource of a package: the package's own, else (dbt v1) the root
    /// project's (spec §2).
    pub(crate) fn patch(&self, package: &Package, space: Space, name: &str) -> Option<Site> {
        package.site(space, name).or_else(|| {
            let project = self.project_of(package.id)?;
            let foreign = project.id != package.id && self.flavor(package.id) == Flavor::V1;
            foreign.then(|| project.site(space, name)).flatten()
        })
    }

    /// Every version of a model name in a package; `None` when the package has no such model.
    pub fn family(&self, package: &Package, name: &str) -> Option<Family> {
        let entry = self.patch(package, Space::ModelPatch, name);
        let facts = entry.and_then(|site| self.entry(site));
        let file_of = |stem: &str| self.model_file(package, stem);
        let plain = file_of(name);
        let versioned = facts.filter(|(_, entry)| entry.is_versioned());
        let Some((_, yaml)) = versioned else {
            // A stem that a version of another model claims is that version, no model of its own.
            let plain = plain.filter(|_| !self.is_claimed(package, name))?;
            return Some(Family {
                name: name.into(),
                entry,
                versions: Vec::new(),
                plain: Some(plain),
                latest: None,
            });
        };
        let listed = yaml.versions.as_deref().unwrap_or_default();
        let mut versions: Vec<Member> = listed
            .iter()
            .enumerate()
            .filter_map(|(index, element)| {
                let version = element.version.clone()?;
                let file = element.stem(name).and_then(|stem| file_of(&stem));
                Some(Member { version, file, index })
            })
            .collect();
        let latest = latest(yaml, &versions);
        // The latest version may live in the plain file.
        if let Some(latest) = &latest
            && let Some(member) = versions.iter_mut().find(|member| member.version.text == *latest)
            && member.file.is_none()
            && listed[member.index].defined_in.is_none()
        {
            member.file = plain;
        }
        Some(Family { name: name.into(), entry, versions, plain: None, latest })
    }

    /// The file of a model, by its stem: of several the first that is enabled.
    fn model_file(&self, package: &Package, stem: &str) -> Option<FileId> {
        let sites = package.sites(Space::Model, stem);
        let enabled = || sites.iter().find(|site| self.file_enabled(package, stem, site.file) != Tri::No);
        let chosen = if sites.len() > 1 { enabled().or(sites.first()) } else { sites.first() };
        chosen.map(|site| site.file)
    }

    /// Whether dbt builds the model in a file, as far as that does not depend on its YAML entry.
    pub fn file_enabled(&self, package: &Package, stem: &str, file: FileId) -> Tri {
        self.enabled(&NodeRef {
            package: package.id,
            kind: NodeKind::Model,
            name: stem.into(),
            version: None,
            file,
            item: FILE,
            entry: None,
        })
    }

    fn is_claimed(&self, package: &Package, stem: &str) -> bool {
        // `claims` is rarely more than one entry: the YAML versions that name this stem.
        package.sites(Space::VersionFile, stem).iter().any(|site| {
            self.entry(*site).is_some_and(|(_, entry)| entry.section == crate::facts::Section::Models)
        })
    }

    /// The versioned model that claims a file, with the version's index: `m_v1.sql` is version 1 of `m`.
    pub fn version_of_file(&self, package: &Package, file: FileId) -> Option<(Family, usize)> {
        let path = &self.file(file)?.path;
        let stem = stem(path);
        let claims = package.sites(Space::VersionFile, stem).iter().filter_map(|site| self.entry(*site));
        let names = claims.map(|(_, entry)| entry.name.clone()).chain([SmolStr::new(stem)]);
        for name in names {
            let Some(family) = self.family(package, &name) else { continue };
            if let Some(member) = family.versions.iter().find(|member| member.file == Some(file)) {
                let index = member.index;
                return Some((family, index));
            }
        }
        None
    }

    /// The node of one version of a family, or of the unversioned model.
    pub fn member_node(
        &self,
        package: &Package,
        family: &Family,
        member: Option<&Member>,
    ) -> Option<NodeRef> {
        let file = match member {
            Some(member) => member.file?,
            None => family.plain?,
        };
        Some(NodeRef {
            package: package.id,
            kind: NodeKind::Model,
            name: family.name.clone(),
            version: member.map(|member| member.version.text.clone()),
            file,
            item: FILE,
            entry: family.entry,
        })
    }

    /// The node that a ref without a version means: the unversioned model, or the latest version; `None` when
    /// it has no file, or when something dynamic decides which version is the latest.
    pub fn unpinned_node(&self, package: &Package, family: &Family) -> Option<NodeRef> {
        match family.is_versioned() {
            true => self.member_node(package, family, Some(family.latest_member()?)),
            false => self.member_node(package, family, None),
        }
    }

    /// The model that a name means without a version, as [`Mesh::unpinned_node`].
    pub fn model(&self, package: &Package, name: &str) -> Option<NodeRef> {
        self.unpinned_node(package, &self.family(package, name)?)
    }

    /// A seed of a package.
    pub fn seed(&self, package: &Package, name: &str) -> Option<NodeRef> {
        let site = package.site(Space::Seed, name)?;
        let entry = self.patch(package, Space::SeedPatch, name);
        Some(self.plain_node(package, NodeKind::Seed, name, site, entry))
    }

    /// A snapshot of a package, from a block or from YAML.
    pub fn snapshot(&self, package: &Package, name: &str) -> Option<NodeRef> {
        let site = package.site(Space::Snapshot, name)?;
        let entry = self.patch(package, Space::SnapshotPatch, name);
        Some(self.plain_node(package, NodeKind::Snapshot, name, site, entry))
    }

    fn plain_node(
        &self,
        package: &Package,
        kind: NodeKind,
        name: &str,
        site: Site,
        entry: Option<Site>,
    ) -> NodeRef {
        NodeRef {
            package: package.id,
            kind,
            name: name.into(),
            version: None,
            file: site.file,
            item: site.item,
            entry,
        }
    }

    /// A source's table in a package; `name` is `source.table`.
    pub fn table(&self, package: &Package, name: &str) -> Option<NodeRef> {
        let site = package.site(Space::Table, name)?;
        Some(self.plain_node(package, NodeKind::Source, name, site, Some(site)))
    }

    /// A YAML resource of a package.
    pub fn yaml_node(&self, package: &Package, kind: NodeKind, space: Space, name: &str) -> Option<NodeRef> {
        let site = package.site(space, name)?;
        Some(self.plain_node(package, kind, name, site, Some(site)))
    }

    /// The node that a SQL, Python or CSV file is; `None` for files that are no node of their own.
    pub fn node_of_file(&self, file: FileId) -> Option<NodeRef> {
        let entry = self.file(file)?;
        let package = self.package(entry.package)?;
        let name = stem(&entry.path);
        let (kind, space) = match entry.kind {
            FileKind::Model | FileKind::PythonModel => {
                if let Some((family, index)) = self.version_of_file(package, file) {
                    let member = family.versions.iter().find(|member| member.index == index);
                    return self.member_node(package, &family, member);
                }
                (NodeKind::Model, Space::ModelPatch)
            }
            FileKind::Seed => (NodeKind::Seed, Space::SeedPatch),
            FileKind::Analysis => (NodeKind::Analysis, Space::AnalysisPatch),
            FileKind::SingularTest => (NodeKind::Test, Space::TestPatch),
            FileKind::Function => (NodeKind::Function, Space::FunctionPatch),
            _ => return None,
        };
        let patch = self.patch(package, space, name);
        Some(self.plain_node(package, kind, name, Site { file, item: FILE }, patch))
    }

    /// The `versions` element of a node.
    pub fn version_entry(&self, node: &NodeRef) -> Option<&VersionEntry> {
        let wanted = node.version.as_ref()?;
        let (_, entry) = self.entry(node.entry?)?;
        entry
            .versions
            .as_deref()?
            .iter()
            .find(|element| element.version.as_ref().is_some_and(|version| version.text == *wanted))
    }

    /// dbt's unique id.
    pub fn unique_id(&self, node: &NodeRef) -> SmolStr {
        let package = self.package(node.package).map_or("", Package::name);
        let kind = node.kind.as_str();
        match &node.version {
            Some(version) if node.kind == NodeKind::UnitTest => {
                format_smolstr!("{kind}.{package}.{}_v{version}", node.name)
            }
            Some(version) => format_smolstr!("{kind}.{package}.{}.v{version}", node.name),
            None => format_smolstr!("{kind}.{package}.{}", node.name),
        }
    }

    /// dbt's fully qualified name: package, folders, name, version (spec §1).
    pub fn fqn(&self, node: &NodeRef) -> Vec<SmolStr> {
        let (Some(package), Some(file)) = (self.package(node.package), self.file(node.file)) else {
            return Vec::new();
        };
        let mut out = vec![SmolStr::new(package.name())];
        let folder = package
            .config
            .paths
            .folders()
            .filter_map(|root| crate::layout::relative_to(&file.path, root))
            .min_by_key(|rest| rest.len());
        let inside = folder.unwrap_or(&file.path);
        if let Some((folders, _)) = inside.rsplit_once('/') {
            out.extend(folders.split('/').map(SmolStr::new));
        }
        // Blocks of one file stand below its name; a snapshot of YAML does not (dbt-core 1.12.6).
        if node.kind == NodeKind::Snapshot && node.item != FILE && !file.kind.is_yaml() {
            out.push(stem(&file.path).into());
        }
        if matches!(node.kind, NodeKind::Source | NodeKind::UnitTest) {
            out.extend(node.name.split('.').map(SmolStr::new));
        } else {
            out.push(node.name.clone());
        }
        out.extend(node.version.as_ref().map(|version| format_smolstr!("v{version}")));
        out
    }

    /// What a config key is set to for a node, by dbt's precedence: the package's dbt_project.yml, the YAML
    /// entry, its version, the file itself, and for a package's node the root project's dbt_project.yml. Variables
    /// count as the project sets them, or as dbt's command line does where that is known.
    pub fn setting(&self, node: &NodeRef, key: &str) -> Option<Value> {
        let package = self.package(node.package)?;
        let project = self.project_of(node.package)?;
        let given = |name: &str| self.supplied_var(package.id, name).cloned();
        let early = |name: &str| given(name).or_else(|| Some(self.early_var(project, name)?.value.clone()));
        let tree = |package: &Package| -> Option<Value> {
            // Most projects set few keys there: the node's path is worked out only for those.
            let tree = package.config.tree(node.kind.tree_key()?).filter(|tree| tree.sets(key))?;
            let mut found = None;
            tree.along(&self.fqn(node), |level| {
                let set = level.settings.iter().rev().find(|(name, _)| name == key);
                if let Some((_, value)) = set {
                    found = Some(value.settled(&early));
                }
            });
            found
        };
        if project.id != package.id
            && let Some(value) = tree(project)
        {
            return Some(value);
        }
        let var = |name: &str| given(name).or_else(|| Some(self.var(package.id, name)?.1.value.clone()));
        self.file_setting(node, key)
            .or_else(|| self.yaml_setting(node, key).map(|setting| setting.value.clone()))
            .map(|value| value.settled(&var))
            .or_else(|| tree(package))
    }

    fn file_setting(&self, node: &NodeRef, key: &str) -> Option<Value> {
        let facts = self.facts(node.file)?;
        let settings = match facts.defs.get(node.item as usize) {
            Some(def) if node.kind == NodeKind::Snapshot => &def.settings,
            _ if node.item == FILE => &facts.settings,
            _ => return None,
        };
        settings.get(key).map(|setting| setting.value.clone())
    }

    /// The YAML setting in force for a node: its version's `config`, then the entry's.
    pub fn yaml_setting(&self, node: &NodeRef, key: &str) -> Option<&Setting> {
        let (facts, entry) = self.entry(node.entry?)?;
        let version = self.version_entry(node).and_then(|element| {
            let in_config = element.settings.config(key);
            // dbt v1 silently ignores a version's own top-level `access` (spec §5).
            in_config.or_else(|| element.settings.top(key).filter(|_| key != "access" || self.is_v2(node)))
        });
        let inherited = || {
            let source = entry.parent.and_then(|parent| facts.entries.get(parent as usize))?;
            source.settings.get(key).filter(|_| key == "enabled")
        };
        version.or_else(|| entry.settings.get(key)).or_else(inherited)
    }

    fn is_v2(&self, node: &NodeRef) -> bool {
        self.flavor(node.package) == Flavor::V2
    }

    /// Whether dbt builds the node.
    pub fn enabled(&self, node: &NodeRef) -> Tri {
        let Some(value) = self.setting(node, "enabled") else { return Tri::Yes };
        match value.single() {
            Some(Lit::Bool(true)) => Tri::Yes,
            Some(Lit::Bool(false)) => Tri::No,
            Some(Lit::Str(text)) if text.eq_ignore_ascii_case("false") => Tri::No,
            Some(Lit::Str(text)) if text.eq_ignore_ascii_case("true") => Tri::Yes,
            _ => Tri::Unknown,
        }
    }

    /// Who may reference a node; `None` when something dynamic decides or the word is no access level.
    pub fn access(&self, node: &NodeRef) -> Option<Access> {
        if node.kind != NodeKind::Model {
            return Some(Access::Protected);
        }
        match self.setting(node, "access") {
            None => Some(Access::Protected),
            Some(value) => match value.single()? {
                Lit::Str(word) => Access::of(word),
                Lit::None => Some(Access::Protected),
                _ => None,
            },
        }
    }

    /// The node's group: `Ok(None)` for none, `Err(())` when something dynamic decides.
    #[allow(clippy::result_unit_err)]
    pub fn group(&self, node: &NodeRef) -> Result<Option<SmolStr>, ()> {
        match self.setting(node, "group") {
            None => Ok(None),
            Some(value) => match value.single() {
                Some(Lit::Str(name)) if !name.is_empty() => Ok(Some(name.clone())),
                Some(Lit::None | Lit::Str(_)) => Ok(None),
                _ => Err(()),
            },
        }
    }

    /// The day from which the node is deprecated. A model with versions is deprecated per version only
    /// (spec §5).
    pub fn deprecation(&self, node: &NodeRef) -> Option<Date> {
        let (_, entry) = self.entry(node.entry?)?;
        let settings = match self.version_entry(node) {
            Some(version) => &version.settings,
            None if entry.is_versioned() => return None,
            None => &entry.settings,
        };
        let setting = match self.flavor(node.package) {
            Flavor::V1 => settings.top("deprecation_date"),
            Flavor::V2 => settings.get("deprecation_date"),
        };
        Date::parse(setting?.value.as_str()?)
    }

    /// Whether its contract is enforced; `None` when something dynamic decides.
    pub fn contract(&self, node: &NodeRef) -> Option<bool> {
        match self.setting(node, "contract") {
            None => Some(false),
            Some(value) => contract_enforced(&value),
        }
    }

    /// The node's columns as its YAML lists them, a version's `include` and `exclude` applied (spec §5).
    pub fn columns(&self, node: &NodeRef) -> Vec<&Column> {
        let Some((_, entry)) = node.entry.and_then(|site| self.entry(site)) else { return Vec::new() };
        let Some(own) = self.version_entry(node).and_then(|version| version.columns.as_ref()) else {
            return entry.columns.iter().collect();
        };
        let inherited = entry.columns.iter().filter(|column| {
            let listed =
                own.include_all && !own.exclude.contains(&column.name) || own.include.contains(&column.name);
            listed && !own.own.iter().any(|mine| mine.name == column.name)
        });
        inherited.chain(own.own.iter()).collect()
    }

    /// The node's description as written: its version's, else its entry's.
    pub fn description(&self, node: &NodeRef) -> Option<&str> {
        let version = self.version_entry(node).and_then(|version| version.description.as_deref());
        version.or_else(|| self.entry(node.entry?)?.1.description.as_deref())
    }

    /// Where the node's name stands in YAML: the version's `v`, else the entry's `name`.
    pub fn yaml_place(&self, node: &NodeRef) -> Option<(FileId, TextRange, TextRange)> {
        let site = node.entry?;
        let (_, entry) = self.entry(site)?;
        Some(match self.version_entry(node) {
            Some(version) => (site.file, version.range, version.v_range),
            None => (site.file, entry.range, entry.name_range),
        })
    }
}

/// `latest_version`, else the greatest; `None` when something dynamic decides.
fn latest(entry: &Entry, versions: &[Member]) -> Option<SmolStr> {
    let all: Vec<Version> = versions.iter().map(|member| member.version.clone()).collect();
    let greatest = || crate::version::greatest(&all).map(|version| version.text.clone());
    match entry.settings.top("latest_version").map(|setting| &setting.value) {
        None => greatest(),
        Some(value) => {
            let lit = value.single()?;
            if lit.truthy() == Some(false) {
                return greatest();
            }
            let wanted = Version::from_lit(lit)?;
            let same = all.iter().find(|version| version.python_eq(&wanted));
            // `'2'` beside `v: 2` is an error in dbt v1 and fine in v2: either way it means that version.
            let same = same.or_else(|| all.iter().find(|version| version.text == wanted.text));
            same.map(|version| version.text.clone())
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::ProjectConfig;
    use crate::mesh::NewFile;
    use crate::package::Role;

    #[test]
    fn of_two_files_with_one_name_the_enabled_one_is_the_model() {
        let mut mesh = Mesh::default();
        let id = mesh.add_package("/w/shop", Role::Project, ProjectConfig::parse("name: shop\n"));
        let mut add = |path: &str, text: &str| {
            let kind = FileKind::Model;
            let facts = Arc::new(FileFacts::of(kind, path, text, Flavor::V1.dialect()));
            mesh.set_file(id, NewFile { path: path.into(), kind, facts }).0
        };
        add("models/old/m.sql", "{{ config(enabled=false) }} select 1");
        let new = add("models/new/m.sql", "select 1");
        let model = mesh.model(mesh.package(id).unwrap(), "m").unwrap();
        assert_eq!(model.file, new);
        assert_eq!(mesh.enabled(&model), Tri::Yes);
    }
}
