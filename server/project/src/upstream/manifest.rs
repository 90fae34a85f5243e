//! The facts of one dbt artifact (manifest.json v7 to v12, dbt v2's, or a publication), small enough to keep.
//!
//! Knows the artifact and nothing else: not where it came from, nor who may reference what. Texts live once in
//! one arena ([`super::strings`]), nodes are rows of 4-byte handles; [`NodeRef`] and its sisters read them.
//! SQL is not kept: [`read_sql`] fetches one node's.

mod build;
mod error;
mod items;
pub(super) mod lenient;
mod merge;
mod node;
pub mod packed;
mod project_name;
mod read;
mod sql;
pub(super) mod visit;

use serde::{Deserialize, Serialize};
use smol_str::SmolStr;

pub use self::error::ManifestError;
pub use self::items::{Argument, Doc, Group, Macro, Resource};
pub use self::node::{Access, Column, NodeRef, NodeTest, ResourceType};
pub use self::read::{read_from, read_slice};
pub use self::sql::read_sql;

pub(super) use self::build::Builder;
pub(super) use self::node::{NodeData, Range};
pub(super) use self::read::{fill, open};

use self::items::{ArgumentData, DocData, GroupData, MacroData, ResourceData};
use self::node::{ColumnData, TestData};
use super::strings::{Str, Strings};

/// What kind of artifact the facts came from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub enum ManifestKind {
    /// A `manifest.json`: everything dbt parsed.
    #[default]
    Manifest,
    /// A publication of the dbt platform: only public models, without columns or descriptions.
    Publication,
}

/// The facts of one artifact. Immutable; reading the next version of a file makes a new one.
#[derive(Default, Serialize, Deserialize)]
pub struct Manifest {
    /// Manifest or publication.
    pub kind: ManifestKind,
    /// The `name` of the project that wrote it; `None` if even inference failed (see
    /// [`Manifest::project_name_inferred`]).
    pub project_name: Option<SmolStr>,
    /// Whether the name had to be inferred: schemas up to v9 do not hold it. Then it is the package whose MD5
    /// is `metadata.project_id`, else the package with the most nodes that is not installed in the project.
    pub project_name_inferred: bool,
    /// The dbt that wrote it, e.g. `1.10.4`.
    pub dbt_version: Option<SmolStr>,
    /// 12 for `…/manifest/v12.json`.
    pub schema_version: Option<u16>,
    /// When it was written, as written (ISO 8601 in UTC).
    pub generated_at: Option<SmolStr>,
    /// `snowflake`, `duckdb`, …
    pub adapter_type: Option<SmolStr>,
    /// A publication's own upstream projects.
    pub dependencies: Vec<SmolStr>,
    /// How many data tests it holds, generic and singular.
    pub test_count: u32,
    /// When the catalog was written whose columns are in here; empty when it does not say. `None` without a catalog.
    pub catalog: Option<SmolStr>,
    strings: Strings,
    /// Lists of texts: `depends_on`, tags, primary keys.
    lists: Box<[Str]>,
    columns: Box<[ColumnData]>,
    nodes: Box<[NodeData]>,
    /// Indexes of `nodes`, ordered by unique id.
    by_id: Box<[u32]>,
    /// Indexes of the nodes `ref()` can mean, ordered by package, name, version.
    by_name: Box<[u32]>,
    disabled: Box<[NodeData]>,
    /// Ordered by the handle of the node's unique id.
    tests: Box<[TestData]>,
    /// Ordered by unique id.
    resources: Box<[ResourceData]>,
    groups: Box<[GroupData]>,
    /// Ordered by package, then name.
    macros: Box<[MacroData]>,
    arguments: Box<[ArgumentData]>,
    docs: Box<[DocData]>,
    packages: Box<[Str]>,
}

impl Manifest {
    /// All nodes in file order: models, seeds, snapshots, analyses, operations, functions, and sources; not
    /// tests, not what is disabled. [`NodeRef::external`] tells copies of other projects' nodes.
    pub fn nodes(&self) -> impl ExactSizeIterator<Item = NodeRef<'_>> {
        self.nodes.iter().map(|data| NodeRef { manifest: self, data })
    }

    /// The models among [`Manifest::nodes`], every version its own.
    pub fn models(&self) -> impl Iterator<Item = NodeRef<'_>> {
        self.nodes().filter(|node| node.resource_type() == ResourceType::Model)
    }

    /// The source tables.
    pub fn sources(&self) -> impl Iterator<Item = NodeRef<'_>> {
        self.nodes().filter(|node| node.resource_type() == ResourceType::Source)
    }

    /// The node at an index given by [`Manifest::by_name`].
    pub fn node_at(&self, index: u32) -> Option<NodeRef<'_>> {
        self.nodes.get(index as usize).map(|data| NodeRef { manifest: self, data })
    }

    /// The node (or source) with a unique id.
    pub fn node(&self, unique_id: &str) -> Option<NodeRef<'_>> {
        self.node_at(self.index_of(unique_id)?)
    }

    /// The index of the node with a unique id, for [`Manifest::node_at`].
    pub fn index_of(&self, unique_id: &str) -> Option<u32> {
        let at = |index: u32| self.nodes.get(index as usize).map_or("", |n| self.strings.get(n.unique_id));
        let found = self.by_id.binary_search_by(|index| at(*index).cmp(unique_id)).ok()?;
        self.by_id.get(found).copied()
    }

    /// What `ref('package', 'name')` can mean, for [`Manifest::node_at`]: a model with all its versions
    /// (lowest first), a seed or a snapshot. Empty when there is none.
    pub fn by_name(&self, package: &str, name: &str) -> &[u32] {
        let key = |index: &u32| {
            let node = self.nodes.get(*index as usize);
            node.map_or(("", ""), |n| (self.strings.get(n.package), self.strings.get(n.name)))
        };
        let start = self.by_name.partition_point(|index| key(index) < (package, name));
        let tail = self.by_name.get(start..).unwrap_or_default();
        let len = tail.partition_point(|index| key(index) == (package, name));
        tail.get(..len).unwrap_or_default()
    }

    /// Every node `ref()` can mean in one package, by name, then version, for [`Manifest::node_at`].
    pub fn referable_indexes(&self, package: &str) -> &[u32] {
        let key = |index: &u32| self.nodes.get(*index as usize).map_or("", |n| self.strings.get(n.package));
        let start = self.by_name.partition_point(|index| key(index) < package);
        let tail = self.by_name.get(start..).unwrap_or_default();
        let len = tail.partition_point(|index| key(index) == package);
        tail.get(..len).unwrap_or_default()
    }

    /// The nodes of [`Manifest::referable_indexes`].
    pub fn referable(&self, package: &str) -> impl Iterator<Item = NodeRef<'_>> {
        self.referable_indexes(package).iter().filter_map(|index| self.node_at(*index))
    }

    /// How many public models a package has of its own (each version counts; copies of foreign nodes do not).
    pub fn public_count(&self, package: &str) -> usize {
        let public = |n: &NodeRef<'_>| {
            n.resource_type() == ResourceType::Model && n.access() == Access::Public && !n.external()
        };
        self.referable(package).filter(public).count()
    }

    /// The packages that have nodes here, in file order: the project itself, installed packages, and projects
    /// whose nodes were copied in.
    pub fn packages(&self) -> impl ExactSizeIterator<Item = &str> {
        self.packages.iter().map(|name| self.strings.get(*name))
    }

    /// What is disabled: nodes with their names and paths, without columns and descriptions.
    pub fn disabled(&self) -> impl ExactSizeIterator<Item = NodeRef<'_>> {
        self.disabled.iter().map(|data| NodeRef { manifest: self, data })
    }

    /// The disabled models, seeds and snapshots of this name.
    pub fn disabled_by_name(&self, package: &str, name: &str) -> impl Iterator<Item = NodeRef<'_>> {
        self.disabled()
            .filter(move |n| n.name() == name && n.package() == package && n.resource_type().is_referable())
    }

    /// Exposures, metrics, semantic models, saved queries and unit tests, by unique id.
    pub fn resources(&self) -> impl ExactSizeIterator<Item = Resource<'_>> {
        self.resources.iter().map(|data| data.view(self))
    }

    /// One of [`Manifest::resources`].
    pub fn resource(&self, unique_id: &str) -> Option<Resource<'_>> {
        let found = self.resources.binary_search_by(|r| self.strings.get(r.unique_id).cmp(unique_id)).ok()?;
        self.resources.get(found).map(|data| data.view(self))
    }

    /// The groups.
    pub fn groups(&self) -> impl ExactSizeIterator<Item = Group<'_>> {
        self.groups.iter().map(|data| data.view(self))
    }

    /// A package's group; any package's when this package has none of that name.
    pub fn group(&self, package: &str, name: &str) -> Option<Group<'_>> {
        let mut named = self.groups().filter(|group| group.name == name);
        let first = named.next()?;
        Some(if first.package == package {
            first
        } else {
            named.find(|group| group.package == package).unwrap_or(first)
        })
    }

    /// The macros, by package and name.
    pub fn macros(&self) -> impl ExactSizeIterator<Item = Macro<'_>> {
        self.macros.iter().map(|data| data.view(self))
    }

    /// A package's macro.
    pub fn macro_named(&self, package: &str, name: &str) -> Option<Macro<'_>> {
        let key = |m: &MacroData| (self.strings.get(m.package), self.strings.get(m.name));
        let found = self.macros.binary_search_by(|m| key(m).cmp(&(package, name))).ok()?;
        self.macros.get(found).map(|data| data.view(self))
    }

    /// The docs blocks, by name only.
    pub fn docs(&self) -> impl ExactSizeIterator<Item = Doc<'_>> {
        self.docs
            .iter()
            .map(|doc| Doc { package: self.strings.get(doc.package), name: self.strings.get(doc.name) })
    }

    /// Bytes these facts hold on the heap.
    pub fn heap_bytes(&self) -> usize {
        self.strings.heap_bytes()
            + size_of_val(&*self.lists)
            + size_of_val(&*self.columns)
            + size_of_val(&*self.nodes)
            + size_of_val(&*self.by_id)
            + size_of_val(&*self.by_name)
            + size_of_val(&*self.disabled)
            + size_of_val(&*self.tests)
            + size_of_val(&*self.resources)
            + size_of_val(&*self.groups)
            + size_of_val(&*self.macros)
            + size_of_val(&*self.arguments)
            + size_of_val(&*self.docs)
            + size_of_val(&*self.packages)
    }

    /// The text behind a handle, `None` for the empty one.
    fn optional(&self, text: Str) -> Option<&str> {
        (!text.is_empty()).then(|| self.strings.get(text))
    }

    /// The texts of a list.
    fn list(&self, range: Range) -> impl ExactSizeIterator<Item = &str> {
        range.of(&self.lists).iter().map(|text| self.strings.get(*text))
    }
}

impl std::fmt::Debug for Manifest {
    /// A summary: the facts themselves are far too many to print.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Manifest")
            .field("kind", &self.kind)
            .field("project_name", &self.project_name)
            .field("project_name_inferred", &self.project_name_inferred)
            .field("dbt_version", &self.dbt_version)
            .field("schema_version", &self.schema_version)
            .field("generated_at", &self.generated_at)
            .field("nodes", &self.nodes.len())
            .field("columns", &self.columns.len())
            .field("heap_bytes", &self.heap_bytes())
            .finish_non_exhaustive()
    }
}
