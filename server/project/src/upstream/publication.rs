//! Publications of the dbt platform: the public models of one project, as a [`Manifest`].
//!
//! Found in `DBT_CLOUD_PUBLICATIONS_DIR` and `target/dbt_cloud_publications` (spec: upstreams §3). Fields Fusion
//! insists on may be missing here: what can be read is of use.

use std::fmt;
use std::io::Read;

use serde::de::{DeserializeSeed, Deserializer, MapAccess, Visitor};

use super::manifest::lenient::{KeyOf, Object, Text, into_object, keys, text, texts, tolerate};
use super::manifest::visit::MetadataDraft;
use super::manifest::{Access, Builder, Manifest, ManifestError, ManifestKind, NodeData, ResourceType, fill};
use super::strings::Str;

/// Reads a publication that is in memory. Its [`Manifest::kind`] tells it from a manifest; every node is a public
/// model, and it has no columns, descriptions or paths.
pub fn read_slice(bytes: &[u8]) -> Result<Manifest, ManifestError> {
    read_from(bytes)
}

/// [`read_slice`] from a stream.
pub fn read_from(reader: impl Read) -> Result<Manifest, ManifestError> {
    let mut publication = Publication::default();
    fill(&mut publication, reader)?;
    let Publication { builder, saw_models, .. } = publication;
    let schema = builder.strings.get(builder.metadata.schema);
    if schema.contains("/dbt/manifest/") || builder.saw_nodes {
        return Err(ManifestError::NotAnArtifact("a dbt manifest, not a publication".to_owned()));
    }
    if !saw_models {
        return Err(ManifestError::NotAnArtifact("not a publication: it has no `public_models`".to_owned()));
    }
    Ok(builder.finish(ManifestKind::Publication))
}

#[derive(Default)]
struct Publication {
    builder: Builder,
    saw_models: bool,
    /// The API wraps the document in `data`; deeper wrapping is not followed.
    inside_data: bool,
}

keys!(Key {
    ProjectName = "project_name",
    Metadata = "metadata",
    Dependencies = "dependencies",
    Models = "public_models",
    Nodes = "nodes",
    Data = "data",
});

impl Object for Publication {
    type Key = Key;

    fn key(text: &str) -> Option<Key> {
        Key::of(text)
    }

    fn value<'de, A: MapAccess<'de>>(&mut self, key: Key, map: &mut A) -> Result<(), A::Error> {
        let builder = &mut self.builder;
        match key {
            Key::ProjectName => builder.metadata.project_name = text(&mut builder.strings, map)?,
            Key::Metadata => into_object(&mut MetadataDraft(builder), map)?,
            Key::Dependencies => {
                let names = texts(&mut builder.strings, &mut builder.lists, map)?;
                builder.metadata.dependencies = names.of(&builder.lists).to_vec();
            }
            Key::Models => {
                self.saw_models = true;
                map.next_value_seed(Models(builder))?;
            }
            Key::Data if !self.inside_data => {
                self.inside_data = true;
                into_object(self, map)?;
            }
            Key::Nodes | Key::Data => {
                builder.saw_nodes |= matches!(key, Key::Nodes);
                map.next_value::<serde::de::IgnoredAny>()?;
            }
        }
        Ok(())
    }
}

/// `public_models`: models by unique id.
struct Models<'b>(&'b mut Builder);

impl<'de> DeserializeSeed<'de> for Models<'_> {
    type Value = ();
    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Models<'_> {
    type Value = ();
    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("models by unique id")
    }
    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        let Models(builder) = self;
        while let Some(unique_id) = map.next_key_seed(KeyOf(|id: &str| builder.strings.intern(id)))? {
            let data = NodeData {
                unique_id,
                resource_type: ResourceType::Model,
                access: Access::Public,
                enabled: true,
                ..NodeData::default()
            };
            let mut model = Model { builder, data };
            into_object(&mut model, &mut map)?;
            let mut data = model.data;
            builder.name_from_id(unique_id, &mut data.package, &mut data.name);
            builder.count_package(data.package, false);
            builder.nodes.push(data);
        }
        Ok(())
    }
    tolerate!(scalars());
    tolerate!(seq());
}

struct Model<'b> {
    builder: &'b mut Builder,
    data: NodeData,
}

keys!(ModelKey {
    Name = "name",
    Package = "package_name",
    Relation = "relation_name",
    Database = "database",
    Schema = "schema",
    Identifier = "identifier",
    Version = "version",
    LatestVersion = "latest_version",
    Group = "group",
    DependsOn = "public_node_dependencies",
    DeprecationDate = "deprecation_date",
});

impl Object for Model<'_> {
    type Key = ModelKey;

    fn key(text: &str) -> Option<ModelKey> {
        ModelKey::of(text)
    }

    fn value<'de, A: MapAccess<'de>>(&mut self, key: ModelKey, map: &mut A) -> Result<(), A::Error> {
        let Builder { strings, lists, .. } = &mut *self.builder;
        let data = &mut self.data;
        let plain: &mut Str = match key {
            ModelKey::Name => &mut data.name,
            ModelKey::Package => &mut data.package,
            ModelKey::Relation => &mut data.relation_name,
            ModelKey::Database => &mut data.database,
            ModelKey::Schema => &mut data.schema,
            ModelKey::Identifier => &mut data.alias,
            ModelKey::LatestVersion => &mut data.latest_version,
            ModelKey::Group => &mut data.group,
            ModelKey::DeprecationDate => &mut data.deprecation_date,
            ModelKey::Version => {
                (data.version, data.version_is_text) = map.next_value_seed(Text(strings))?;
                return Ok(());
            }
            ModelKey::DependsOn => {
                data.depends_on = texts(strings, lists, map)?;
                return Ok(());
            }
        };
        *plain = text(strings, map)?;
        Ok(())
    }
}
