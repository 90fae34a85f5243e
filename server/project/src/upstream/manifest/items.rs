//! What a manifest holds beside nodes: how it is stored, and the views given out.

use serde::{Deserialize, Serialize};

use super::super::strings::Str;
use super::Manifest;
use super::node::{Range, ResourceType};

/// An exposure, metric, semantic model, saved query or unit test.
#[derive(Clone, Copy)]
pub struct Resource<'a> {
    manifest: &'a Manifest,
    data: &'a ResourceData,
}

#[derive(Debug, Clone, Copy, Default, Serialize, Deserialize)]
pub(super) struct ResourceData {
    pub unique_id: Str,
    pub name: Str,
    pub package: Str,
    pub label: Str,
    pub description: Str,
    pub original_file_path: Str,
    /// `dashboard`, `simple`, …
    pub kind: Str,
    pub url: Str,
    pub group: Str,
    pub owner_name: Str,
    pub owner_email: Str,
    pub depends_on: Range,
    pub resource_type: ResourceType,
}

impl ResourceData {
    pub(super) fn view<'a>(&'a self, manifest: &'a Manifest) -> Resource<'a> {
        Resource { manifest, data: self }
    }
}

impl<'a> Resource<'a> {
    /// `exposure.platform.orders_dashboard`
    pub fn unique_id(self) -> &'a str {
        self.manifest.strings.get(self.data.unique_id)
    }

    /// What it is.
    pub fn resource_type(self) -> ResourceType {
        self.data.resource_type
    }

    /// Its name.
    pub fn name(self) -> &'a str {
        self.manifest.strings.get(self.data.name)
    }

    /// The project or package that owns it.
    pub fn package(self) -> &'a str {
        self.manifest.strings.get(self.data.package)
    }

    /// A name for people.
    pub fn label(self) -> Option<&'a str> {
        self.manifest.optional(self.data.label)
    }

    /// Markdown.
    pub fn description(self) -> Option<&'a str> {
        self.manifest.optional(self.data.description)
    }

    /// The YAML file below the package's root, with `/`: data, not to be opened.
    pub fn original_file_path(self) -> Option<&'a str> {
        self.manifest.optional(self.data.original_file_path)
    }

    /// An exposure's or metric's `type`: `dashboard`, `ratio`, …
    pub fn kind(self) -> Option<&'a str> {
        self.manifest.optional(self.data.kind)
    }

    /// An exposure's address.
    pub fn url(self) -> Option<&'a str> {
        self.manifest.optional(self.data.url)
    }

    /// Its group.
    pub fn group(self) -> Option<&'a str> {
        self.manifest.optional(self.data.group)
    }

    /// An exposure's owner.
    pub fn owner_name(self) -> Option<&'a str> {
        self.manifest.optional(self.data.owner_name)
    }

    /// An exposure's owner's address.
    pub fn owner_email(self) -> Option<&'a str> {
        self.manifest.optional(self.data.owner_email)
    }

    /// Unique ids of what it reads.
    pub fn depends_on(self) -> impl ExactSizeIterator<Item = &'a str> {
        self.manifest.list(self.data.depends_on)
    }
}

impl std::fmt::Debug for Resource<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.unique_id())
    }
}

/// A group and its owner.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Group<'a> {
    /// Its name.
    pub name: &'a str,
    /// The project or package that declares it.
    pub package: &'a str,
    /// The owner's name.
    pub owner_name: Option<&'a str>,
    /// The owner's address.
    pub owner_email: Option<&'a str>,
    /// Markdown.
    pub description: Option<&'a str>,
    /// The YAML file below the package's root: data, not to be opened.
    pub original_file_path: Option<&'a str>,
}

#[derive(Debug, Clone, Copy, Default, Serialize, Deserialize)]
pub(super) struct GroupData {
    pub name: Str,
    pub package: Str,
    pub owner_name: Str,
    pub owner_email: Str,
    pub description: Str,
    pub original_file_path: Str,
}

impl GroupData {
    pub(super) fn view<'a>(&self, manifest: &'a Manifest) -> Group<'a> {
        Group {
            name: manifest.strings.get(self.name),
            package: manifest.strings.get(self.package),
            owner_name: manifest.optional(self.owner_name),
            owner_email: manifest.optional(self.owner_email),
            description: manifest.optional(self.description),
            original_file_path: manifest.optional(self.original_file_path),
        }
    }
}

/// A macro, without its body.
#[derive(Clone, Copy)]
pub struct Macro<'a> {
    manifest: &'a Manifest,
    data: &'a MacroData,
}

#[derive(Debug, Clone, Copy, Default, Serialize, Deserialize)]
pub(super) struct MacroData {
    pub name: Str,
    pub package: Str,
    pub description: Str,
    pub original_file_path: Str,
    pub arguments: Range,
}

#[derive(Debug, Clone, Copy, Default, Serialize, Deserialize)]
pub(super) struct ArgumentData {
    pub name: Str,
    pub kind: Str,
    pub description: Str,
}

/// An argument of a macro.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Argument<'a> {
    /// Its name.
    pub name: &'a str,
    /// Its documented type.
    pub kind: Option<&'a str>,
    /// Markdown.
    pub description: Option<&'a str>,
}

impl MacroData {
    pub(super) fn view<'a>(&'a self, manifest: &'a Manifest) -> Macro<'a> {
        Macro { manifest, data: self }
    }
}

impl<'a> Macro<'a> {
    /// Its name.
    pub fn name(self) -> &'a str {
        self.manifest.strings.get(self.data.name)
    }

    /// The project or package that owns it.
    pub fn package(self) -> &'a str {
        self.manifest.strings.get(self.data.package)
    }

    /// Markdown.
    pub fn description(self) -> Option<&'a str> {
        self.manifest.optional(self.data.description)
    }

    /// The file below the package's root: data, not to be opened.
    pub fn original_file_path(self) -> Option<&'a str> {
        self.manifest.optional(self.data.original_file_path)
    }

    /// The documented arguments in order.
    pub fn arguments(self) -> impl ExactSizeIterator<Item = Argument<'a>> {
        let manifest = self.manifest;
        self.data.arguments.of(&manifest.arguments).iter().map(|argument| Argument {
            name: manifest.strings.get(argument.name),
            kind: manifest.optional(argument.kind),
            description: manifest.optional(argument.description),
        })
    }
}

impl std::fmt::Debug for Macro<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}.{}", self.package(), self.name())
    }
}

/// The name of a docs block.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Doc<'a> {
    /// The project or package that owns it.
    pub package: &'a str,
    /// Its name.
    pub name: &'a str,
}

#[derive(Debug, Clone, Copy, Default, Serialize, Deserialize)]
pub(super) struct DocData {
    pub package: Str,
    pub name: Str,
}
