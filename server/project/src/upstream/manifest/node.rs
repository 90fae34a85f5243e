//! One node of a manifest: how it is stored, and how it is read.

use serde::{Deserialize, Serialize};

use super::super::strings::Str;
use super::Manifest;

/// What a node or resource is: the first part of its unique id.
///
/// The id decides, not the field `resource_type`: in the copies dbt makes of foreign nodes the field says
/// `model` for all of them (spec §14).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Default, Serialize, Deserialize)]
pub enum ResourceType {
    /// A SQL or Python model.
    Model,
    /// A CSV file.
    Seed,
    /// A snapshot.
    Snapshot,
    /// An analysis.
    Analysis,
    /// An on-run hook or an ad-hoc query.
    Operation,
    /// A user-defined function.
    Function,
    /// A source table.
    Source,
    /// A data test, generic or singular.
    Test,
    /// An exposure.
    Exposure,
    /// A metric.
    Metric,
    /// A semantic model.
    SemanticModel,
    /// A saved query.
    SavedQuery,
    /// A unit test.
    UnitTest,
    /// Something this reader does not know.
    #[default]
    Other,
}

impl ResourceType {
    /// Reads the first part of a unique id.
    pub fn of_unique_id(unique_id: &str) -> ResourceType {
        match unique_id.split('.').next().unwrap_or_default() {
            "model" => ResourceType::Model,
            "seed" => ResourceType::Seed,
            "snapshot" => ResourceType::Snapshot,
            "analysis" => ResourceType::Analysis,
            "operation" | "sql_operation" | "sqloperation" | "rpc" => ResourceType::Operation,
            "function" => ResourceType::Function,
            "source" => ResourceType::Source,
            "test" => ResourceType::Test,
            "exposure" => ResourceType::Exposure,
            "metric" => ResourceType::Metric,
            "semantic_model" => ResourceType::SemanticModel,
            "saved_query" => ResourceType::SavedQuery,
            "unit_test" => ResourceType::UnitTest,
            _ => ResourceType::Other,
        }
    }

    /// The word dbt uses.
    pub fn as_str(self) -> &'static str {
        match self {
            ResourceType::Model => "model",
            ResourceType::Seed => "seed",
            ResourceType::Snapshot => "snapshot",
            ResourceType::Analysis => "analysis",
            ResourceType::Operation => "operation",
            ResourceType::Function => "function",
            ResourceType::Source => "source",
            ResourceType::Test => "test",
            ResourceType::Exposure => "exposure",
            ResourceType::Metric => "metric",
            ResourceType::SemanticModel => "semantic_model",
            ResourceType::SavedQuery => "saved_query",
            ResourceType::UnitTest => "unit_test",
            ResourceType::Other => "node",
        }
    }

    /// Whether `ref()` can mean it.
    pub fn is_referable(self) -> bool {
        matches!(self, ResourceType::Model | ResourceType::Seed | ResourceType::Snapshot)
    }
}

/// Who may reference a node.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
pub enum Access {
    /// Its group only.
    Private,
    /// Its own project; what dbt assumes when nothing is said.
    #[default]
    Protected,
    /// Everyone.
    Public,
}

impl Access {
    /// Reads the words dbt writes.
    pub fn of(word: &str) -> Option<Access> {
        match word {
            "private" => Some(Access::Private),
            "protected" => Some(Access::Protected),
            "public" => Some(Access::Public),
            _ => None,
        }
    }

    /// The word dbt writes.
    pub fn as_str(self) -> &'static str {
        match self {
            Access::Private => "private",
            Access::Protected => "protected",
            Access::Public => "public",
        }
    }
}

/// A run of rows in one of a manifest's tables.
#[derive(Debug, Clone, Copy, Default, Serialize, Deserialize)]
pub(in super::super) struct Range {
    start: u32,
    len: u32,
}

impl Range {
    /// From the table's length before and after; empty past 4 Gi rows.
    pub(in super::super) fn between(start: usize, end: usize) -> Range {
        match (u32::try_from(start), u32::try_from(end.saturating_sub(start))) {
            (Ok(start), Ok(len)) => Range { start, len },
            _ => Range::default(),
        }
    }

    /// Whether it has no rows.
    pub(in super::super) fn is_empty(self) -> bool {
        self.len == 0
    }

    /// The rows.
    pub(in super::super) fn of<T>(self, table: &[T]) -> &[T] {
        let start = self.start as usize;
        table.get(start..start + self.len as usize).unwrap_or_default()
    }
}

/// A node as stored. Empty texts mean absent.
#[derive(Debug, Clone, Copy, Default, Serialize, Deserialize)]
pub(in super::super) struct NodeData {
    pub unique_id: Str,
    pub name: Str,
    pub package: Str,
    pub version: Str,
    pub latest_version: Str,
    pub group: Str,
    pub deprecation_date: Str,
    pub description: Str,
    pub path: Str,
    pub original_file_path: Str,
    pub patch_path: Str,
    pub database: Str,
    pub schema: Str,
    /// A source's identifier.
    pub alias: Str,
    pub relation_name: Str,
    pub materialized: Str,
    pub owner: Str,
    pub language: Str,
    pub source_name: Str,
    pub columns: Range,
    pub depends_on: Range,
    pub tags: Range,
    pub primary_key: Range,
    pub resource_type: ResourceType,
    pub access: Access,
    pub enabled: bool,
    pub contract: bool,
    pub external: bool,
    pub version_is_text: bool,
}

/// A column as stored.
#[derive(Debug, Clone, Copy, Default, Serialize, Deserialize)]
pub(in super::super) struct ColumnData {
    pub name: Str,
    pub data_type: Str,
    pub description: Str,
    pub told: Told,
}

/// What of a column only the catalog says.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub(in super::super) enum Told {
    /// Neither it nor its type.
    #[default]
    Nothing,
    /// Its type.
    Type,
    /// That there is one.
    Whole,
}

/// A generic test as stored.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub(in super::super) struct TestData {
    /// Unique id of the tested node.
    pub node: Str,
    pub name: Str,
    pub column: Str,
}

/// A column of a node.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Column<'a> {
    /// Its name in the YAML's spelling.
    pub name: &'a str,
    /// The declared type.
    pub data_type: Option<&'a str>,
    /// Markdown.
    pub description: Option<&'a str>,
}

/// A generic test on a node.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NodeTest<'a> {
    /// `not_null`, or `package.name` for a package's test.
    pub name: &'a str,
    /// The tested column; `None` for a test of the whole node.
    pub column: Option<&'a str>,
}

/// A node of a [`Manifest`]: a cheap view.
#[derive(Clone, Copy)]
pub struct NodeRef<'a> {
    pub(super) manifest: &'a Manifest,
    pub(super) data: &'a NodeData,
}

impl<'a> NodeRef<'a> {
    /// `model.platform.orders.v2`
    pub fn unique_id(self) -> &'a str {
        self.manifest.strings.get(self.data.unique_id)
    }

    /// What it is.
    pub fn resource_type(self) -> ResourceType {
        self.data.resource_type
    }

    /// The name in `ref()`; a source's table name.
    pub fn name(self) -> &'a str {
        self.manifest.strings.get(self.data.name)
    }

    /// The project or package that owns it.
    pub fn package(self) -> &'a str {
        self.manifest.strings.get(self.data.package)
    }

    /// Python's `str()` of the version: `1`, `2.1`, `1.0`, `gold`; `None` if unversioned.
    pub fn version(self) -> Option<&'a str> {
        self.manifest.optional(self.data.version)
    }

    /// Whether the version is written as a string there (dbt-loom's copies always are).
    pub fn version_is_text(self) -> bool {
        self.data.version_is_text
    }

    /// The version an unpinned `ref()` means, spelled as [`NodeRef::version`].
    pub fn latest_version(self) -> Option<&'a str> {
        self.manifest.optional(self.data.latest_version)
    }

    /// Whether an unpinned `ref()` means it: it has no versions, or is the latest (2.0 is 2, as in Python).
    pub fn is_latest(self) -> bool {
        let number = |text: &str| text.parse::<f64>().ok();
        match (self.version(), self.latest_version()) {
            (None, _) => true,
            (Some(version), Some(latest)) => {
                version == latest || number(version).is_some_and(|n| number(latest) == Some(n))
            }
            (Some(_), None) => false,
        }
    }

    /// Its access; protected when the artifact does not say (also for seeds and snapshots).
    pub fn access(self) -> Access {
        self.data.access
    }

    /// Its group.
    pub fn group(self) -> Option<&'a str> {
        self.manifest.optional(self.data.group)
    }

    /// False for [`Manifest::disabled`] nodes.
    pub fn enabled(self) -> bool {
        self.data.enabled
    }

    /// As written, e.g. `2024-06-01T00:00:00+00:00`.
    pub fn deprecation_date(self) -> Option<&'a str> {
        self.manifest.optional(self.data.deprecation_date)
    }

    /// Markdown.
    pub fn description(self) -> Option<&'a str> {
        self.manifest.optional(self.data.description)
    }

    /// The columns: the declared ones in YAML order, then those that only the catalog knows.
    pub fn columns(self) -> impl ExactSizeIterator<Item = Column<'a>> {
        self.data.columns.of(&self.manifest.columns).iter().map(move |column| self.column(column))
    }

    /// The columns that the project promises: those that its properties list, with the types given there.
    pub fn declared_columns(self) -> impl Iterator<Item = Column<'a>> {
        let columns = self.data.columns.of(&self.manifest.columns).iter();
        columns.filter(|column| column.told != Told::Whole).map(move |column| {
            let shown = self.column(column);
            Column { data_type: shown.data_type.filter(|_| column.told == Told::Nothing), ..shown }
        })
    }

    fn column(self, column: &ColumnData) -> Column<'a> {
        Column {
            name: self.manifest.strings.get(column.name),
            data_type: self.manifest.optional(column.data_type),
            description: self.manifest.optional(column.description),
        }
    }

    /// Path below the resource folder, with `/`.
    pub fn path(self) -> Option<&'a str> {
        self.manifest.optional(self.data.path)
    }

    /// Path below the package's root, with `/`, as written: data, not to be opened. See
    /// [`NodeRef::source_path`].
    pub fn original_file_path(self) -> Option<&'a str> {
        self.manifest.optional(self.data.original_file_path)
    }

    /// [`NodeRef::original_file_path`] if it stays below the root it will be joined to: relative, no drive, no
    /// `..`.
    pub fn source_path(self) -> Option<&'a str> {
        self.original_file_path().filter(|path| {
            !path.starts_with('/') && !path.contains([':', '\0']) && path.split('/').all(|part| part != "..")
        })
    }

    /// The YAML file that describes it: `package://models/_models.yml`.
    pub fn patch_path(self) -> Option<&'a str> {
        self.manifest.optional(self.data.patch_path)
    }

    /// The database it is built in.
    pub fn database(self) -> Option<&'a str> {
        self.manifest.optional(self.data.database)
    }

    /// The schema it is built in.
    pub fn schema(self) -> Option<&'a str> {
        self.manifest.optional(self.data.schema)
    }

    /// The name it is built under; a source's identifier.
    pub fn alias(self) -> Option<&'a str> {
        self.manifest.optional(self.data.alias)
    }

    /// The full quoted name in the warehouse; none for ephemeral models.
    pub fn relation_name(self) -> Option<&'a str> {
        self.manifest.optional(self.data.relation_name)
    }

    /// `table`, `view`, …
    pub fn materialized(self) -> Option<&'a str> {
        self.manifest.optional(self.data.materialized)
    }

    /// Whether its contract is enforced.
    pub fn contract_enforced(self) -> bool {
        self.data.contract
    }

    /// Tags.
    pub fn tags(self) -> impl ExactSizeIterator<Item = &'a str> {
        self.manifest.list(self.data.tags)
    }

    /// `meta.owner`, when it is a text.
    pub fn owner(self) -> Option<&'a str> {
        self.manifest.optional(self.data.owner)
    }

    /// `sql` or `python`.
    pub fn language(self) -> Option<&'a str> {
        self.manifest.optional(self.data.language)
    }

    /// The source a source table belongs to.
    pub fn source_name(self) -> Option<&'a str> {
        self.manifest.optional(self.data.source_name)
    }

    /// Unique ids of what it reads, which may be absent from this manifest.
    pub fn depends_on(self) -> impl ExactSizeIterator<Item = &'a str> {
        self.manifest.list(self.data.depends_on)
    }

    /// The columns dbt inferred to be its primary key.
    pub fn primary_key(self) -> impl ExactSizeIterator<Item = &'a str> {
        self.manifest.list(self.data.primary_key)
    }

    /// A copy of another project's node (both of its paths are empty): known only as well as the copier knew it
    /// then, so the owning project's own word goes first.
    pub fn external(self) -> bool {
        self.data.external
    }

    /// Its generic tests, grouped by name.
    pub fn tests(self) -> impl ExactSizeIterator<Item = NodeTest<'a>> {
        let manifest = self.manifest;
        let tests = &manifest.tests;
        let start = tests.partition_point(|test| test.node < self.data.unique_id);
        let tail = tests.get(start..).unwrap_or_default();
        let len = tail.partition_point(|test| test.node == self.data.unique_id);
        tail.get(..len).unwrap_or_default().iter().map(|test| NodeTest {
            name: manifest.strings.get(test.name),
            column: manifest.optional(test.column),
        })
    }
}

impl std::fmt::Debug for NodeRef<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.unique_id())
    }
}
