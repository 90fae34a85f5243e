//! Exposures, metrics and their like; groups, macros, docs blocks.

use std::fmt;

use serde::de::{DeserializeSeed, Deserializer, MapAccess, SeqAccess, Visitor};

use super::super::super::strings::{Interner, Str};
use super::super::build::Builder;
use super::super::items::{ArgumentData, DocData, GroupData, MacroData, ResourceData};
use super::super::lenient::{Into, Object, into_object, keys, text, tolerate};
use super::super::node::{Range, ResourceType};
use super::node::DependsOn;

/// An exposure, metric, semantic model, saved query or unit test being read.
pub(super) struct ResourceDraft<'b> {
    builder: &'b mut Builder,
    data: ResourceData,
}

keys!(ResourceKey {
    Name = "name",
    Package = "package_name",
    Label = "label",
    Description = "description",
    OriginalFilePath = "original_file_path",
    Type = "type",
    Url = "url",
    Group = "group",
    Owner = "owner",
    DependsOn = "depends_on",
});

impl<'b> ResourceDraft<'b> {
    pub(super) fn new(builder: &'b mut Builder, unique_id: Str) -> Self {
        let resource_type = ResourceType::of_unique_id(builder.strings.get(unique_id));
        ResourceDraft { builder, data: ResourceData { unique_id, resource_type, ..Default::default() } }
    }

    pub(super) fn finish(self) {
        let ResourceDraft { builder, mut data } = self;
        builder.name_from_id(data.unique_id, &mut data.package, &mut data.name);
        data.original_file_path = builder.with_slashes(data.original_file_path);
        builder.resources.push(data);
    }
}

impl Object for ResourceDraft<'_> {
    type Key = ResourceKey;

    fn key(text: &str) -> Option<ResourceKey> {
        ResourceKey::of(text)
    }

    fn value<'de, A: MapAccess<'de>>(&mut self, key: ResourceKey, map: &mut A) -> Result<(), A::Error> {
        let strings = &mut self.builder.strings;
        let data = &mut self.data;
        match key {
            ResourceKey::Name => data.name = text(strings, map)?,
            ResourceKey::Package => data.package = text(strings, map)?,
            ResourceKey::Label => data.label = text(strings, map)?,
            ResourceKey::Description => data.description = text(strings, map)?,
            ResourceKey::OriginalFilePath => data.original_file_path = text(strings, map)?,
            ResourceKey::Type => data.kind = text(strings, map)?,
            ResourceKey::Url => data.url = text(strings, map)?,
            ResourceKey::Group => data.group = text(strings, map)?,
            ResourceKey::Owner => {
                let mut owner = Owner { strings, name: Str::EMPTY, email: Str::EMPTY };
                into_object(&mut owner, map)?;
                (data.owner_name, data.owner_email) = (owner.name, owner.email);
            }
            ResourceKey::DependsOn => {
                let mut depends_on = DependsOn { builder: self.builder, nodes: Range::default() };
                into_object(&mut depends_on, map)?;
                self.data.depends_on = depends_on.nodes;
            }
        }
        Ok(())
    }
}

/// An `owner` object.
struct Owner<'b> {
    strings: &'b mut Interner,
    name: Str,
    email: Str,
}

keys!(OwnerKey { Name = "name", Email = "email" });

impl Object for Owner<'_> {
    type Key = OwnerKey;

    fn key(text: &str) -> Option<OwnerKey> {
        OwnerKey::of(text)
    }

    fn value<'de, A: MapAccess<'de>>(&mut self, key: OwnerKey, map: &mut A) -> Result<(), A::Error> {
        // dbt v2 writes a list of addresses where v1 writes one: the first will do.
        let value = map.next_value_seed(First(self.strings))?;
        match key {
            OwnerKey::Name => self.name = value,
            OwnerKey::Email => self.email = value,
        }
        Ok(())
    }
}

/// A text, or the first text of a list.
struct First<'s>(&'s mut Interner);

impl<'de> DeserializeSeed<'de> for First<'_> {
    type Value = Str;
    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Str, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for First<'_> {
    type Value = Str;
    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a text or a list")
    }
    fn visit_str<E>(self, text: &str) -> Result<Str, E> {
        Ok(self.0.intern(text))
    }
    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Str, A::Error> {
        let mut first = Str::EMPTY;
        while let Some((next, _)) = seq.next_element_seed(super::super::lenient::Text(self.0))? {
            if first.is_empty() {
                first = next;
            }
        }
        Ok(first)
    }
    tolerate!(numbers Str::EMPTY);
    tolerate!(map Str::EMPTY);
}

/// A group being read.
pub(super) struct GroupDraft<'b> {
    builder: &'b mut Builder,
    data: GroupData,
}

keys!(GroupKey {
    Name = "name",
    Package = "package_name",
    Owner = "owner",
    Description = "description",
    OriginalFilePath = "original_file_path",
});

impl<'b> GroupDraft<'b> {
    pub(super) fn new(builder: &'b mut Builder) -> Self {
        GroupDraft { builder, data: GroupData::default() }
    }

    pub(super) fn finish(self) {
        let GroupDraft { builder, mut data } = self;
        if !data.name.is_empty() {
            data.original_file_path = builder.with_slashes(data.original_file_path);
            builder.groups.push(data);
        }
    }
}

impl Object for GroupDraft<'_> {
    type Key = GroupKey;

    fn key(text: &str) -> Option<GroupKey> {
        GroupKey::of(text)
    }

    fn value<'de, A: MapAccess<'de>>(&mut self, key: GroupKey, map: &mut A) -> Result<(), A::Error> {
        let strings = &mut self.builder.strings;
        let data = &mut self.data;
        match key {
            GroupKey::Name => data.name = text(strings, map)?,
            GroupKey::Package => data.package = text(strings, map)?,
            GroupKey::Description => data.description = text(strings, map)?,
            GroupKey::OriginalFilePath => data.original_file_path = text(strings, map)?,
            GroupKey::Owner => {
                let mut owner = Owner { strings, name: Str::EMPTY, email: Str::EMPTY };
                into_object(&mut owner, map)?;
                (data.owner_name, data.owner_email) = (owner.name, owner.email);
            }
        }
        Ok(())
    }
}

/// A macro being read.
pub(super) struct MacroDraft<'b> {
    builder: &'b mut Builder,
    data: MacroData,
}

keys!(MacroKey {
    Name = "name",
    Package = "package_name",
    Description = "description",
    OriginalFilePath = "original_file_path",
    Arguments = "arguments",
});

impl<'b> MacroDraft<'b> {
    pub(super) fn new(builder: &'b mut Builder) -> Self {
        MacroDraft { builder, data: MacroData::default() }
    }

    pub(super) fn finish(self) {
        let MacroDraft { builder, mut data } = self;
        if !data.name.is_empty() {
            data.original_file_path = builder.with_slashes(data.original_file_path);
            builder.macros.push(data);
        }
    }
}

impl Object for MacroDraft<'_> {
    type Key = MacroKey;

    fn key(text: &str) -> Option<MacroKey> {
        MacroKey::of(text)
    }

    fn value<'de, A: MapAccess<'de>>(&mut self, key: MacroKey, map: &mut A) -> Result<(), A::Error> {
        let strings = &mut self.builder.strings;
        let data = &mut self.data;
        match key {
            MacroKey::Name => data.name = text(strings, map)?,
            MacroKey::Package => data.package = text(strings, map)?,
            MacroKey::Description => data.description = text(strings, map)?,
            MacroKey::OriginalFilePath => data.original_file_path = text(strings, map)?,
            MacroKey::Arguments => {
                let start = self.builder.arguments.len();
                map.next_value_seed(Arguments(self.builder))?;
                self.data.arguments = Range::between(start, self.builder.arguments.len());
            }
        }
        Ok(())
    }
}

struct Arguments<'b>(&'b mut Builder);

impl<'de> DeserializeSeed<'de> for Arguments<'_> {
    type Value = ();
    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Arguments<'_> {
    type Value = ();
    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("arguments")
    }
    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<(), A::Error> {
        loop {
            let mut argument = ArgumentDraft { strings: &mut self.0.strings, data: ArgumentData::default() };
            let read = seq.next_element_seed(Into(&mut argument))?;
            let data = argument.data;
            if read.is_none() {
                return Ok(());
            }
            if !data.name.is_empty() {
                self.0.arguments.push(data);
            }
        }
    }
    tolerate!(scalars());
    tolerate!(map());
}

struct ArgumentDraft<'b> {
    strings: &'b mut Interner,
    data: ArgumentData,
}

keys!(ArgumentKey { Name = "name", Type = "type", Description = "description" });

impl Object for ArgumentDraft<'_> {
    type Key = ArgumentKey;

    fn key(text: &str) -> Option<ArgumentKey> {
        ArgumentKey::of(text)
    }

    fn value<'de, A: MapAccess<'de>>(&mut self, key: ArgumentKey, map: &mut A) -> Result<(), A::Error> {
        let value = text(self.strings, map)?;
        match key {
            ArgumentKey::Name => self.data.name = value,
            ArgumentKey::Type => self.data.kind = value,
            ArgumentKey::Description => self.data.description = value,
        }
        Ok(())
    }
}

/// A docs block being read: its name.
pub(super) struct DocDraft<'b> {
    builder: &'b mut Builder,
    data: DocData,
}

keys!(DocKey { Name = "name", Package = "package_name" });

impl<'b> DocDraft<'b> {
    pub(super) fn new(builder: &'b mut Builder) -> Self {
        DocDraft { builder, data: DocData::default() }
    }

    pub(super) fn finish(self) {
        if !self.data.name.is_empty() {
            self.builder.docs.push(self.data);
        }
    }
}

impl Object for DocDraft<'_> {
    type Key = DocKey;

    fn key(text: &str) -> Option<DocKey> {
        DocKey::of(text)
    }

    fn value<'de, A: MapAccess<'de>>(&mut self, key: DocKey, map: &mut A) -> Result<(), A::Error> {
        let value = text(&mut self.builder.strings, map)?;
        match key {
            DocKey::Name => self.data.name = value,
            DocKey::Package => self.data.package = value,
        }
        Ok(())
    }
}
