//! Which parts of a manifest.json are read, and into what.
//!
//! One [`Object`] per kind of JSON object. Keys may come in any order and any of them may be missing.

mod item;
mod node;

use std::fmt;

use serde::de::{DeserializeSeed, Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};

use self::item::{DocDraft, GroupDraft, MacroDraft, ResourceDraft};
use self::node::{NodeDraft, TestDraft};
use super::build::{Builder, Metadata};
use super::lenient::{KeyOf, Object, into_object, keys, text, tolerate};
use super::node::ResourceType;

keys!(TopKey {
    Metadata = "metadata",
    Nodes = "nodes",
    Sources = "sources",
    Functions = "functions",
    Disabled = "disabled",
    Exposures = "exposures",
    Metrics = "metrics",
    SemanticModels = "semantic_models",
    SavedQueries = "saved_queries",
    UnitTests = "unit_tests",
    Groups = "groups",
    Macros = "macros",
    Docs = "docs",
});

impl Object for Builder {
    type Key = TopKey;

    fn key(text: &str) -> Option<TopKey> {
        TopKey::of(text)
    }

    fn value<'de, A: MapAccess<'de>>(&mut self, key: TopKey, map: &mut A) -> Result<(), A::Error> {
        let section = match key {
            TopKey::Metadata => {
                self.metadata.seen = true;
                return into_object(&mut MetadataDraft(self), map);
            }
            TopKey::Nodes => {
                self.saw_nodes = true;
                Section::Nodes
            }
            TopKey::Sources | TopKey::Functions => Section::Nodes,
            TopKey::Disabled => Section::Disabled,
            TopKey::Exposures
            | TopKey::Metrics
            | TopKey::SemanticModels
            | TopKey::SavedQueries
            | TopKey::UnitTests => Section::Resources,
            TopKey::Groups => Section::Groups,
            TopKey::Macros => Section::Macros,
            TopKey::Docs => Section::Docs,
        };
        map.next_value_seed(Entries { builder: self, section })
    }
}

#[derive(Clone, Copy)]
enum Section {
    Nodes,
    Disabled,
    Resources,
    Groups,
    Macros,
    Docs,
}

/// Reads an object from unique ids to things.
struct Entries<'b> {
    builder: &'b mut Builder,
    section: Section,
}

impl<'de> DeserializeSeed<'de> for Entries<'_> {
    type Value = ();
    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Entries<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object by unique id")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        let Entries { builder, section } = self;
        match section {
            Section::Nodes | Section::Disabled => read_nodes(builder, section, &mut map),
            Section::Resources => {
                while let Some(id) = map.next_key_seed(KeyOf(|id: &str| builder.strings.intern(id)))? {
                    let mut draft = ResourceDraft::new(builder, id);
                    into_object(&mut draft, &mut map)?;
                    draft.finish();
                }
                Ok(())
            }
            Section::Groups => {
                while map.next_key::<IgnoredAny>()?.is_some() {
                    let mut draft = GroupDraft::new(builder);
                    into_object(&mut draft, &mut map)?;
                    draft.finish();
                }
                Ok(())
            }
            Section::Macros => {
                while map.next_key::<IgnoredAny>()?.is_some() {
                    let mut draft = MacroDraft::new(builder);
                    into_object(&mut draft, &mut map)?;
                    draft.finish();
                }
                Ok(())
            }
            Section::Docs => {
                while map.next_key::<IgnoredAny>()?.is_some() {
                    let mut draft = DocDraft::new(builder);
                    into_object(&mut draft, &mut map)?;
                    draft.finish();
                }
                Ok(())
            }
        }
    }

    tolerate!(scalars());
    tolerate!(seq());
}

/// `nodes` and `sources` map a unique id to a node, `disabled` to a list of nodes.
fn read_nodes<'de, A: MapAccess<'de>>(
    builder: &mut Builder,
    section: Section,
    map: &mut A,
) -> Result<(), A::Error> {
    loop {
        let disabled = matches!(section, Section::Disabled);
        let key = map.next_key_seed(KeyOf(|id: &str| {
            let resource_type = ResourceType::of_unique_id(id);
            // Tests are too many to keep their names.
            let keep = resource_type != ResourceType::Test;
            (resource_type, if keep { builder.strings.intern(id) } else { Default::default() })
        }))?;
        let Some((resource_type, id)) = key else { return Ok(()) };
        if resource_type == ResourceType::Test {
            if disabled {
                map.next_value::<IgnoredAny>()?;
                continue;
            }
            let mut test = TestDraft::new(builder);
            into_object(&mut test, map)?;
            test.finish();
        } else if disabled {
            let mut draft = NodeDraft::new(builder, id, resource_type, true);
            map.next_value_seed(DisabledNode(&mut draft))?;
            draft.finish();
        } else {
            let mut draft = NodeDraft::new(builder, id, resource_type, false);
            into_object(&mut draft, map)?;
            draft.finish();
        }
    }
}

/// A list of nodes of one unique id (the same name can be disabled in several files): one is enough.
struct DisabledNode<'n, 'b>(&'n mut NodeDraft<'b>);

impl<'de> DeserializeSeed<'de> for DisabledNode<'_, '_> {
    type Value = ();
    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for DisabledNode<'_, '_> {
    type Value = ();
    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a list of nodes")
    }
    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<(), A::Error> {
        if seq.next_element_seed(super::lenient::Into(self.0))?.is_some() {
            IgnoredAny.visit_seq(seq)?;
        }
        Ok(())
    }
    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<(), A::Error> {
        super::lenient::Into(self.0).visit_map(map).map(|_| ())
    }
    tolerate!(scalars());
}

keys!(MetadataKey {
    Schema = "dbt_schema_version",
    Dbt = "dbt_version",
    Generated = "generated_at",
    Project = "project_name",
    ProjectId = "project_id",
    Adapter = "adapter_type",
});

/// The `metadata` of any dbt artifact.
pub(in super::super) struct MetadataDraft<'b>(pub &'b mut Builder);

impl Object for MetadataDraft<'_> {
    type Key = MetadataKey;

    fn key(text: &str) -> Option<MetadataKey> {
        MetadataKey::of(text)
    }

    fn value<'de, A: MapAccess<'de>>(&mut self, key: MetadataKey, map: &mut A) -> Result<(), A::Error> {
        let value = text(&mut self.0.strings, map)?;
        let Metadata { schema, dbt_version, generated_at, project_name, project_id, adapter_type, .. } =
            &mut self.0.metadata;
        *match key {
            MetadataKey::Schema => schema,
            MetadataKey::Dbt => dbt_version,
            MetadataKey::Generated => generated_at,
            MetadataKey::Project => project_name,
            MetadataKey::ProjectId => project_id,
            MetadataKey::Adapter => adapter_type,
        } = value;
        Ok(())
    }
}
