//! Nodes, their configuration and columns, and data tests.

use std::fmt;

use serde::de::{DeserializeSeed, Deserializer, MapAccess, SeqAccess, Visitor};

use super::super::super::strings::Str;
use super::super::build::Builder;
use super::super::lenient::{Into, KeyOf, Object, Text, flag, into_object, keys, text, texts, tolerate};
use super::super::node::{Access, ColumnData, NodeData, Range, ResourceType, TestData};

keys!(NodeKey {
    Name = "name",
    Package = "package_name",
    Version = "version",
    LatestVersion = "latest_version",
    Access = "access",
    Group = "group",
    DeprecationDate = "deprecation_date",
    Description = "description",
    Columns = "columns",
    Path = "path",
    OriginalFilePath = "original_file_path",
    PatchPath = "patch_path",
    RootPath = "root_path",
    Database = "database",
    Schema = "schema",
    Alias = "alias" | "identifier",
    RelationName = "relation_name",
    SourceName = "source_name",
    Language = "language",
    DependsOn = "depends_on",
    Tags = "tags",
    Meta = "meta",
    Contract = "contract",
    PrimaryKey = "primary_key",
    Config = "config",
});

/// A node being read.
pub(super) struct NodeDraft<'b> {
    builder: &'b mut Builder,
    data: NodeData,
    config: Config,
    access: Option<Access>,
    contract: Option<bool>,
    disabled: bool,
    saw_path: bool,
    installed: bool,
}

impl<'b> NodeDraft<'b> {
    /// `disabled`: read names and paths only.
    pub(super) fn new(
        builder: &'b mut Builder,
        unique_id: Str,
        resource_type: ResourceType,
        disabled: bool,
    ) -> Self {
        NodeDraft {
            builder,
            data: NodeData { unique_id, resource_type, ..NodeData::default() },
            config: Config::default(),
            access: None,
            contract: None,
            disabled,
            saw_path: false,
            installed: false,
        }
    }

    /// Settles what is said in two places and stores the node.
    pub(super) fn finish(self) {
        let NodeDraft { builder, mut data, config, access, contract, disabled, saw_path, installed } = self;
        builder.name_from_id(data.unique_id, &mut data.package, &mut data.name);
        if data.name.is_empty() {
            return;
        }
        data.access = access.or(config.access).unwrap_or_default();
        data.contract = contract.or(config.contract).unwrap_or(false);
        data.enabled = !disabled && config.enabled.unwrap_or(true);
        data.materialized = config.materialized;
        for (value, fallback) in [
            (&mut data.group, config.group),
            (&mut data.owner, config.owner),
            (&mut data.deprecation_date, config.deprecation_date),
        ] {
            if value.is_empty() {
                *value = fallback;
            }
        }
        if data.tags.is_empty() {
            data.tags = config.tags;
        }
        data.external = saw_path && data.path.is_empty() && data.original_file_path.is_empty();
        for path in [&mut data.path, &mut data.original_file_path, &mut data.patch_path] {
            *path = builder.with_slashes(*path);
        }
        if disabled {
            builder.disabled.push(data);
        } else {
            builder.count_package(data.package, data.external || installed);
            builder.nodes.push(data);
        }
    }
}

impl Object for NodeDraft<'_> {
    type Key = NodeKey;

    fn key(text: &str) -> Option<NodeKey> {
        NodeKey::of(text)
    }

    fn value<'de, A: MapAccess<'de>>(&mut self, key: NodeKey, map: &mut A) -> Result<(), A::Error> {
        let Builder { strings, lists, .. } = &mut *self.builder;
        let data = &mut self.data;
        let plain = match key {
            NodeKey::Name => &mut data.name,
            NodeKey::Package => &mut data.package,
            NodeKey::LatestVersion => &mut data.latest_version,
            NodeKey::Group => &mut data.group,
            NodeKey::DeprecationDate => &mut data.deprecation_date,
            NodeKey::PatchPath => &mut data.patch_path,
            NodeKey::Database => &mut data.database,
            NodeKey::Schema => &mut data.schema,
            NodeKey::Alias => &mut data.alias,
            NodeKey::RelationName => &mut data.relation_name,
            NodeKey::SourceName => &mut data.source_name,
            NodeKey::Language => &mut data.language,
            NodeKey::Path => {
                self.saw_path = true;
                &mut data.path
            }
            NodeKey::OriginalFilePath => {
                self.saw_path = true;
                &mut data.original_file_path
            }
            NodeKey::Description if !self.disabled => &mut data.description,
            NodeKey::Description => {
                map.next_value::<serde::de::IgnoredAny>()?;
                return Ok(());
            }
            NodeKey::Version => {
                (data.version, data.version_is_text) = map.next_value_seed(Text(strings))?;
                return Ok(());
            }
            NodeKey::Access => {
                let word = text(strings, map)?;
                self.access = Access::of(strings.get(word));
                return Ok(());
            }
            NodeKey::RootPath => {
                // v7 only. Read, not kept: every node of a package has the same.
                let root = text(strings, map)?;
                self.installed = strings.get(root).contains("dbt_packages");
                return Ok(());
            }
            NodeKey::Columns if self.disabled => {
                map.next_value::<serde::de::IgnoredAny>()?;
                return Ok(());
            }
            NodeKey::Columns => {
                self.data.columns = absorb_columns(self.builder, map)?;
                return Ok(());
            }
            NodeKey::DependsOn => {
                let mut depends_on = DependsOn { builder: self.builder, nodes: Range::default() };
                into_object(&mut depends_on, map)?;
                data.depends_on = depends_on.nodes;
                return Ok(());
            }
            NodeKey::Tags => {
                data.tags = texts(strings, lists, map)?;
                return Ok(());
            }
            NodeKey::PrimaryKey => {
                data.primary_key = texts(strings, lists, map)?;
                return Ok(());
            }
            NodeKey::Meta => {
                let mut meta = Meta { builder: self.builder, owner: Str::EMPTY };
                into_object(&mut meta, map)?;
                data.owner = meta.owner;
                return Ok(());
            }
            NodeKey::Contract => {
                let mut contract = Contract(None);
                into_object(&mut contract, map)?;
                self.contract = contract.0;
                return Ok(());
            }
            NodeKey::Config => {
                let config = std::mem::take(&mut self.config);
                let mut draft = ConfigDraft { builder: self.builder, config };
                into_object(&mut draft, map)?;
                self.config = draft.config;
                return Ok(());
            }
        };
        *plain = text(strings, map)?;
        Ok(())
    }
}

/// The parts of `config` that matter.
#[derive(Default)]
struct Config {
    enabled: Option<bool>,
    access: Option<Access>,
    contract: Option<bool>,
    materialized: Str,
    group: Str,
    owner: Str,
    deprecation_date: Str,
    tags: Range,
}

struct ConfigDraft<'b> {
    builder: &'b mut Builder,
    config: Config,
}

keys!(ConfigKey {
    Enabled = "enabled",
    Materialized = "materialized",
    Access = "access",
    Group = "group",
    Contract = "contract",
    Tags = "tags",
    Meta = "meta",
    DeprecationDate = "deprecation_date",
});

impl Object for ConfigDraft<'_> {
    type Key = ConfigKey;

    fn key(text: &str) -> Option<ConfigKey> {
        ConfigKey::of(text)
    }

    fn value<'de, A: MapAccess<'de>>(&mut self, key: ConfigKey, map: &mut A) -> Result<(), A::Error> {
        let Builder { strings, lists, .. } = &mut *self.builder;
        let config = &mut self.config;
        match key {
            ConfigKey::Enabled => config.enabled = flag(map)?,
            ConfigKey::Materialized => config.materialized = text(strings, map)?,
            ConfigKey::Access => {
                let word = text(strings, map)?;
                config.access = Access::of(strings.get(word));
            }
            ConfigKey::Group => config.group = text(strings, map)?,
            ConfigKey::DeprecationDate => config.deprecation_date = text(strings, map)?,
            ConfigKey::Tags => config.tags = texts(strings, lists, map)?,
            ConfigKey::Contract => {
                let mut contract = Contract(None);
                into_object(&mut contract, map)?;
                config.contract = contract.0;
            }
            ConfigKey::Meta => {
                let mut meta = Meta { builder: self.builder, owner: Str::EMPTY };
                into_object(&mut meta, map)?;
                config.owner = meta.owner;
            }
        }
        Ok(())
    }
}

/// `meta`: only an owner that is a text.
struct Meta<'b> {
    builder: &'b mut Builder,
    owner: Str,
}

keys!(MetaKey { Owner = "owner" });

impl Object for Meta<'_> {
    type Key = MetaKey;

    fn key(text: &str) -> Option<MetaKey> {
        MetaKey::of(text)
    }

    fn value<'de, A: MapAccess<'de>>(
        &mut self,
        MetaKey::Owner: MetaKey,
        map: &mut A,
    ) -> Result<(), A::Error> {
        let (owner, is_text) = map.next_value_seed(Text(&mut self.builder.strings))?;
        if is_text {
            self.owner = owner;
        }
        Ok(())
    }
}

struct Contract(Option<bool>);

keys!(ContractKey { Enforced = "enforced" });

impl Object for Contract {
    type Key = ContractKey;

    fn key(text: &str) -> Option<ContractKey> {
        ContractKey::of(text)
    }

    fn value<'de, A: MapAccess<'de>>(
        &mut self,
        ContractKey::Enforced: ContractKey,
        map: &mut A,
    ) -> Result<(), A::Error> {
        self.0 = flag(map)?;
        Ok(())
    }
}

/// `depends_on`: the unique ids under `nodes`.
pub(super) struct DependsOn<'b> {
    pub builder: &'b mut Builder,
    pub nodes: Range,
}

keys!(DependsOnKey { Nodes = "nodes" });

impl Object for DependsOn<'_> {
    type Key = DependsOnKey;

    fn key(text: &str) -> Option<DependsOnKey> {
        DependsOnKey::of(text)
    }

    fn value<'de, A: MapAccess<'de>>(
        &mut self,
        DependsOnKey::Nodes: DependsOnKey,
        map: &mut A,
    ) -> Result<(), A::Error> {
        self.nodes = texts(&mut self.builder.strings, &mut self.builder.lists, map)?;
        Ok(())
    }
}

/// Reads the next value of a map as columns: an object by name, or a list.
fn absorb_columns<'de, A: MapAccess<'de>>(builder: &mut Builder, map: &mut A) -> Result<Range, A::Error> {
    let start = builder.columns.len();
    map.next_value_seed(Columns(builder))?;
    Ok(Range::between(start, builder.columns.len()))
}

struct Columns<'b>(&'b mut Builder);

impl<'de> DeserializeSeed<'de> for Columns<'_> {
    type Value = ();
    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Columns<'_> {
    type Value = ();
    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("columns")
    }
    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        let Columns(builder) = self;
        while let Some(name) = map.next_key_seed(KeyOf(|name: &str| builder.strings.intern(name)))? {
            let mut column = ColumnDraft { builder, data: ColumnData { name, ..ColumnData::default() } };
            into_object(&mut column, &mut map)?;
            let data = column.data;
            builder.columns.push(data);
        }
        Ok(())
    }
    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<(), A::Error> {
        let Columns(builder) = self;
        loop {
            let mut column = ColumnDraft { builder, data: ColumnData::default() };
            let read = seq.next_element_seed(Into(&mut column))?;
            let data = column.data;
            if read.is_none() {
                return Ok(());
            }
            if !data.name.is_empty() {
                builder.columns.push(data);
            }
        }
    }
    tolerate!(scalars());
}

struct ColumnDraft<'b> {
    builder: &'b mut Builder,
    data: ColumnData,
}

keys!(ColumnKey { Name = "name", DataType = "data_type", Description = "description" });

impl Object for ColumnDraft<'_> {
    type Key = ColumnKey;

    fn key(text: &str) -> Option<ColumnKey> {
        ColumnKey::of(text)
    }

    fn value<'de, A: MapAccess<'de>>(&mut self, key: ColumnKey, map: &mut A) -> Result<(), A::Error> {
        let value = text(&mut self.builder.strings, map)?;
        match key {
            ColumnKey::Name if value.is_empty() => {}
            ColumnKey::Name => self.data.name = value,
            ColumnKey::DataType => self.data.data_type = value,
            ColumnKey::Description => self.data.description = value,
        }
        Ok(())
    }
}

/// A data test being read: only which node it tests, with what, on which column.
pub(super) struct TestDraft<'b> {
    builder: &'b mut Builder,
    attached_node: Str,
    column: Str,
    name: Str,
    namespace: Str,
    depends_on: Vec<Str>,
}

keys!(TestKey {
    AttachedNode = "attached_node",
    ColumnName = "column_name",
    Metadata = "test_metadata",
    DependsOn = "depends_on",
});

impl<'b> TestDraft<'b> {
    pub(super) fn new(builder: &'b mut Builder) -> Self {
        TestDraft {
            builder,
            attached_node: Str::EMPTY,
            column: Str::EMPTY,
            name: Str::EMPTY,
            namespace: Str::EMPTY,
            depends_on: Vec::new(),
        }
    }

    /// Counts the test; keeps it if it is a generic one.
    pub(super) fn finish(self) {
        let TestDraft { builder, attached_node, column, mut name, namespace, depends_on } = self;
        builder.test_count = builder.test_count.saturating_add(1);
        if name.is_empty() {
            return;
        }
        // Before dbt 1.5 `attached_node` is absent; `relationships` renders its target first.
        let last = builder.strings.get(name) == "relationships";
        let guess = if last { depends_on.last() } else { depends_on.first() };
        let node = if attached_node.is_empty() { guess.copied().unwrap_or_default() } else { attached_node };
        if node.is_empty() {
            return;
        }
        if !namespace.is_empty() {
            let full = format!("{}.{}", builder.strings.get(namespace), builder.strings.get(name));
            name = builder.strings.intern(&full);
        }
        builder.tests.push(TestData { node, name, column });
    }
}

impl Object for TestDraft<'_> {
    type Key = TestKey;

    fn key(text: &str) -> Option<TestKey> {
        TestKey::of(text)
    }

    fn value<'de, A: MapAccess<'de>>(&mut self, key: TestKey, map: &mut A) -> Result<(), A::Error> {
        match key {
            TestKey::AttachedNode => self.attached_node = text(&mut self.builder.strings, map)?,
            TestKey::ColumnName => self.column = text(&mut self.builder.strings, map)?,
            TestKey::Metadata => into_object(&mut TestMetadata(self), map)?,
            TestKey::DependsOn => {
                let kept = self.builder.lists.len();
                into_object(&mut DependsOn { builder: self.builder, nodes: Range::default() }, map)?;
                self.depends_on = self.builder.lists.split_off(kept);
            }
        }
        Ok(())
    }
}

struct TestMetadata<'t, 'b>(&'t mut TestDraft<'b>);

keys!(TestMetadataKey { Name = "name", Namespace = "namespace" });

impl Object for TestMetadata<'_, '_> {
    type Key = TestMetadataKey;

    fn key(text: &str) -> Option<TestMetadataKey> {
        TestMetadataKey::of(text)
    }

    fn value<'de, A: MapAccess<'de>>(&mut self, key: TestMetadataKey, map: &mut A) -> Result<(), A::Error> {
        let value = text(&mut self.0.builder.strings, map)?;
        match key {
            TestMetadataKey::Name => self.0.name = value,
            TestMetadataKey::Namespace => self.0.namespace = value,
        }
        Ok(())
    }
}
