//! The keys of `config()`, `config:` and dbt_project.yml, by kind of node and adapter.

use std::sync::OnceLock;

use super::read;

/// A kind of node that has configuration.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[allow(missing_docs)]
pub enum Resource {
    Model,
    Seed,
    Snapshot,
    Test,
    Analysis,
    Source,
    Exposure,
    UnitTest,
    Function,
}

impl Resource {
    fn named(name: &str) -> Option<Resource> {
        Some(match name {
            "model" => Resource::Model,
            "seed" => Resource::Seed,
            "snapshot" => Resource::Snapshot,
            "test" => Resource::Test,
            "analysis" => Resource::Analysis,
            "source" => Resource::Source,
            "exposure" => Resource::Exposure,
            "unit_test" => Resource::UnitTest,
            "function" => Resource::Function,
            _ => return None,
        })
    }
}

/// What a key is set to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ConfigType {
    /// true or false
    Bool,
    /// A whole number.
    Int,
    /// Any number.
    Float,
    /// A text.
    Str,
    /// A text or a list of texts.
    Strs,
    /// A list.
    List,
    /// A mapping.
    Map,
    /// A hook, several, or mappings of hooks.
    Hooks,
    /// One of some texts, each with the adapter that alone has it.
    Enum(Box<[(Option<&'static str>, &'static str)]>),
    /// Of several types.
    Any,
}

/// One key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConfigKey {
    /// As it is written in SQL: `pre_hook`, not `pre-hook`.
    pub name: &'static str,
    /// The kinds of node that have it.
    pub resources: Box<[Resource]>,
    /// What it is set to.
    pub of: ConfigType,
    /// What it is when nobody sets it.
    pub default: Option<&'static str>,
    /// What happens where several places set it: `append`, `update`; else the nearest wins.
    pub merge: Option<&'static str>,
    /// The adapters that have it, with commas between; all if `None`.
    pub adapters: Option<&'static str>,
    /// The first dbt that has it, where that is worth knowing.
    pub since: Option<&'static str>,
    /// Often used: proposed first.
    pub common: bool,
    /// One sentence.
    pub about: &'static str,
}

impl ConfigKey {
    /// The allowed values, quotes left out; with an adapter only those that it has. Empty if anything may be
    /// written.
    pub fn values(&self, adapter: Option<&str>) -> Vec<&'static str> {
        match &self.of {
            ConfigType::Bool => vec!["true", "false"],
            ConfigType::Enum(values) => {
                values.iter().filter(|(of, _)| super::is_for(*of, adapter)).map(|(_, value)| *value).collect()
            }
            _ => Vec::new(),
        }
    }

    /// The type in words.
    pub fn type_name(&self) -> &'static str {
        match self.of {
            ConfigType::Bool => "true or false",
            ConfigType::Int => "whole number",
            ConfigType::Float => "number",
            ConfigType::Str | ConfigType::Enum(_) => "text",
            ConfigType::Strs => "text or list of texts",
            ConfigType::List => "list",
            ConfigType::Map => "mapping",
            ConfigType::Hooks => "SQL, a list of them, or {sql, transaction}",
            ConfigType::Any => "several types",
        }
    }
}

fn table() -> &'static [ConfigKey] {
    static TABLE: OnceLock<Vec<ConfigKey>> = OnceLock::new();
    TABLE.get_or_init(|| {
        let mut out = Vec::new();
        let mut resources: Vec<Resource> = Vec::new();
        for line in read::lines(include_str!("data/config.txt")) {
            if let Some(inside) = line.strip_prefix('[').and_then(|line| line.strip_suffix(']')) {
                resources = inside.split(' ').filter_map(Resource::named).collect();
            } else {
                out.extend(key(line, &resources));
            }
        }
        out
    })
}

fn key(line: &'static str, resources: &[Resource]) -> Option<ConfigKey> {
    let (head, about) = line.split_once(" -- ")?;
    let mut words = head.split_whitespace();
    let (name, of) = (words.next()?, words.next()?);
    let mut key = ConfigKey {
        name,
        resources: resources.into(),
        of: read_type(of)?,
        default: None,
        merge: None,
        adapters: None,
        since: None,
        common: false,
        about,
    };
    for word in words {
        if word == "*" {
            key.common = true;
        } else if let Some(default) = word.strip_prefix('=') {
            key.default = Some(default);
        } else if let Some(since) = word.strip_prefix('+') {
            key.since = Some(since);
        } else if let Some(adapters) = word.strip_prefix("for:") {
            key.adapters = Some(adapters);
        } else {
            key.merge = Some(word.strip_prefix("merge:")?);
        }
    }
    Some(key)
}

fn read_type(word: &'static str) -> Option<ConfigType> {
    Some(match word {
        "bool" => ConfigType::Bool,
        "int" => ConfigType::Int,
        "float" => ConfigType::Float,
        "str" => ConfigType::Str,
        "strs" => ConfigType::Strs,
        "list" => ConfigType::List,
        "map" => ConfigType::Map,
        "hooks" => ConfigType::Hooks,
        "any" => ConfigType::Any,
        values if values.contains('|') => {
            let value = |value: &'static str| match value.split_once(':') {
                Some((adapter, value)) => (Some(adapter), value),
                None => (None, value),
            };
            ConfigType::Enum(values.split('|').map(value).collect())
        }
        _ => return None,
    })
}

/// Every key of a kind of node that an adapter has (of all adapters when it is not known), the common ones
/// first.
pub fn config_keys(
    resource: Option<Resource>,
    adapter: Option<&str>,
) -> impl Iterator<Item = &'static ConfigKey> {
    table().iter().filter(move |key| {
        resource.is_none_or(|resource| key.resources.contains(&resource))
            && super::is_for(key.adapters, adapter)
    })
}

/// A key by its name, spelled with `_` or `-`, with or without `+`; where kinds of node differ, that of
/// `resource`.
pub fn config_key(name: &str, resource: Option<Resource>) -> Option<&'static ConfigKey> {
    let name = name.trim_start_matches('+').replace('-', "_");
    let named = || table().iter().filter(|key| key.name == name);
    resource
        .and_then(|resource| named().find(|key| key.resources.contains(&resource)))
        .or_else(|| named().next())
}
